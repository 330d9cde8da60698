"""Words for every code that a report may hold: those of reading and those of the pipeline."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from .messages import NOTES, REJECTIONS, SKIPS

PIPELINE: Final[Mapping[str, object]] = {
    "school_unknown": _("no school of the registry is like this one: create it or say which it is"),
    "school_unclear": _("it is not clear which school this is: a person must decide"),
    "school_question": _("a school that waits for a decision"),
    "territory_unknown": _("the registry has no such region or municipality: create it or correct the name"),
    "not_our_school": _("a person decided that this is not a school of ours"),
    "subject_unknown": _("the registry has no such subject: create it or give it this name as an alias"),
    "missing_subject": _("the subject is not known: choose it in the mapping"),
    "missing_kind": _("the kind of the assessment is not known: choose it in the mapping"),
    "missing_year": _("the year is not known: give it in the mapping"),
    "missing_grade": _("the grade is not known: give it in the mapping"),
    "missing_year_context": _(
        "the year of this indicator is not known, none of its numbers is taken: give the year"
    ),
    "missing_school": _("no column names the school: choose one in the mapping"),
    "participant_twice": _("this participant stands twice in the list of the school; the first row counts"),
    "row_twice": _(
        "the school stands twice with different numbers; the first place counts: %(file)s, row %(row)s"
    ),
    "row_repeated": _("the same numbers stand already in %(file)s, row %(row)s"),
    "below_more_than_participants": _("more participants below the threshold than participants"),
    "mean_too_big": _("the mean score is too big"),
}
ALL_WORDS: Final[Mapping[str, object]] = {**REJECTIONS, **SKIPS, **NOTES, **PIPELINE}


class _Forgiving(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def issue_text(code: str, params: Mapping[str, Any] | None = None) -> str:
    """The sentence for a code; an unknown code is shown as it is."""
    text = str(ALL_WORDS.get(code, code))
    return text % _Forgiving(params or {}) if "%(" in text else text
