"""A pairing as a network and as a map."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from mayak.kernel.ui.charts import MapPicture, MapPoint, NetworkEdge, NetworkNode, NetworkPicture
from mayak.matching.models import MatchingRun, MatchPair, UnmatchedSchool
from mayak.matching.selectors.runs import lead_loads
from mayak.registry.models import Organisation

AT_MOST = 200
"""Pairs on one picture; more cannot be read."""
_WIDEST = 5


def network_of(run: MatchingRun, pairs: Sequence[MatchPair]) -> NetworkPicture | None:
    """Return lead schools («2 of 3») on one side and their schools on the other; None where it cannot be read."""
    if not pairs or len(pairs) > AT_MOST:
        return None
    loads = {load.lead_id: load for load in lead_loads(run, pairs)}
    nodes: dict[str, NetworkNode] = {}
    for pair in pairs:
        load = loads.get(pair.lead_id)
        words = (
            _("%(school)s, %(load)s of %(capacity)s")
            % {"school": pair.lead, "load": load.load, "capacity": load.capacity}
            if load
            else str(pair.lead)
        )
        nodes.setdefault(
            f"lead-{pair.lead_id}", NetworkNode(f"lead-{pair.lead_id}", words, _("Lead schools"))
        )
    for pair in pairs:
        key = f"mentee-{pair.mentee_id}"
        nodes.setdefault(key, NetworkNode(key, str(pair.mentee), _("Schools that get help")))
    edges = [
        NetworkEdge(
            f"lead-{pair.lead_id}",
            f"mentee-{pair.mentee_id}",
            f"{round(pair.score * 100)} %",
            max(pair.score * _WIDEST, 1),
        )
        for pair in pairs
    ]
    return NetworkPicture(
        nodes=list(nodes.values()),
        edges=edges,
        title=_("Who helps whom"),
        summary=_("The thicker the line, the better the pair fits."),
        columns=(_("Lead school"), _("School that gets help"), _("Score")),
    )


def map_of(pairs: Sequence[MatchPair], unmatched: Sequence[UnmatchedSchool]) -> MapPicture | None:
    """Return the schools that have coordinates; None where nobody has, or where it cannot be read."""
    if len(pairs) + len(unmatched) > AT_MOST:
        return None
    groups: list[tuple[dict[int, Organisation], str, str]] = [
        ({pair.lead_id: pair.lead for pair in pairs}, _("Lead schools"), "good"),
        ({pair.mentee_id: pair.mentee for pair in pairs}, _("Schools that get help"), "info"),
        ({row.mentee_id: row.mentee for row in unmatched}, _("Schools without a pair"), "bad"),
    ]
    points = [
        MapPoint(str(school), float(school.latitude), float(school.longitude), group, tone)
        for schools, group, tone in groups
        for school in schools.values()
        if school.latitude is not None and school.longitude is not None
    ]
    missing = sum(len(schools) for schools, _group, _tone in groups) - len(points)
    if not points:
        return None
    summary = (
        _("Not on the map, because coordinates are missing: %(count)s.") % {"count": missing}
        if missing
        else ""
    )
    return MapPicture(points=points, title=_("Where the schools are"), summary=summary)
