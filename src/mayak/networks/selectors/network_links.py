"""Links of a network against what its model says: many links into the centre, or links between equals, or an order."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.matching.enums import NetworkModel
from mayak.networks.enums.networks import MemberRole, NetworkStructure
from mayak.networks.models import CoordinationCentre, Network, NetworkMember, NetworkModelCard, Partnership

CENTRAL_ROLES = (MemberRole.COORDINATION_CENTRE, MemberRole.RESOURCE_CENTRE)
FEW_MENTEES = 3
"""From so many schools on it says something that all of them turn to one. Assumption: a group begins at three (S2)."""


@dataclass(frozen=True, slots=True)
class LinkRemark:
    """A sentence about the links with its tone."""

    tone: str
    text: str


def links_of(network: Network) -> QuerySet[Partnership]:
    """Return the current partnerships of a network: those put into it, and those between its members in the year.

    A partnership that belongs to another network is left out, so a school may be in several networks.
    """
    members = (
        NetworkMember.objects.filter(Q(network=network) | Q(network__parent=network), left_on=None)
        .order_by()
        .values("organisation")
    )
    inside = Q(network=None, mentee__in=members, lead__in=members)
    return (
        Partnership.objects.current()
        .filter(Q(network=network) | Q(network__parent=network) | inside, school_year=network.school_year_id)
        .select_related("mentee", "lead")
        .order_by("lead__sort_key", "mentee__sort_key", "pk")
    )


def centre_organisations(members: Sequence[NetworkMember], centres: Sequence[CoordinationCentre]) -> set[int]:
    """Return the organisations that are a centre of the network: by their role or as its coordination centre."""
    found = {row.organisation_id for row in members if row.role in CENTRAL_ROLES}
    return found | {row.organisation_id for row in centres if row.organisation_id is not None}


def link_remarks(
    network: Network,
    card: NetworkModelCard | None,
    members: Sequence[NetworkMember],
    centres: Sequence[CoordinationCentre],
    links: Sequence[Partnership],
) -> list[LinkRemark]:
    """Return what the links say against the model; nothing where no model is chosen."""
    if card is None:
        return []
    if card.structure == NetworkStructure.CENTRE:
        return _of_centre(card, members, centres, links)
    if card.structure == NetworkStructure.CHAIN:
        return _of_chain(members)
    if card.structure == NetworkStructure.PARTS:
        return []
    return _of_equals(network, links)


def _of_centre(
    card: NetworkModelCard,
    members: Sequence[NetworkMember],
    centres: Sequence[CoordinationCentre],
    links: Sequence[Partnership],
) -> list[LinkRemark]:
    central = centre_organisations(members, centres)
    if not central and not centres:
        return [LinkRemark("bad", _("The model needs a centre, and none is named."))]
    if not links:
        return [_no_links()]
    incoming = sum(1 for link in links if link.lead_id in central)
    outgoing = sum(1 for link in links if link.mentee_id in central)
    if not incoming and not outgoing:
        text = _(
            "The centre is no side of a network pair: it directs by its act, the schools help each other."
        )
        return [LinkRemark("info", text)]
    words = {"incoming": incoming, "outgoing": outgoing}
    ratio = float(card.incoming_ratio or 0)
    if incoming and incoming >= ratio * outgoing:
        text = _(
            "Incoming links of the centre: %(incoming)s, outgoing: %(outgoing)s — a hierarchy, as the model says."
        )
        found = [LinkRemark("good", text % words)]
    else:
        text = _(
            "Incoming links of the centre: %(incoming)s, outgoing: %(outgoing)s. "
            "In this model incoming links are far more."
        )
        found = [LinkRemark("warning", text % words)]
    past = len(links) - incoming - outgoing
    if past:
        text = ngettext(
            "%(count)s link of %(total)s goes past the centre.",
            "%(count)s links of %(total)s go past the centre.",
            past,
        )
        found.append(LinkRemark("warning", text % {"count": past, "total": len(links)}))
    return found


def _of_equals(network: Network, links: Sequence[Partnership]) -> list[LinkRemark]:
    found = []
    if network.model == NetworkModel.DISTRIBUTED_IDENTICAL and not network.goal.strip():
        found.append(LinkRemark("bad", _("The model rests on a common goal, and none is written.")))
    if not links:
        return [*found, _no_links()]
    leads = Counter(link.lead_id for link in links)
    helped = Counter(link.mentee_id for link in links)
    if len(leads) == 1 and len(helped) >= FEW_MENTEES:
        text = _(
            "All %(count)s links lead to one school: this is how a concentrated network looks, not a distributed one."
        )
        return [*found, LinkRemark("warning", text % {"count": len(links)})]
    several = sum(1 for count in helped.values() if count > 1)
    text = _("Lead schools: %(leads)s, schools that get help: %(mentees)s, links: %(links)s.")
    found.append(
        LinkRemark("good", text % {"leads": len(leads), "mentees": len(helped), "links": len(links)})
    )
    if network.model == NetworkModel.DISTRIBUTED_INSTRUMENTAL:
        text = ngettext(
            "%(count)s school gets help from several lead schools.",
            "%(count)s schools get help from several lead schools.",
            several,
        )
        found.append(LinkRemark("info", text % {"count": several}))
    return found


def _of_chain(members: Sequence[NetworkMember]) -> list[LinkRemark]:
    found = []
    places = [row.position for row in members if row.position is not None]
    if len(places) < len(members):
        found.append(LinkRemark("bad", _("Not every member has its place in the chain.")))
    if len(set(places)) < len(places):
        found.append(LinkRemark("bad", _("Two members have the same place in the chain.")))
    if any(not row.task.strip() for row in members):
        found.append(LinkRemark("warning", _("Not every link of the chain has its task.")))
    if not found:
        found.append(LinkRemark("good", _("Each link of the chain has its place and its task.")))
    return found


def _no_links() -> LinkRemark:
    return LinkRemark("warning", _("There are no network pairs between the members yet."))


def loads_of(links: Sequence[Partnership]) -> dict[int, tuple[list[Any], list[Any]]]:
    """Return by organisation whom it helps and who helps it, as partnerships."""
    found: dict[int, tuple[list[Any], list[Any]]] = {}
    for link in links:
        found.setdefault(link.lead_id, ([], []))[0].append(link)
        found.setdefault(link.mentee_id, ([], []))[1].append(link)
    return found
