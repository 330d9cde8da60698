"""The picture of one network by its model: a centre with its members, equals, or links of a chain."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from django.urls import reverse
from django.utils.translation import gettext as _

from mayak.kernel.ui.charts import MapPicture, MapPoint, NetworkEdge, NetworkNode, NetworkPicture
from mayak.kernel.ui.pictures import HUB, LINE
from mayak.networks.enums.networks import MemberRole, NetworkStructure
from mayak.networks.models import CoordinationCentre, NetworkMember, NetworkModelCard, Partnership
from mayak.networks.selectors.network_links import centre_organisations

Tone = Callable[[Partnership], str]


def model_picture(
    card: NetworkModelCard | None,
    members: Sequence[NetworkMember],
    centres: Sequence[CoordinationCentre],
    links: Sequence[Partnership],
    *,
    tone: Tone,
) -> NetworkPicture | None:
    """Return the network as its model says; None where there is nobody to draw.

    Help runs from the lead to the mentee school; the colour and dash of a line tell the state of the partnership. Ties
    that no partnership stands for are the work of a centre with its members, and the order of a chain.

    Args:
        card: of the model; without one members stand as equals.
        members: who takes part now, links of a chain in their order.
        centres: coordination centres.
        links: partnerships of the network.
        tone: gives the tone of a partnership's state.
    """
    structure = card.structure if card else NetworkStructure.FLAT
    central = centre_organisations(members, centres) if structure == NetworkStructure.CENTRE else set()
    nodes = _nodes(members, centres, central, in_order=structure == NetworkStructure.CHAIN)
    if not nodes:
        return None
    known = {node.key for node in nodes}
    edges = [
        NetworkEdge(str(link.lead_id), str(link.mentee_id), edge_words(link), tone=tone(link))
        for link in links
        if {str(link.lead_id), str(link.mentee_id)} <= known
    ]
    edges += _ties(structure, nodes, edges)
    return NetworkPicture(
        nodes=nodes,
        edges=edges,
        title=_("Picture of the network"),
        summary=_(
            "Members: %(members)s, network pairs: %(pairs)s. An arrow leads from who helps to whom it helps."
        )
        % {"members": len(nodes), "pairs": len(links)},
        columns=(_("Who helps"), _("Whom it helps"), _("Content line and state")),
        arrangement={NetworkStructure.CENTRE: HUB, NetworkStructure.CHAIN: LINE}.get(
            NetworkStructure(structure), ""
        ),
        is_directed=True,
    )


def edge_words(link: Partnership) -> str:
    """Return the content lines of a partnership and its state: «Математика, 9; русский язык · действует»."""
    lines = []
    for need in link.content:
        name, grade = str(need.get("name", "")), need.get("grade")
        lines.append(f"{name}, {grade}" if grade else name)
    state = str(link.get_state_display())
    return f"{'; '.join(lines)} · {state}" if lines else state


def _nodes(
    members: Sequence[NetworkMember],
    centres: Sequence[CoordinationCentre],
    central: set[int],
    *,
    in_order: bool,
) -> list[NetworkNode]:
    """One node for each organisation, centres first; a council that is the centre is a node too."""
    found: dict[str, NetworkNode] = {}
    if not in_order:
        for centre in centres:
            key = str(centre.organisation_id or f"centre-{centre.pk}")
            found[key] = NetworkNode(key, str(centre), _("Centre"))
    for row in members:
        key = str(row.organisation_id)
        if key in found and not found[key].url:
            found[key] = NetworkNode(key, found[key].label, found[key].group, _address(row))
            continue
        group = _("Centre") if row.organisation_id in central else MemberRole(row.role).label
        label = f"{row.position}. {row.organisation}" if in_order and row.position else str(row.organisation)
        found.setdefault(key, NetworkNode(key, label, group, _address(row)))
    return sorted(found.values(), key=lambda node: str(node.group) != str(_("Centre")))


def _address(row: NetworkMember) -> str:
    return reverse("registry:organisations-detail", args=[row.organisation_id])


def _ties(structure: str, nodes: Sequence[NetworkNode], edges: Sequence[NetworkEdge]) -> list[NetworkEdge]:
    """Return the ties of the model itself where no partnership joins the two already."""
    joined = {frozenset((edge.source, edge.target)) for edge in edges}
    if structure == NetworkStructure.CHAIN:
        wanted = list(pairwise(nodes))
        word = _("passes the task on")
    elif structure == NetworkStructure.CENTRE:
        middle = [node for node in nodes if str(node.group) == str(_("Centre"))]
        wanted = [(one, other) for one in middle for other in nodes if other not in middle]
        word = _("directs")
    else:
        return []
    return [
        NetworkEdge(one.key, other.key, word, tone="neutral")
        for one, other in wanted
        if frozenset((one.key, other.key)) not in joined
    ]


def member_places(members: Sequence[NetworkMember]) -> MapPicture | None:
    """Return the members that have coordinates on a map, told apart by their roles; None where nobody has."""
    points = [
        MapPoint(
            str(row.organisation),
            float(row.organisation.latitude),
            float(row.organisation.longitude),
            MemberRole(row.role).label,
        )
        for row in members
        if row.organisation.latitude is not None and row.organisation.longitude is not None
    ]
    if not points:
        return None
    missing = len(members) - len(points)
    summary = _("Without coordinates: %(count)s.") % {"count": missing} if missing else ""
    return MapPicture(points=points, title=_("Where the members are"), summary=summary)
