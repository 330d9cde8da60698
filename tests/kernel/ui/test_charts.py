"""Charts: the option for the browser and the table beside it hold the same numbers."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from mayak.kernel.ui.charts import (
    Chart,
    Threshold,
    bar_chart,
    histogram,
    line_chart,
    small_multiples,
    table_cells,
)
from mayak.kernel.ui.pictures import MapPicture, MapPoint, NetworkEdge, NetworkNode, NetworkPicture

ROWS = [("2023", 12.5, 9), ("2024", 14.25, None)]
COLUMNS = ["Year", "Mathematics", "Russian"]


def render(source: str, **values: Any) -> str:
    with translation.override("ru"):
        return Template(source).render(Context({"request": RequestFactory().get("/"), **values}))


def option_of(drawn: str) -> Any:
    block = re.search(r'<script id="[\w-]+-option" type="application/json">(.*?)</script>', drawn)
    assert block
    return json.loads(block[1])


def test_bars_have_one_series_per_column() -> None:
    option = bar_chart("Share, %", "It grows.", COLUMNS, ROWS).option
    assert option["xAxis"]["data"] == ["2023", "2024"]
    assert [(one["name"], one["data"]) for one in option["series"]] == [
        ("Mathematics", [12.5, 14.25]),
        ("Russian", [9, None]),
    ]


def test_horizontal_bars_swap_the_axes_and_grow_with_the_rows() -> None:
    chart = bar_chart("T", "S", COLUMNS, ROWS * 10, horizontal=True)
    assert chart.option["yAxis"]["type"] == "category"
    assert chart.height == 96 + 32 * 20


def test_lines_differ_by_colour_mark_and_dash() -> None:
    series = line_chart("T", "S", COLUMNS, ROWS).option["series"]
    assert len({one["itemStyle"]["color"] for one in series}) == 2
    assert len({one["symbol"] for one in series}) == 2
    assert len({one["lineStyle"]["type"] for one in series}) == 2


def test_a_threshold_is_a_line_with_its_name() -> None:
    line = bar_chart("T", "S", COLUMNS, ROWS, threshold=Threshold(15, "threshold 15 %")).option["series"][0][
        "markLine"
    ]
    assert line["data"] == [{"yAxis": 15}]
    assert line["label"]["formatter"] == "threshold 15 %"


def test_borders_of_marks_stand_out_in_a_histogram() -> None:
    data = histogram("T", "S", ["Points", "People"], [(5, 3), (6, 9)], borders=[6]).option["series"][0][
        "data"
    ]
    assert data == [3, {"value": 9, "itemStyle": {"color": "var(--bad)"}}]


def test_small_multiples_share_one_scale_and_name_the_threshold_once() -> None:
    rows = [("Mathematics", 10, 22), ("Physics", 5, 6), ("History", 1, 2), ("Biology", 3, 4)]
    chart = small_multiples("T", "S", ["Subject", "2023", "2024"], rows, threshold=Threshold(30, "threshold"))
    assert len(chart.option["grid"]) == 4
    assert {axis["max"] for axis in chart.option["yAxis"]} == {30}
    assert (chart.kind, chart.note) == ("panels", "threshold")


def test_a_column_of_the_table_has_one_number_of_decimals() -> None:
    with translation.override("ru"):
        cells = table_cells([("a", 3.7, 1200), ("b", Decimal("3.72"), None)])
    assert [[cell.text for cell in row] for row in cells] == [["a", "3,70", "1\u202f200"], ["b", "3,72", "—"]]


def test_a_chart_is_drawn_with_its_sentence_its_table_and_its_data() -> None:
    chart = bar_chart("Доля «2», %", "Она растёт.", COLUMNS, ROWS)
    drawn = render("{% chart chart %}", chart=chart)
    assert 'data-name="Доля «2», %"' in drawn
    assert "Она растёт." in drawn
    assert '<th scope="row">2024</th><td class="num">14,25</td><td>—</td>' in drawn
    assert option_of(drawn) == json.loads(json.dumps(chart.option))
    for kind in ("svg", "png", "csv"):
        assert f'data-download="{kind}"' in drawn


def test_the_data_of_a_chart_cannot_break_out_of_its_block() -> None:
    drawn = render(
        "{% chart chart %}", chart=Chart("T", "S", {"name": "</script><script>alert(1)"}, ["A"], [])
    )
    assert "</script><script>" not in drawn


@pytest.mark.parametrize(
    ("source", "library"),
    [
        ("", ""),
        ("{% chart chart %}", "charts"),
        ("{% chart chart %}{% network network %}{% chart chart %}", "networks"),
    ],
)
def test_the_library_is_asked_for_only_where_a_chart_is(source: str, library: str) -> None:
    chart = bar_chart("T", "S", COLUMNS, ROWS)
    network = NetworkPicture([NetworkNode("a", "A", "lead")], [])
    assert render(source + "|{% needs_charts %}", chart=chart, network=network).rpartition("|")[2] == library


def two_roles() -> NetworkPicture:
    leads = [NetworkNode("a", "Lead A", "lead"), NetworkNode("b", "Lead B", "lead")]
    others = [NetworkNode("c", "School C", "school"), NetworkNode("d", "School D", "school")]
    return NetworkPicture(leads + others, [NetworkEdge("a", "d", "maths"), NetworkEdge("b", "c", "physics")])


def test_two_roles_stand_in_two_columns_with_few_crossings() -> None:
    nodes = {node["id"]: node for node in two_roles().option["series"][0]["data"]}
    assert nodes["a"]["x"] == nodes["b"]["x"] < nodes["c"]["x"] == nodes["d"]["x"]
    assert nodes["d"]["y"] < nodes["c"]["y"], "each partner stands beside its lead school"
    assert nodes["a"]["label"]["position"] == "left"
    assert nodes["c"]["label"]["position"] == "right"


def test_one_role_stands_in_a_circle() -> None:
    picture = NetworkPicture([NetworkNode(str(at), f"S{at}") for at in range(6)], [])
    assert len({(round(node["x"]), round(node["y"])) for node in picture.option["series"][0]["data"]}) == 6


def test_the_table_of_a_network_names_both_ends() -> None:
    assert two_roles().table_rows == [("Lead A", "School D", "maths"), ("Lead B", "School C", "physics")]


def test_an_empty_network_and_an_empty_map_draw_nothing_and_do_not_fail() -> None:
    assert NetworkPicture([], []).option["series"][0]["data"] == []
    assert MapPicture([]).option["series"] == []


def test_a_map_is_in_kilometres_with_north_up() -> None:
    picture = MapPicture([MapPoint("South", 59.0, 30.0), MapPoint("North", 60.0, 30.0)])
    assert picture.kilometres(picture.points[1]) == (0.0, 55.66)
    assert picture.kilometres(picture.points[0]) == (0.0, -55.66)


def test_a_map_shows_only_columns_that_somebody_fills() -> None:
    with translation.override("en"):
        bare = MapPicture([MapPoint("A", 59.0, 30.5)])
        full = MapPicture([MapPoint("A", 59.0, 30.5, group="school", value=3)], value_label="Pupils")
        assert bare.table_columns == ["Place", "Latitude and longitude, °"]
        assert full.table_columns == ["Place", "Kind", "Pupils", "Latitude and longitude, °"]
        assert bare.table_rows == [["A", "59.0; 30.5"]]
