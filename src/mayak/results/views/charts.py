"""Charts of the results."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.kernel.ui.charts import Chart, bar_chart, histogram, small_multiples
from mayak.results.models import SchoolResult
from mayak.results.selectors.results import LoadedCell, Series

MARKS = ("2", "3", "4", "5")


def loaded_chart(cells: Sequence[LoadedCell]) -> Chart:
    """Schools with results by year and kind."""
    years = sorted({cell.year for cell in cells})
    kinds = list(dict.fromkeys(cell.label for cell in cells))
    table = {(cell.year, cell.label): cell.schools for cell in cells}
    rows = [[str(year), *(table.get((year, kind)) for kind in kinds)] for year in years]
    best = max(cells, key=lambda cell: cell.schools)
    summary = ngettext(
        "Results of %(count)s year are loaded; most schools, %(schools)s, have %(kind)s of %(year)s.",
        "Results of %(count)s years are loaded; most schools, %(schools)s, have %(kind)s of %(year)s.",
        len(years),
    ) % {"count": len(years), "schools": best.schools, "kind": best.label, "year": best.year}
    return bar_chart(_("Schools with results"), summary, [_("year"), *kinds], rows)


def marks_chart(result: SchoolResult) -> Chart | None:
    """Marks of a result, as counts or as the per cents of the file."""
    counts = [result.marks_2, result.marks_3, result.marks_4, result.marks_5]
    if any(count is not None for count in counts):
        rows = [[mark, count] for mark, count in zip(MARKS, counts, strict=True)]
        title, unit = _("Marks, participants"), _("participants")
    elif "2" in result.percents:
        rows = [[mark, result.percents.get(mark)] for mark in MARKS]
        title, unit = _("Marks, %"), "%"
    else:
        return None
    n = result.participants
    summary = (
        _("Marks of %(count)s participants.") % {"count": n}
        if n is not None
        else _("The number of participants is not known.")
    )
    return bar_chart(title, summary, [_("mark"), unit], rows)


def distribution_chart(result: SchoolResult) -> Chart | None:
    """How many participants have each score."""
    scores = {int(score): count for score, count in result.distribution.items()}
    if not scores:
        return None
    rows = [[score, scores.get(score, 0)] for score in range(max(scores) + 1)]
    unit = "%" if result.extra.get("distribution_is_percent") else _("participants")
    low, high = min(scores), max(scores)
    summary = _("Scores from %(low)s to %(high)s.") % {"low": low, "high": high}
    return histogram(_("Distribution of scores"), summary, [_("score"), unit], rows)


def school_chart(series: Sequence[Series]) -> Chart | None:
    """The share below the threshold of a school, one small picture for each procedure, years along the axis."""
    shown = [one for one in series if any(row.below_share is not None for row in one.results.values())]
    if not shown:
        return None
    years = sorted({year for one in shown for year in one.results})
    rows = [[_panel_title(one, shown), *(_percent(one.results.get(year)) for year in years)] for one in shown]
    summary = _("Share below the threshold by year; the numbers of participants stand in the table below.")
    return small_multiples(_("Below the threshold, %"), summary, [_("procedure"), *map(str, years)], rows)


def _panel_title(one: Series, shown: Sequence[Series]) -> str:
    """Short where all panels are of one kind: a panel has little room."""
    return one.short_title if len({other.kind for other in shown}) == 1 else one.title


def _percent(row: SchoolResult | None) -> float | None:
    return round(float(row.below_share) * 100, 1) if row is not None and row.below_share is not None else None


def mean_chart(series: Sequence[Series]) -> Chart | None:
    """Mean scores of a school where no threshold is known."""
    shown = [
        one
        for one in series
        if all(row.below_share is None for row in one.results.values())
        and any(row.mean is not None for row in one.results.values())
    ]
    if not shown:
        return None
    years = sorted({year for one in shown for year in one.results})
    rows = []
    for one in shown:
        values = [one.results.get(year) for year in years]
        means = [round(float(row.mean), 1) if row and row.mean is not None else None for row in values]
        rows.append([_panel_title(one, shown), *means])
    summary = _("Mean scores by year. Maximum scores may differ between years: compare with care.")
    return small_multiples(_("Mean score"), summary, [_("procedure"), *map(str, years)], rows)
