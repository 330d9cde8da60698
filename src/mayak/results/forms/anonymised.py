"""The form of an anonymised export."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

FIRST_YEAR, LAST_YEAR = 2000, 2100


def _this_year() -> int:
    return timezone.localdate().year


class AnonymisedForm(forms.Form):
    """Which years, and whether participants too."""

    year_from = forms.IntegerField(
        label=_("From the year"), min_value=FIRST_YEAR, max_value=LAST_YEAR, initial=lambda: _this_year() - 4
    )
    year_to = forms.IntegerField(
        label=_("To the year"), min_value=FIRST_YEAR, max_value=LAST_YEAR, initial=_this_year
    )
    participants = forms.BooleanField(label=_("Rows of participants too"), required=False)
    promised = forms.BooleanField(
        label=_("I keep the file apart from the original data and look for nobody in it")
    )

    def clean(self) -> dict[str, Any]:
        """Refuse years in the wrong order."""
        values = super().clean() or {}
        first, last = values.get("year_from"), values.get("year_to")
        if first is not None and last is not None and first > last:
            self.add_error("year_to", _("The end of a period cannot lie before its beginning."))
        return values
