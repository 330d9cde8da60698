"""What staged rows stand on (assessments, school years, indicators), and the rows themselves."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.bulk import portions
from mayak.registry.models import SchoolYear
from mayak.registry.services.dictionaries import ensure_school_year
from mayak.results.algorithms.keys import assessment_key
from mayak.results.models import (
    Assessment,
    ContextIndicator,
    ContextValue,
    ImportBatch,
    NonObjectivityMarker,
    SchoolResult,
)
from mayak.results.services.planned import AssessmentPlan, Plan, Planned

_PORTION = 300


class Foundations:
    """Keys of the assessments, school years and indicators of a plan; those that are missing are created."""

    def __init__(self, plan: Plan, fresh_indicators: Mapping[str, str], *, actor: Actor) -> None:
        self.assessments = ensure_assessments(plan.assessments)
        self.indicators = _ensure_indicators(
            {row.part[1] for row in plan.contexts.values()}, fresh_indicators
        )
        years = {row.part[0] for row in plan.contexts.values()}
        self.years = {year: ensure_school_year(dt.date(year, 9, 1), actor=actor).pk for year in years}


def ensure_assessments(plans: Mapping[str, AssessmentPlan]) -> dict[str, int]:
    """Natural key -> primary key."""
    years = dict(SchoolYear.objects.values_list("start_year", "pk"))
    found: dict[str, int] = {}
    for portion in portions(plans, _PORTION):
        with transaction.atomic():
            known = dict(Assessment.objects.filter(key__in=portion).values_list("key", "pk"))
            rows = [_assessment(plans[key], years) for key in portion if key not in known]
            Assessment.objects.bulk_create(rows, ignore_conflicts=True)
            found |= dict(Assessment.objects.filter(key__in=portion).values_list("key", "pk"))
    return found


def _assessment(plan: AssessmentPlan, years: Mapping[int, int]) -> Assessment:
    given = plan.given
    if given.year is None:  # pragma: no cover - the planner asked for it
        raise ValueError("an assessment needs a year")
    # Exams and ВПР are held in spring: the calendar year of an assessment is the second of its school year.
    in_autumn = given.date is not None and given.date.month >= 9  # noqa: PLR2004 - 1 September
    start = given.year if in_autumn else given.year - 1
    key = assessment_key(
        kind=given.kind,
        subject=plan.subject.code,
        grade=given.grade,
        year=given.year,
        held_on=given.date,
        wave=given.wave or "",
        quarter=given.quarter,
        moment=given.moment or "",
    )
    return Assessment(
        key=key,
        kind=given.kind,
        subject=plan.subject,
        grade=given.grade,
        year=given.year,
        school_year_id=years.get(start),
        held_on=given.date,
        wave=(given.wave or "")[:60],
        quarter=given.quarter,
        moment=given.moment or "",
        max_score=plan.max_score,
    )


@transaction.atomic
def _ensure_indicators(codes: set[str], fresh: Mapping[str, str]) -> dict[str, int]:
    known = dict(ContextIndicator.objects.filter(code__in=codes).values_list("code", "pk"))
    for code in sorted(codes - known.keys()):
        row = ContextIndicator.objects.create(
            code=code,
            name=fresh.get(code, code)[:200],
            source=_("seen in a file"),
            is_assumption=True,
            note=_("Give it a name that people understand and a source."),
        )
        known[code] = row.pk
    return known


def make_result(row: Planned, batch: ImportBatch, foundations: Foundations) -> SchoolResult:
    """An unsaved result of a school."""
    return SchoolResult(
        organisation_id=row.organisation_id,
        assessment_id=foundations.assessments[row.part[0]],
        basis=row.part[1],
        batch=batch,
        file_id=row.file_id,
        sheet=row.place.sheet[:120],
        row=row.place.row,
        content_hash=row.content_hash,
        **row.values,
    )


def make_context(row: Planned, batch: ImportBatch, foundations: Foundations) -> ContextValue:
    """An unsaved value of the context."""
    return ContextValue(
        organisation_id=row.organisation_id,
        school_year_id=foundations.years[row.part[0]],
        indicator_id=foundations.indicators[row.part[1]],
        batch=batch,
        file_id=row.file_id,
        sheet=row.place.sheet[:120],
        row=row.place.row,
        content_hash=row.content_hash,
        **row.values,
    )


def make_marker(row: Planned, batch: ImportBatch) -> NonObjectivityMarker:
    """An unsaved marker."""
    return NonObjectivityMarker(
        organisation_id=row.organisation_id,
        year=row.part[0],
        grade=row.part[2],
        batch=batch,
        file_id=row.file_id,
        sheet=row.place.sheet[:120],
        row=row.place.row,
        content_hash=row.content_hash,
        **row.values,
    )
