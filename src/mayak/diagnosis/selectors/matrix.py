"""The deficit matrix: people of a school, or sums of schools and territories without small groups."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mayak.diagnosis.algorithms.matrix import Sums, add_up
from mayak.diagnosis.algorithms.packing import Severities, unpack_many
from mayak.diagnosis.enums.deficits import Rule
from mayak.diagnosis.models import Competence, DeficitSummary
from mayak.diagnosis.selectors.deficit_rules import rule_values
from mayak.diagnosis.selectors.teachers import main_posts
from mayak.kernel.suppression import Cell, suppress
from mayak.registry.models import Organisation, Territory

_REGION_DEPTH = 2


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """A number of the matrix; hidden ones hold nothing but that they are."""

    known: int = 0
    deficits: int = 0
    mean: float = 0.0
    wishes: int = 0
    is_hidden: bool = False

    @property
    def share(self) -> float:
        """Share of those with a deficit among those of whom something is known."""
        return self.deficits / self.known if self.known else 0.0

    @property
    def tone(self) -> int:
        """The shade 0..5 of the heat table."""
        return min(5, int(self.share * 5 + 0.999)) if self.known and not self.is_hidden else 0


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A place with its numbers: ``place`` is a territory or a school, ``people`` those of whom anything is known."""

    place: Any
    is_school: bool
    people: int | None
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The sums of a territory: its own row and those of what lies in it."""

    competences: tuple[Competence, ...]
    total: MatrixRow
    rows: tuple[MatrixRow, ...]
    limit: int


def region_path_of(path: str) -> str:
    """Return the path of the region in which a territory lies."""
    return "/" + "/".join(path.strip("/").split("/")[:_REGION_DEPTH]) + "/"


class _Tree:
    """Everybody of a region: sums by school, and which of them and of their sums may be shown."""

    def __init__(self, path: str, competences: Sequence[Competence], values: dict[str, float]) -> None:
        self.limit = int(values[Rule.GROUP_LIMIT])
        self.width = len(competences)
        posts = main_posts(path=path)
        self.territories = {
            row.pk: row
            for row in Territory.objects.filter(path__under=path).only(
                "name", "parent", "path", "kind", "sort_key"
            )
        }
        self.schools = {
            row.pk: row
            for row in Organisation.objects.filter(pk__in=set(posts.values())).only(
                "short_name", "name", "territory", "sort_key"
            )
        }
        self.places = sorted(self.schools)
        at = {key: index for index, key in enumerate(self.places)}
        rows, people = read_severities(posts, [one.pk for one in competences])
        self.place_of = np.array([at[posts[person]] for person in people], dtype=np.int64)
        self.sums = add_up(rows, self.place_of, len(self.places), values[Rule.DEFICIT_FROM])
        assessed = np.unique(rows.person)
        self.people = np.bincount(self.place_of[assessed], minlength=len(self.places))
        self.hidden_cells, self.hidden_sums = self._hide()

    def _hide(self) -> tuple[list[frozenset[Any]], list[frozenset[Any]]]:
        """Decide for each competence, and last for the number of people, what stays hidden; equal columns once."""
        parents: dict[Any, Any] = {
            key: row.parent_id for key, row in self.territories.items() if row.parent_id in self.territories
        }
        cells, sums = [], []
        known: dict[bytes, tuple[frozenset[Any], frozenset[Any]]] = {}
        for column in [*(self.sums.known[:, index] for index in range(self.width)), self.people]:
            name = np.ascontiguousarray(column, dtype=np.int64).tobytes()
            if name not in known:
                shown = [
                    Cell(key, int(count), group=self.schools[key].territory_id)
                    for key, count in zip(self.places, column, strict=True)
                    if count
                ]
                found = suppress(shown, parents, self.limit)
                known[name] = (found.cells, found.groups)
            cells.append(known[name][0])
            sums.append(known[name][1])
        return cells, sums

    def school_row(self, school: Organisation) -> MatrixRow:
        """Return the row of one school."""
        index = self.places.index(school.pk) if school.pk in self.schools else None
        cells = tuple(
            MatrixCell(is_hidden=True)
            if index is not None and school.pk in self.hidden_cells[column]
            else _cell(self.sums, index, column)
            for column in range(self.width)
        )
        people = None if index is None or school.pk in self.hidden_cells[-1] else int(self.people[index])
        return MatrixRow(school, True, people, cells)

    def territory_row(self, territory: Territory) -> MatrixRow:
        """Return the row of a territory: the sum of all schools in it."""
        path = territory.path or ""
        inside = np.array(
            [
                index
                for index, key in enumerate(self.places)
                if (self.territories[self.schools[key].territory_id].path or "").startswith(path)
            ],
            dtype=np.int64,
        )
        total = self.sums.total_of(inside)
        cells = tuple(
            MatrixCell(is_hidden=True)
            if territory.pk in self.hidden_sums[column] and total.known[0, column]
            else _cell(total, 0, column)
            for column in range(self.width)
        )
        people = None if territory.pk in self.hidden_sums[-1] else int(self.people[inside].sum())
        return MatrixRow(territory, False, people, cells)


def territory_matrix(territory: Territory, competences: Sequence[Competence]) -> Matrix:
    """Return the sums of a territory and of what lies directly in it; the caller checked the right.

    What is hidden is decided in the tree of the whole region, so that no page gives away what another one hides.
    """
    tree = _Tree(region_path_of(territory.path or ""), competences, rule_values())
    below = sorted(
        (row for row in tree.territories.values() if row.parent_id == territory.pk),
        key=lambda row: row.sort_key,
    )
    rows = [tree.territory_row(row) for row in below]
    schools = sorted(
        (row for row in tree.schools.values() if row.territory_id == territory.pk),
        key=lambda row: row.sort_key,
    )
    rows += [tree.school_row(row) for row in schools]
    shown = [row for row in rows if row.people is None or row.people]
    return Matrix(tuple(competences), tree.territory_row(territory), tuple(shown), tree.limit)


def school_matrix(
    school: Organisation, competences: Sequence[Competence], *, sees_neighbours: bool
) -> Matrix:
    """Return the sums of one school.

    Args:
        school: the caller checked the right.
        competences: the columns.
        sees_neighbours: whether the viewer sees sums of the territory too: then what is hidden there is hidden here.
    """
    values = rule_values()
    limit = int(values[Rule.GROUP_LIMIT])
    if sees_neighbours:
        tree = _Tree(region_path_of(school.territory.path or ""), competences, values)
        return Matrix(tuple(competences), tree.school_row(school), (), limit)
    posts = main_posts(organisation=school.pk)
    rows, people = read_severities(posts, [one.pk for one in competences])
    sums = add_up(rows, np.zeros(len(people), dtype=np.int64), 1, values[Rule.DEFICIT_FROM])
    cells = tuple(
        MatrixCell(is_hidden=True) if 0 < sums.known[0, column] < limit else _cell(sums, 0, column)
        for column in range(len(competences))
    )
    count = len(np.unique(rows.person))
    return Matrix(
        tuple(competences), MatrixRow(school, True, None if 0 < count < limit else count, cells), (), limit
    )


def read_severities(posts: dict[int, int], competences: Sequence[int]) -> tuple[Severities, list[int]]:
    """Return the combined severities of these people and the key of each position; one query."""
    wanted = set(posts)
    stored = DeficitSummary.objects.order_by("person_id")
    if len(wanted) < _FEW:
        stored = stored.filter(person__in=wanted)
    found = [
        (person, packed) for person, packed in stored.values_list("person_id", "packed") if person in wanted
    ]
    return unpack_many((packed for _person, packed in found), competences), [
        person for person, _packed in found
    ]


_FEW = 1000
"""So many keys may stand in one condition; for more the whole table is read, which is faster than asking in parts."""


def deficit_table(
    posts: dict[int, int], competences: Sequence[Competence], values: dict[str, float]
) -> tuple[NDArray[np.bool_], list[int]]:
    """Return people x competences, whether there is a deficit, and the keys of the people."""
    rows, people = read_severities(posts, [one.pk for one in competences])
    table = np.zeros((len(people), len(competences)), dtype=np.bool_)
    chosen = rows.severity >= values[Rule.DEFICIT_FROM] - 1e-9
    table[rows.person[chosen], rows.column[chosen]] = True
    return table, people


def _cell(sums: Sums, index: int | None, column: int) -> MatrixCell:
    if index is None or not sums.known[index, column]:
        return MatrixCell()
    known = int(sums.known[index, column])
    return MatrixCell(
        known,
        int(sums.deficits[index, column]),
        float(sums.severity[index, column] / known),
        int(sums.wishes[index, column]),
    )


def by_group(competences: Iterable[Competence]) -> dict[int, list[Competence]]:
    """Return the competences by their group."""
    found: dict[int, list[Competence]] = defaultdict(list)
    for one in competences:
        found[one.group_id].append(one)
    return dict(found)
