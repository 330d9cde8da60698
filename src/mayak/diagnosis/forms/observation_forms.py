"""Forms of the editor of forms of lesson observation."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.diagnosis.algorithms.rubric import HIGHEST
from mayak.diagnosis.enums.lessons import ItemKind
from mayak.diagnosis.models import Competence, ObservationForm
from mayak.kernel.access import Scope
from mayak.registry.models import Territory


class NewFormForm(forms.ModelForm[ObservationForm]):
    """A new form: what it is called and whose it is."""

    class Meta:
        model = ObservationForm
        fields = ["title", "note", "source", "territory"]
        labels = {
            "title": gettext_lazy("Title"),
            "note": gettext_lazy("How to use it"),
            "source": gettext_lazy("Source"),
            "territory": gettext_lazy("Whose form"),
        }
        widgets = {"note": forms.Textarea(attrs={"rows": 3}), "source": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow_territory(self.fields["territory"], scope)


class FormHeadForm(forms.ModelForm[ObservationForm]):
    """The head of a draft, with the levels of the result."""

    low_to = forms.IntegerField(
        label=gettext_lazy("“Low” below, per cent of the maximum"), min_value=1, max_value=99, required=True
    )
    high_from = forms.IntegerField(
        label=gettext_lazy("“High” from, per cent of the maximum"),
        min_value=2,
        max_value=100,
        required=True,
        help_text=gettext_lazy(
            "No document names these limits: they are an assumption of whoever makes the form."
        ),
    )
    max = forms.IntegerField(
        label=gettext_lazy("Maximum of the form"), min_value=0, max_value=10_000, required=True
    )

    class Meta:
        model = ObservationForm
        fields = ["title", "note", "source", "year", "is_assumption"]
        labels = {
            "title": gettext_lazy("Title"),
            "note": gettext_lazy("How to use it"),
            "source": gettext_lazy("Source"),
            "year": gettext_lazy("Year"),
            "is_assumption": gettext_lazy("Assumption: no official document states this form"),
        }
        widgets = {"note": forms.Textarea(attrs={"rows": 3}), "source": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        definition = self.instance.definition
        starts = {one.get("code"): one.get("from", 0) for one in definition.get("levels", [])}
        self.initial.setdefault("low_to", round(starts.get("medium", 0.5) * 100))
        self.initial.setdefault("high_from", round(starts.get("high", 0.8) * 100))
        self.initial.setdefault("max", definition.get("max", 0))

    def clean(self) -> dict[str, Any]:
        """Check that the levels rise."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        low, high = cleaned.get("low_to"), cleaned.get("high_from")
        if low and high and high <= low:
            self.add_error("high_from", _("The high level begins above the low one."))
        return cleaned

    def new_definition(self) -> dict[str, Any]:
        """Return the definition with the maximum and the levels of the form."""
        values, kept = self.cleaned_data, self.instance.definition
        words = {one.get("code"): one.get("title") for one in kept.get("levels", [])}
        starts = {"low": 0.0, "medium": values["low_to"] / 100, "high": values["high_from"] / 100}
        names = {"low": _("low"), "medium": _("medium"), "high": _("high")}
        levels = [
            {"code": code, "title": words.get(code) or str(names[code]), "from": start}
            for code, start in starts.items()
        ]
        return {**kept, "max": values["max"], "levels": levels}


class PartForm(forms.Form):
    """A section or a criterion."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=300)
    max = forms.IntegerField(label=gettext_lazy("Maximum"), min_value=0, max_value=10_000, initial=0)
    competence = forms.ChoiceField(
        label=gettext_lazy("Competence that it shows"),
        required=False,
        help_text=gettext_lazy("A finished observation tells the deficits of the teacher by it."),
    )
    advice = forms.CharField(
        label=gettext_lazy("What to advise at a low result"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, is_section: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_section:
            del self.fields["competence"], self.fields["advice"]
            return
        found: Any = self.fields["competence"]
        known = list(
            Competence.objects.kept().select_related("group").values_list("code", "group__name", "name")
        )
        found.choices = [("", "—"), *((code, f"{group}: {name}") for code, group, name in known)]
        kept = str(self.initial.get("competence") or "")
        if kept and kept not in {code for code, _group, _name in known}:
            found.choices = [*found.choices, (kept, _("%(code)s (not in the catalogue)") % {"code": kept})]


class ItemForm(forms.Form):
    """An item with its levels: one a line, «score = description»."""

    text = forms.CharField(
        label=gettext_lazy("What is looked at"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    kind = forms.ChoiceField(label=gettext_lazy("How it is scored"), choices=ItemKind.choices)
    max = forms.IntegerField(label=gettext_lazy("Maximum"), min_value=1, max_value=HIGHEST, initial=3)
    levels = forms.CharField(
        label=gettext_lazy("Levels"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "One a line: the score, “=”, what it means. For example: 2 = in full, but not regularly"
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = self.initial.get("levels")
        if isinstance(levels, list):
            self.initial["levels"] = "\n".join(
                f"{one.get('score')} = {one.get('text', '')}" for one in levels
            )

    def clean_levels(self) -> list[dict[str, Any]]:
        """Read the lines."""
        found = []
        for number, line in enumerate(self.cleaned_data["levels"].splitlines(), 1):
            if not line.strip():
                continue
            score, sign, text = line.partition("=")
            if not sign or not score.strip().isdecimal() or len(score.strip()) > 2:  # noqa: PLR2004  # two figures
                raise ValidationError(_("Line %(number)s is not “score = description”.") % {"number": number})
            found.append({"score": int(score), "text": text.strip()[:300]})
        return sorted(found, key=lambda one: int(str(one["score"])))

    @property
    def values(self) -> Mapping[str, Any]:
        """The values of the item; yes or no gives 1 at most."""
        values = dict(self.cleaned_data)
        if values["kind"] == ItemKind.BINARY:
            values["max"] = 1
        return values


class CopyForm(forms.Form):
    """For whom a form is copied."""

    territory = forms.ModelChoiceField(Territory.objects.none(), label=gettext_lazy("Whose form"))

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow_territory(self.fields["territory"], scope)


def narrow_territory(field: Any, scope: Scope) -> None:
    """Offer the territories of the scope; the only one is chosen."""
    field.queryset = Territory.objects.within(scope)
    field.required = True
    if len(scope.territory_paths) == 1:
        field.initial = Territory.objects.filter(path=scope.territory_paths[0]).first()
