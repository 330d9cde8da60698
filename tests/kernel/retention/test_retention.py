"""Terms of storage: the report changes nothing, the deletion takes what it promised, both are in the audit log."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from mayak.kernel.access import SYSTEM
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.jobs.services import enqueue_job
from mayak.kernel.models import Job, JobState, Reading, RetentionTerm
from mayak.kernel.readings.services import log_reading
from mayak.kernel.retention.registry import retention_kinds
from mayak.kernel.retention.services import delete_old, note_report, retention_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def old_rows() -> None:
    """Two readings and a job of three years ago, one reading and a job of today."""
    RetentionTerm.objects.create(code="readings", name="-", keep_days=730, source="тест", is_assumption=True)
    RetentionTerm.objects.create(code="jobs", name="-", keep_days=365, source="тест")
    with time_machine.travel(timezone.now() - dt.timedelta(days=1000)):
        for number in (1, 2):
            log_reading(actor=SYSTEM, subject=f"registry.person:{number}", name="-", what="person")
        finished()
    log_reading(actor=SYSTEM, subject="registry.person:1", name="-", what="person")
    finished()


def finished() -> None:
    job = enqueue_job("kernel.tidy", actor=SYSTEM)
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE, finished_at=timezone.now())


def rows() -> dict[str, int]:
    return {line.kind.code: line.rows for line in retention_report() if line.rows}


def test_the_report_counts_and_changes_nothing(old_rows: None) -> None:
    before = (Reading.objects.count(), Job.objects.count(), AuditEntry.objects.count())
    assert rows() == {"jobs": 1, "readings": 2}
    assert (Reading.objects.count(), Job.objects.count(), AuditEntry.objects.count()) == before


def test_a_report_that_somebody_asked_for_is_in_the_audit_log(old_rows: None) -> None:
    note_report(retention_report(), actor=SYSTEM)
    entry = AuditEntry.objects.get(action="retention-report")
    assert (entry.row_count, entry.changes["readings"]) == (3, 2)


def test_the_deletion_takes_what_the_report_promised_and_nothing_twice(old_rows: None) -> None:
    assert delete_old(actor=SYSTEM) == {"jobs": 1, "readings": 2}
    assert delete_old(actor=SYSTEM) == {}
    assert (Reading.objects.count(), Job.objects.count()) == (1, 1)
    entry = AuditEntry.objects.get(action="purge", object_id="readings")
    assert (entry.row_count, entry.changes["source"]) == (2, "тест")


def test_without_a_term_everything_is_kept() -> None:
    assert all(line.term is None and line.rows == 0 for line in retention_report() if line.kind.term is None)


def test_every_kind_of_the_product_has_a_term() -> None:
    from mayak.accounts.services.personal_reference import load_personal_reference

    load_personal_reference()
    known = set(RetentionTerm.objects.values_list("code", flat=True))
    assert {kind.code for kind in retention_kinds() if kind.term is None} == known
