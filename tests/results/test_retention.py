"""Rows of participants are deleted when their term is over; what the school showed stays."""

import datetime as dt

import pytest

from mayak.kernel.models import AuditEntry
from mayak.results.models import ParticipantResult, SchoolResult, ScoreScale
from mayak.results.services.retention import purge_participants
from mayak.results.services.thresholds import recompute_below
from tests.factories.results import (
    AssessmentFactory,
    ParticipantFactory,
    RetentionRuleFactory,
    ScaleFactory,
    SchoolResultFactory,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 1)


def test_rows_older_than_the_rule_are_deleted_with_one_audit_entry() -> None:
    RetentionRuleFactory(keep_years=5)
    old = SchoolResultFactory(assessment=AssessmentFactory(year=2020))
    young = SchoolResultFactory(assessment=AssessmentFactory(year=2021))
    ParticipantFactory.create_batch(3, result=old)
    ParticipantFactory.create_batch(2, result=young)
    assert purge_participants(today=TODAY) == 3
    assert ParticipantResult.objects.count() == 2
    assert SchoolResult.objects.filter(pk=old.pk).exists()
    entry = AuditEntry.objects.get(action="purge")
    assert (entry.row_count, entry.changes["up_to_year"]) == (3, 2020)


def test_without_a_rule_nothing_is_deleted() -> None:
    ParticipantFactory(result=SchoolResultFactory(assessment=AssessmentFactory(year=1999)))
    assert purge_participants(today=TODAY) == 0


def test_a_changed_scale_counts_the_shares_again() -> None:
    ScaleFactory(grade=None, pass_score=10)
    row = SchoolResultFactory(
        distribution={"5": 6, "12": 4}, scale_max=24, participants=10, below=None, below_share=None
    )
    assert recompute_below() == 1
    row.refresh_from_db()
    assert (row.below, str(row.below_share)) == (6, "0.600000")
    ScoreScale.objects.update(pass_score=5)
    assert recompute_below() == 1
    row.refresh_from_db()
    assert row.below == 0
    assert recompute_below() == 0


def test_what_the_file_said_is_not_counted_again() -> None:
    ScaleFactory(grade=None, pass_score=10)
    SchoolResultFactory(distribution={"5": 6}, scale_max=24, below=2, extra={"below_from": "file"})
    assert recompute_below() == 0
