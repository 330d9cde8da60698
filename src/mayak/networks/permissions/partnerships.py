"""What a person may do with a partnership."""

from mayak.kernel.access import Scope
from mayak.networks.models import Partnership

EDIT, OWN = "networks.edit", "networks.own_school"


def can_end_partnership(scope: Scope, partnership: Partnership) -> bool:
    """Whether the partnership may be ended: by whoever may approve pairs of the mentee's territory."""
    return scope.allows("matching.approve") and scope.covers_territory(
        partnership.mentee.territory.path or ""
    )


def can_keep_partnership(scope: Scope, partnership: Partnership) -> bool:
    """Whether terms, beginning, pauses and proposals are this person's affair: who keeps the mentee's territory."""
    return scope.allows(EDIT) and scope.covers_territory(partnership.mentee.territory.path or "")


def can_answer(scope: Scope, partnership: Partnership, side: str) -> bool:
    """Whether the answer of a side may be written down: by the school's own head or coordinator, or on paper."""
    own = scope.allows(OWN) and partnership.school_of(side).pk in scope.organisation_ids
    return own or can_keep_partnership(scope, partnership)


def can_renew(scope: Scope) -> bool:
    """Whether partnerships of a territory may be renewed and loaded from a file."""
    return scope.allows(EDIT) and (scope.everything or bool(scope.territory_paths))
