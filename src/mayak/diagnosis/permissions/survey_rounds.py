"""Who reads what a round says of schools, and who sees the wishes of mentors and mentees by name."""

from mayak.kernel.access import Scope
from mayak.surveys.models import Campaign
from mayak.surveys.permissions.campaigns import may_hold

RESULTS = "surveys.results"


def may_read_rounds(scope: Scope) -> bool:
    """Whether what rounds say of schools is shown at all."""
    return scope.allows(RESULTS)


def may_read_wishes(scope: Scope, campaign: Campaign) -> bool:
    """Whether the wishes of mentors and mentees are shown: to who holds the round."""
    return may_hold(scope, campaign)
