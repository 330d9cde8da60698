"""Forms of the rules of networks; lists are lines, options of a question are lines with bars."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.matching.enums import NetworkModel
from mayak.networks.enums.networks import MemberRole
from mayak.networks.models import DocumentRequirement, GuideQuestion, NetworkCheckItem, NetworkModelCard
from mayak.registry.forms.fields import LinesField

SOURCED = ["year_from", "position", "source", "source_page", "source_year", "is_assumption", "note"]
ROWS = {"note": forms.Textarea(attrs={"rows": 2})}
PARTS = 4
POINTS_AT_MOST = 20


class OptionsField(forms.CharField):
    """Options of a question, one a line: «code | label | reason | model=points; model=points»."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 10}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show the options as lines."""
        if not isinstance(value, list):
            return value
        lines = []
        for one in value:
            points = "; ".join(f"{model}={number}" for model, number in one.get("points", {}).items())
            lines.append(
                f"{one.get('code', '')} | {one.get('label', '')} | {one.get('reason', '')} | {points}"
            )
        return "\n".join(lines)

    def to_python(self, value: Any) -> Any:
        """Return the options.

        Raises:
            ValidationError: a line has not four parts, a model is unknown, points are no whole number, a code twice.
        """
        found: list[dict[str, Any]] = []
        for number, line in enumerate(str(value or "").splitlines(), start=1):
            if line.strip():
                found.append(_option(line, number))
        codes = [one["code"] for one in found]
        if len(set(codes)) < len(codes):
            raise ValidationError(_("Each option has a code of its own."))
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what is shown."""
        return bool(str(self.prepare_value(initial) or "") != str(data or ""))


def _option(line: str, number: int) -> dict[str, Any]:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) != PARTS or not all(parts[:3]):
        raise ValidationError(
            _("Line %(number)s: write code, label, reason and points with bars between them.")
            % {"number": number}
        )
    points: dict[str, int] = {}
    for word in parts[3].split(";"):
        model, sign, figure = word.strip().partition("=")
        if not word.strip():
            continue
        if model.strip() not in NetworkModel.values or not sign:
            raise ValidationError(
                _("Line %(number)s: “%(word)s” names no model.") % {"number": number, "word": word.strip()}
            )
        points[model.strip()] = _points(figure.strip(), number)
    return {"code": parts[0][:60], "label": parts[1], "reason": parts[2], "points": points}


def _points(figure: str, number: int) -> int:
    plain = figure.removeprefix("-").removeprefix("+")
    if not (plain.isascii() and plain.isdecimal()) or len(plain) > len(str(POINTS_AT_MOST)):
        raise ValidationError(
            _("Line %(number)s: points are a whole number from −20 to 20.") % {"number": number}
        )
    found = int(figure)
    if abs(found) > POINTS_AT_MOST:
        raise ValidationError(
            _("Line %(number)s: points are a whole number from −20 to 20.") % {"number": number}
        )
    return found


class CardForm(forms.ModelForm[NetworkModelCard]):
    """A card of a model."""

    features = LinesField(label=gettext_lazy("What it is known by"), required=False)
    conditions = LinesField(label=gettext_lazy("What it needs"), required=False)
    fits_when = LinesField(label=gettext_lazy("When it fits"), required=False)
    went_wrong = LinesField(label=gettext_lazy("What went wrong elsewhere"), required=False)

    class Meta:
        model = NetworkModelCard
        fields = [
            "code", "gist", "structure", "features", "conditions", "fits_when", "went_wrong", "incoming_ratio",
            *SOURCED,
        ]  # fmt: skip
        widgets = {**ROWS, "gist": forms.Textarea(attrs={"rows": 4})}


class RequirementForm(forms.ModelForm[DocumentRequirement]):
    """A required document."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles of the members that need it"),
        choices=MemberRole.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Nothing chosen: every member."),
    )

    class Meta:
        model = DocumentRequirement
        fields = [
            "model", "code", "subject", "title", "gives_functions", "is_required", "centre_kind", "roles", "covers",
            "is_active", *SOURCED,
        ]  # fmt: skip
        widgets = ROWS


class QuestionForm(forms.ModelForm[GuideQuestion]):
    """A question of the guide."""

    options = OptionsField(
        label=gettext_lazy("Options"),
        help_text=gettext_lazy(
            "One a line: code | label | reason | model=points; model=points. Points below zero speak against a model."
        ),
    )

    class Meta:
        model = GuideQuestion
        fields = ["code", "text", "help_text", "options", "is_active", *SOURCED]
        widgets = ROWS


class CheckItemForm(forms.ModelForm[NetworkCheckItem]):
    """An item of the self-check."""

    class Meta:
        model = NetworkCheckItem
        fields = ["kind", "code", "level", "level_title", "title", "text", "is_active", *SOURCED]
        widgets = {**ROWS, "text": forms.Textarea(attrs={"rows": 3})}
