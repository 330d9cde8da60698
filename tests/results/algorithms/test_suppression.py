"""No small cell can be read or computed from what is shown."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mayak.results.algorithms.suppression import Cell, Suppressed, is_small, suppress


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[Cell], dict[str, str]]:
    """A region of municipalities with schools; some tables without totals."""
    parents: dict[str, str] = {}
    cells: list[Cell] = []
    with_totals = draw(st.booleans())
    for municipality in range(draw(st.integers(1, 4))):
        parents[f"m{municipality}"] = "region"
        for school in range(draw(st.integers(0, 5))):
            total = draw(st.integers(0, 60))
            count = draw(st.integers(0, total))
            group = f"m{municipality}"
            cells.append(Cell(f"{group}-s{school}", count, total if with_totals else None, group))
    return cells, parents


def is_shown(result: Suppressed, cell: Cell) -> bool:
    return cell.key not in result.cells


@given(tables())
def test_every_small_cell_is_hidden(table: tuple[list[Cell], dict[str, str]]) -> None:
    cells, parents = table
    result = suppress(cells, parents)
    assert all(cell.key in result.cells for cell in cells if is_small(cell.count, cell.total))


@given(tables())
@settings(max_examples=200)
def test_no_hidden_cell_follows_from_the_shown_sums(table: tuple[list[Cell], dict[str, str]]) -> None:
    cells, parents = table
    result = suppress(cells, parents)
    unknown = [cell for cell in cells if not is_shown(result, cell)]
    equations = []
    for group in set(parents) | set(parents.values()):
        if group in result.groups or group not in result.sums:
            continue
        equations.append(
            [float(cell.group == group or parents[str(cell.group)] == group) for cell in unknown]
        )
    if not unknown or not equations:
        return
    matrix = np.array(equations)
    rank = np.linalg.matrix_rank(matrix)
    for index in range(len(unknown)):
        unit = np.zeros(len(unknown))
        unit[index] = 1.0
        assert np.linalg.matrix_rank(np.vstack([matrix, unit])) > rank, unknown[index]


@given(tables())
@settings(max_examples=200)
def test_what_a_shown_sum_leaves_over_is_never_small(table: tuple[list[Cell], dict[str, str]]) -> None:
    cells, parents = table
    result = suppress(cells, parents)
    for group in set(parents) | set(parents.values()):
        if group in result.groups:
            continue
        inside = [cell for cell in cells if group in (cell.group, parents[str(cell.group)])]
        hidden = [cell for cell in inside if not is_shown(result, cell)]
        shown = sum(cell.count for cell in inside if is_shown(result, cell))
        left = result.sums[group] - shown
        assert left == sum(cell.count for cell in hidden)
        assert not hidden or left >= 5


def test_one_small_cell_takes_the_smallest_others_with_it_until_no_school_can_compute_it() -> None:
    """School b knows its own 7: with the sum of a and b alone it would know that a has 3."""
    cells = [Cell("a", 3, 50, "m"), Cell("b", 7, 60, "m"), Cell("c", 20, 80, "m"), Cell("d", 40, 90, "m")]
    result = suppress(cells)
    assert result.cells == {"a", "b", "c"}
    assert result.groups == frozenset()
    assert result.sums == {"m": 70}


def test_the_rest_is_a_cell_too() -> None:
    result = suppress([Cell("a", 48, 50, "m"), Cell("b", 20, 40, "m"), Cell("c", 25, 50, "m")])
    assert "a" in result.cells


def test_a_lone_school_hides_the_sum_of_its_municipality_and_another_school_of_the_region() -> None:
    cells = [Cell("a", 3, 50, "m1"), Cell("b", 9, 60, "m2"), Cell("c", 20, 80, "m2")]
    result = suppress(cells, {"m1": "r", "m2": "r"})
    assert result.groups == {"m1", "m2"}
    assert result.cells == {"a", "b", "c"}


def test_nothing_small_hides_nothing() -> None:
    result = suppress([Cell("a", 10, 50, "m"), Cell("b", 12, 60, "m")])
    assert result == Suppressed(frozenset(), frozenset(), {"m": 22})


def test_two_cells_with_one_key_are_an_error() -> None:
    with pytest.raises(ValueError, match="two cells"):
        suppress([Cell("a", 10), Cell("a", 11)])
