"""The sheet of a mentor candidate and the editing of criteria."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mayak.diagnosis.models import MentorCriterion, MentorScore
from mayak.diagnosis.validators.evidence import refuse_vpr


class ScoreForm(forms.Form):
    """Points and a reason for each criterion; a criterion may be left out, a reason may not."""

    def __init__(
        self, *args: Any, items: Iterable[MentorCriterion], known: Iterable[MentorScore], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items = list(items)
        given = {score.criterion_id: score for score in known}
        for item in self.items:
            score = given.get(item.pk)
            self.fields[f"points_{item.pk}"] = forms.TypedChoiceField(
                label=item.text,
                choices=[
                    ("", _("not scored")),
                    *((str(one), str(one)) for one in range(item.max_points + 1)),
                ],
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
                help_text=item.hint,
                initial=str(score.points) if score else "",
            )
            self.fields[f"reason_{item.pk}"] = forms.CharField(
                label=pgettext_lazy("points", "Reason"),
                required=False,
                max_length=1000,
                validators=[refuse_vpr],
                initial=score.reason if score else "",
            )

    def clean(self) -> dict[str, Any]:
        """Points need a reason, a reason needs points."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for item in self.items:
            points, reason = cleaned.get(f"points_{item.pk}"), cleaned.get(f"reason_{item.pk}", "")
            if points is not None and not reason and f"reason_{item.pk}" not in self.errors:
                self.add_error(f"reason_{item.pk}", _("Give the reason for the points."))
            if reason and points is None:
                self.add_error(f"points_{item.pk}", _("Give the points too."))
        if not self.errors and not self.marks:
            self.add_error(None, _("Give points for at least one criterion."))
        return cleaned

    @property
    def marks(self) -> list[tuple[MentorCriterion, int, str]]:
        """What was scored."""
        values = self.cleaned_data
        return [
            (item, values[f"points_{item.pk}"], values[f"reason_{item.pk}"])
            for item in self.items
            if values.get(f"points_{item.pk}") is not None
        ]

    @property
    def groups(self) -> list[tuple[str, list[tuple[Any, Any]]]]:
        """The groups with the two fields of each criterion."""
        found: dict[str, list[tuple[Any, Any]]] = {}
        for item in self.items:
            pair = (self[f"points_{item.pk}"], self[f"reason_{item.pk}"])
            found.setdefault(item.group, []).append(pair)
        return list(found.items())


class CriterionForm(forms.ModelForm[MentorCriterion]):
    """A criterion of a version."""

    class Meta:
        model = MentorCriterion
        fields = ["group", "code", "text", "max_points", "hint", "position"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3}), "hint": forms.Textarea(attrs={"rows": 2})}
