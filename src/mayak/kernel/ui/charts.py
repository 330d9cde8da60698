"""Charts as data: an ECharts option built here, drawn in the browser, always with its table beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language

from mayak.kernel.ui.palette import BAD, CATEGORICAL, DASHES, NEUTRAL, SURFACE, SYMBOLS
from mayak.kernel.ui.pictures import MapPicture, MapPoint, NetworkEdge, NetworkNode, NetworkPicture
from mayak.kernel.ui.tables import number_text

__all__ = [
    "Chart",
    "MapPicture",
    "MapPoint",
    "NetworkEdge",
    "NetworkNode",
    "NetworkPicture",
    "Threshold",
    "bar_chart",
    "histogram",
    "line_chart",
    "small_multiples",
]

Row = Sequence[Any]
LABEL_AND_ONE_SERIES = 2
VALUES_SHOWN_UP_TO = 24
"""More bars than that leave no room for their values."""
MISSING = "—"
_NUM = ' class="num"'


@dataclass(frozen=True)
class Chart:
    """A chart with its sentence and its table.

    Attributes:
        title: what is shown, unit included («Доля «2», %»).
        summary: one plain sentence that says what the chart says.
        option: ECharts option; colours are names of CSS variables («var(--chart-1)»).
        columns: headers of the table.
        rows: rows of the table, the first cell names the row.
        height: pixels on the screen, a multiple of 8.
        note: the name of a line that is drawn without one (the threshold of small multiples).
        kind: «panels» lets the browser put as many panels beside each other as fit.
    """

    title: Any
    summary: Any
    option: Mapping[str, Any]
    columns: Sequence[Any]
    rows: Sequence[Row]
    height: int = 320
    note: Any = ""
    kind: str = "chart"

    @property
    def shown_rows(self) -> list[list["ShownCell"]]:
        """The rows of the table as text, every column with one number of decimals."""
        return table_cells(self.rows)

    @property
    def drawn_table(self) -> SafeString:
        """Head and body of the table as HTML; the template engine takes five times as long for sixty charts."""
        return _drawn(self.columns, self.shown_rows)


class ShownCell(NamedTuple):
    """A cell of the table beside a chart."""

    text: str
    is_number: bool


@dataclass(frozen=True)
class Threshold:
    """A line across the chart with its name («порог 15 %»)."""

    value: float
    label: Any


def table_cells(rows: Sequence[Row]) -> list[list[ShownCell]]:
    """Return cells as text: numbers of a column with the same decimals, «—» for a missing value."""
    width = max((len(row) for row in rows), default=0)
    digits = [max((_decimals(row[at]) for row in rows if at < len(row)), default=0) for at in range(width)]
    return [[_cell(value, digits[at]) for at, value in enumerate(row)] for row in rows]


def _drawn(columns: Sequence[Any], rows: Sequence[Sequence[ShownCell]]) -> SafeString:
    numeric = [at > 0 and _is_numeric(rows, at) for at in range(len(columns))]
    head = "".join(
        f'<th scope="col"{_NUM if numeric[at] else ""}>{conditional_escape(capfirst(str(column)))}</th>'
        for at, column in enumerate(columns)
    )
    body = "".join(
        f"<tr>{''.join(_drawn_cell(at, cell) for at, cell in enumerate(row))}</tr>\n" for row in rows
    )
    return mark_safe(f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>")  # noqa: S308  # every part is escaped


def _drawn_cell(at: int, cell: ShownCell) -> str:
    text = escape(cell.text)
    if not at:
        return f'<th scope="row">{text}</th>'
    return f"<td{_NUM if cell.is_number else ''}>{text}</td>"


def _is_numeric(rows: Sequence[Sequence[ShownCell]], at: int) -> bool:
    """Whether the cells of a column are numbers (missing ones apart)."""
    cells = [row[at] for row in rows if row[at].text != MISSING]
    return bool(cells) and all(cell.is_number for cell in cells)


def _decimals(value: Any) -> int:
    if not isinstance(value, float | Decimal):
        return 0
    return min(len(f"{value:.4f}".rstrip("0").partition(".")[2]), 4)


def _cell(value: Any, digits: int) -> ShownCell:
    if value is None or value == "":
        return ShownCell(MISSING, is_number=False)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return ShownCell(_number(value, digits, get_language()), is_number=True)
    return ShownCell(str(value), is_number=False)


@lru_cache(maxsize=4096)
def _number(value: float | Decimal, digits: int, _language: str | None) -> str:
    """Return the text of a number; shares repeat from chart to chart, and formatting one is slow."""
    return number_text(value, digits)


def bar_chart(
    title: Any,
    summary: Any,
    columns: Sequence[Any],
    rows: Sequence[Row],
    *,
    stacked: bool = False,
    horizontal: bool = False,
    threshold: Threshold | None = None,
    height: int = 0,
) -> Chart:
    """Return bars: one group per row, one bar per column after the first.

    Long names read best with ``horizontal``; its height then grows with the rows.
    """
    many = len(columns) > LABEL_AND_ONE_SERIES
    category: dict[str, Any] = {
        "type": "category",
        "data": [str(row[0]) for row in rows],
        "axisTick": {"show": False},
    }
    value: dict[str, Any] = {"type": "value"}
    if horizontal:
        category["inverse"] = True
    series = [_series("bar", index, columns, rows) for index in range(1, len(columns))]
    for one in series:
        one["barMaxWidth"] = 32
        if stacked:
            one["stack"] = "all"
    if not many:
        series[0]["label"] = {
            "show": len(rows) <= VALUES_SHOWN_UP_TO,
            "position": "right" if horizontal else "top",
        }
    _draw_threshold(series, threshold, axis="xAxis" if horizontal else "yAxis")
    option = _frame(legend=many)
    option |= {"xAxis": value, "yAxis": category} if horizontal else {"xAxis": category, "yAxis": value}
    option["series"] = series
    grown = 96 + 32 * len(rows) if horizontal else 320
    return Chart(title, summary, option, columns, rows, height or grown)


def line_chart(
    title: Any,
    summary: Any,
    columns: Sequence[Any],
    rows: Sequence[Row],
    *,
    threshold: Threshold | None = None,
    height: int = 320,
) -> Chart:
    """Return lines over the first column; each differs by colour, mark and dash."""
    series = [_series("line", index, columns, rows) for index in range(1, len(columns))]
    for index, one in enumerate(series):
        dash = DASHES[index % len(DASHES)]
        one |= {"symbol": SYMBOLS[index % len(SYMBOLS)], "symbolSize": 8}
        one["lineStyle"] = {"width": 2, "type": dash if isinstance(dash, str) else list(dash)}
    _draw_threshold(series, threshold, axis="yAxis")
    option = _frame(legend=len(series) > 1)
    option["xAxis"] = {"type": "category", "data": [str(row[0]) for row in rows]}
    option["yAxis"] = {"type": "value", "scale": True}
    option["series"] = series
    return Chart(title, summary, option, columns, rows, height)


def histogram(
    title: Any,
    summary: Any,
    columns: Sequence[Any],
    rows: Sequence[Row],
    *,
    borders: Sequence[Any] = (),
    height: int = 320,
) -> Chart:
    """Return a distribution of (value, count); the bars that begin at a mark border are told by colour and word."""
    chart = bar_chart(title, summary, columns, rows, height=height)
    marked = {str(border) for border in borders}
    series = dict(chart.option["series"][0])
    series |= {"barCategoryGap": "8%", "barMaxWidth": None, "label": {"show": False}}
    series["data"] = [
        {"value": row[1], "itemStyle": {"color": BAD}} if str(row[0]) in marked else row[1] for row in rows
    ]
    return Chart(title, summary, {**chart.option, "series": [series]}, columns, rows, height)


def small_multiples(
    title: Any,
    summary: Any,
    columns: Sequence[Any],
    rows: Sequence[Row],
    *,
    threshold: Threshold | None = None,
    per_line: int = 3,
    interval: float | None = None,
) -> Chart:
    """Return one small line per row over the columns after the first, all on the same scale.

    The usual picture of a school: a subject per panel, years along the axis. ``interval`` is the distance of the marks
    of the scale; without it they are chosen for the space.
    """
    labels = [str(column) for column in columns[1:]]
    numbers = [value for row in rows for value in row[1:] if isinstance(value, int | float)]
    if threshold:
        numbers.append(threshold.value)
    lines = -(-len(rows) // per_line) or 1
    option: dict[str, Any] = _frame(legend=False) | {
        "grid": [],
        "xAxis": [],
        "yAxis": [],
        "title": [],
        "series": [],
    }
    for index, row in enumerate(rows):
        left, top = 100 / per_line * (index % per_line), 100 / lines * (index // per_line)
        place = {"left": f"{left + 3:.1f}%", "width": f"{100 / per_line - 7:.1f}%"}
        panel = {"top": f"{top + 26 / lines:.1f}%", "height": f"{52 / lines:.1f}%"}
        option["grid"].append({**place, **panel, "containLabel": False})
        option["title"].append({"text": str(row[0]), "left": place["left"], "top": f"{top + 2 / lines:.1f}%"})
        option["xAxis"].append({"type": "category", "gridIndex": index, "data": labels})
        option["yAxis"].append(
            {
                "type": "value",
                "gridIndex": index,
                "max": max(numbers, default=1),
                **({"interval": interval} if interval else {"splitNumber": 2}),
            }
        )
        series = {
            "type": "line",
            "name": str(row[0]),
            "data": list(row[1:]),
            "symbol": "circle",
            "symbolSize": 6,
        }
        series |= {"xAxisIndex": index, "yAxisIndex": index, "label": {"show": True, "position": "top"}}
        _draw_threshold([series], threshold, axis="yAxis", named=False)
        option["series"].append(series)
    return Chart(
        title, summary, option, columns, rows, 176 * lines, threshold.label if threshold else "", "panels"
    )


def _series(kind: str, index: int, columns: Sequence[Any], rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "type": kind,
        "name": str(columns[index]),
        "data": [row[index] for row in rows],
        "itemStyle": {"color": CATEGORICAL[(index - 1) % len(CATEGORICAL)]},
    }


def _draw_threshold(
    series: list[dict[str, Any]], threshold: Threshold | None, *, axis: str, named: bool = True
) -> None:
    if threshold is None or not series:
        return
    series[0]["markLine"] = {
        "silent": True,
        "symbol": "none",
        "lineStyle": {"color": BAD, "type": "dashed", "width": 2},
        "label": {
            "show": named,
            "formatter": str(threshold.label),
            "position": "insideEndTop",
            "color": BAD,
            "backgroundColor": SURFACE,
            "padding": [2, 6],
        },
        "data": [{axis: threshold.value}],
    }


def _frame(*, legend: bool) -> dict[str, Any]:
    return {
        "color": list(CATEGORICAL),
        "grid": {"left": 8, "right": 24, "top": 48 if legend else 24, "bottom": 8, "containLabel": True},
        "legend": {"show": legend, "top": 0, "left": 0, "inactiveColor": NEUTRAL},
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
    }
