"""What a person may do with a pairing."""

from mayak.kernel.access import Scope
from mayak.matching.enums import MatchingState
from mayak.matching.models import MatchingRun
from mayak.registry.models import Territory


def can_create_runs(scope: Scope) -> bool:
    """Whether the person may pair schools at all."""
    return scope.allows("matching.edit")


def can_pair_territory(scope: Scope, territory: Territory) -> bool:
    """Whether the schools of this territory may be paired."""
    return can_create_runs(scope) and scope.covers_territory(territory.path or "")


def can_edit_run(scope: Scope, run: MatchingRun) -> bool:
    """Whether rules and pairs of this pairing may be changed: only while it is a draft."""
    return run.state == MatchingState.DRAFT and can_pair_territory(scope, run.territory)


def can_approve_run(scope: Scope, run: MatchingRun) -> bool:
    """Whether this pairing may be approved or archived."""
    return scope.allows("matching.approve") and scope.covers_territory(run.territory.path or "")


def can_see_teacher_runs(scope: Scope) -> bool:
    """Whether drafts of pairs of teachers may be seen: they name what single teachers lack."""
    return any(scope.allows(right) for right in ("matching.edit", "matching.approve", "diagnosis.people"))


def can_see_colleagues_pairs(scope: Scope) -> bool:
    """Whether approved pairs of other teachers of the own schools may be seen; one's own are always seen."""
    return can_see_teacher_runs(scope) or scope.allows("diagnosis.own_school")
