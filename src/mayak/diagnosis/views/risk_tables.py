"""Charts and tables of risk profiles."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.http.response import HttpResponseBase
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.diagnosis.enums.risk import RiskLevel
from mayak.diagnosis.models import RiskFactor
from mayak.diagnosis.selectors.risk import FactorCount, FactorRow, MatrixRow, years_of
from mayak.kernel.exporting.responses import table_response
from mayak.kernel.ui.charts import Chart, bar_chart, small_multiples
from mayak.registry.models import Organisation, SchoolYear

YEARS_AT_LEAST = 2
TITLE_ROOM = 30
"""Letters that fit over a panel of three in a line."""


def counts_chart(counts: Sequence[FactorCount]) -> Chart:
    """Return for how many schools each factor is of high, medium and low significance."""
    levels = (RiskLevel.HIGH, RiskLevel.MEDIUM, RiskLevel.LOW)
    rows = [(str(one.factor), *(one.counts.get(level, 0) for level in levels)) for one in counts if one.total]
    worst = max(counts, key=lambda one: one.high)
    summary = (
        ngettext(
            "Most often of high significance: «%(factor)s», %(count)s school of %(total)s.",
            "Most often of high significance: «%(factor)s», %(count)s schools of %(total)s.",
            worst.high,
        )
        % {"factor": worst.factor, "count": worst.high, "total": worst.total}
        if worst.high
        else _("No factor is of high significance for any school.")
    )
    columns = [_("Risk factor"), *(str(level.label) for level in levels)]
    return bar_chart(
        _("Significance of the factors, schools"), summary, columns, rows, stacked=True, horizontal=True
    )


def years_chart(school: Organisation, programme: str) -> Chart | None:
    """Return the significance of each factor over the years; None with fewer than two years."""
    years, found = years_of(school, programme)
    if len(years) < YEARS_AT_LEAST:
        return None
    rows = [(name, *values) for name, values in found.items()]
    grown = sum(_grew(values) for values in found.values())
    fell = sum(_fell(values) for values in found.values())
    summary = _(
        "From %(first)s to %(last)s the significance grew for %(grown)s factors and fell for %(fell)s."
    ) % {
        "first": years[0],
        "last": years[-1],
        "grown": grown,
        "fell": fell,
    }
    columns = [_("Risk factor"), *(str(year) for year in years)]
    title = _("Significance over the years: 1 low, 2 medium, 3 high")
    return _with_short_titles(small_multiples(title, summary, columns, rows, interval=1))


def _with_short_titles(chart: Chart) -> Chart:
    """Cut the names over the panels, where a long one would run into the next; the table keeps them whole."""
    titles = [one | {"text": Truncator(one["text"]).chars(TITLE_ROOM)} for one in chart.option["title"]]
    return replace(chart, option={**chart.option, "title": titles})


def matrix_export(
    factors: Sequence[RiskFactor], rows: Iterable[MatrixRow], year: SchoolYear | None
) -> HttpResponseBase:
    """Return schools x factors as .xlsx: levels in words."""
    columns = [_("Territory"), _("School"), *(factor.name for factor in factors)]
    values = [
        [
            str(row.school.territory),
            str(row.school),
            *(line.get_level_display() if line and line.level else "" for line in row.lines),
        ]
        for row in rows
    ]
    return table_response(
        columns, values, file_format="xlsx", name=f"risk-{year.start_year}" if year else "risk"
    )


def school_export(school: Organisation, year: SchoolYear, rows: Iterable[FactorRow]) -> HttpResponseBase:
    """Return the profile of a school as .xlsx: the table of self-diagnosis with evidence and measures."""
    columns = [
        _("Risk factor"),
        _("Significance"),
        _("From what"),
        _("Number, 0 to 100"),
        _("Evidence"),
        _("The school works on it"),
        _("Measures"),
    ]
    values = [
        [
            row.factor.name,
            row.line.get_level_display() if row.line else "",
            row.line.get_source_display() if row.line else "",
            row.line.score if row.line else None,
            row.line.evidence if row.line else "",
            (_("yes") if row.line.is_chosen else _("no")) if row.line else "",
            row.line.measures if row.line else "",
        ]
        for row in rows
    ]
    return table_response(columns, values, file_format="xlsx", name=f"risk-{school.pk}-{year.start_year}")


def _grew(values: Sequence[int | None]) -> bool:
    known = [value for value in values if value is not None]
    return bool(known) and known[-1] > known[0]


def _fell(values: Sequence[int | None]) -> bool:
    known = [value for value in values if value is not None]
    return bool(known) and known[-1] < known[0]
