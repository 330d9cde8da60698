"""Quality signs name the school, the assessment and the numbers; thresholds are data."""

import pytest

from mayak.kernel.access import Scope
from mayak.kernel.findings.models import Finding, FindingState
from mayak.kernel.findings.services import run_checks, waive_finding
from mayak.results.checks import CHECK_IDS
from mayak.results.enums import ResultBasis
from mayak.results.models import SchoolResult
from tests.factories.registry import OrganisationFactory
from tests.factories.results import (
    AssessmentFactory,
    QualityRuleFactory,
    ScaleFactory,
    SchoolResultFactory,
)
from tests.results.conftest import ACTOR

pytestmark = pytest.mark.django_db


def look(check: str, row: SchoolResult | None = None) -> list[Finding]:
    run_checks(scope=Scope.of_everything(), check_ids=[check])
    return list(Finding.objects.filter(check_id=check, state=FindingState.OPEN))


def test_marks_that_differ_from_the_journal_more_than_the_rule_allows() -> None:
    QualityRuleFactory(code="journal-gap", value=50, unit="%")
    SchoolResultFactory(journal_lowered=20, journal_confirmed=20, journal_raised=8)
    quiet = SchoolResultFactory(journal_lowered=10, journal_confirmed=30, journal_raised=8)
    found = look("results.journal")
    assert len(found) == 1
    assert found[0].organisation_id != quiet.organisation_id
    assert "58" in found[0].reason
    assert all(str(number) in found[0].reason for number in (20, 8, 50))


def test_declared_and_listed_participants() -> None:
    QualityRuleFactory(code="declared-listed", value=0)
    SchoolResultFactory(participants=50, declared_participants=89, below=None)
    SchoolResultFactory(participants=50, declared_participants=50, below=None)
    found = look("results.declared")
    assert len(found) == 1
    assert "89" in found[0].reason
    assert "50" in found[0].reason


def test_per_cents_may_sum_to_100_01_but_not_to_110() -> None:
    QualityRuleFactory(code="percent-sum", value="0.1")
    SchoolResultFactory(percents={"2": 10.01, "3": 30, "4": 40, "5": 20})
    SchoolResultFactory(percents={"2": 20, "3": 30, "4": 40, "5": 20})
    found = look("results.percents")
    assert len(found) == 1
    assert "110" in found[0].reason


def test_a_peak_at_the_border_of_a_mark() -> None:
    QualityRuleFactory(code="border-peak", value=2)
    QualityRuleFactory(code="border-peak-participants", value=30)
    ScaleFactory(grade=None)
    usual = {str(score): 3 for score in range(25)}
    SchoolResultFactory(distribution={**usual, "10": 25}, scale_max=24, below=None)
    SchoolResultFactory(distribution=usual, scale_max=24, below=None)
    found = look("results.border-peak")
    assert len(found) == 1
    assert "25" in found[0].reason
    assert "10" in found[0].reason


def test_a_sudden_jump_between_two_years_in_a_row() -> None:
    QualityRuleFactory(code="sudden-jump", value=10)
    school, calm = OrganisationFactory(), OrganisationFactory()
    for year, share, quiet in ((2023, "0.05", "0.05"), (2024, "0.40", "0.12")):
        SchoolResultFactory(organisation=school, assessment=AssessmentFactory(year=year), below_share=share)
        SchoolResultFactory(organisation=calm, assessment=AssessmentFactory(year=year), below_share=quiet)
    found = look("results.jump")
    assert [finding.organisation_id for finding in found] == [school.pk]
    assert "35" in found[0].reason


def test_a_gap_of_a_year_is_no_jump() -> None:
    QualityRuleFactory(code="sudden-jump", value=10)
    school = OrganisationFactory()
    for year, share in ((2021, "0.05"), (2024, "0.40")):
        SchoolResultFactory(organisation=school, assessment=AssessmentFactory(year=year), below_share=share)
    assert look("results.jump") == []


def test_few_participants_give_one_finding_for_a_school_and_year() -> None:
    QualityRuleFactory(code="few-participants", value=20)
    school = OrganisationFactory()
    for grade in (4, 5, 6):
        SchoolResultFactory(
            organisation=school,
            assessment=AssessmentFactory(grade=grade),
            participants=7,
            below=2,
            below_share="0.28",
        )
    found = look("results.few")
    assert len(found) == 1
    assert found[0].place == f"{school}, 2024"


def test_the_journal_alone_is_no_result_with_few_participants() -> None:
    QualityRuleFactory(code="few-participants", value=20)
    SchoolResultFactory(basis=ResultBasis.JOURNAL, participants=7, below=None)
    assert look("results.few") == []


def test_a_sign_that_is_switched_off_is_not_looked_for() -> None:
    QualityRuleFactory(code="declared-listed", value=0, is_enabled=False)
    SchoolResultFactory(participants=50, declared_participants=89, below=None)
    assert look("results.declared") == []


def test_every_sign_says_that_it_is_no_proof() -> None:
    for code, value in (("journal-gap", 50), ("declared-listed", 0), ("percent-sum", 1)):
        QualityRuleFactory(code=code, value=value)
    SchoolResultFactory(
        journal_lowered=40, journal_confirmed=4, journal_raised=4, declared_participants=60,
        percents={"2": 50, "3": 50, "4": 50, "5": 50},
    )  # fmt: skip
    run_checks(scope=Scope.of_everything(), check_ids=CHECK_IDS)
    found = list(Finding.objects.all())
    assert {finding.check_id for finding in found} == {
        "results.journal",
        "results.declared",
        "results.percents",
    }
    for finding in found:
        assert finding.way_out
        assert finding.link
        assert finding.source


def test_a_waiver_outlives_a_new_import_of_the_same_result() -> None:
    QualityRuleFactory(code="declared-listed", value=0)
    row = SchoolResultFactory(participants=50, declared_participants=89, below=None)
    waive_finding(look("results.declared")[0], actor=ACTOR, reason="не все пришли")
    again = SchoolResultFactory(
        organisation=row.organisation,
        assessment=row.assessment,
        participants=51,
        declared_participants=89,
        below=None,
    )
    SchoolResult.objects.filter(pk=row.pk).update(superseded_by=again.batch)
    assert look("results.declared") == []
    assert Finding.objects.get().state == FindingState.WAIVED
