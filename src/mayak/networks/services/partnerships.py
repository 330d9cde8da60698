"""Opening and ending partnerships: the only places where their state changes."""

import datetime as dt
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record_bulk
from mayak.matching.models import MatchingRun
from mayak.matching.selectors import covered_needs
from mayak.networks.enums import PARTNERSHIP_TRANSITIONS, PartnershipState
from mayak.networks.models import Partnership
from mayak.networks.services.consents import consent_day
from mayak.networks.services.guard import held, write


@transaction.atomic
def open_partnerships_of_run(
    run: MatchingRun, *, actor: Actor, leave_out: Collection[tuple[int, int]] = ()
) -> int:
    """Propose a partnership for every pair of an approved pairing; return how many were made.

    Both schools then have five working days to consent or to refuse with a reason. Schools that are partners in this
    year already stay as they are, so calling it twice changes nothing. ``leave_out``: pairs (mentee, lead) that are
    not opened, because an earlier pairing opened them.
    """
    due = consent_day()
    present = set(leave_out) | set(
        Partnership.objects.current().filter(school_year=run.school_year).values_list("mentee_id", "lead_id")
    )
    made = Partnership.objects.bulk_create(
        [
            Partnership(
                school_year=run.school_year,
                mentee_id=pair.mentee_id,
                lead_id=pair.lead_id,
                state=PartnershipState.PROPOSED,
                consent_due=due,
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
    partnership: Partnership,
    *,
    actor: Actor,
    reason: str,
    ended_on: dt.date | None = None,
    remains: str = "",
) -> Partnership:
    """End one partnership; it stays in the history with the reason and with what remains of the joint work.

    Raises:
        ValidationError: it has ended already, or no reason is given.
    """
    row = held(partnership)
    if PartnershipState.ENDED not in PARTNERSHIP_TRANSITIONS[row.state]:
        raise ValidationError(_("This partnership has ended already."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the partnership ends.")})
    day = ended_on or timezone.localdate()
    end_partnership_row(row, actor=actor, reason=reason.strip(), ended_on=day, remains=remains.strip())
    return row


@transaction.atomic
def end_partnerships_of_run(run: MatchingRun, *, actor: Actor, reason: str) -> int:
    """End the partnerships that a pairing brought about, when it is archived; return how many."""
    rows = Partnership.objects.current().filter(run=run).select_related("mentee__territory").order_by("pk")
    day = timezone.localdate()
    for partnership in rows:
        end_partnership_row(partnership, actor=actor, reason=reason, ended_on=day)
    return len(rows)


def end_partnership_row(
    partnership: Partnership, *, actor: Actor, reason: str, ended_on: dt.date, remains: str = ""
) -> None:
    """End a partnership that the caller holds in a transaction, and write it into the log."""
    write(
        partnership,
        actor=actor,
        action="end",
        state=PartnershipState.ENDED,
        ended_on=ended_on,
        end_reason=reason,
        remains=remains,
    )
