"""Pairs of teachers as a network of their schools."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.kernel.ui.charts import NetworkEdge, NetworkNode, NetworkPicture
from mayak.matching.models import TeacherPair

AT_MOST = 120
"""Lines between schools on one picture; more cannot be read."""
_WIDEST = 5


def teacher_network_of(pairs: Sequence[TeacherPair]) -> NetworkPicture | None:
    """Return the schools of mentors on one side and those of mentees on the other; None where it cannot be read."""
    ties = Counter((pair.mentor_school_id, pair.mentee_school_id) for pair in pairs)
    if not ties or len(ties) > AT_MOST:
        return None
    names = {pair.mentor_school_id: str(pair.mentor_school) for pair in pairs} | {
        pair.mentee_school_id: str(pair.mentee_school) for pair in pairs
    }
    most = max(ties.values())
    giving = sorted({mentor for mentor, _mentee in ties}, key=lambda key: (names[key], key))
    taking = sorted({mentee for _mentor, mentee in ties}, key=lambda key: (names[key], key))
    nodes = [NetworkNode(f"mentor-{key}", names[key], _("Schools of mentors")) for key in giving]
    nodes += [NetworkNode(f"mentee-{key}", names[key], _("Schools of mentees")) for key in taking]
    edges = [
        NetworkEdge(
            f"mentor-{mentor}",
            f"mentee-{mentee}",
            ngettext("%(count)s pair", "%(count)s pairs", count) % {"count": count},
            max(count / most * _WIDEST, 1),
        )
        for (mentor, mentee), count in sorted(ties.items())
    ]
    return NetworkPicture(
        nodes=nodes,
        edges=edges,
        title=_("From which school to which help goes"),
        summary=_("The thicker the line, the more pairs of teachers."),
        columns=(_("School of the mentor"), _("School of the mentee"), _("Pairs")),
    )
