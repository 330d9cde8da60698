"""The plan of a pair: proposed from the deficits and the bank of typical measures, approved, carried out."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.networks.enums.mentor_pairs import PLAN_TRANSITIONS, MeetingMode, PairKind, PlanItemState
from mayak.networks.models import MentorPair, PairPlanItem
from mayak.networks.selectors.pair_proposals import proposed_items
from mayak.networks.services.pair_log import held_pair, log_pair, log_row, note_deed, working_pair

UNDONE = (PlanItemState.PROPOSED, PlanItemState.PLANNED)


@transaction.atomic
def propose_plan(pair: MentorPair, *, actor: Actor) -> int:
    """Propose lines of the plan: first click. What stands in the plan already is not proposed again.

    Raises:
        ValidationError: nothing is known of which a line could be made; the pair is over.
    """
    held = working_pair(pair)
    today = timezone.localdate()
    begin = max(held.starts_on or today, today)
    mode = MeetingMode.REMOTE if held.kind == PairKind.VIRTUAL else MeetingMode.IN_PERSON
    known = set(held.plan.values_list("competence_id", "content"))
    made = []
    for one in proposed_items(held):
        if (one.competence_id, one.content) in known:
            continue
        due = begin + dt.timedelta(days=one.days)
        item = PairPlanItem(
            pair=held,
            competence_id=one.competence_id,
            content=one.content,
            starts_on=begin,
            due_on=max(min(due, held.ends_on), begin) if held.ends_on else due,
            mode=mode,
            result=one.result,
            state=PlanItemState.PROPOSED,
            template_id=one.template_id,
        )
        item.full_clean()
        item.save()
        made.append(item)
    if not made:
        raise ValidationError(
            _("Nothing to propose: name the competences of the pair first, or add a line by hand.")
        )
    log_pair(held, actor=actor, action="propose_plan", changes={"lines": [None, len(made)]})
    return len(made)


@transaction.atomic
def approve_plan(pair: MentorPair, *, actor: Actor) -> int:
    """Approve all proposed lines: second click; return how many.

    Raises:
        ValidationError: no line waits.
    """
    held = working_pair(pair)
    count = held.plan.filter(state=PlanItemState.PROPOSED).update(state=PlanItemState.PLANNED)
    if not count:
        raise ValidationError(_("No line of the plan waits for approval."))
    log_pair(held, actor=actor, action="approve_plan", changes={"lines": [None, count]})
    return count


@transaction.atomic
def add_plan_item(pair: MentorPair, *, actor: Actor, **fields: Any) -> PairPlanItem:
    """Add a line by hand; it is planned at once.

    Raises:
        ValidationError: dates; no content; the pair is over.
    """
    held = working_pair(pair)
    item = PairPlanItem(pair=held, state=PlanItemState.PLANNED, **fields)
    item.full_clean()
    item.save()
    log_row(item, held, actor=actor, action="create", changes={"due_on": [None, item.due_on.isoformat()]})
    return item


@transaction.atomic
def finish_plan_item(
    item: PairPlanItem,
    *,
    actor: Actor,
    done_on: dt.date | None = None,
    evidence: str = "",
    evidence_url: str = "",
) -> PairPlanItem:
    """Mark a line as done, with what proves it (a sentence or a link).

    Raises:
        ValidationError: neither a sentence nor a link; a day in the future; a line that is proposed only.
    """
    pair, held = _held(item)
    day = done_on or timezone.localdate()
    if day > timezone.localdate():
        raise ValidationError({"done_on": _("This day has not come yet.")})
    if not evidence.strip() and not evidence_url.strip():
        raise ValidationError({"evidence": _("Give a sentence or a link that proves it.")})
    fields = {
        "done_on": day,
        "evidence": evidence.strip()[:500],
        "evidence_url": evidence_url.strip(),
        "miss_reason": "",
    }
    _move(held, pair, PlanItemState.DONE, actor=actor, action="finish", fields=fields)
    note_deed(pair, day)
    return held


@transaction.atomic
def miss_plan_item(item: PairPlanItem, *, actor: Actor, reason: str) -> PairPlanItem:
    """Mark a line as not done, with the reason.

    Raises:
        ValidationError: no reason; the line is not planned.
    """
    pair, held = _held(item)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it was not done.")})
    fields = {"miss_reason": reason.strip()[:300]}
    return _move(held, pair, PlanItemState.MISSED, actor=actor, action="miss", fields=fields)


@transaction.atomic
def reopen_plan_item(item: PairPlanItem, *, actor: Actor) -> PairPlanItem:
    """Take «done» or «missed» back: the line is planned again.

    Raises:
        ValidationError: the line waits for approval, or is planned.
    """
    pair, held = _held(item)
    if held.state == PlanItemState.PROPOSED:
        raise ValidationError(_("This line waits for approval."))
    fields = {"done_on": None, "miss_reason": ""}
    return _move(held, pair, PlanItemState.PLANNED, actor=actor, action="reopen", fields=fields)


@transaction.atomic
def drop_plan_item(item: PairPlanItem, *, actor: Actor) -> None:
    """Take a line that was not begun out of the plan.

    Raises:
        ValidationError: it is done or missed: it stays in the history.
    """
    pair, held = _held(item)
    if held.state not in UNDONE:
        raise ValidationError(_("What is done or missed stays in the plan."))
    log_row(held, pair, actor=actor, action="delete", changes={"content": [held.content, ""]})
    held.delete()


def _held(item: PairPlanItem) -> tuple[MentorPair, PairPlanItem]:
    pair = held_pair(item.pair)
    if pair.is_over:
        raise ValidationError(_("This pair has ended: nothing is written into it any more."))
    return pair, PairPlanItem.objects.select_for_update().get(pk=item.pk)


def _move(
    item: PairPlanItem,
    pair: MentorPair,
    to: PlanItemState,
    *,
    actor: Actor,
    action: str,
    fields: dict[str, Any],
) -> PairPlanItem:
    if to not in PLAN_TRANSITIONS[item.state]:
        raise ValidationError(
            _("A line in the state “%(state)s” cannot take this step.") % {"state": item.get_state_display()}
        )
    before = item.state
    for name, value in {**fields, "state": to}.items():
        setattr(item, name, value)
    item.full_clean()
    item.save(update_fields=[*fields, "state"])
    log_row(item, pair, actor=actor, action=action, changes={"state": [before, to]})
    return item
