"""Values of procedures and territories: percentiles by average rank, territory values."""

import numpy as np

from mayak.results.algorithms.identification.data import Bools, Floats, Ints
from mayak.results.algorithms.identification.rules import Statistic


def average_rank_share(values: Floats, groups: Ints) -> Floats:
    """Average rank (1 = lowest, ties share their mean rank) / number of values, inside each group; NaN stays NaN.

    The percentile of the real-input test of the main job: «average rank / n of the school's mean».
    """
    out = np.full(values.shape, np.nan)
    known = np.flatnonzero(~np.isnan(values) & (groups >= 0))
    if not len(known):
        return out
    order = known[np.lexsort((values[known], groups[known]))]
    value, group = values[order], groups[order]
    new_group = np.r_[True, group[1:] != group[:-1]]
    new_value = new_group | np.r_[True, value[1:] != value[:-1]]
    start = np.flatnonzero(new_value)
    length = np.diff(np.r_[start, len(value)])
    tie = np.cumsum(new_value) - 1
    group_start = np.flatnonzero(new_group)
    group_of = np.cumsum(new_group) - 1
    size = np.diff(np.r_[group_start, len(value)])[group_of]
    rank = (2 * start + length + 1)[tie] / 2 - group_start[group_of]
    out[order] = rank / size
    return out


def percentiles(mean: Floats, usable: Bools, groups: Ints) -> Floats:
    """Percentiles of (schools, procedures, years) within procedure, year and group among the usable results."""
    out = np.full(mean.shape, np.nan)
    for procedure in range(mean.shape[1]):
        for year in range(mean.shape[2]):
            values = np.where(usable[:, procedure, year], mean[:, procedure, year], np.nan)
            out[:, procedure, year] = average_rank_share(values, groups)
    return out


def territory_values(
    values: Floats, weights: Floats, usable: Bools, groups: Ints, statistic: Statistic
) -> Floats:
    """The value of each school's territory, for arrays (schools, procedures, years); NaN where it has none."""
    out = np.full(values.shape, np.nan)
    if not len(groups) or groups.max() < 0:
        return out
    count = int(groups.max()) + 1
    for item in range(values.shape[1]):
        for year in range(values.shape[2]):
            rows = np.flatnonzero(usable[:, item, year] & (groups >= 0))
            own = _by_group(
                values[rows, item, year], weights[rows, item, year], groups[rows], count, statistic
            )
            out[:, item, year] = np.where(groups >= 0, own[groups.clip(min=0)], np.nan)
    return out


def _by_group(values: Floats, weights: Floats, groups: Ints, count: int, statistic: Statistic) -> Floats:
    if statistic is Statistic.MEDIAN:
        return _medians(values, groups, count)
    weight = np.ones_like(values) if statistic is Statistic.MEAN else weights
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Floats = np.bincount(groups, weight * values, count) / np.bincount(groups, weight, count)
    return result


def _medians(values: Floats, groups: Ints, count: int) -> Floats:
    out = np.full(count, np.nan)
    order = np.lexsort((values, groups))
    value, group = values[order], groups[order]
    size = np.bincount(group, minlength=count)
    start = np.r_[0, np.cumsum(size)[:-1]]
    has = size > 0
    low, high = (start + (size - 1) // 2)[has], (start + size // 2)[has]
    out[has] = (value[low] + value[high]) / 2
    return out
