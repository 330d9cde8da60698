"""Scales, quality rules and indicators: numbers with their source, never overwritten after a person."""

from decimal import Decimal

import pytest

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record
from mayak.kernel.sourced import SourcedRule
from mayak.registry.services.reference import load_registry_reference
from mayak.results.enums import AssessmentKind
from mayak.results.models import ContextIndicator, QualityRule, RetentionRule, ScoreScale
from mayak.results.services.reference import load_results_reference

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded() -> dict[str, int]:
    load_registry_reference()
    return {count.model.__name__: count.created for count in load_results_reference()}


def test_everything_is_there(loaded: dict[str, int]) -> None:
    expected = {"ScoreScale": 31, "QualityRule": 13, "RetentionRule": 1, "ContextIndicator": 29}
    assert {name: loaded[name] for name in expected} == expected


@pytest.mark.usefixtures("loaded")
def test_the_second_load_changes_nothing() -> None:
    for count in load_results_reference():
        assert (count.created, count.updated, count.kept, count.left_out) == (0, 0, 0, 0)


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("subject", "minimum"),
    [
        ("russian", 24),
        ("mathematics-basic", 3),
        ("mathematics-advanced", 27),
        ("physics", 36),
        ("chemistry", 36),
        ("biology", 36),
        ("informatics", 40),
        ("social-studies", 42),
        ("geography", 37),
        ("history", 32),
        ("literature", 32),
        ("english", 22),
    ],
)
def test_the_minimums_of_the_exam_of_2026(subject: str, minimum: int) -> None:
    scale = ScoreScale.objects.get(kind=AssessmentKind.EGE, subject__code=subject, year_from=2026)
    assert scale.pass_score == minimum
    assert not scale.is_assumption
    assert scale.source_year == 2026


@pytest.mark.usefixtures("loaded")
def test_the_minimums_of_earlier_years_are_marked_as_assumptions() -> None:
    earlier = ScoreScale.objects.filter(kind=AssessmentKind.EGE, year_from=2015)
    assert {scale.is_assumption for scale in earlier} == {True}
    assert {scale.year_to for scale in earlier} == {2025}


@pytest.mark.usefixtures("loaded")
def test_bounds_of_marks() -> None:
    vpr = ScoreScale.objects.get(kind=AssessmentKind.VPR, subject__code="russian", grade=4)
    assert (vpr.max_score, vpr.bound_3, vpr.bound_4, vpr.bound_5) == (24, 10, 16, 21)
    assert (vpr.year_from, vpr.year_to) == (2026, 2026)
    oge = ScoreScale.objects.get(kind=AssessmentKind.OGE, subject__code="russian")
    assert (oge.max_score, oge.bound_3, oge.bound_4, oge.bound_5) == (33, 15, 23, 29)
    assert (oge.year_from, oge.year_to) == (2023, 2023)


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("code", "value", "is_assumption"),
    [
        ("threshold-mark", "2", False),
        ("journal-gap", "50", True),
        ("journal-gap-marks", "2", False),
        ("percent-sum", "0.1", True),
        ("declared-listed", "0", True),
        ("sudden-jump", "10", False),
        ("few-participants", "20", False),
        ("approximate-participants", "30", False),
        ("informative-participants", "50", False),
        ("group-size", "10", False),
        ("border-peak", "2", True),
        ("border-peak-participants", "30", True),
        ("small-cell", "5", True),
    ],
)
def test_the_numbers_of_the_quality_signs(code: str, value: str, is_assumption: bool) -> None:
    rule = QualityRule.objects.get(code=code)
    assert (rule.value, rule.is_assumption, rule.is_enabled) == (Decimal(value), is_assumption, True)


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("model", [ScoreScale, QualityRule, RetentionRule, ContextIndicator])
def test_every_number_names_its_source_or_says_that_it_is_an_assumption(model: type[SourcedRule]) -> None:
    for rule in model._default_manager.all():
        assert rule.source
        assert rule.is_assumption == rule.source.startswith("Допущение")


@pytest.mark.usefixtures("loaded")
def test_rows_of_participants_are_kept_for_five_years() -> None:
    rule = RetentionRule.objects.get(code="participant-results")
    assert (rule.keep_years, rule.is_assumption) == (5, True)


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("code", "median"),
    [
        ("parents_without_higher_education", "74,3"),
        ("low_income", "17,1"),
        ("single_parent", "21,5"),
        ("large_family", "25,9"),
        ("unemployed_parent", "11,4"),
        ("special_needs", "5,2"),
    ],
)
def test_the_medians_of_a_region_stand_beside_the_indicators(code: str, median: str) -> None:
    assert f"{median} %" in ContextIndicator.objects.get(code=code).note


@pytest.mark.usefixtures("loaded")
def test_a_threshold_that_a_person_changed_stays() -> None:
    rule = QualityRule.objects.get(code="sudden-jump")
    rule.value = Decimal(15)
    rule.save()
    record(rule, actor=Actor(user_id=7, label="ivanova@school.example"), action="update")
    kept = {count.model: count.kept for count in load_results_reference()}
    assert kept[QualityRule] == 1
    assert QualityRule.objects.get(code="sudden-jump").value == Decimal(15)


def test_without_its_subject_a_scale_is_left_out() -> None:
    counts = {count.model: count.created for count in load_results_reference()}
    assert counts[ScoreScale] == 0
