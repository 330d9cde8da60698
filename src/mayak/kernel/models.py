"""The tables of the kernel, each defined beside its subject."""

from mayak.kernel.audit.models import AuditEntry, AuditSeal
from mayak.kernel.findings.models import Finding, FindingState
from mayak.kernel.jobs.models import Job, JobState, JobStep, ScheduleSlot, WorkerBeat
from mayak.kernel.personal.models import PersonKey
from mayak.kernel.readings.models import Reading
from mayak.kernel.retention.models import RetentionTerm

__all__ = [
    "AuditEntry",
    "AuditSeal",
    "Finding",
    "FindingState",
    "Job",
    "JobState",
    "JobStep",
    "PersonKey",
    "Reading",
    "RetentionTerm",
    "ScheduleSlot",
    "WorkerBeat",
]
