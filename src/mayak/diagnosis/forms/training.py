"""Forms of the training of mentors."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.training import EnrolmentState, IncentiveKind
from mayak.diagnosis.forms.contests import day_input
from mayak.diagnosis.models import (
    Certificate,
    MentorIncentive,
    MentorReward,
    TrainingCourse,
    TrainingNeed,
    TrainingTopic,
)
from mayak.kernel.access import Scope
from mayak.registry.models import LegalAct, Organisation, SchoolYear, Territory


class CourseForm(forms.ModelForm[TrainingCourse]):
    """A course."""

    class Meta:
        model = TrainingCourse
        fields = [
            "title",
            "provider",
            "hours",
            "topic",
            "territory",
            "starts_on",
            "ends_on",
            "is_remote",
            "note",
        ]
        widgets = {
            "starts_on": day_input(),
            "ends_on": day_input(),
            "note": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["territory"].queryset = Territory.objects.within(scope).order_by("path")
        fields["territory"].initial = fields["territory"].queryset.first()
        fields["topic"].queryset = TrainingTopic.objects.filter(is_active=True)


class NeedForm(forms.ModelForm[TrainingNeed]):
    """What somebody has to learn."""

    class Meta:
        model = TrainingNeed
        fields = ["topic", "school_year", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["topic"].queryset = TrainingTopic.objects.filter(is_active=True)
        fields["school_year"].queryset = SchoolYear.objects.filter(is_closed=False)


class EnrolForm(forms.Form):
    """In which course somebody learns."""

    course = forms.ModelChoiceField(TrainingCourse.objects.none(), label=_("Course"))
    enrolled_on = forms.DateField(label=_("Enrolled"), widget=day_input(), required=False)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["course"]
        field.queryset = TrainingCourse.objects.within(scope)


class EndEnrolmentForm(forms.Form):
    """How a course ended for somebody."""

    state = forms.ChoiceField(
        label=_("How it ended"),
        choices=[
            (EnrolmentState.COMPLETED.value, EnrolmentState.COMPLETED.label),
            (EnrolmentState.DROPPED.value, EnrolmentState.DROPPED.label),
        ],
        widget=forms.RadioSelect,
    )
    ended_on = forms.DateField(label=_("Date"), widget=day_input(), required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class CertificateForm(forms.ModelForm[Certificate]):
    """A certificate with its scan."""

    title = forms.CharField(
        label=_("Title of the programme"),
        max_length=300,
        required=False,
        help_text=_("Left empty, it is that of the course."),
    )
    valid_until = forms.DateField(
        label=_("Valid until"),
        widget=day_input(),
        required=False,
        help_text=_("Left empty where the paper names no day: then the threshold counts."),
    )

    class Meta:
        model = Certificate
        fields = ["course", "title", "provider", "hours", "number", "issued_on", "valid_until", "scan"]
        widgets = {"issued_on": day_input()}

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["course"]
        field.queryset = TrainingCourse.objects.within(scope)

    def clean(self) -> dict[str, Any]:
        """Ask for a title where no course gives it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("title") and not cleaned.get("course"):
            self.add_error("title", _("Choose a course or write the title."))
        return cleaned

    def _post_clean(self) -> None:
        """Leave the checks of the row to the service: it fills in the last day first."""


class RewardForm(forms.ModelForm[MentorReward]):
    """A reward of a mentor."""

    class Meta:
        model = MentorReward
        fields = ["reward", "reason", "given_on", "organisation", "basis", "basis_text", "note"]
        widgets = {"given_on": day_input()}
        help_texts = {"basis_text": _("Where the act is not in the registry: its kind, number and date.")}

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        listed = MentorIncentive.objects.filter(is_active=True)
        fields["reward"].queryset = listed.filter(kind=IncentiveKind.REWARD)
        fields["reason"].queryset = listed.filter(kind=IncentiveKind.REASON)
        fields["organisation"].queryset = Organisation.objects.within(scope).open()
        fields["basis"].queryset = LegalAct.objects.within(scope).kept()

    def clean(self) -> dict[str, Any]:
        """Ask for a basis."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("basis") and not cleaned.get("basis_text"):
            self.add_error("basis_text", _("Name the basis: an act of the registry or words."))
        return cleaned

    def _post_clean(self) -> None:
        """Leave the checks of the row to the service: the form does not know the person."""


class IncentiveForm(forms.ModelForm[MentorIncentive]):
    """A reason or a reward."""

    class Meta:
        model = MentorIncentive
        fields = [
            "kind", "code", "name", "description", "position", "is_active", "source", "source_page", "source_year",
            "is_assumption", "note",
        ]  # fmt: skip
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "note": forms.Textarea(attrs={"rows": 2}),
        }


class TopicForm(forms.ModelForm[TrainingTopic]):
    """A topic."""

    class Meta:
        model = TrainingTopic
        fields = [
            "code", "name", "position", "is_active", "source", "source_page", "source_year", "is_assumption", "note",
        ]  # fmt: skip
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}
