"""The kernel's own periodic jobs."""

import datetime as dt
import logging
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from mayak.kernel.access import Scope
from mayak.kernel.audit.chain import head, seal_missing
from mayak.kernel.findings.services import run_checks
from mayak.kernel.jobs.alive import forget_dead
from mayak.kernel.jobs.models import FINISHED, Job, ScheduleSlot
from mayak.kernel.jobs.registry import JobHandle, job

KEPT_TASKS = dt.timedelta(days=30)
KEPT_SYSTEM_JOBS = dt.timedelta(days=90)
"""How long finished rows of the queue, and finished jobs that nobody asked for, are kept."""

LEFT_UNSEALED = dt.timedelta(days=1)
"""How far back the job looks for entries without a seal; a worker that starts looks at all of them."""

logger = logging.getLogger(__name__)


@job("kernel.tidy", title=_("Tidy up the queue and old sessions"), every=dt.timedelta(days=1))
def tidy(handle: JobHandle) -> dict[str, Any]:
    """Delete finished rows of the queue, due times, jobs without an owner, and sessions that have ended."""
    now = timezone.now()
    forget_dead()
    with transaction.atomic():
        DBTaskResult.objects.finished().filter(finished_at__lt=now - KEPT_TASKS).delete()
        ScheduleSlot.objects.filter(taken_at__lt=now - KEPT_SYSTEM_JOBS).delete()
        old = Job.objects.filter(owner_id=None, state__in=FINISHED, finished_at__lt=now - KEPT_SYSTEM_JOBS)
        jobs = old.delete()[0]
        sessions = Session.objects.filter(expire_date__lt=now).delete()[0]
    return {gettext("Old jobs deleted"): jobs, gettext("Old sessions deleted"): sessions}


@job("kernel.seal", title=_("Seal the audit log"), every=dt.timedelta(minutes=15))
def seal(handle: JobHandle) -> dict[str, Any]:
    """Seal the entries that a killed process left; the head goes into the log of the server, outside the database."""
    sealed = seal_missing(since=timezone.now() - LEFT_UNSEALED)
    position, digest = head()
    logger.info("head of the audit log: %s:%s", position, digest)
    return {gettext("Entries sealed"): sealed, gettext("Head of the audit log"): f"{position}:{digest}"}


@job("kernel.check", title=_("Run the automatic checks"), every=dt.timedelta(days=1))
def check(
    handle: JobHandle,
    *,
    territory_paths: list[str] | None = None,
    organisation_ids: list[int] | None = None,
) -> dict[str, Any]:
    """Run all checks, over the given scope or over everything."""
    if territory_paths is None and organisation_ids is None:
        scope = Scope.of_everything()
    else:
        scope = Scope(tuple(territory_paths or ()), frozenset(organisation_ids or ()))
    return {gettext("Open findings"): run_checks(scope=scope)}
