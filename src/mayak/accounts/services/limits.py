"""Limits of heavy use: so many exports, uploads or starts of jobs by one user in ten minutes."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from mayak.accounts.models import Throttle
from mayak.accounts.services.throttling import TooManyAttempts, throttle_key


class HeavyUse:
    """What costs the server much, and so is counted for each user."""

    EXPORT = "use-export"
    UPLOAD = "use-upload"
    JOB = "use-job"
    ANSWER = "use-answer"


WINDOW = dt.timedelta(minutes=10)
LIMITS = {HeavyUse.EXPORT: 120, HeavyUse.UPLOAD: 60, HeavyUse.JOB: 90, HeavyUse.ANSWER: 3000}
"""Far above what a person does by hand in ten minutes, far below what makes the site slow for the others; answers are
counted for an open link, by which a whole school may answer at once."""


def count_use(kind: str, subject: object) -> None:
    """Count one use; the count begins anew ten minutes after its first.

    Raises:
        TooManyAttempts: the limit is reached; this use is not counted.
    """
    now, key = timezone.now(), throttle_key(kind, subject)
    row = Throttle.objects.filter(kind=kind, key=key)
    fresh = row.filter(last_at__gt=now - WINDOW)
    if fresh.filter(count__lt=LIMITS[kind]).update(count=F("count") + 1):
        return
    with transaction.atomic():
        held, is_new = Throttle.objects.select_for_update().get_or_create(
            kind=kind, key=key, defaults={"last_at": now, "count": 1}
        )
        if is_new:
            return
        if now - held.last_at < WINDOW and held.count >= LIMITS[kind]:
            raise TooManyAttempts(held.last_at + WINDOW - now)
        held.count = held.count + 1 if now - held.last_at < WINDOW else 1
        held.last_at = held.last_at if held.count > 1 else now
        held.save(update_fields=["count", "last_at"])
