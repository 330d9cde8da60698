"""Tiny networks of schools by content lines, and the best of all their plans: every plan tried, rule by rule."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from math import prod

import numpy as np

from mayak.matching.algorithms.lines.points import LinePoints, between_schools
from mayak.matching.algorithms.lines.problem import LinePlan, LineSettings, Structure
from mayak.matching.algorithms.problem import (
    Lead,
    Mentee,
    Need,
    Objective,
    Problem,
    Settings,
    Strength,
    Weights,
)

PLANS_AT_MOST = 4_000
SUBJECTS = ("math", "rus", "risk:a", "phys")
NOBODY = -1


def network(seed: int, mentees: int, leads: int, **rules: object) -> Problem:
    """Schools in a square of about 100 km, with up to three lines, one or two leads wanted, some old pairs."""
    draw = random.Random(seed)  # noqa: S311  # a world, no secret
    more = random.Random(seed + 1)  # noqa: S311  # the same
    schools = tuple(
        Mentee(
            f"m{number}",
            tuple(Need(one, None, draw.randint(1, 3)) for one in draw.sample(SUBJECTS, draw.randint(0, 3))),
            56 + draw.random(),
            40 + draw.random(),
            municipality=draw.choice("ab"),
            region="r",
            leads_wanted=draw.randint(1, 2),
            need_class=draw.randint(1, 3),
            level=more.choice([None, 0.2, 0.5]),
            kind=more.choice([(), ("rural", "basic", "small"), ("urban", "basic", "large")]),
        )
        for number in range(mentees)
    )
    others = tuple(
        Lead(
            f"l{number}",
            draw.randint(0, 3),
            tuple(
                Strength(one, None, draw.choice([0.5, 1]))
                for one in draw.sample(SUBJECTS, draw.randint(0, 3))
            ),
            56 + draw.random(),
            40 + draw.random(),
            municipality=draw.choice("ab"),
            region="r",
            hours_per_month=draw.choice([None, 4, 6]),
            level=more.choice([None, 0.4, 0.9]),
            kind=more.choice([(), ("rural", "basic", "small"), ("urban", "secondary", "large")]),
        )
        for number in range(leads)
    )
    old = {(f"m{draw.randrange(mentees)}", f"l{draw.randrange(leads)}") for _ in range(3)}
    weights = Weights(level=more.choice([0, 20]), kind=more.choice([0, 10]), novelty=more.choice([0, 7]))
    settings = Settings(
        max_distance_km=draw.choice([None, 70]),
        weights=weights,
        load_points=more.choice([0, 0, 2.5, 30]),
        **rules,  # type: ignore[arg-type]  # names of fields
    )
    earlier = tuple((*pair, 1.0) for pair in sorted(old)[:1])
    return Problem(schools, others, settings=settings, last_year=tuple(sorted(old)), earlier=earlier)


@dataclass
class Tally:
    """What a plan takes and gives."""

    used: Counter[int] = field(default_factory=Counter)
    hours: Counter[int] = field(default_factory=Counter)
    points: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    pairs: set[tuple[int, int]] = field(default_factory=set)
    groups: Counter[tuple[int, str]] = field(default_factory=Counter)
    before: dict[int, int] = field(default_factory=dict)


class Brute:
    """All plans of a network with one model."""

    def __init__(self, problem: Problem, settings: LineSettings) -> None:
        self.problem, self.settings, self.part = problem, settings, settings.parts[0]
        self.points = LinePoints(problem)
        self.between = between_schools(problem)
        self.instance = self.points.instance
        self.lines = [self.points.lines(row) for row in range(len(self.instance.mentees))]

    def best(self) -> tuple[float, ...] | None:
        """The best worth; None where there are too many plans."""
        options = [list(self._options(row)) for row in range(len(self.lines))]
        if prod(len(option) for option in options) > PLANS_AT_MOST:
            return None
        tallies = (self._tally(plan) for plan in product(*options))
        return max(self._worth(one) for one in tallies if not any(self._broken(one)))

    def _options(self, school: int) -> Iterator[tuple[object, ...]]:
        allowed = np.flatnonzero(self.points.limits[school] == 0).tolist()
        lines = range(len(self.lines[school]))
        match self.part.structure:
            case Structure.INSTRUMENTAL:
                for leads in product([NOBODY, *allowed], repeat=len(lines)):
                    if len(set(leads) - {NOBODY}) <= self.instance.wanted[school]:
                        yield leads
            case Structure.CONCENTRATED:
                yield from ((lead,) for lead in [NOBODY, *allowed])
            case Structure.IDENTICAL:
                yield (NOBODY, NOBODY)
                yield from product(allowed, lines)
            case Structure.CHAIN:
                yield (NOBODY, False)
                yield from ((lead, False) for lead in allowed)
                others = np.flatnonzero(self.between.limits[school] == 0).tolist()
                yield from ((other, True) for other in others if other != school)

    def _tally(self, plan: tuple[tuple[object, ...], ...]) -> Tally:
        found = Tally()
        for school, choice in enumerate(plan):
            getattr(self, f"_{self.part.structure.value}")(found, school, *choice)
        for _school, lead in found.pairs:
            found.used[lead] += 1
        return found

    def _of_line(self, school: int, line: int, lead: int) -> float:
        return float(self.points.of_line(school, self.lines[school][line], np.array([lead]))[0])

    def _help(self, found: Tally, school: int, lead: int, lines: int, points: float) -> None:
        found.pairs.add((school, lead))
        found.hours[lead] += lines
        found.points[school] += points

    def _instrumental(self, found: Tally, school: int, *leads: int) -> None:
        for line, lead in enumerate(leads):
            if lead != NOBODY:
                self._help(found, school, lead, 1, self._of_line(school, line, lead))

    def _concentrated(self, found: Tally, school: int, lead: int) -> None:
        if lead != NOBODY:
            count = len(self.lines[school])
            points = sum(self._of_line(school, line, lead) for line in range(count))
            self._help(found, school, lead, count, points)

    def _identical(self, found: Tally, school: int, lead: int, line: int) -> None:
        if lead != NOBODY:
            one = self.lines[school][line]
            place = (1 - one.share) * float(self.points.place[school, lead])
            self._help(found, school, lead, 1, self._of_line(school, line, lead) + place)
            found.groups[lead, one.key] += 1

    def _chain(self, found: Tally, school: int, other: int, from_school: bool) -> None:
        if other == NOBODY:
            return
        if from_school:
            found.before[school] = other
            found.points[school] += float(self.between.place[school, other])
            return
        lines = range(len(self.lines[school]))
        self._help(
            found, school, other, len(lines), sum(self._of_line(school, line, other) for line in lines)
        )

    def _broken(self, found: Tally) -> Iterator[str]:
        leads, part = self.instance.leads, self.part
        if any(count > self.instance.capacity[lead] for lead, count in found.used.items()):
            yield "capacity"
        if self.settings.hours_per_line:
            for lead, lines in found.hours.items():
                most = leads[lead].hours_per_month
                if most is not None and lines * self.settings.hours_per_line > most:
                    yield "hours"
        if part.structure is Structure.CONCENTRATED and part.centres and len(found.used) > part.centres:
            yield "centres"
        if any(not part.group_min <= size <= (part.group_max or size) for size in found.groups.values()):
            yield "group size"
        if max(Counter(found.before.values()).values(), default=0) > 1:
            yield "passed on twice"
        if any(self._depth(found, school) > part.chain_length for school in found.before):
            yield "length"

    def _depth(self, found: Tally, school: int) -> float:
        """The place in the chain; endless where it is a circle or where the first one has no help itself."""
        helped = {one for one, _lead in found.pairs}
        seen = {school}
        while school in found.before:
            school = found.before[school]
            if school in seen:
                return float("inf")
            seen.add(school)
        return len(seen) if school in helped else float("inf")

    def _worth(self, found: Tally) -> tuple[float, ...]:
        load = sum(count * (count - 1) / 2 for count in found.used.values())
        points = sum(found.points.values()) - self.problem.settings.load_points * load
        total, served = round(points, 4), sorted(found.points)
        classes = [school.need_class for school in self.instance.mentees]
        match self.problem.settings.objective:
            case Objective.BEST_PAIRS:
                return (total,)
            case Objective.NEEDIEST_FIRST:
                return (*(sum(classes[row] == one for row in served) for one in sorted(set(classes))), total)
            case Objective.WORST_FIRST:
                return (len(served), round(min(found.points.values(), default=0), 4), total)
            case Objective.LEAST_CHANGE:
                return (len(served), len(found.pairs & set(self.instance.last_year)), total)
            case _:
                return (len(served), total)


def worth_of(plan: LinePlan) -> tuple[float, ...]:
    """The aims of a plan, counted from its pairs."""
    points: dict[str, float] = defaultdict(float)
    for pair in plan.pairs:
        points[pair.mentee] += pair.score
    total, served = round(plan.total - plan.load_price, 4), len(points)
    classes = {school.key: school.need_class for school in plan.problem.mentees}
    match plan.problem.settings.objective:
        case Objective.BEST_PAIRS:
            return (total,)
        case Objective.NEEDIEST_FIRST:
            of_class = Counter(classes[key] for key in points)
            return (*(of_class[one] for one in sorted(set(classes.values()))), total)
        case Objective.WORST_FIRST:
            return (served, round(min(points.values(), default=0), 4), total)
        case Objective.LEAST_CHANGE:
            return (served, sum(pair.is_kept for pair in plan.pairs), total)
        case _:
            return (served, total)
