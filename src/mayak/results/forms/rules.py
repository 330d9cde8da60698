"""Forms of the rules: scales, quality signs, retention, each with its source."""

from typing import Any, ClassVar

from django import forms

from mayak.kernel.access import Scope
from mayak.registry.models import Territory
from mayak.results.models import QualityRule, RetentionRule, ScoreScale

SOURCED = ["source", "source_page", "source_year", "is_assumption", "note"]


class ScaleForm(forms.ModelForm[ScoreScale]):
    """A scale with its threshold."""

    class Meta:
        model = ScoreScale
        fields: ClassVar[list[str]] = [
            "kind", "subject", "grade", "territory", "year_from", "year_to", "max_score", "pass_score",
            "bound_3", "bound_4", "bound_5", *SOURCED,
        ]  # fmt: skip

    def __init__(self, *args: Any, scope: Scope, is_common: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["territory"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Territory.objects.within(scope).order_by("path")
            field.required = not is_common


class QualityRuleForm(forms.ModelForm[QualityRule]):
    """The threshold of a sign."""

    class Meta:
        model = QualityRule
        fields: ClassVar[list[str]] = ["code", "name", "value", "unit", "year_from", "is_enabled", *SOURCED]


class RetentionForm(forms.ModelForm[RetentionRule]):
    """How long rows are kept."""

    class Meta:
        model = RetentionRule
        fields: ClassVar[list[str]] = ["name", "keep_years", *SOURCED]
