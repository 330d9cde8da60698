"""Results and context without names: random keys that are thrown away, small cells hidden, small groups left out."""

import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from mayak.kernel.access import Scope
from mayak.registry.models import Organisation
from mayak.results.algorithms.anonymising import hidden_parts, large_groups, size_band
from mayak.results.algorithms.suppression import Cell, suppress
from mayak.results.models import ContextValue, ParticipantResult, SchoolResult
from mayak.results.selectors.context import show_values
from mayak.results.selectors.scales import small_cell_limit

HIDDEN: Final = "*"
MARKS: Final = ("marks_2", "marks_3", "marks_4", "marks_5")
FEWEST_SCHOOLS_OF_A_DISTRICT: Final = 5
"""In a smaller municipality a key would be a name."""


@dataclass(frozen=True, slots=True)
class Table:
    """One file of the export."""

    name: str
    columns: tuple[str, ...]
    rows: list[list[Any]]


class Keys:
    """Random keys for one export; they live only while it is made."""

    def __init__(self) -> None:
        self._keys: dict[Any, str] = {}

    def of(self, thing: Any) -> str:
        """Return the key of a thing, the same within this export."""
        if thing not in self._keys:
            self._keys[thing] = secrets.token_hex(5)
        return self._keys[thing]


def anonymised_tables(scope: Scope, *, year_from: int, year_to: int, participants: bool) -> list[Table]:
    """Return the tables of an export, each in the random order of its keys."""
    keys = Keys()
    found = (
        SchoolResult.objects.visible()
        .within(scope)
        .filter(assessment__year__range=(year_from, year_to))
        .select_related("organisation", "assessment__subject")
    )
    results = list(found)
    districts = _districts({row.organisation for row in results}, keys)
    tables = [
        _schools({row.organisation for row in results}, districts, keys),
        _results(results, keys),
        _context({row.organisation_id for row in results}, scope, (year_from, year_to), keys),
    ]
    return [*tables, _participants(found)] if participants else tables


def _districts(schools: Iterable[Organisation], keys: Keys) -> dict[int, str]:
    """Territory -> random key; small ones together are «other»."""
    members: dict[int, int] = defaultdict(int)
    for school in schools:
        members[school.territory_id] += 1
    return {
        territory: keys.of(("district", territory)) if count >= FEWEST_SCHOOLS_OF_A_DISTRICT else "other"
        for territory, count in members.items()
    }


def _schools(schools: Iterable[Organisation], districts: dict[int, str], keys: Keys) -> Table:
    rows = [
        [keys.of(one.pk), districts[one.territory_id], one.locality, size_band(one.pupils)] for one in schools
    ]
    return Table("schools.csv", ("school", "district", "locality", "size"), sorted(rows))


def _results(results: list[SchoolResult], keys: Keys) -> Table:
    limit = small_cell_limit()
    by_column = _hidden_by_column(results, limit)
    rows = [_result_row(row, by_column, limit, keys) for row in results]
    columns = ("school", "kind", "subject", "grade", "year", "participants", *MARKS, "below", "mean")
    return Table("results.csv", columns, sorted(rows, key=lambda row: [str(cell) for cell in row]))


def _hidden_by_column(results: list[SchoolResult], limit: int) -> dict[int, set[int]]:
    """Result -> indexes of marks that the table over the schools of a municipality hides."""
    tables: dict[tuple[int, int], list[Cell]] = defaultdict(list)
    for row in results:
        parts = _parts(row)
        for index, count in enumerate(parts or ()):
            total = sum(parts or ())
            tables[row.assessment_id, index].append(Cell(row.pk, count, total, row.organisation.territory_id))
    hidden: dict[int, set[int]] = defaultdict(set)
    for (_assessment, index), cells in tables.items():
        for key in suppress(cells, None, limit).cells:
            if isinstance(key, int):
                hidden[key].add(index)
    return hidden


def _parts(row: SchoolResult) -> list[int] | None:
    counts = [getattr(row, name) for name in MARKS]
    return None if any(count is None for count in counts) else counts


def _result_row(row: SchoolResult, by_column: dict[int, set[int]], limit: int, keys: Keys) -> list[Any]:
    of = row.assessment
    start = [keys.of(row.organisation_id), of.kind, of.subject.code, of.grade, of.year]
    parts = _parts(row)
    if row.participants is None or row.participants < limit:
        return [*start, *([HIDDEN] * (len(MARKS) + 3))]
    hidden = hidden_parts(parts, by_column.get(row.pk, ()), limit) if parts is not None else frozenset()
    if hidden is None:
        return [*start, *([HIDDEN] * (len(MARKS) + 3))]
    marks = [HIDDEN if index in hidden else count for index, count in enumerate(parts or ())] or [""] * 4
    # Below the threshold are mostly the «2»; where any mark is hidden the two together could give it away.
    below: Any = "" if row.below is None else row.below
    if hidden or _is_small(row.below, row.participants, limit):
        below = HIDDEN if row.below is not None else ""
    mean = "" if row.mean is None else round(float(row.mean), 1)
    return [*start, row.participants, *marks, below, mean]


def _is_small(count: int | None, total: int, limit: int) -> bool:
    return count is not None and (count < limit or total - count < limit)


def _context(schools: set[int], scope: Scope, years: tuple[int, int], keys: Keys) -> Table:
    """The social passport; the own schools of the scope are strangers too here."""
    stranger = Scope(territory_paths=scope.territory_paths)
    rows = ContextValue.objects.visible().filter(
        organisation__in=schools, school_year__start_year__range=(years[0] - 1, years[1])
    )
    shown = show_values(rows.select_related("indicator", "school_year"), stranger)
    lines = [
        [
            keys.of(one.value.organisation_id), one.value.school_year.start_year, one.value.indicator.code,
            *([HIDDEN] * 4 if one.is_hidden else [one.count, one.total, one.share, one.number]),
        ]
        for one in shown
    ]  # fmt: skip
    columns = ("school", "school_year", "indicator", "count", "total", "share", "value")
    return Table("context.csv", columns, sorted(lines, key=lambda row: [str(cell) for cell in row]))


def _participants(results: Any) -> Table:
    """Participants with keys of their own and no key of the school: with it hidden cells could be counted again."""
    rows = ParticipantResult.objects.filter(result__in=results.values("pk")).values_list(
        "result__assessment__kind", "result__assessment__subject__code", "result__assessment__grade",
        "result__assessment__year", "result__organisation__locality", "result__organisation__pupils",
        "score", "mark", "result__organisation_id",
    )  # fmt: skip
    coarse = ((*row[:5], size_band(row[5]), *row[6:]) for row in rows.iterator())
    kept = large_groups(
        coarse, group=lambda row: row[:6], school=lambda row: row[8], limit=small_cell_limit()
    )
    lines = sorted([secrets.token_hex(6), *row[:8]] for row in kept)
    columns = ("participant", "kind", "subject", "grade", "year", "locality", "size", "score", "mark")
    return Table("participants.csv", columns, lines)
