"""Forms of the passports of lead schools."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.forms.passports import WeekdaysField
from mayak.diagnosis.models import LeadProfile
from mayak.kernel.access import Scope
from mayak.registry.models import SchoolYear, Subject, Territory

_GRADES = 12


class LeadProfileForm(forms.ModelForm[LeadProfile]):
    """What the lead school gives, to how many and when."""

    weekdays = WeekdaysField()

    class Meta:
        model = LeadProfile
        fields = [
            "capacity", "hours_per_month", "weekdays", "available_from", "available_to", "works_remotely", "note",
        ]  # fmt: skip
        labels = {
            "capacity": _("How many schools it can help"),
            "works_remotely": _("Can help remotely"),
            "note": _("Note"),
        }
        help_texts = {
            "capacity": _(
                "The pairing never gives it more. In the order of Kirovsk district the greatest load was 3."
            ),
        }
        widgets = {
            "note": forms.Textarea(attrs={"rows": 3}),
            "available_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "available_to": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }


class StrengthForm(forms.Form):
    """A strength that a person states."""

    subject = forms.ModelChoiceField(Subject.objects.all(), label=_("Subject"))
    grade_from = forms.IntegerField(label=_("Grades from"), min_value=1, max_value=_GRADES, required=False)
    grade_to = forms.IntegerField(label=_("Grades to"), min_value=1, max_value=_GRADES, required=False)
    percent = forms.IntegerField(
        label=_("How strong, %"),
        min_value=0,
        max_value=100,
        help_text=_("100 per cent means among the best of the region, 50 per cent in the middle."),
    )

    def clean(self) -> dict[str, Any]:
        """Check that the grades are not turned round."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("grade_from"), cleaned.get("grade_to")
        if first and last and last < first:
            self.add_error("grade_to", _("The last grade cannot lie below the first."))
        if last and not first:
            self.add_error("grade_from", _("Give the first grade too."))
        return cleaned


class BuildForm(forms.Form):
    """For which territory and year the passports are computed."""

    territory = forms.ModelChoiceField(Territory.objects.none(), label=_("Territory"))
    school_year = forms.ModelChoiceField(SchoolYear.objects.none(), label=_("School year"))

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territory"].queryset = Territory.objects.within(scope)  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["school_year"].queryset = SchoolYear.objects.filter(is_closed=False)  # type: ignore[attr-defined]  # the same
