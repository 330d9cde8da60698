"""Who holds rounds of surveys, and who looks at them."""

from mayak.kernel.access import Scope
from mayak.surveys.enums import MANAGE, RESULTS
from mayak.surveys.models import Campaign

REGION = 2
"""Depth of a region in the tree of territories, under the country."""


def may_see_campaigns(scope: Scope) -> bool:
    """Whether rounds are shown at all: to those who hold them and those who read their results."""
    return scope.allows(MANAGE) or scope.allows(RESULTS)


def may_hold_campaigns(scope: Scope) -> bool:
    """Whether rounds may be made."""
    return scope.allows(MANAGE)


def may_hold(scope: Scope, campaign: Campaign) -> bool:
    """Whether this round may be changed, started, closed, and its participation seen by name."""
    owner = campaign.owner
    return scope.allows(MANAGE) and scope.covers_organisation(owner.pk, owner.territory.path or "")


def may_change_rules(scope: Scope) -> bool:
    """Whether the numbers of the checks may be changed: they hold everywhere, so the region and above decide."""
    depths = [path.strip("/").count("/") + 1 for path in scope.territory_paths]
    return scope.everything or (scope.allows(MANAGE) and any(depth <= REGION for depth in depths))
