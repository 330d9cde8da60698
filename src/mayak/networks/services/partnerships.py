"""Opening and ending partnerships: the only places where their state changes."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record, record_bulk
from mayak.matching.models import MatchingRun
from mayak.matching.selectors import covered_needs
from mayak.networks.enums import PARTNERSHIP_TRANSITIONS, PartnershipState
from mayak.networks.models import Partnership


@transaction.atomic
def open_partnerships_of_run(run: MatchingRun, *, actor: Actor) -> int:
    """Make an active partnership of every pair of an approved pairing; return how many were made.

    The approval is the step from «proposed» to «active»: until consent and agreements exist, the list that an order
    approves is what counts. Schools that are partners in this year already stay as they are, so calling it twice
    changes nothing.
    """
    present = set(
        Partnership.objects.current().filter(school_year=run.school_year).values_list("mentee_id", "lead_id")
    )
    made = Partnership.objects.bulk_create(
        [
            Partnership(
                school_year=run.school_year,
                mentee_id=pair.mentee_id,
                lead_id=pair.lead_id,
                state=PartnershipState.ACTIVE,
                run=run,
                content=covered_needs(pair),
            )
            for pair in run.pairs.order_by("pk")
            if (pair.mentee_id, pair.lead_id) not in present
        ]
    )
    record_bulk(
        Partnership,
        actor=actor,
        action="open",
        row_count=len(made),
        row_first=made[0].pk if made else None,
        row_last=made[-1].pk if made else None,
        territory_path=run.territory.path or "",
        cause=run,
    )
    return len(made)


@transaction.atomic
def end_partnership(
    partnership: Partnership, *, actor: Actor, reason: str, ended_on: dt.date | None = None
) -> Partnership:
    """End one partnership; it stays in the history with the reason.

    Raises:
        ValidationError: it has ended already, or no reason is given.
    """
    held = Partnership.objects.select_for_update().get(pk=partnership.pk)
    if PartnershipState.ENDED not in PARTNERSHIP_TRANSITIONS[held.state]:
        raise ValidationError(_("This partnership has ended already."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the partnership ends.")})
    _end(held, actor=actor, reason=reason.strip(), ended_on=ended_on or timezone.localdate())
    return held


@transaction.atomic
def end_partnerships_of_run(run: MatchingRun, *, actor: Actor, reason: str) -> int:
    """End the partnerships that a pairing brought about, when it is archived; return how many."""
    rows = Partnership.objects.current().filter(run=run).select_related("mentee__territory").order_by("pk")
    day = timezone.localdate()
    for partnership in rows:
        _end(partnership, actor=actor, reason=reason, ended_on=day)
    return len(rows)


def _end(partnership: Partnership, *, actor: Actor, reason: str, ended_on: dt.date) -> None:
    before = partnership.state
    partnership.state = PartnershipState.ENDED
    partnership.ended_on = ended_on
    partnership.end_reason = reason
    partnership.save(update_fields=["state", "ended_on", "end_reason"])
    record(
        partnership,
        actor=actor,
        action="end",
        changes={"state": [before, PartnershipState.ENDED], "end_reason": ["", reason]},
        territory_path=partnership.mentee.territory.path or "",
        organisation_id=partnership.mentee_id,
    )
