"""What the first screen says of mentor pairs: to those who work in one, and to those who keep them."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.accounts.models import User
from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.today import TodayTask
from mayak.networks.enums.mentor_pairs import MeetingState, PairState, PlanItemState
from mayak.networks.models import MentorPair, MentorPairQuerySet, PairMeeting, PairPlanItem
from mayak.networks.permissions.mentor_pairs import can_keep_pairs, keeping_scope
from mayak.networks.selectors.mentor_pairs import own_pairs, pair_list
from mayak.networks.selectors.pair_rhythm import silent_days
from mayak.networks.selectors.pair_rules import (
    SILENT_COORDINATOR,
    SILENT_PAIR,
    holidays,
    holidays_at,
    pair_rules,
    silent_pairs,
)

_SHOWN = 10
_ORDER = 30
SILENT = "silent"


def own_pair_tasks(request: HttpRequest) -> Iterator[TodayTask]:
    """Yield the own pairs of the user with the one thing to do in each; the number of queries is fixed."""
    user = request.user
    if not isinstance(user, User) or user.person_id is None:
        return
    pairs = list(pair_list(own_pairs(user.person_id).current())[:_SHOWN])
    if not pairs:
        return
    keys = [pair.pk for pair in pairs]
    coming = {
        one.pair_id: one
        for one in PairMeeting.objects.filter(
            pair__in=keys, state__in=[MeetingState.PROPOSED, MeetingState.AGREED]
        )
    }
    waiting = set(
        PairPlanItem.objects.filter(pair__in=keys, state=PlanItemState.PROPOSED).values_list(
            "pair", flat=True
        )
    )
    rules, known, today = pair_rules(), holidays(), timezone.localdate()
    for pair in pairs:
        side = "mentor" if pair.mentor_id == user.person_id else "mentee"
        path = pair.first_school.territory.path or ""
        silent = silent_days(pair, today=today, known=holidays_at(path, known))
        meeting = coming.get(pair.pk)
        title, text, tone = _next_step(
            pair,
            user.person_id,
            side,
            meeting,
            plan_waits=pair.pk in waiting,
            silent=silent if silent >= rules[SILENT_PAIR] else 0,
        )
        yield TodayTask(title, text, reverse("networks:pair", args=[pair.pk]), tone=tone, order=_ORDER)


def keeper_pair_tasks(request: HttpRequest) -> Iterator[TodayTask]:
    """Yield what waits for who keeps pairs: refusals, late consents, orders, silent pairs; one query each."""
    scope = request_scope(request)
    if not can_keep_pairs(scope):
        return
    rows = MentorPair.objects.within(keeping_scope(scope))
    today = timezone.localdate()
    returned = rows.filter(state=PairState.RETURNED).count()
    if returned:
        text = ngettext(
            "%(count)s pair was refused: propose another mentor or end it.",
            "%(count)s pairs were refused: propose other mentors or end them.",
            returned,
        ) % {"count": returned}
        yield _task(_("Mend the refused pairs"), text, f"state={PairState.RETURNED}", "bad")
    late = rows.filter(state=PairState.PROPOSED, consent_until__lt=today).count()
    if late:
        text = ngettext(
            "In %(count)s pair the time for the consents has run out.",
            "In %(count)s pairs the time for the consents has run out.",
            late,
        ) % {"count": late}
        yield _task(_("Ask for the consents"), text, "late=1", "warning")
    agreed = rows.filter(state=PairState.CONSENTED).count()
    if agreed:
        text = ngettext(
            "In %(count)s pair everybody consents: it waits for the order.",
            "In %(count)s pairs everybody consents: they wait for the order.",
            agreed,
        ) % {"count": agreed}
        yield _task(_("Form the pairs by an order"), text, f"state={PairState.CONSENTED}", "info")
    yield from _silent(rows)


def _silent(rows: MentorPairQuerySet) -> Iterator[TodayTask]:
    days = pair_rules()[SILENT_COORDINATOR]
    count = silent_pairs(rows, days, timezone.localdate()).count()
    if count:
        text = ngettext(
            "%(count)s pair has not met for %(days)s days, school holidays left out.",
            "%(count)s pairs have not met for %(days)s days, school holidays left out.",
            count,
        ) % {"count": count, "days": days}
        yield _task(_("Ask the silent pairs"), text, f"{SILENT}=1", "warning")


def _task(title: str, text: str, query: str, tone: str) -> TodayTask:
    return TodayTask(title, text, f"{reverse('networks:pairs')}?{query}", tone=tone, order=_ORDER)


def _next_step(
    pair: MentorPair,
    person: int,
    side: str,
    meeting: PairMeeting | None,
    *,
    plan_waits: bool,
    silent: int,
) -> tuple[str, str, str]:
    """Return title, sentence and tone of the one thing to do in a pair."""
    others = (
        ", ".join(str(one.person) for one in pair.mentees.all()) if side == "mentor" else str(pair.mentor)
    )
    if pair.state == PairState.PROPOSED and _waits_for(pair, person):
        words = {"who": others, "day": f"{pair.consent_until:%d.%m.%Y}" if pair.consent_until else "—"}
        return (
            _("Say whether you agree to the pair"),
            _("%(who)s. Your answer is awaited until %(day)s.") % words,
            "warning",
        )
    if meeting is not None and meeting.state == MeetingState.PROPOSED and meeting.proposed_by != side:
        text = _("%(who)s proposes %(day)s.") % {"who": others, "day": f"{meeting.day:%d.%m.%Y}"}
        return _("Confirm the date of the meeting"), text, "warning"
    if silent and not (meeting is not None and meeting.state == MeetingState.AGREED):
        text = _("You have not met for %(days)s days (%(who)s). Agree on a date, or write a meeting down.")
        return _("Agree on a meeting of your pair"), text % {"days": silent, "who": others}, "warning"
    if plan_waits:
        return (
            _("Approve the plan of your pair"),
            _("Proposed lines wait (%(who)s).") % {"who": others},
            "info",
        )
    if meeting is not None:
        text = _("%(who)s, next meeting %(day)s.") % {"who": others, "day": f"{meeting.day:%d.%m.%Y}"}
    else:
        text = f"{others}, {pair.get_state_display()}"
    return _("Open your mentor pair"), text, "info"


def _waits_for(pair: MentorPair, person: int) -> bool:
    if pair.mentor_id == person:
        return pair.mentor_consented_on is None
    return any(one.person_id == person and one.consented_on is None for one in pair.mentees.all())
