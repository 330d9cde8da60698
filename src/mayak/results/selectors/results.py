"""Reads of school results for pages: lists, the panel of a school, years beside each other."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from mayak.kernel.access import Scope
from mayak.results.enums import BASIS_PRIORITY, AssessmentKind, BatchState, ResultBasis
from mayak.results.models import Assessment, ImportBatch, SchoolResult
from mayak.results.models.scores import SchoolResultQuerySet

RANK = Case(
    *(When(basis=basis, then=Value(rank)) for basis, rank in BASIS_PRIORITY.items()),
    default=Value(len(BASIS_PRIORITY)),
    output_field=IntegerField(),
)


def visible_results(scope: Scope) -> SchoolResultQuerySet:
    """All visible results of the scope with what a list shows."""
    return (
        SchoolResult.objects.visible()
        .within(scope)
        .select_related("organisation__territory", "assessment__subject")
        .defer("distribution", "percents", "organisation__search_text")
    )


def counted_results(scope: Scope) -> SchoolResultQuerySet:
    """Of several rows of a school and assessment the one that counts (individual before statistics, and so on)."""
    rows = visible_results(scope)
    applied = ImportBatch.objects.filter(state=BatchState.APPLIED).values("pk")
    better = SchoolResult.objects.filter(
        organisation=OuterRef("organisation"), assessment=OuterRef("assessment"), batch__in=applied
    ).exclude(superseded_by__in=applied)
    worse_than: Q = Q(pk__in=[])
    for basis, rank in BASIS_PRIORITY.items():
        above = [other for other, other_rank in BASIS_PRIORITY.items() if other_rank < rank]
        if above:
            worse_than |= Q(basis=basis) & Q(Exists(better.filter(basis__in=above)))
    return rows.exclude(worse_than)


@dataclass(frozen=True, slots=True)
class LoadedCell:
    """How much of one kind is loaded for one year."""

    kind: str
    label: str
    year: int
    schools: int
    results: int


def loaded_by_year(scope: Scope) -> list[LoadedCell]:
    """What is loaded, by kind and year, the newest first."""
    rows = (
        SchoolResult.objects.visible()
        .within(scope)
        .values("assessment__kind", "assessment__year")
        .annotate(results=Count("pk"), schools=Count("organisation_id", distinct=True))
        .order_by("-assessment__year", "assessment__kind")
    )
    labels = dict(AssessmentKind.choices)
    return [
        LoadedCell(
            row["assessment__kind"],
            str(labels.get(row["assessment__kind"], row["assessment__kind"])),
            row["assessment__year"],
            row["schools"],
            row["results"],
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Series:
    """One procedure of a school over the years: year -> the result that counts."""

    kind: str
    subject: str
    grade: int | None
    results: dict[int, SchoolResult]

    @property
    def short_title(self) -> str:
        """«Русский язык, 4»."""
        return f"{self.subject}, {self.grade}" if self.grade else self.subject

    @property
    def title(self) -> str:
        """«ВПР, русский язык, 4»."""
        label = AssessmentKind(self.kind).label
        grade = f", {self.grade}" if self.grade else ""
        return f"{label}, {self.subject}{grade}"


def school_series(organisation_id: int, scope: Scope) -> list[Series]:
    """The procedures of a school, each over its years; of several days of a year the one with most participants."""
    rows = (
        SchoolResult.objects.visible()
        .within(scope)
        .filter(organisation=organisation_id)
        .exclude(basis=ResultBasis.JOURNAL)
        .select_related("assessment__subject")
        .annotate(rank=RANK)
        .order_by(
            "assessment__kind", "assessment__subject__position", "assessment__grade", "assessment__year"
        )
    )
    found: dict[tuple[Any, ...], dict[int, SchoolResult]] = defaultdict(dict)
    for row in rows:
        a = row.assessment
        years = found[a.kind, str(a.subject), a.grade]
        known = years.get(a.year)
        if known is None or _weight(row) > _weight(known):
            years[a.year] = row
    return [Series(kind, subject, grade, years) for (kind, subject, grade), years in found.items()]


def _weight(row: SchoolResult) -> tuple[int, int]:
    return (-int(getattr(row, "rank", 0)), row.participants or 0)


def school_journal(organisation_id: int, scope: Scope) -> list[SchoolResult]:
    """Comparisons of the school's marks with the journal, the newest first; one for each assessment."""
    rows = (
        SchoolResult.objects.visible()
        .within(scope)
        .filter(organisation=organisation_id, journal_confirmed__isnull=False)
        .select_related("assessment__subject")
        .annotate(rank=RANK)
        .order_by("-assessment__year", "assessment_id", "rank")
    )
    seen: dict[int, SchoolResult] = {}
    for row in rows:
        seen.setdefault(row.assessment_id, row)
    return list(seen.values())


def assessments_of(scope: Scope) -> QuerySet[Assessment]:
    """Assessments that have a visible result in the scope."""
    visible = SchoolResult.objects.visible().within(scope).values("assessment")
    return Assessment.objects.filter(pk__in=visible).select_related("subject")
