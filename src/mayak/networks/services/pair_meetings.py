"""The calendar of a pair: the mentee proposes, the mentor confirms; a past meeting is written down in 30 seconds."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.networks.enums.mentor_pairs import MEETING_TRANSITIONS, MeetingMode, MeetingState, PairSide
from mayak.networks.models import MentorPair, PairMeeting, PairMiss
from mayak.networks.services.pair_log import held_pair, log_row, note_deed, working_pair

OPEN = (MeetingState.PROPOSED, MeetingState.AGREED)


@transaction.atomic
def propose_meeting(
    pair: MentorPair,
    *,
    actor: Actor,
    side: str,
    day: dt.date,
    at: dt.time | None = None,
    mode: str = MeetingMode.REMOTE,
) -> PairMeeting:
    """Propose the next meeting; a date that stands already is changed, and the other side is asked anew.

    Raises:
        ValidationError: the day has passed; the pair is over.
    """
    held = working_pair(pair)
    if day < timezone.localdate():
        raise ValidationError({"day": _("The next meeting cannot lie in the past.")})
    meeting = held.meetings.select_for_update().filter(state__in=OPEN).first()
    before = [meeting.day.isoformat(), meeting.state] if meeting else None
    meeting = meeting or PairMeeting(pair=held)
    meeting.day, meeting.at, meeting.mode = day, at, mode
    meeting.state, meeting.proposed_by = MeetingState.PROPOSED, side
    meeting.full_clean()
    meeting.save()
    log_row(
        meeting,
        held,
        actor=actor,
        action="propose_meeting",
        changes={"day": [before, day.isoformat()], "by": side},
    )
    return meeting


@transaction.atomic
def confirm_meeting(meeting: PairMeeting, *, actor: Actor, side: str) -> PairMeeting:
    """Agree to the date that the other side proposed.

    Raises:
        ValidationError: one's own proposal; no date waits for a confirmation; the pair is over.
    """
    pair = working_pair(meeting.pair)
    held = PairMeeting.objects.select_for_update().get(pk=meeting.pk)
    if side and held.proposed_by == side:
        raise ValidationError(_("You proposed this date yourself: the other side confirms it."))
    return _move(held, pair, MeetingState.AGREED, actor=actor, action="confirm_meeting")


@transaction.atomic
def cancel_meeting(meeting: PairMeeting, *, actor: Actor) -> PairMeeting:
    """Take a proposed or agreed date back.

    Raises:
        ValidationError: the meeting was held or cancelled already.
    """
    pair = held_pair(meeting.pair)
    held = PairMeeting.objects.select_for_update().get(pk=meeting.pk)
    return _move(held, pair, MeetingState.CANCELLED, actor=actor, action="cancel_meeting")


@transaction.atomic
def log_meeting(
    pair: MentorPair,
    *,
    actor: Actor,
    summary: str,
    held_on: dt.date | None = None,
    mode: str = MeetingMode.REMOTE,
    minutes: int | None = None,
    next_on: dt.date | None = None,
    side: str = PairSide.MENTEE,
) -> PairMeeting:
    """Write down a meeting that was held; the date that stood for it, if any, becomes this meeting.

    Args:
        pair: at work.
        actor: who writes.
        summary: what was done, in one line.
        held_on: today if left out.
        mode: in person or remotely.
        minutes: how long.
        next_on: the next date; it is proposed in the name of ``side``.
        side: who proposes the next date.

    Raises:
        ValidationError: nothing is said of what was done; the day lies in the future; the pair does not work.
    """
    held = working_pair(pair)
    day = held_on or timezone.localdate()
    if held.starts_on is None or held.order_id is None:
        raise ValidationError(_("Meetings are written down once the pair is formed by an order."))
    if day > timezone.localdate():
        raise ValidationError({"held_on": _("This day has not come yet.")})
    if not summary.strip():
        raise ValidationError({"summary": _("Say in one line what was done.")})
    waiting = held.meetings.select_for_update().filter(state__in=OPEN, day__lte=day).first()
    meeting = waiting or PairMeeting(pair=held)
    meeting.day, meeting.mode, meeting.minutes = day, mode, minutes
    meeting.summary, meeting.state = summary.strip()[:300], MeetingState.HELD
    meeting.full_clean()
    meeting.save()
    note_deed(held, day, is_meeting=True)
    log_row(meeting, held, actor=actor, action="log_meeting", changes={"day": [None, day.isoformat()]})
    if next_on is not None:
        if next_on < timezone.localdate():
            raise ValidationError({"next_on": _("The next meeting cannot lie in the past.")})
        propose_meeting(held, actor=actor, side=side, day=next_on, mode=mode)
    return meeting


@transaction.atomic
def state_miss(pair: MentorPair, *, actor: Actor, month: dt.date, reason: str) -> PairMiss:
    """Say why there was no meeting in a month; a second word takes the place of the first.

    Raises:
        ValidationError: no reason; the month has not begun.
    """
    held = held_pair(pair)
    first = month.replace(day=1)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why there was no meeting.")})
    if first > timezone.localdate():
        raise ValidationError({"month": _("This month has not begun yet.")})
    if held.meetings.filter(state=MeetingState.HELD, day__year=first.year, day__month=first.month).exists():
        raise ValidationError({"month": _("There was a meeting in this month.")})
    miss, made = PairMiss.objects.update_or_create(
        pair=held, month=first, defaults={"reason": reason.strip()[:300]}
    )
    log_row(
        miss, held, actor=actor, action="create" if made else "update", changes={"month": first.isoformat()}
    )
    return miss


def _move(
    meeting: PairMeeting, pair: MentorPair, to: MeetingState, *, actor: Actor, action: str
) -> PairMeeting:
    if to not in MEETING_TRANSITIONS[meeting.state]:
        raise ValidationError(_("This date is not open any more."))
    before, meeting.state = meeting.state, to
    meeting.save(update_fields=["state"])
    log_row(meeting, pair, actor=actor, action=action, changes={"state": [before, to]})
    return meeting
