"""Forms of lessons, rounds and their lists."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.accounts.models import User
from mayak.diagnosis.models import LessonObservation, LessonRound, ObservationForm
from mayak.diagnosis.permissions.lessons import may_plan_lesson
from mayak.diagnosis.selectors.lessons import observer_candidates
from mayak.kernel.access import Scope
from mayak.registry.forms.fields import ReferenceField, date_field, day_input
from mayak.registry.models import Employment, Organisation, Person, Territory

FILE_BYTES = 5 * 1024 * 1024


class LessonForm(forms.ModelForm[LessonObservation]):
    """What a person may say of a lesson that is planned already."""

    held_on = date_field(required=True, label=gettext_lazy("Date of the lesson"))
    video_url = forms.URLField(
        label=gettext_lazy("Link to the video"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("Only where it was recorded with the consents that this needs."),
    )

    class Meta:
        model = LessonObservation
        fields = ["subject", "grade", "topic", "held_on", "kind", "video_url", "round"]
        labels = {
            "subject": gettext_lazy("Subject"),
            "grade": gettext_lazy("Grade"),
            "topic": gettext_lazy("Topic of the lesson"),
            "kind": gettext_lazy("Kind of visit"),
            "round": gettext_lazy("Festival"),
        }
        help_texts = {
            "topic": gettext_lazy("No names of pupils here."),
        }

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        rounds: Any = self.fields["round"]
        rounds.queryset = LessonRound.objects.within(scope).filter(is_closed=False).select_related("form")
        rounds.empty_label = _("none")


class NewLessonForm(LessonForm):
    """A lesson that is to be observed."""

    teacher = ReferenceField(Person, label=gettext_lazy("Teacher"))
    organisation = ReferenceField(
        Organisation,
        label=gettext_lazy("School"),
        required=False,
        help_text=gettext_lazy("May stay empty where the teacher works in one school."),
    )
    form = forms.ModelChoiceField(
        ObservationForm.objects.none(),
        label=gettext_lazy("Form of analysis"),
        required=False,
        help_text=gettext_lazy("A lesson of a festival is observed by the form of the festival."),
    )
    observe = forms.BooleanField(
        label=gettext_lazy("I observe this lesson myself"), required=False, initial=True
    )
    field_order = [
        "teacher",
        "organisation",
        "subject",
        "grade",
        "topic",
        "held_on",
        "kind",
        "video_url",
        "round",
        "form",
    ]

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        for name in ("teacher", "organisation"):
            self.fields[name].scope = scope  # type: ignore[attr-defined]  # a ReferenceField
        forms_of: Any = self.fields["form"]
        forms_of.queryset = ObservationForm.objects.within(scope).in_use()

    def clean(self) -> dict[str, Any]:
        """Find school and form where they follow from the rest; check that lessons of the school may be planned."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        teacher, found = cleaned.get("teacher"), cleaned.get("round")
        if teacher is not None and not cleaned.get("organisation") and "organisation" not in self.errors:
            cleaned["organisation"] = self._only_school(teacher)
        school = cleaned.get("organisation")
        if school is not None and not may_plan_lesson(self.scope, school):
            self.add_error("organisation", _("You may not plan lessons in this school."))
        if not cleaned.get("form"):
            cleaned["form"] = found.form if found is not None else None
            if found is None and "form" not in self.errors:
                self.add_error("form", _("Choose the form by which the lesson is observed."))
        return cleaned

    def _only_school(self, teacher: Person) -> Organisation | None:
        posts = Employment.objects.within(self.scope).filter(person=teacher, valid_to__isnull=True)
        schools = {
            post.organisation_id: post.organisation
            for post in posts.select_related("organisation__territory")
        }
        if len(schools) == 1:
            return next(iter(schools.values()))
        self.add_error("organisation", _("The teacher does not work in exactly one school: name it."))
        return None


class ObserverForm(forms.Form):
    """Who is asked to observe: somebody near, or anybody by e-mail."""

    person = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("From the district"), required=False
    )
    email = forms.EmailField(
        label=gettext_lazy("Or by e-mail"),
        required=False,
        help_text=gettext_lazy("Anybody with a role that observes lessons, from another district too."),
    )

    def __init__(self, *args: Any, school: Organisation, without: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["person"]
        candidates = observer_candidates(school, without=without)
        people.queryset = User.objects.filter(pk__in=[user.pk for user in candidates]).order_by(
            "full_name", "email"
        )

    def clean(self) -> dict[str, Any]:
        """Return the one person."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        email = cleaned.get("email")
        if email and not cleaned.get("person"):
            cleaned["person"] = User.objects.filter(email__iexact=email, is_active=True).first()
            if cleaned["person"] is None:
                raise ValidationError({"email": _("Nobody signs in with this e-mail.")})
        if not cleaned.get("person") and not self.errors:
            raise ValidationError({"person": _("Choose a person or write an e-mail.")})
        return cleaned


class ReasonForm(forms.Form):
    """Why a sheet is opened again."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReflectionForm(forms.Form):
    """The words of the teacher."""

    text = forms.CharField(
        label=gettext_lazy("My view of the lesson"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "What worked, what I would change, with what I do not agree. No names of pupils."
        ),
    )


class RoundForm(forms.ModelForm[LessonRound]):
    """A festival of lessons."""

    organisation = ReferenceField(
        Organisation,
        label=gettext_lazy("Only for the school"),
        required=False,
        help_text=gettext_lazy("Empty: all schools of the territory may take part."),
    )

    class Meta:
        model = LessonRound
        fields = [
            "title",
            "territory",
            "organisation",
            "form",
            "starts_on",
            "ends_on",
            "min_observers",
            "min_group",
        ]
        widgets = {"starts_on": day_input(), "ends_on": day_input()}
        labels = {
            "title": gettext_lazy("Title"),
            "territory": gettext_lazy("Territory"),
            "form": gettext_lazy("Form of analysis"),
            "starts_on": gettext_lazy("First day"),
            "ends_on": gettext_lazy("Last day"),
            "min_observers": gettext_lazy("Observers at least"),
            "min_group": gettext_lazy("Hide groups of fewer teachers than"),
        }

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].scope = scope  # type: ignore[attr-defined]  # a ReferenceField
        own = Organisation.objects.filter(pk__in=scope.organisation_ids)
        territories: Any = self.fields["territory"]
        territories.queryset = Territory.objects.within(scope) | Territory.objects.filter(
            pk__in=own.values("territory")
        )
        forms_of: Any = self.fields["form"]
        forms_of.queryset = ObservationForm.objects.within(scope).in_use()
        if self.instance.pk is not None:
            forms_of.queryset |= ObservationForm.objects.filter(pk=self.instance.form_id)
            del self.fields["territory"], self.fields["organisation"]
        elif len(scope.territory_paths) == 1:
            self.initial.setdefault(
                "territory", Territory.objects.filter(path=scope.territory_paths[0]).first()
            )
        elif len(own) == 1:
            self.initial.setdefault("territory", own[0].territory_id)
            self.initial.setdefault("organisation", own[0])

    def clean(self) -> dict[str, Any]:
        """Check that the days are not turned round."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The end of a period cannot lie before its beginning."))
        return cleaned


class LessonListForm(forms.Form):
    """A file with lessons of a festival."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "A table .xlsx, .ods or .csv with a row for each lesson. Nothing is written before you confirm."
        ),
    )

    def clean_file(self) -> Any:
        """Refuse what is no list of lessons by its size."""
        file = self.cleaned_data["file"]
        if file.size > FILE_BYTES:
            raise ValidationError(_("The file is too big for a list of lessons."))
        return file
