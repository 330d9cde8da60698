"""Forms of the risk profile, its dictionary and its cut-offs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.risk import RiskLevel
from mayak.diagnosis.models import NeedRule, RiskCutoff, RiskFactor

_TEXT = forms.Textarea(attrs={"rows": 3})
_SOURCE = ["source", "source_page", "source_year", "is_assumption", "note"]


class RiskLevelForm(forms.Form):
    """What a person says of a factor of the school, and what the school does about it."""

    level = forms.ChoiceField(
        label=_("Significance"),
        choices=[("", _("not stated by hand")), *RiskLevel.choices],
        required=False,
        help_text=_("Leave it as it is where the questionnaire or the data are right."),
    )
    evidence = forms.CharField(
        label=_("What it rests on"),
        widget=_TEXT,
        required=False,
        max_length=4000,
        help_text=_("Facts and numbers, no names of pupils."),
    )
    is_chosen = forms.BooleanField(
        label=_("The school works on this factor"),
        required=False,
        help_text=_("Chosen factors become needs that the pairing takes."),
    )
    measures = forms.CharField(label=_("Measures"), widget=_TEXT, required=False, max_length=4000)

    def clean(self) -> dict[str, Any]:
        """Ask for the evidence of what is stated by hand."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("level") and not (cleaned.get("evidence") or "").strip():
            self.add_error("evidence", _("Say what this rests on."))
        return cleaned


class RiskFactorForm(forms.ModelForm[RiskFactor]):
    """A factor of the dictionary."""

    class Meta:
        model = RiskFactor
        fields = [
            "programme",
            "year",
            "code",
            "name",
            "description",
            "measure",
            "position",
            "is_active",
            *_SOURCE,
        ]
        widgets = {"description": _TEXT, "note": _TEXT}


class RiskCutoffForm(forms.ModelForm[RiskCutoff]):
    """A cut-off."""

    class Meta:
        model = RiskCutoff
        fields = ["factor", "basis", "year_from", "medium_from", "high_from", *_SOURCE]
        widgets = {"note": _TEXT}


class NeedRuleForm(forms.ModelForm[NeedRule]):
    """A number by which needs are weighed."""

    class Meta:
        model = NeedRule
        fields = ["name", "value", *_SOURCE]
        widgets = {"note": _TEXT}
