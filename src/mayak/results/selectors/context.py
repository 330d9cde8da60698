"""The social passport of schools as others may see it: small cells hidden, also from those who subtract."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from mayak.kernel.access import Scope
from mayak.registry.models import Territory
from mayak.results.algorithms.suppression import Cell, Suppressed, is_small, suppress
from mayak.results.models import ContextValue
from mayak.results.selectors.scales import small_cell_limit


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A value of the context as it may be shown; ``is_hidden`` instead of a small number."""

    value: ContextValue
    is_hidden: bool

    @property
    def count(self) -> int | None:
        """Pupils, or None where hidden or not known."""
        return None if self.is_hidden else self.value.count

    @property
    def total(self) -> int | None:
        """Of how many, or None where hidden or not known."""
        return None if self.is_hidden else self.value.total

    @property
    def share(self) -> Decimal | float | None:
        """0..1, or None where hidden or not known."""
        if self.is_hidden:
            return None
        if self.value.share is not None:
            return self.value.share
        if self.value.count is not None and self.value.total:
            return self.value.count / self.value.total
        return None

    @property
    def number(self) -> Decimal | None:
        """Another number (a mean, an enrolment)."""
        return None if self.is_hidden else self.value.value


def show_values(values: Iterable[ContextValue], scope: Scope) -> list[ShownValue]:
    """What of these values the scope may see. A school sees its own; everybody else no small cell.

    The decision is taken on the whole table of the indicator and year, whatever the page shows of it: another filter
    must not reveal what this one hides.
    """
    rows = list(values)
    tables = _tables({(row.indicator_id, row.school_year_id) for row in rows}, small_cell_limit())
    return [ShownValue(row, is_hidden=_is_hidden(row, scope, tables)) for row in rows]


def _is_hidden(row: ContextValue, scope: Scope, tables: dict[tuple[int, int], Suppressed]) -> bool:
    if row.organisation_id in scope.organisation_ids:
        return False
    return row.organisation_id in tables[row.indicator_id, row.school_year_id].cells


def territory_sums(indicator_id: int, school_year_id: int, scope: Scope) -> dict[int, int]:
    """Territory -> pupils of its schools, only the sums that reveal no small cell."""
    table = _tables({(indicator_id, school_year_id)}, small_cell_limit())[indicator_id, school_year_id]
    shown = {pk: total for pk, total in table.sums.items() if pk not in table.groups and isinstance(pk, int)}
    own = set(Territory.objects.within(scope).filter(pk__in=shown).values_list("pk", flat=True))
    return {pk: total for pk, total in shown.items() if pk in own}


def _tables(keys: set[tuple[int, int]], limit: int) -> dict[tuple[int, int], Suppressed]:
    """The decision for each table of an indicator and year, over all schools there are."""
    cells: dict[tuple[int, int], list[Cell]] = defaultdict(list)
    small: dict[tuple[int, int], set[int]] = defaultdict(set)
    rows = ContextValue.objects.visible().filter(
        indicator__in={key[0] for key in keys}, school_year__in={key[1] for key in keys}
    )
    columns = (
        "indicator_id", "school_year_id", "organisation_id", "organisation__territory_id", "organisation__pupils",
        "count", "total", "share", "indicator__counts_everyone",
    )  # fmt: skip
    for indicator, year, school, territory, pupils, count, total, share, everyone in rows.values_list(
        *columns
    ).iterator():
        of = None if everyone else total if total is not None else pupils
        if count is not None:
            # A contradiction (more counted than there are) must not make a small cell look big.
            cells[indicator, year].append(
                Cell(school, count, of if of is not None and of >= count else None, territory)
            )
        elif share is not None and of is not None and is_small(round(share * of), of, limit):
            small[indicator, year].add(school)
    above = Territory.objects.filter(parent__isnull=False).values_list("pk", "parent_id")
    parents: dict[Hashable, Hashable] = dict(above)
    found: dict[tuple[int, int], Suppressed] = {}
    for key in keys:
        decided = suppress(cells[key], parents, limit)
        found[key] = Suppressed(decided.cells | small[key], decided.groups, decided.sums)
    return found
