"""What becomes of partnerships when an approved repair takes the place of an approved pairing."""

from django.db import transaction
from django.utils import timezone

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record_bulk
from mayak.matching.models import MatchingRun
from mayak.networks.models import Partnership
from mayak.networks.services.partnerships import end_partnership_row, open_partnerships_of_run


@transaction.atomic
def replace_partnerships_of_run(
    old: MatchingRun, new: MatchingRun, *, actor: Actor, reason: str
) -> tuple[int, int, int]:
    """Exchange the pairs of two pairings; return how many partnerships were kept, ended and opened.

    A pair that is in both stays as it is: its partnership is neither ended nor opened again, keeps its day, basis and
    content and is now one of the new pairing. One that a person ended meanwhile stays ended.
    """
    stays = set(new.pairs.values_list("mentee_id", "lead_id"))
    before = set(old.pairs.values_list("mentee_id", "lead_id"))
    kept, ended = [], 0
    day = timezone.localdate()
    rows = Partnership.objects.current().filter(run=old).select_related("mentee__territory").order_by("pk")
    for row in rows:
        if (row.mentee_id, row.lead_id) in stays:
            kept.append(row.pk)
        else:
            end_partnership_row(row, actor=actor, reason=reason, ended_on=day)
            ended += 1
    if kept:
        Partnership.objects.filter(pk__in=kept).update(run=new)
        record_bulk(
            Partnership,
            actor=actor,
            action="replace",
            row_count=len(kept),
            row_first=kept[0],
            row_last=kept[-1],
            territory_path=new.territory.path or "",
            cause=new,
            changes={"run": [old.pk, new.pk]},
        )
    return len(kept), ended, open_partnerships_of_run(new, actor=actor, leave_out=before)
