"""What the first screen says of pairs of teachers: to coordinators the pairing, to participants their own pair."""

from collections.abc import Iterator

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from mayak.accounts.models import User
from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.today import TodayTask
from mayak.matching.enums import MatchingLevel, MatchingState
from mayak.matching.models import MatchingRun, TeacherPair
from mayak.matching.selectors.today import latest_of_year
from mayak.registry.selectors.school_years import current_start_year

ORDER, OWN_ORDER = 42, 15
NAMED = 3


def teacher_tasks(request: HttpRequest) -> Iterator[TodayTask]:
    """Yield the next thing to do with the pairing of teachers of this school year, and one's own pair; two queries."""
    yield from _own(request.user)
    scope = request_scope(request)
    if not scope.allows("matching.edit"):
        return
    runs = MatchingRun.objects.within(scope).order_by("-created_at", "-pk")
    latest = latest_of_year(runs, MatchingLevel.TEACHERS)
    if latest is None:
        return
    title, url = _("Pair teachers with mentors"), reverse("matching:review", args=[latest.pk])
    if latest.state == MatchingState.APPROVED:
        text = _("«%(title)s» is approved.") % {"title": latest}
        yield TodayTask(title, text, url, tone="good", order=ORDER)
    elif latest.solved_at is None:
        text = _("«%(title)s» is begun and not computed yet.") % {"title": latest}
        yield TodayTask(title, text, reverse("matching:readiness", args=[latest.pk]), order=ORDER)
    else:
        served, needs = latest.summary["served"], latest.summary["needs"]
        text = _("Needs with a mentor: %(served)s of %(needs)s. Look at the pairs and approve.")
        yield TodayTask(title, text % {"served": served, "needs": needs}, url, order=ORDER)


def _own(user: object) -> Iterator[TodayTask]:
    """One's own approved pairs of this school year, as mentor and as teacher."""
    if not isinstance(user, User) or user.person_id is None:
        return
    person = user.person_id
    rows = TeacherPair.objects.filter(
        Q(mentee=person) | Q(mentor=person),
        run__state=MatchingState.APPROVED,
        run__school_year__start_year=current_start_year(),
    ).select_related("mentee", "mentor")
    mentors: dict[int, str] = {}
    mentees: dict[int, str] = {}
    for pair in rows.order_by("mentor__sort_key", "mentee__sort_key", "pk"):
        if pair.mentee_id == person:
            mentors[pair.mentor_id] = str(pair.mentor)
        else:
            mentees[pair.mentee_id] = str(pair.mentee)
    url = reverse("matching:teacher-pairs")
    if mentors:
        text = _("With you work: %(people)s.") % {"people": _named(mentors)}
        yield TodayTask(_("Get to know your mentor"), text, url, tone="info", order=OWN_ORDER)
    if mentees:
        text = _("You help: %(people)s.") % {"people": _named(mentees)}
        yield TodayTask(_("Get to know the teachers you help"), text, url, tone="info", order=OWN_ORDER)


def _named(people: dict[int, str]) -> str:
    shown = list(people.values())[:NAMED]
    return ", ".join(shown) + (f" (+{len(people) - NAMED})" if len(people) > NAMED else "")
