"""Periodic jobs: each due time is asked for exactly once, however many workers there are."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone

from mayak.kernel.access import SYSTEM
from mayak.kernel.jobs import registry
from mayak.kernel.jobs.models import Job, ScheduleSlot
from mayak.kernel.jobs.services import enqueue_job


def ask_for_due_jobs(*, now: dt.datetime | None = None) -> list[Job]:
    """Enqueue the periodic jobs whose time has come; what was missed meanwhile is not made up for."""
    moment = (now or timezone.now()).timestamp()
    asked = (
        _ask_once(kind.name, int(moment // kind.every.total_seconds()))
        for kind in registry.all_kinds()
        if kind.every is not None
    )
    return [job for job in asked if job is not None]


def _ask_once(name: str, slot: int) -> Job | None:
    if ScheduleSlot.objects.filter(name=name, slot=slot).exists():
        return None
    try:
        with transaction.atomic():
            ScheduleSlot.objects.create(name=name, slot=slot)
            return enqueue_job(name, actor=SYSTEM)
    except IntegrityError:
        return None  # another worker was faster
