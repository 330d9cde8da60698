"""The rows of results laid out as school x procedure x year, so that a rule is one look at whole arrays."""

from dataclasses import dataclass, replace

import numpy as np

from mayak.results.algorithms.identification.data import Bools, Floats, Ints, Results


@dataclass(frozen=True, slots=True)
class Cube:
    """Arrays of shape (schools, procedures, years); `n` is -1 without a row, NaN stands for unknown values."""

    years: tuple[int, ...]
    present: Bools
    n: Ints
    below: Floats
    share: Floats
    mean: Floats
    sd: Floats

    def at(self, year: int) -> int | None:
        """Position of a year on the last axis."""
        return self.years.index(year) if year in self.years else None

    def part(self, columns: tuple[int, ...], years: tuple[int, ...]) -> tuple[Ints, ...]:
        """The index of some procedures in some years of all schools."""
        places = [self.years.index(year) for year in years]
        return np.ix_(np.arange(self.n.shape[0]), np.array(columns, int), np.array(places, int))

    def redrawn(self, below: Floats, mean: Floats) -> "Cube":
        """The same schools with other pupils."""
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(np.isnan(below) | (self.n <= 0), self.share, below / self.n)
        return replace(self, below=below, share=share, mean=mean)


def build_cube(results: Results, years: tuple[int, ...] | None = None) -> Cube:
    """Lay the rows out; `years` limits memory to what a rule looks at."""
    chosen = tuple(sorted(set(results.year.tolist()))) if years is None else tuple(sorted(years))
    shape = (len(results.schools), len(results.procedures), max(len(chosen), 1))
    wanted = np.array(chosen or (0,), dtype=np.int64)
    where = np.searchsorted(wanted, results.year).clip(max=len(wanted) - 1)
    rows = np.flatnonzero(wanted[where] == results.year)
    position = (results.school[rows], results.procedure[rows], where[rows])

    def laid(values: Floats | None) -> Floats:
        array = np.full(shape, np.nan)
        if values is not None:
            array[position] = values[rows]
        return array

    present = np.zeros(shape, dtype=np.bool_)
    present[position] = True
    n = np.full(shape, -1, dtype=np.int64)
    n[position] = results.n[rows]
    below, share = laid(results.below), laid(results.share)
    with np.errstate(invalid="ignore", divide="ignore"):
        counted = np.where(n > 0, below / n, np.nan)
    share = np.where(np.isnan(counted), share, counted)
    return Cube(tuple(wanted.tolist()), present, n, below, share, laid(results.mean), laid(results.sd))
