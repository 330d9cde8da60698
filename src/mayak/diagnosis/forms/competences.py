"""Forms of the catalogue of competences and of the rules of deficits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.models import Competence, CompetenceGroup, DeficitRule
from mayak.diagnosis.selectors.competences import levels_of

LEVELS = range(4)
_ROWS = {"rows": 2}


class CompetenceForm(forms.ModelForm[Competence]):
    """A competence with its own words for the levels, where it has any."""

    class Meta:
        model = Competence
        fields = ["group", "name", "description", "subject", "grade_from", "grade_to", "source"]
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "name": _("In words of what a person does, at most 200 letters."),
            "subject": _("Only where the competence depends on it."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = {}
        if self.instance.pk:
            own = {row.level: row.text for row in levels_of(self.instance) if row.is_own}
        for level in LEVELS:
            self.fields[f"level_{level}"] = forms.CharField(
                label=_("Level %(level)s") % {"level": level},
                required=False,
                initial=own.get(level, ""),
                widget=forms.Textarea(attrs=_ROWS),
                help_text=_("Empty: the words of the group.") if level == 0 else "",
            )

    def clean(self) -> dict[str, Any]:
        """Check that the grades are not turned round."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("grade_from"), cleaned.get("grade_to")
        if first and last and last < first:
            self.add_error("grade_to", _("The last grade cannot lie below the first."))
        return cleaned

    @property
    def levels(self) -> dict[int, str]:
        """The words for the levels."""
        return {level: self.cleaned_data.get(f"level_{level}", "") for level in LEVELS}

    @property
    def values(self) -> dict[str, Any]:
        """The columns of the competence."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class CompetenceGroupForm(forms.ModelForm[CompetenceGroup]):
    """A group of competences with the words of its levels."""

    class Meta:
        model = CompetenceGroup
        fields = ["name", "source", "source_year", "note"]
        widgets = {"note": forms.Textarea(attrs=_ROWS)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = self.instance.levels.all() if self.instance.pk else []
        known = {row.level: row.description for row in levels}
        for level in LEVELS:
            self.fields[f"level_{level}"] = forms.CharField(
                label=_("Level %(level)s") % {"level": level},
                initial=known.get(level, ""),
                widget=forms.Textarea(attrs=_ROWS),
            )

    @property
    def levels(self) -> dict[int, str]:
        """The words for the levels."""
        return {level: self.cleaned_data.get(f"level_{level}", "") for level in LEVELS}

    @property
    def values(self) -> dict[str, Any]:
        """The columns of the group."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class CompetenceFileForm(forms.Form):
    """A catalogue as a file."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("xlsx or csv: a competence in a row with its group and name; take the template."),
    )


class DeficitRuleForm(forms.Form):
    """A weight or threshold with where it comes from."""

    value = forms.FloatField(label=_("Value"), localize=True)
    source = forms.CharField(label=_("Source"), max_length=300)
    is_assumption = forms.BooleanField(
        label=_("Assumption"),
        required=False,
        help_text=_("No document says so; change it to what holds in your region."),
    )

    def __init__(self, *args: Any, rule: DeficitRule, **kwargs: Any) -> None:
        initial = {"value": rule.value, "source": rule.source, "is_assumption": rule.is_assumption}
        super().__init__(*args, **{**kwargs, "initial": initial})
        self.fields["value"].help_text = _("A number between %(low)s and %(high)s.") % {
            "low": rule.lowest,
            "high": rule.highest,
        }
