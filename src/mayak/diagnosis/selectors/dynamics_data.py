"""Values of the card that the system has: results, social passport, staffing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from mayak.diagnosis.enums.dynamics import (
    RESULT_SOURCES,
    IndicatorSource,
    IndicatorUnit,
    MeasureMoment,
    StaffingField,
)
from mayak.diagnosis.models import DynamicsCard, DynamicsIndicator
from mayak.registry.models import SchoolYear, StaffingRecord
from mayak.results.enums import BASIS_PRIORITY, AssessmentKind, Moment, ResultBasis
from mayak.results.models import ContextValue, SchoolResult

_PERCENT = 100
_QUARTERS = {1: "I", 2: "II", 3: "III", 4: "IV"}


@dataclass(frozen=True, slots=True)
class FoundValue:
    """A value taken from data; ``measured`` names the year or the quarter."""

    indicator_id: int
    moment: str
    measured: str
    value: float
    n: int | None
    note: str


def values_from_data(card: DynamicsCard, indicators: Iterable[DynamicsIndicator]) -> list[FoundValue]:
    """Return what the data say for the entry, the exit and the years between; a fixed number of queries."""
    wanted = list(indicators)
    years = _years(card)
    results = _results(card, years)
    contexts = _contexts(card, years)
    staffing = _staffing(card, years)
    found: list[FoundValue] = []
    for indicator in wanted:
        if indicator.data_source in RESULT_SOURCES:
            found += _from_results(indicator, card, years, results)
        elif indicator.data_source == IndicatorSource.CONTEXT:
            found += _from_context(indicator, years, contexts)
        elif indicator.data_source == IndicatorSource.STAFFING:
            found += _from_staffing(indicator, years, staffing)
    return found


def _years(card: DynamicsCard) -> list[tuple[SchoolYear, str]]:
    """The school years of the card with their moments, from the entry to the exit."""
    first, last = card.entry_year.start_year, card.exit_year.start_year
    rows = SchoolYear.objects.filter(start_year__gte=first, start_year__lte=last).order_by("start_year")
    found = []
    for year in rows:
        moment = MeasureMoment.INTERIM
        if year.start_year == first:
            moment = MeasureMoment.ENTRY
        elif year.start_year == last:
            moment = MeasureMoment.EXIT
        found.append((year, moment.value))
    return found


def _results(card: DynamicsCard, years: list[tuple[SchoolYear, str]]) -> list[tuple[int, SchoolResult]]:
    """Results of the school with the start of their school year; of several bases the one that counts."""
    starts = [year.start_year for year, _moment in years]
    rows = (
        SchoolResult.objects.visible()
        .filter(organisation=card.organisation_id)
        .filter(
            Q(assessment__school_year__start_year__in=starts)
            | Q(assessment__school_year__isnull=True, assessment__year__in=[start + 1 for start in starts])
        )
        .select_related("assessment__school_year", "assessment__subject")
        .defer("distribution", "extra")
    )
    best: dict[tuple[int, bool], SchoolResult] = {}
    for row in rows:
        key = (row.assessment_id, row.basis == ResultBasis.JOURNAL)
        known = best.get(key)
        if known is None or _rank(row) < _rank(known):
            best[key] = row
    return [
        (
            row.assessment.school_year.start_year
            if row.assessment.school_year is not None
            else row.assessment.year - 1,
            row,
        )
        for row in best.values()
    ]


def _rank(row: SchoolResult) -> tuple[int, int]:
    return (BASIS_PRIORITY.get(row.basis, len(BASIS_PRIORITY)), -row.pk)


def _from_results(
    indicator: DynamicsIndicator,
    card: DynamicsCard,
    years: list[tuple[SchoolYear, str]],
    results: list[tuple[int, SchoolResult]],
) -> Iterator[FoundValue]:
    mine = [(start, row) for start, row in results if _belongs(indicator, row)]
    if indicator.is_within_year:
        last = card.exit_year.start_year
        groups: dict[tuple[str, str], list[SchoolResult]] = defaultdict(list)
        for start, row in mine:
            place = _place_within(indicator, row, card.exit_year)
            if start == last and place:
                groups[place].append(row)
    else:
        groups = defaultdict(list)
        names = {year.start_year: (moment, str(year)) for year, moment in years}
        for start, row in mine:
            groups[names[start]].append(row)
    for (moment, measured), rows in groups.items():
        value, n = _pooled(indicator.data_source, rows)
        if value is not None:
            note = _("%(procedures)s: %(count)s") % {
                "procedures": indicator.get_assessment_kind_display() or _("diagnostics"),
                "count": len(rows),
            }
            yield FoundValue(indicator.pk, moment, measured, value, n, note)


def _belongs(indicator: DynamicsIndicator, row: SchoolResult) -> bool:
    assessment = row.assessment
    if (row.basis == ResultBasis.JOURNAL) != (indicator.data_source == IndicatorSource.JOURNAL) and (
        indicator.data_source == IndicatorSource.JOURNAL or row.participants is None
    ):
        return False
    is_quarter = assessment.kind == AssessmentKind.QUARTER_MARK
    if indicator.assessment_kind:
        fits = assessment.kind == indicator.assessment_kind
    else:
        fits = indicator.is_within_year and bool(assessment.moment) and not is_quarter
    if not indicator.is_within_year and assessment.moment == Moment.ENTRY:
        fits = False
    return (
        fits
        and (indicator.subject_id is None or assessment.subject_id == indicator.subject_id)
        and (indicator.grade is None or assessment.grade == indicator.grade)
    )


def _place_within(
    indicator: DynamicsIndicator, row: SchoolResult, year: SchoolYear
) -> tuple[str, str] | None:
    """Entry and final diagnostics of a year; of quarter marks the first, the last and those between."""
    assessment = row.assessment
    if assessment.kind == AssessmentKind.QUARTER_MARK and indicator.assessment_kind:
        moments = {1: MeasureMoment.ENTRY, 4: MeasureMoment.EXIT}
        quarter = assessment.quarter
        if quarter not in _QUARTERS:
            return None
        moment = moments.get(quarter, MeasureMoment.INTERIM)
        return moment.value, _("%(year)s, quarter %(quarter)s") % {
            "year": year,
            "quarter": _QUARTERS[quarter],
        }
    if assessment.moment == Moment.ENTRY:
        return MeasureMoment.ENTRY.value, _("%(year)s, entry") % {"year": year}
    if assessment.moment == Moment.FINAL:
        return MeasureMoment.EXIT.value, _("%(year)s, final") % {"year": year}
    return None


def _pooled(source: str, rows: list[SchoolResult]) -> tuple[float | None, int | None]:
    """One value of several results, each with the weight of its participants."""
    pairs = [pair for row in rows if (pair := _part(source, row)) is not None]
    n = sum(weight for _value, weight in pairs)
    if not n:
        return None, None
    return sum(value * weight for value, weight in pairs) / n, n


def _part(source: str, row: SchoolResult) -> tuple[float, int] | None:
    n = row.participants or 0
    marks = [row.marks_2, row.marks_3, row.marks_4, row.marks_5]
    known = [mark for mark in marks if mark is not None]
    marked = sum(known) if len(known) == len(marks) else 0
    found: tuple[float, int] | None = None
    if source == IndicatorSource.BELOW and n:
        if row.below is not None:
            found = row.below / n, n
        elif row.below_share is not None:
            found = float(row.below_share), n
    elif source == IndicatorSource.QUALITY and marked:
        found = (known[2] + known[3]) / marked, marked
    elif source == IndicatorSource.MARK and marked:
        found = sum(mark * count for mark, count in zip((2, 3, 4, 5), known, strict=True)) / marked, marked
    elif source == IndicatorSource.MEAN and row.mean is not None and n:
        found = float(row.mean), n
    elif source == IndicatorSource.JOURNAL and row.journal_confirmed is not None:
        total = row.journal_confirmed + (row.journal_lowered or 0) + (row.journal_raised or 0)
        found = (row.journal_confirmed / total, total) if total else None
    return found


def _contexts(card: DynamicsCard, years: list[tuple[SchoolYear, str]]) -> dict[tuple[int, int], ContextValue]:
    rows = ContextValue.objects.visible().filter(
        organisation=card.organisation_id, school_year__in=[year for year, _moment in years]
    )
    return {(row.indicator_id, row.school_year_id): row for row in rows.order_by("pk")}


def _from_context(
    indicator: DynamicsIndicator,
    years: list[tuple[SchoolYear, str]],
    contexts: dict[tuple[int, int], ContextValue],
) -> Iterator[FoundValue]:
    for year, moment in years:
        row = contexts.get((indicator.context_indicator_id or 0, year.pk))
        if row is None:
            continue
        value: Any = row.value
        if indicator.unit == IndicatorUnit.SHARE:
            value = row.share
            if value is None and row.count is not None and row.total:
                value = row.count / row.total
        elif value is None:
            value = row.count
        if value is not None:
            yield FoundValue(indicator.pk, moment, str(year), float(value), row.total, _("social passport"))


def _staffing(card: DynamicsCard, years: list[tuple[SchoolYear, str]]) -> dict[int, StaffingRecord]:
    rows = StaffingRecord.objects.filter(
        organisation=card.organisation_id, school_year__in=[year for year, _moment in years]
    )
    return {row.school_year_id: row for row in rows}


def _from_staffing(
    indicator: DynamicsIndicator, years: list[tuple[SchoolYear, str]], staffing: dict[int, StaffingRecord]
) -> Iterator[FoundValue]:
    for year, moment in years:
        row = staffing.get(year.pk)
        raw = getattr(row, indicator.staffing_field, None) if row is not None else None
        if row is None or raw is None:
            continue
        value, n = float(raw), None
        if indicator.staffing_field == StaffingField.OVERLOADED:
            value, n = value / _PERCENT, row.teachers
        elif indicator.unit == IndicatorUnit.SHARE:
            if not row.teachers:
                continue
            value, n = value / row.teachers, row.teachers
        yield FoundValue(indicator.pk, moment, str(year), value, n, _("staffing"))
