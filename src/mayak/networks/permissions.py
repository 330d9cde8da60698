"""What a person may change in a network."""

from mayak.kernel.access import Scope
from mayak.networks.models import Partnership


def can_end_partnership(scope: Scope, partnership: Partnership) -> bool:
    """Whether the partnership may be ended: by whoever may approve pairs of the mentee's territory."""
    return scope.allows("matching.approve") and scope.covers_territory(
        partnership.mentee.territory.path or ""
    )
