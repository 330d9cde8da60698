"""Forms of typical measures and recommendations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.measures import AddresseeKind
from mayak.diagnosis.forms.contests import day_input
from mayak.diagnosis.models import MeasureTemplate, Recommendation
from mayak.kernel.access import Scope
from mayak.registry.models import LegalAct, Organisation, Person, SchoolYear

ROWS_4 = {"rows": 4}


class TemplateForm(forms.ModelForm[MeasureTemplate]):
    """A typical measure."""

    class Meta:
        model = MeasureTemplate
        fields = [
            "code", "trigger_kind", "trigger_code", "level", "addressee", "text", "evidence", "days", "position",
            "is_active", "source", "source_page", "source_year", "is_assumption", "note",
        ]  # fmt: skip
        widgets = {"text": forms.Textarea(attrs=ROWS_4), "note": forms.Textarea(attrs={"rows": 2})}


class ProposalForm(forms.Form):
    """Who controls what is accepted."""

    controller = forms.CharField(
        label=_("Controller"),
        max_length=300,
        required=False,
        help_text=_("The position, as in the order. It is put into all recommendations that are accepted."),
    )


class SchoolYearForm(forms.Form):
    """For which school and year measures are proposed."""

    school = forms.ModelChoiceField(Organisation.objects.none(), label=_("School"))
    school_year = forms.ModelChoiceField(SchoolYear.objects.all(), label=_("School year"))

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["school"]
        field.queryset = Organisation.objects.within(scope).schools().open()


class RecommendationForm(forms.ModelForm[Recommendation]):
    """A recommendation; people and associations are those of the school."""

    addressee = forms.ChoiceField(label=_("Addressee"), choices=AddresseeKind.choices)

    class Meta:
        model = Recommendation
        fields = [
            "addressee", "addressee_person", "addressee_organisation", "text", "expected_evidence", "deadline",
            "control_on", "controller", "basis",
        ]  # fmt: skip
        widgets = {
            "text": forms.Textarea(attrs=ROWS_4),
            "deadline": day_input(),
            "control_on": day_input(),
        }

    def __init__(
        self, *args: Any, scope: Scope, school: Organisation, names_people: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["addressee_organisation"].queryset = Organisation.objects.within(scope).exclude(pk=school.pk)
        fields["basis"].queryset = LegalAct.objects.within(scope).kept()
        fields["addressee_person"].queryset = (
            Person.objects.within(scope).kept().filter(employments__organisation=school).distinct()
        )
        if not names_people:
            del self.fields["addressee_person"]


class NewRecommendationForm(RecommendationForm):
    """A recommendation that no level proposed."""

    school_year = forms.ModelChoiceField(SchoolYear.objects.filter(is_closed=False), label=_("School year"))
    field_order = ["school_year"]


class DoneForm(forms.Form):
    """What was done."""

    note = forms.CharField(label=_("What was done"), max_length=4000, widget=forms.Textarea(attrs=ROWS_4))
    evidence = forms.FileField(
        label=_("Evidence of the execution"),
        required=False,
        help_text=_("PDF, PNG, JPEG, docx or xlsx, up to 20 MB."),
    )
