"""Form of a rule of surveys."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from mayak.surveys.models import SurveyRule


class RuleForm(forms.ModelForm[SurveyRule]):
    """The number and where it stands."""

    class Meta:
        model = SurveyRule
        fields = ("value", "source", "source_page", "source_year", "is_assumption", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].validators += [MinValueValidator(0), MaxValueValidator(365)]

    def _post_clean(self) -> None:
        """The service sets and checks the values."""
