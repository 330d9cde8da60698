"""Who may change networks and their rules."""

from mayak.kernel.access import Scope
from mayak.networks.models import Network, NetworkMember

EDIT = "networks.edit"
OWN = "networks.own_school"
_REGION_DEPTH = 2


def may_keep_networks(scope: Scope) -> bool:
    """Whether the person keeps networks at all."""
    return scope.allows(EDIT)


def can_edit_network(scope: Scope, network: Network) -> bool:
    """Whether the person keeps this network: keeps networks in its whole territory."""
    return may_keep_networks(scope) and scope.covers_territory(network.territory.path or "")


def can_leave_network(scope: Scope, member: NetworkMember) -> bool:
    """Whether the person may let this member leave: who keeps the network, and the head of the member itself."""
    if can_edit_network(scope, member.network):
        return True
    return scope.allows(OWN) and member.organisation_id in scope.organisation_ids


def can_edit_network_rules(scope: Scope) -> bool:
    """Whether cards, documents and questions, which all districts share, may be changed: the region decides."""
    if scope.everything:
        return True
    depths = [path.strip("/").count("/") + 1 for path in scope.territory_paths]
    return may_keep_networks(scope) and any(depth <= _REGION_DEPTH for depth in depths)
