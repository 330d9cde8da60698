"""Deleting what is older than its term, and the kernel's own kinds of data."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import SYSTEM, Actor
from mayak.kernel.jobs.models import FINISHED, Job
from mayak.kernel.jobs.registry import JobHandle, job
from mayak.kernel.readings.models import Reading
from mayak.kernel.readings.triggers import KEPT_DAYS
from mayak.kernel.retention.registry import RetentionKind, register_retention
from mayak.kernel.retention.services import delete_old


@job("kernel.retention", title=_("Deletion of what is older than its term"), every=dt.timedelta(days=1))
def retention(handle: JobHandle) -> dict[str, Any]:
    """Delete; the result says how many rows of each kind."""
    owner = handle.job.owner_id
    return dict(delete_old(actor=Actor(owner, handle.job.owner_label) if owner is not None else SYSTEM))


def start_of(day: dt.date) -> dt.datetime:
    """Return the first moment of a day here."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _old_readings(before: dt.date) -> Any:
    least = timezone.localdate() - dt.timedelta(days=KEPT_DAYS + 1)  # the database keeps younger ones
    return Reading.objects.filter(at__lt=start_of(min(before, least)))


def _old_jobs(before: dt.date) -> Any:
    return Job.objects.filter(state__in=FINISHED, finished_at__lt=start_of(before))


register_retention(
    RetentionKind(
        "readings",
        _("who looked at whose data"),
        lambda before: _old_readings(before).count(),
        lambda before, _actor: _old_readings(before).delete()[0],
    )
)
register_retention(
    RetentionKind(
        "jobs",
        _("finished background jobs"),
        lambda before: _old_jobs(before).count(),
        lambda before, _actor: _old_jobs(before).delete()[1].get("kernel.Job", 0),
    )
)
