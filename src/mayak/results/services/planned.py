"""What an import would write: rows with their natural key, compared with what is visible."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from mayak.kernel.bulk import portions
from mayak.registry.models import SchoolYear, Subject
from mayak.results.algorithms.collect import Slot
from mayak.results.algorithms.records import AssessmentKey, Place, SchoolRecord
from mayak.results.models import (
    Assessment,
    ContextIndicator,
    ContextValue,
    NonObjectivityMarker,
    SchoolResult,
)

CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"
_PORTION = 500


@dataclass(slots=True)
class Planned:
    """One row to be: ``part`` holds what stands between the organisation and the hash in the natural key."""

    organisation_id: int
    part: tuple[Any, ...]
    values: dict[str, Any]
    content_hash: str
    file_id: int
    place: Place
    slot: Slot | None = None
    record: SchoolRecord | None = None
    verdict: str = CREATED
    old_id: int | None = None
    id: int | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        """What is replaced as a whole: organisation and part."""
        return (self.organisation_id, *self.part)


@dataclass(slots=True)
class AssessmentPlan:
    """An assessment that rows belong to; it may not exist yet."""

    key: str
    subject: Subject
    given: AssessmentKey
    max_score: float | None = None


@dataclass(slots=True)
class Plan:
    """Everything of an import, by natural key."""

    assessments: dict[str, AssessmentPlan] = field(default_factory=dict)
    results: dict[tuple[Any, ...], Planned] = field(default_factory=dict)
    contexts: dict[tuple[Any, ...], Planned] = field(default_factory=dict)
    markers: dict[tuple[Any, ...], Planned] = field(default_factory=dict)
    participants: Counter[str] = field(default_factory=Counter)

    def everything(self) -> Iterator[tuple[str, dict[tuple[Any, ...], Planned]]]:
        """The three kinds of rows with their names in the report."""
        yield "results", self.results
        yield "context", self.contexts
        yield "markers", self.markers

    def compare(self) -> None:
        """Mark every row as created, updated or unchanged, against what is visible now."""
        _compare(self.results, _visible_results(self.results.values()))
        _compare(self.contexts, _visible_contexts(self.contexts.values()))
        _compare(self.markers, _visible_markers(self.markers.values()))
        self.participants = Counter()
        for row in self.results.values():
            if row.slot is not None:
                self.participants[row.verdict] += row.slot.rows

    def counts(self) -> dict[str, dict[str, int]]:
        """Numbers for the report."""
        found: dict[str, dict[str, int]] = {}
        for name, rows in self.everything():
            verdicts = Counter(row.verdict for row in rows.values())
            found[name] = {verdict: verdicts[verdict] for verdict in (CREATED, UPDATED, UNCHANGED)}
        found["participants"] = {
            verdict: self.participants[verdict] for verdict in (CREATED, UPDATED, UNCHANGED)
        }
        return found

    @property
    def has_changes(self) -> bool:
        """Whether anything would be written."""
        return any(row.verdict != UNCHANGED for _, rows in self.everything() for row in rows.values())


Seen = Iterable[tuple[tuple[Any, ...], int, str]]


def _compare(rows: dict[tuple[Any, ...], Planned], seen: Seen) -> None:
    for key, old_id, content_hash in seen:
        row = rows.get(key)
        if row is not None:
            row.old_id = old_id
            row.verdict = UNCHANGED if row.content_hash == content_hash else UPDATED


def _visible_results(rows: Iterable[Planned]) -> Seen:
    texts = {row.part[0] for row in rows}
    keys: dict[int, str] = {}
    for portion in portions(texts, _PORTION):
        keys |= dict(Assessment.objects.filter(key__in=portion).values_list("pk", "key"))
    for portion in portions(keys, _PORTION):
        found = SchoolResult.objects.visible().filter(assessment_id__in=portion)
        columns = ("pk", "organisation_id", "assessment_id", "basis", "content_hash")
        for pk, organisation_id, assessment_id, basis, content_hash in found.values_list(*columns).iterator():
            yield (organisation_id, keys[assessment_id], basis), pk, content_hash


def _visible_contexts(rows: Iterable[Planned]) -> Seen:
    wanted = {row.part for row in rows}
    years = dict(
        SchoolYear.objects.filter(start_year__in={part[0] for part in wanted}).values_list("pk", "start_year")
    )
    codes = dict(
        ContextIndicator.objects.filter(code__in={part[1] for part in wanted}).values_list("pk", "code")
    )
    found = ContextValue.objects.visible().filter(school_year__in=years, indicator__in=codes)
    columns = ("pk", "organisation_id", "school_year_id", "indicator_id", "content_hash")
    for pk, organisation_id, year_id, indicator_id, content_hash in found.values_list(*columns).iterator():
        yield (organisation_id, years[year_id], codes[indicator_id]), pk, content_hash


def _visible_markers(rows: Iterable[Planned]) -> Seen:
    years = {row.part[0] for row in rows}
    if not years:
        return
    found = NonObjectivityMarker.objects.visible().filter(year__in=years)
    columns = ("pk", "organisation_id", "year", "subject__code", "grade", "content_hash")
    for pk, organisation_id, year, subject, grade, content_hash in found.values_list(*columns).iterator():
        yield (organisation_id, year, subject, grade), pk, content_hash
