"""What every change of a pairing checks and records, and the faults of its input in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record
from mayak.matching.algorithms.messages import MESSAGES, Fault
from mayak.matching.enums import MATCHING_TRANSITIONS, MatchingState
from mayak.matching.models import MatchingRun

_LIMIT_WORDS = {
    "same_school": lambda: _("a school cannot help itself"),
    "forbidden": lambda: _("forbidden by hand"),
    "territory": lambda: _("outside the territory that the rules allow"),
    "unknown_coordinates": lambda: _("distance unknown"),
    "too_far": lambda: _("farther than the rules allow"),
    "no_common_need": lambda: _("not strong in anything that the school lacks"),
    "low_score": lambda: _("the score is below the least one of the rules"),
}


def held(run: MatchingRun) -> MatchingRun:
    """Return the pairing as it is stored now, held until the end of the transaction."""
    return MatchingRun.objects.select_for_update().select_related("territory", "school_year").get(pk=run.pk)


def check_transition(run: MatchingRun, state: str) -> None:
    """Refuse a change of state that the table does not allow.

    Raises:
        ValidationError: says from which state to which.
    """
    if state not in MATCHING_TRANSITIONS[run.state]:
        raise ValidationError(
            _("A pairing in the state «%(now)s» cannot become «%(then)s».")
            % {"now": run.get_state_display(), "then": MatchingState(state).label},
            code="transition",
        )


def check_draft(run: MatchingRun) -> None:
    """Refuse a change of what is no draft or belongs to a closed year.

    Raises:
        ValidationError: says which of the two.
    """
    if run.state != MatchingState.DRAFT:
        raise ValidationError(
            _("Only a draft can be changed; this pairing is in the state «%(state)s».")
            % {"state": run.get_state_display()},
            code="not_draft",
        )
    if run.school_year.is_closed:
        raise ValidationError(
            _("The school year %(year)s is closed for changes.") % {"year": run.school_year},
            code="closed_year",
        )


def log_run(run: MatchingRun, *, actor: Actor, action: str, changes: Mapping[str, Any] | None = None) -> None:
    """Write the audit entry of a pairing."""
    record(run, actor=actor, action=action, changes=changes or {}, territory_path=run.territory.path or "")


def fault_texts(faults: Iterable[Fault], names: Mapping[str, str]) -> list[str]:
    """Return the faults of an input in the language of the reader, with the names of the schools."""
    return [_fault_text(fault, names) for fault in faults]


def _fault_text(fault: Fault, names: Mapping[str, str]) -> str:
    words: dict[str, object] = dict(fault.params)
    for name in ("mentee", "lead", "key"):
        if name in words:
            words[name] = names.get(str(words[name]), words[name])
    if "limit" in words:
        codes = str(words["limit"]).split(", ")
        words["limit"] = "; ".join(_LIMIT_WORDS[code]() if code in _LIMIT_WORDS else code for code in codes)
    text = _(MESSAGES[fault.code]) % words
    return f"{text[:1].upper()}{text[1:]}."
