"""The tables of the kernel, each defined beside its subject."""

from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.findings.models import Finding, FindingState
from mayak.kernel.jobs.models import Job, JobState, JobStep, ScheduleSlot, WorkerBeat

__all__ = [
    "AuditEntry",
    "Finding",
    "FindingState",
    "Job",
    "JobState",
    "JobStep",
    "ScheduleSlot",
    "WorkerBeat",
]
