"""The agreement of observers in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from mayak.diagnosis.algorithms.agreement import Agreement

GOOD: Final = 0.8
TENTATIVE: Final = 0.667
"""K. Krippendorff, «Content Analysis», 2nd ed. 2004, p. 241: rely on alpha from 0.800 on, draw tentative conclusions
from 0.667 on."""


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One length of scale as a page shows it."""

    scale: str
    agreement: Agreement
    tone: str
    word: Any
    note: Any = ""


def agreement_rows(found: Mapping[int, Agreement]) -> list[AgreementRow]:
    """Return one row for each length of scale on which scores can be compared."""
    return [
        AgreementRow(_("0 to %(highest)s") % {"highest": highest}, one, *agreement_word(one))
        for highest, one in found.items()
        if one.units
    ]


def agreement_word(one: Agreement) -> tuple[str, str, str]:
    """Return tone, word and what follows from it."""
    if one.alpha is None:
        return "neutral", _("no alpha"), _("all scores are the same")
    if one.alpha >= GOOD:
        return "good", _("the observers agree"), ""
    if one.alpha >= TENTATIVE:
        return "warning", _("agree in the main"), _("tentative conclusions only")
    return "bad", _("talk it over"), ""
