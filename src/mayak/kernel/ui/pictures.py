"""Pictures of networks and places: data in, an ECharts option out, laid out here so that every run looks the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import cos, pi, radians, sin
from typing import Any

from django.utils.translation import gettext as _

from mayak.kernel.ui.palette import CATEGORICAL, NEUTRAL, OF_TONE, SURFACE, SYMBOLS
from mayak.kernel.ui.tables import number_text

ROW_HEIGHT = 40
WIDTH = 640
RADIUS = 220
COLUMNS = 2
HUB, LINE = "hub", "line"
DASH_OF_TONE = {"info": "dashed", "warning": "dotted", "neutral": "dotted"}
"""A line's dash beside its colour, so that the state can be told without colour."""


@dataclass(frozen=True, slots=True)
class NetworkNode:
    """A member of a network; ``group`` is its role, told by colour, shape and legend."""

    key: str
    label: Any
    group: Any = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class NetworkEdge:
    """A tie; ``weight`` from 1 (thin) to 5 (thick), ``tone`` colours it by the state that ``label`` names."""

    source: str
    target: str
    label: Any = ""
    weight: float = 1
    tone: str = ""


@dataclass(frozen=True)
class NetworkPicture:
    """Members and ties, readable on paper: two roles stand in two columns, anything else in a circle.

    Attributes:
        nodes: members; those of the first group stand in the middle where the arrangement is «hub».
        edges: ties.
        title: what is shown.
        summary: a plain sentence.
        columns: headers of the table.
        arrangement: «hub» (a centre), «line» (one after another, from above), or empty.
        is_directed: whether ties have an arrow at their target.
    """

    nodes: Sequence[NetworkNode]
    edges: Sequence[NetworkEdge]
    title: Any = ""
    summary: Any = ""
    columns: Sequence[Any] = ()
    arrangement: str = ""
    is_directed: bool = False

    @property
    def groups(self) -> list[str]:
        """The roles in the order of their first member."""
        return list(dict.fromkeys(str(node.group) for node in self.nodes))

    @property
    def height(self) -> int:
        """Pixels on the screen."""
        if self.arrangement == LINE:
            return 96 + 2 * ROW_HEIGHT * len(self.nodes)
        if self.arrangement != HUB and len(self.groups) == COLUMNS:
            return 96 + ROW_HEIGHT * max(len(self._members(group)) for group in self.groups)
        return 560

    @property
    def option(self) -> dict[str, Any]:
        """The ECharts option."""
        places = self._places()
        groups = self.groups
        return {
            "color": list(CATEGORICAL),
            "legend": {"show": len(groups) > 1, "top": 0, "left": 0, "data": self._legend()},
            "tooltip": {"renderMode": "richText"},
            "series": [
                {
                    "type": "graph",
                    "layout": "none",
                    "left": 184,
                    "right": 184,
                    "top": 64,
                    "bottom": 24,
                    "roam": False,
                    "symbolSize": 16,
                    "categories": [
                        {"name": name, "symbol": SYMBOLS[at % len(SYMBOLS)]} for at, name in enumerate(groups)
                    ],
                    "data": [self._node(node, places[node.key]) for node in self.nodes],
                    "links": [self._edge(edge) for edge in self.edges],
                    "edgeSymbol": ["none", "arrow" if self.is_directed else "none"],
                    "lineStyle": {"color": NEUTRAL, "opacity": 0.8},
                    "emphasis": {"focus": "adjacency"},
                }
            ],
        }

    @property
    def table_columns(self) -> Sequence[Any]:
        """Headers of the table beside the picture."""
        return self.columns or (_("Member"), _("Tied with"), _("Tie"))

    @property
    def table_rows(self) -> list[tuple[Any, Any, Any]]:
        """One row per tie, by the names of both members."""
        names = {node.key: node.label for node in self.nodes}
        return [(names[edge.source], names[edge.target], edge.label) for edge in self.edges]

    def _legend(self) -> list[dict[str, str]]:
        return [{"name": name, "icon": SYMBOLS[at % len(SYMBOLS)]} for at, name in enumerate(self.groups)]

    def _members(self, group: str) -> list[NetworkNode]:
        return [node for node in self.nodes if str(node.group) == group]

    def _places(self) -> dict[str, tuple[float, float, str]]:
        if self.arrangement == LINE:
            return {node.key: (0.0, float(ROW_HEIGHT * at), "right") for at, node in enumerate(self.nodes)}
        if self.arrangement == HUB:
            return self._hub()
        return self._columns() if len(self.groups) == COLUMNS else self._circle()

    def _hub(self) -> dict[str, tuple[float, float, str]]:
        first = self.groups[0] if self.groups else ""
        middle = self._members(first)
        others = [node for node in self.nodes if str(node.group) != first]
        inner = self._round(middle, RADIUS / 4 if len(middle) > 1 else 0)
        above = {key: (x, y, "top") for key, (x, y, _side) in inner.items()}  # beside them there are others
        return self._round(others, RADIUS) | above

    def _columns(self) -> dict[str, tuple[float, float, str]]:
        places: dict[str, tuple[float, float, str]] = {}
        height = ROW_HEIGHT * max(len(self._members(group)) for group in self.groups)
        for at, group in enumerate(self.groups):
            members = self._members(group)
            if at:
                members.sort(key=lambda node: self._mean_place(node, places))
            step = height / len(members)
            for row, node in enumerate(members):
                places[node.key] = (WIDTH * at, step * (row + 0.5), "right" if at else "left")
        return places

    def _mean_place(
        self, node: NetworkNode, places: dict[str, tuple[float, float, str]]
    ) -> tuple[float, str]:
        """Return where the node's ties pull it, so that lines cross little."""
        tied = [edge for edge in self.edges if node.key in {edge.source, edge.target}]
        ends = [edge.source if edge.target == node.key else edge.target for edge in tied]
        heights = [places[end][1] for end in ends if end in places]
        return (sum(heights) / len(heights) if heights else float("inf"), str(node.label))

    def _circle(self) -> dict[str, tuple[float, float, str]]:
        return self._round([node for group in self.groups for node in self._members(group)], RADIUS)

    @staticmethod
    def _round(nodes: Sequence[NetworkNode], radius: float) -> dict[str, tuple[float, float, str]]:
        places: dict[str, tuple[float, float, str]] = {}
        for at, node in enumerate(nodes):
            angle = 2 * pi * at / len(nodes) - pi / 2
            side = "right" if cos(angle) >= 0 else "left"
            places[node.key] = (radius * cos(angle), radius * sin(angle), side)
        return places

    def _node(self, node: NetworkNode, place: tuple[float, float, str]) -> dict[str, Any]:
        x, y, side = place
        label: dict[str, Any] = {"show": True, "position": side, "distance": 8}
        if self.arrangement:  # ties run behind the names
            label |= {"backgroundColor": SURFACE, "padding": [2, 4]}
        category = self.groups.index(str(node.group))
        drawn = {
            "id": node.key,
            "name": str(node.label),
            "x": x,
            "y": y,
            "category": category,
            "label": label,
        }
        return drawn | {"url": node.url} if node.url else drawn

    @staticmethod
    def _edge(edge: NetworkEdge) -> dict[str, Any]:
        line: dict[str, Any] = {"width": 1 + min(max(edge.weight, 1), 5) / 2}
        if edge.tone:
            line |= {"color": OF_TONE.get(edge.tone, NEUTRAL), "type": DASH_OF_TONE.get(edge.tone, "solid")}
        return {
            "source": edge.source,
            "target": edge.target,
            "lineStyle": line,
            "value": str(edge.label),
        }


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A place on the map."""

    label: Any
    latitude: float
    longitude: float
    group: Any = ""
    tone: str = ""
    value: Any = ""


@dataclass(frozen=True)
class MapPicture:
    """Places by their coordinates, without outside tiles: north is up, both directions have the same scale."""

    points: Sequence[MapPoint]
    title: Any = ""
    summary: Any = ""
    value_label: Any = ""
    height: int = 480
    grid: dict[str, Any] = field(default_factory=lambda: {"left": 24, "right": 24, "top": 48, "bottom": 24})

    @property
    def groups(self) -> list[str]:
        """The kinds of places in the order of their first point."""
        return list(dict.fromkeys(str(point.group) for point in self.points))

    @property
    def option(self) -> dict[str, Any]:
        """The ECharts option: a scatter on projected kilometres; the browser keeps both axes to one scale."""
        return {
            "color": list(CATEGORICAL),
            "legend": {"show": len(self.groups) > 1, "top": 0, "left": 0},
            "tooltip": {"renderMode": "richText", "formatter": "{b}"},
            "grid": {**self.grid, "show": True},
            "xAxis": self._axis(),
            "yAxis": self._axis(),
            "series": [self._series(at, group) for at, group in enumerate(self.groups)],
        }

    @property
    def table_columns(self) -> list[Any]:
        """Headers of the table beside the map; a column nobody fills is not shown."""
        columns: list[Any] = [_("Place")]
        if any(point.group for point in self.points):
            columns.append(_("Kind"))
        if any(point.value != "" for point in self.points):
            columns.append(self.value_label or _("Value"))
        return [*columns, _("Latitude and longitude, °")]

    @property
    def table_rows(self) -> list[list[Any]]:
        """One row per point."""
        has_group = any(point.group for point in self.points)
        has_value = any(point.value != "" for point in self.points)
        rows: list[list[Any]] = []
        for point in self.points:
            middle = ([point.group] if has_group else []) + ([point.value] if has_value else [])
            rows.append(
                [
                    point.label,
                    *middle,
                    f"{number_text(round(point.latitude, 4))}; {number_text(round(point.longitude, 4))}",
                ]
            )
        return rows

    def kilometres(self, point: MapPoint) -> tuple[float, float]:
        """Return the point in kilometres east and north of the middle (equirectangular; fit for a region)."""
        latitude = sum(one.latitude for one in self.points) / len(self.points)
        longitude = sum(one.longitude for one in self.points) / len(self.points)
        east = (point.longitude - longitude) * 111.32 * cos(radians(latitude))
        return round(east, 3), round((point.latitude - latitude) * 111.32, 3)

    def _series(self, at: int, group: str) -> dict[str, Any]:
        members = [point for point in self.points if str(point.group) == group]
        tone = next((point.tone for point in members if point.tone), "")
        return {
            "type": "scatter",
            "name": group,
            "symbol": SYMBOLS[at % len(SYMBOLS)],
            "symbolSize": 14,
            "itemStyle": {"color": OF_TONE.get(tone, CATEGORICAL[at % len(CATEGORICAL)])},
            "data": [{"name": str(point.label), "value": list(self.kilometres(point))} for point in members],
            "label": {"show": True, "position": "top", "formatter": "{b}", "distance": 6},
        }

    @staticmethod
    def _axis() -> dict[str, Any]:
        hidden = {"show": False}
        return {"type": "value", "scale": True, "axisLabel": hidden, "axisTick": hidden, "axisLine": hidden}
