"""S0: 27 schools, participants' results only, and the rule finds 16; one procedure of one school moves the number."""

from pathlib import Path

import pytest
from django.conf import LazySettings

from mayak.kernel.access import SYSTEM
from mayak.registry.models import Territory
from mayak.results.models import IdentificationRun, RuleSet, SchoolDecision, SchoolResult
from mayak.results.services.identification import run_identification
from mayak.web.demonstration.build import build_demonstration

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

YEAR = 2026


@pytest.fixture
def district(tmp_path: Path, settings: LazySettings) -> Territory:
    """The district of S0, as its generator and the import make it."""
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    build_demonstration(only=frozenset({"S0"}), folder=tmp_path / "files")
    return Territory.objects.get(name__startswith="Тоснен")


def identified(district: Territory) -> IdentificationRun:
    rule = RuleSet.objects.get(code="shnor-2025")
    return run_identification(rule, territory=district, year=YEAR, actor=SYSTEM)


def move(result: SchoolResult, below: int) -> None:
    """Another number of participants below the threshold."""
    result.below = below
    result.below_share = below / (result.participants or 1)  # type: ignore[assignment]  # stored with six digits
    result.save(update_fields=["below", "below_share"])


def rows_of(decision: SchoolDecision) -> "list[SchoolResult]":
    """Results of the year of the school, in the order of their procedures."""
    rows = SchoolResult.objects.visible().filter(organisation=decision.organisation, assessment__year=YEAR)
    return list(rows.select_related("assessment__subject").order_by("assessment__key"))


def test_16_of_27_and_one_procedure_makes_it_15_or_17(district: Territory) -> None:
    run = identified(district)
    assert (run.summary["listed"], run.summary["schools"]) == (16, 27)
    out = next(row for row in run.decisions.filter(is_listed=True) if len(row.way_out) == 1)
    step = out.way_out[0]
    moved = next(
        row
        for row in rows_of(out)
        if (row.assessment.kind, row.assessment.subject.code, row.assessment.grade)
        == (step["kind"], step["subject"], step["grade"])
    )
    was = moved.below or 0
    move(moved, was - step["pupils"])
    assert identified(district).summary["listed"] == 15
    move(moved, was)
    assert identified(district).summary["listed"] == 16
    before = SchoolResult.objects.filter(assessment__year=YEAR - 1, below_share__gte="0.3").values(
        "organisation"
    )
    off = (
        run.decisions.filter(is_listed=False)
        .exclude(organisation__in=before)
        .order_by("organisation__sort_key")
        .first()
    )
    assert off is not None
    first, second = rows_of(off)[:2]
    move(first, first.participants or 0)
    assert identified(district).summary["listed"] == 16
    move(second, second.participants or 0)
    after = identified(district)
    assert after.summary["listed"] == 17
    named = after.decisions.get(organisation=off.organisation).reasons[0]["procedures"]
    assert {(row["kind"], row["subject"], row["grade"]) for row in named} == {
        (row.assessment.kind, row.assessment.subject.code, row.assessment.grade) for row in (first, second)
    }
