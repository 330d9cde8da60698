"""What every change of a pairing checks and records, and the faults of its input in words."""

from collections.abc import Container, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record
from mayak.matching.algorithms.messages import MESSAGES, Fault
from mayak.matching.algorithms.problem import Problem
from mayak.matching.algorithms.teachers.problem import FactKind, TeacherProblem
from mayak.matching.enums import MATCHING_TRANSITIONS, MatchingLevel, MatchingState, PairRuleKind
from mayak.matching.models import MatchingRun

_RULES = ("objective", "network_model", "settings")
_LIMIT_WORDS = {
    "same_school": lambda: _("a school cannot help itself"),
    "forbidden": lambda: _("forbidden by hand"),
    "territory": lambda: _("outside the territory that the rules allow"),
    "unknown_coordinates": lambda: _("distance unknown"),
    "too_far": lambda: _("farther than the rules allow"),
    "no_common_need": lambda: _("not strong in anything that the school lacks"),
    "low_score": lambda: _("the score is below the least one of the rules"),
    "refused": lambda: _("one of the two schools refused"),
    "unavailable": lambda: _("not available in this school year"),
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


def changed_meanwhile(stored: MatchingRun, computed: MatchingRun) -> bool:
    """Whether somebody changed the rules while the pairs were computed, so that they must be computed anew."""
    return any(getattr(stored, name) != getattr(computed, name) for name in _RULES)


def school_demands_changed(stored: MatchingRun, problem: Problem) -> bool:
    """Whether a lock, ban or move came or went while this input was computed; of schools that take part in it."""
    keys = {one.key for one in problem.mentees} | {one.key for one in problem.leads}
    computed = {(PairRuleKind.LOCK, *pair) for pair in problem.fixed}
    computed |= {(PairRuleKind.FORBID, *pair) for pair in problem.forbidden}
    rows = stored.rules.values_list("kind", "mentee_id", "lead_id")
    return _among(rows, keys) != _among(computed, keys)


def people_demands_changed(stored: MatchingRun, problem: TeacherProblem) -> bool:
    """Whether a lock, ban or move came or went while this input was computed; of people who take part in it."""
    keys = {*problem.mentees.key.tolist(), *problem.mentors.key.tolist()}
    kinds = {FactKind.FIXED: PairRuleKind.LOCK, FactKind.FORBIDDEN: PairRuleKind.FORBID}
    computed = [(kinds[one.kind], one.mentee, one.mentor) for one in problem.facts if one.kind in kinds]
    rows = stored.teacher_rules.values_list("kind", "mentee_id", "mentor_id")
    return _among(rows, keys) != _among(computed, keys)


def _among(rows: Iterable[tuple[str, Any, Any]], keys: Container[str]) -> set[tuple[str, str, str]]:
    found = {(str(kind), str(one), str(other)) for kind, one, other in rows}
    return {row for row in found if row[1] in keys and row[2] in keys}


def logged_words(run: MatchingRun, text: str) -> str:
    """Return free words for the log: of a pairing of teachers none, they may be on a person and must be erasable."""
    return "" if run.level == MatchingLevel.TEACHERS else text


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
