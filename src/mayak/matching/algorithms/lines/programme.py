"""The network as a mixed integer programme.

Columns. y[i, j]: lead j helps school i; x[i, j, l]: with line l; s[i]: school i has help; z[j]: lead j is a centre;
w[j, l]: lead j has a group with goal l; t[a, b]: school a passes help on to school b; u[i]: place in the chain;
v[j, k]: the k-th school of lead j, which costs k - 1 times the price of load.

Rows. All: s[i] <= sum_j y[i, j] (+ sum_a t[a, i]);  sum_i y[i, j] <= capacity[j];  hours of the lines <= hours[j];
sum_i y[i, j] <= sum_k v[j, k].
Instrumental: sum_j x[i, j, l] <= 1, x <= y, y <= sum_l x, sum_j y[i, j] <= leads wanted.
Concentrated: sum_j y[i, j] <= 1, y[i, j] <= z[j], sum_j z[j] <= centres.
Identical: sum_{j, l} x[i, j, l] <= 1, min w[j, l] <= sum_i x[i, j, l] <= max w[j, l].
Chain: sum_j y[i, j] + sum_a t[a, i] <= 1, sum_b t[a, b] <= s[a], u[b] >= u[a] + 1 - L (1 - t[a, b]), 1 <= u <= L.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mayak.matching.algorithms.instance import Ints, Limit
from mayak.matching.algorithms.lines.points import Line, LinePoints, between_schools
from mayak.matching.algorithms.lines.problem import LineSettings, Part, Structure
from mayak.matching.algorithms.mip import Floats, Model

CENT = 100.0


@dataclass(frozen=True)
class Help:
    """Side by side: a column that gives points, the school, the lead (or the school before), the line."""

    column: int
    mentee: int
    lead: int
    line: Line | None
    points: float
    from_school: bool = False
    part: int = 0


@dataclass
class Columns:
    """What the programme's columns mean."""

    helps: list[Help] = field(default_factory=list)
    pair: dict[tuple[int, int], int] = field(default_factory=dict)
    of_mentee: dict[int, dict[int, int]] = field(default_factory=dict)
    link: dict[tuple[int, int], int] = field(default_factory=dict)
    served: dict[int, int] = field(default_factory=dict)
    centre: dict[int, int] = field(default_factory=dict)
    place: dict[int, int] = field(default_factory=dict)
    slack: list[int] = field(default_factory=list)
    hours: list[tuple[int, int, float]] = field(default_factory=list)
    load: list[tuple[int, float]] = field(default_factory=list)


class Programme:
    """Columns and rows for all parts of a network; capacity and hours of the leads are shared by the parts."""

    def __init__(
        self,
        points: LinePoints,
        settings: LineSettings,
        locks: frozenset[tuple[int, int]],
        *,
        soft: bool = False,
    ) -> None:
        self.points, self.settings, self.soft = points, settings, soft
        self.instance = points.instance
        self.locks = locks
        self.model = Model()
        self.columns = Columns()
        named = frozenset[str]().union(*(part.mentees or frozenset() for part in settings.parts))
        for number, part in enumerate(settings.parts):
            keys = part.mentees
            mentees = [
                row
                for row, school in enumerate(self.instance.mentees)
                if (school.key in keys if keys is not None else school.key not in named)
            ]
            self._part(number, part, mentees)
        self._capacities()
        for pair in sorted(locks):
            self.model.rows(1, [0], [self.columns.pair[pair]], least=1.0)

    def _part(self, number: int, part: Part, mentees: list[int]) -> None:
        for mentee in mentees:
            own = {lead: self._column() for lead in self._allowed(mentee)}
            self.columns.of_mentee[mentee] = own
            self.columns.pair |= {(mentee, lead): column for lead, column in own.items()}
            self.columns.served[mentee] = self._column()
        build = {
            Structure.INSTRUMENTAL: self._instrumental,
            Structure.CONCENTRATED: self._concentrated,
            Structure.IDENTICAL: self._identical,
            Structure.CHAIN: self._chain,
        }
        build[part.structure](number, part, mentees)

    def _allowed(self, mentee: int) -> list[int]:
        limits = self.points.limits[mentee]
        locked = [lead for one, lead in self.locks if one == mentee]
        return sorted({*np.flatnonzero(limits == int(Limit.NONE)).tolist(), *locked})

    def _column(self, *, high: float = 1.0, whole: bool = True) -> int:
        return int(self.model.add(np.zeros(1), high=high, whole=whole)[0])

    def _row(
        self, columns: list[int], values: Any = 1.0, *, least: float = -np.inf, most: float = np.inf
    ) -> None:
        self.model.rows(1, np.zeros(len(columns), dtype=np.int64), columns, values, least=least, most=most)

    def _instrumental(self, number: int, part: Part, mentees: list[int]) -> None:
        for mentee in mentees:
            pairs = self.columns.of_mentee[mentee]
            by_line: dict[int, list[int]] = {}
            by_lead: dict[int, list[int]] = {lead: [] for lead in pairs}
            for place, line in enumerate(self.points.lines(mentee)):
                for lead in pairs:
                    column = self._help(number, mentee, lead, line)
                    by_line.setdefault(place, []).append(column)
                    by_lead[lead].append(column)
            for columns in by_line.values():
                self._row(columns, most=1.0)
            for lead, columns in by_lead.items():
                for column in columns:
                    self._row([column, pairs[lead]], [1.0, -1.0], most=0.0)
                self._row([pairs[lead], *columns], [1.0, *(-1.0 for _ in columns)], most=0.0)
            self._row(list(pairs.values()), most=float(self.instance.wanted[mentee]))
            self._serve(mentee, list(pairs.values()))

    def _concentrated(self, number: int, part: Part, mentees: list[int]) -> None:
        centres: dict[int, int] = {}
        for mentee in mentees:
            pairs = self.columns.of_mentee[mentee]
            lines = self.points.lines(mentee)
            for lead, column in pairs.items():
                points = sum(float(self.points.of_line(mentee, line, np.array([lead]))[0]) for line in lines)
                self.columns.helps.append(Help(column, mentee, lead, None, points, part=number))
                self._spend(lead, column, len(lines))
                if lead not in centres:
                    centres[lead] = self._column()
                self._row([column, centres[lead]], [1.0, -1.0], most=0.0)
            self._row(list(pairs.values()), most=1.0)
            self._serve(mentee, list(pairs.values()))
        if part.centres is not None and centres:
            self._row(list(centres.values()), most=float(part.centres))
        self._close(mentees, centres)
        self.columns.centre |= centres

    def _close(self, mentees: list[int], centres: dict[int, int]) -> None:
        """Implied rows that make the bound of the solver much tighter: a lead that is no centre has no places."""
        own = set(mentees)
        for lead, centre in centres.items():
            columns = [
                column
                for (mentee, other), column in self.columns.pair.items()
                if other == lead and mentee in own
            ]
            places = float(self.instance.capacity[lead])
            self._row([*columns, centre], [*(1.0 for _ in columns), -places], most=0.0)
            hours = self.instance.leads[lead].hours_per_month
            if self.settings.hours_per_line > 0 and hours is not None:
                spent = {column: amount for one, column, amount in self.columns.hours if one == lead}
                values = [*(spent[column] for column in columns), -float(hours)]
                self._row([*columns, centre], values, most=0.0)

    def _identical(self, number: int, part: Part, mentees: list[int]) -> None:
        groups: dict[tuple[int, str, int | None], list[int]] = {}
        for mentee in mentees:
            pairs = self.columns.of_mentee[mentee]
            own: dict[int, list[int]] = {lead: [] for lead in pairs}
            for line in self.points.lines(mentee):
                for lead in pairs:
                    column = self._help(number, mentee, lead, line, whole_place=True)
                    own[lead].append(column)
                    groups.setdefault((lead, line.key, line.grade), []).append(column)
            self._row([column for columns in own.values() for column in columns], most=1.0)
            for lead, columns in own.items():
                self._row([pairs[lead], *columns], [1.0, *(-1.0 for _ in columns)], least=0.0, most=0.0)
            self._serve(mentee, list(pairs.values()))
        opened: dict[int, list[int]] = {}
        for (lead, _line, _grade), columns in groups.items():
            opened.setdefault(lead, []).append(self._group(part, columns, int(self.instance.capacity[lead])))
        for lead, columns in opened.items():
            if not self.soft:  # implied: the least sizes of all groups fit the places
                self._row(columns, most=float(self.instance.capacity[lead] // part.group_min))

    def _group(self, part: Part, columns: list[int], places: int) -> int:
        opened = self._column()
        most = float(min(part.group_max or places, places))
        least = float(part.group_min)
        ones = [1.0] * len(columns)
        self._row([*columns, opened], [*ones, -most], most=0.0)
        for column in columns:
            self._row([column, opened], [1.0, -1.0], most=0.0)
        if self.soft:
            slack = self._column(high=least)
            self.columns.slack.append(slack)
            self._row([*columns, opened, slack], [*ones, -least, 1.0], least=0.0)
        else:
            self._row([*columns, opened], [*ones, -least], least=0.0)
        return opened

    def _chain(self, number: int, part: Part, mentees: list[int]) -> None:
        between = between_schools(self.points.problem)
        length = float(part.chain_length)
        into: dict[int, list[int]] = {mentee: [] for mentee in mentees}
        out: dict[int, list[int]] = {mentee: [] for mentee in mentees}
        for mentee in mentees:
            self.columns.place[mentee] = self._column(high=length)
            self._row([self.columns.place[mentee]], least=1.0)
            for lead, column in self.columns.of_mentee[mentee].items():
                points = sum(
                    float(self.points.of_line(mentee, line, np.array([lead]))[0])
                    for line in self.points.lines(mentee)
                )
                self.columns.helps.append(Help(column, mentee, lead, None, points, part=number))
                self._spend(lead, column, len(self.points.lines(mentee)))
                into[mentee].append(column)
        for before in mentees:
            for after in mentees:
                if before == after or between.limits[after, before]:
                    continue
                column = self._column()
                points = float(between.place[after, before])
                self.columns.helps.append(
                    Help(column, after, before, None, points, from_school=True, part=number)
                )
                into[after].append(column)
                out[before].append(column)
                self.columns.link[after, before] = column
                places = self.columns.place[after], self.columns.place[before]
                self._row([*places, column], [1.0, -1.0, -length], least=1.0 - length)
        for mentee in mentees:
            self._row(into[mentee], most=1.0)
            self._serve(mentee, into[mentee])
            if out[mentee]:
                served = self.columns.served[mentee]
                self._row([*out[mentee], served], [*(1.0 for _ in out[mentee]), -1.0], most=0.0)

    def _help(self, number: int, mentee: int, lead: int, line: Line, *, whole_place: bool = False) -> int:
        """A column for one line; with `whole_place` it brings the points of nearness whole, not the line's share."""
        column = self._column()
        one = np.array([lead])
        points = float(self.points.of_line(mentee, line, one)[0])
        if whole_place:
            points += (1.0 - line.share) * float(self.points.place[mentee, lead])
        self.columns.helps.append(Help(column, mentee, lead, line, points, part=number))
        self._spend(lead, column, 1)
        return column

    def _spend(self, lead: int, column: int, lines: int) -> None:
        if self.settings.hours_per_line > 0:
            self.columns.hours.append((lead, column, lines * self.settings.hours_per_line))

    def _serve(self, mentee: int, columns: list[int]) -> None:
        served = self.columns.served[mentee]
        self._row([served, *columns], [1.0, *(-1.0 for _ in columns)], most=0.0)

    def _capacities(self) -> None:
        size = len(self.instance.leads)
        if self.columns.pair:
            lead = [lead for _mentee, lead in self.columns.pair]
            self.model.rows(
                size, lead, list(self.columns.pair.values()), most=self.instance.capacity.astype(np.float64)
            )
        if self.columns.pair and self.instance.settings.load_points > 0:
            self._load()
        if self.columns.hours:
            most = [school.hours_per_month for school in self.instance.leads]
            limits = np.array([np.inf if value is None else value for value in most], dtype=np.float64)
            lead, column, hours = (list(part) for part in zip(*self.columns.hours, strict=True))
            self.model.rows(size, lead, column, hours, most=limits)

    def _load(self) -> None:
        """Columns of the places of each lead: the further one is never taken before the nearer, which costs less."""
        by_lead: dict[int, list[int]] = {}
        for (_mentee, lead), column in self.columns.pair.items():
            by_lead.setdefault(lead, []).append(column)
        for lead, pairs in by_lead.items():
            places = [
                self._column(whole=False) for _k in range(min(len(pairs), int(self.instance.capacity[lead])))
            ]
            price = self.instance.settings.load_points
            self.columns.load += [(column, number * price) for number, column in enumerate(places)]
            self._row([*pairs, *places], [*(1.0 for _ in pairs), *(-1.0 for _ in places)], most=0.0)

    def gains(self) -> tuple[Ints, Floats]:
        """Columns that give points (several lines of a pair in «concentrated» stand together) or cost load."""
        rows = [(one.column, one.points) for one in self.columns.helps]
        rows += [(column, -price) for column, price in self.columns.load]
        column = np.array([column for column, _points in rows], dtype=np.int64)
        return column, np.array([points for _column, points in rows], dtype=np.float64)

    def add_floor(self) -> int:
        """A column not above the points of any served school: what «the worst served first» lifts."""
        floor = self._column(high=CENT, whole=False)
        by_school: dict[int, list[Help]] = {}
        for one in self.columns.helps:
            by_school.setdefault(one.mentee, []).append(one)
        for mentee, helps in by_school.items():
            columns = [floor, self.columns.served[mentee], *(one.column for one in helps)]
            self._row(columns, [1.0, CENT, *(-one.points for one in helps)], most=CENT)
        return floor
