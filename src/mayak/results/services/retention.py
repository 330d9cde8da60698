"""Deleting rows of participants when their term is over: they are personal data even under a code (152-ФЗ)."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from mayak.kernel.access import SYSTEM, Actor
from mayak.kernel.audit.services import record_bulk
from mayak.results.models import ParticipantResult, RetentionRule

RULE = "participant-results"
_PORTION = 10_000


def purge_participants(
    *, actor: Actor = SYSTEM, today: dt.date | None = None, progress: Callable[[int], None] | None = None
) -> int:
    """Delete rows of participants of assessments older than the rule says; what a school showed stays.

    A row is kept for ``keep_years`` whole calendar years after the year of its assessment. Without a rule nothing is
    deleted. Returns the number of deleted rows; one audit entry for all.
    """
    rule = RetentionRule.objects.filter(code=RULE).first()
    if rule is None:
        return 0
    last_year = (today or timezone.localdate()).year - rule.keep_years - 1
    old = ParticipantResult.objects.filter(result__assessment__year__lte=last_year)
    deleted, first, last = 0, None, None
    while keys := list(old.order_by("pk").values_list("pk", flat=True)[:_PORTION]):
        with transaction.atomic():
            ParticipantResult.objects.filter(
                pk__gte=keys[0], pk__lte=keys[-1], result__assessment__year__lte=last_year
            ).delete()
        first, last = first or keys[0], keys[-1]
        deleted += len(keys)
        if progress:
            progress(deleted)
    if deleted:
        record_bulk(
            ParticipantResult,
            actor=actor,
            action="purge",
            row_count=deleted,
            row_first=first,
            row_last=last,
            changes={"rule": rule.pk, "up_to_year": last_year, "keep_years": rule.keep_years},
        )
    return deleted
