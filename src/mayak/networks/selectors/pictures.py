"""The network as a picture and as a map."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from mayak.kernel.ui.charts import MapPicture, MapPoint, NetworkEdge, NetworkNode, NetworkPicture
from mayak.networks.models import Partnership
from mayak.registry.models import Organisation


def network_picture(partnerships: Iterable[Partnership]) -> NetworkPicture:
    """Return lead schools on one side, mentee schools on the other, a line for each partnership."""
    rows = list(partnerships)
    leads = {row.lead_id: row.lead for row in rows}
    mentees = {row.mentee_id: row.mentee for row in rows}
    nodes = [NetworkNode(f"lead-{key}", str(school), _("Lead schools")) for key, school in leads.items()]
    nodes += [
        NetworkNode(f"mentee-{key}", str(school), _("Schools that get help"))
        for key, school in mentees.items()
    ]
    edges = [
        NetworkEdge(f"lead-{row.lead_id}", f"mentee-{row.mentee_id}", row.get_state_display()) for row in rows
    ]
    return NetworkPicture(
        nodes=nodes,
        edges=edges,
        title=_("Who helps whom"),
        summary=_("Lead schools: %(leads)s, schools that get help: %(mentees)s, pairs: %(pairs)s.")
        % {"leads": len(leads), "mentees": len(mentees), "pairs": len(rows)},
        columns=(_("Lead school"), _("School that gets help"), _("State")),
    )


def places_picture(partnerships: Iterable[Partnership]) -> MapPicture | None:
    """Return the schools that have coordinates on a map; None where nobody has."""
    rows = list(partnerships)
    leads = {row.lead_id: row.lead for row in rows}
    mentees = {row.mentee_id: row.mentee for row in rows}
    points = [*_points(leads.values(), _("Lead schools"), "good")]
    points += _points(mentees.values(), _("Schools that get help"), "warning")
    if not points:
        return None
    missing = len(leads) + len(mentees) - len(points)
    summary = _("Without coordinates: %(count)s.") % {"count": missing} if missing else ""
    return MapPicture(points=points, title=_("Where the schools are"), summary=summary)


def _points(schools: Iterable[Organisation], group: str, tone: str) -> list[MapPoint]:
    return [
        MapPoint(str(school), float(school.latitude), float(school.longitude), group, tone)
        for school in schools
        if school.latitude is not None and school.longitude is not None
    ]
