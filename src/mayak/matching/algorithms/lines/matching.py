"""Plan a network by content lines: aims one after the other, each proven or told with its bound."""

import time
from collections import defaultdict
from dataclasses import replace
from typing import Final

import numpy as np

from mayak.matching.algorithms.lines.points import NO_LINE, Line, LinePoints, between_schools
from mayak.matching.algorithms.lines.problem import (
    LinePair,
    LinePlan,
    LineSettings,
    LineShare,
    Part,
    Step,
    Structure,
    faults_of_lines,
)
from mayak.matching.algorithms.lines.programme import Help, Programme
from mayak.matching.algorithms.messages import Fault, ProblemError
from mayak.matching.algorithms.mip import Ending, Floats
from mayak.matching.algorithms.problem import Objective, Problem
from mayak.matching.algorithms.validation import faults_of

HALF: Final = 0.5
_SLACK: Final = 1e-6


def match_lines(problem: Problem, settings: LineSettings | None = None) -> LinePlan:
    """The best network of these models, the same for any order of rows; «total» is always points.

    Raises:
        ProblemError: the input contradicts itself: faults with their place, or the smallest set of locks that no plan
            keeps together.
        SolverError: no plan was found in time.
    """
    started = time.perf_counter()
    settings = settings or LineSettings()
    faults = [*faults_of(problem), *faults_of_lines(problem, settings)]
    if faults:
        raise ProblemError(faults)
    points = LinePoints(problem)
    locks = frozenset(points.instance.fixed)
    found = _reach(points, settings, locks, soft=False) or _reach(points, settings, locks, soft=True)
    if found is None:
        raise ProblemError(_contradiction(points, settings, locks))
    programme, values, steps = found
    return _plan(programme, values, tuple(steps), round(time.perf_counter() - started, 3))


def part_of(structure: Structure, **rules: object) -> LineSettings:
    """Settings of a network with one model for all schools."""
    return LineSettings(parts=(Part(structure, **rules),))  # type: ignore[arg-type]  # names of fields


def _reach(
    points: LinePoints, settings: LineSettings, locks: frozenset[tuple[int, int]], *, soft: bool
) -> tuple[Programme, Floats, list[Step]] | None:
    programme = Programme(points, settings, locks, soft=soft)
    steps: list[Step] = []
    values = np.zeros(programme.model.size)
    for name, columns, gain in _aims(programme):
        if not len(columns):
            continue
        found = programme.model.with_gain(columns, gain).solve(time_limit_s=settings.time_limit_s)
        if found.ending is Ending.INFEASIBLE:
            return None
        values = found.values
        steps.append(Step(name, found.objective, found.bound, found.ending))
        least = found.objective - _SLACK * max(1.0, abs(found.objective))
        programme.model.rows(1, np.zeros(len(columns), dtype=np.int64), columns, gain, least=least)
    return programme, values, steps


def _aims(programme: Programme) -> list[tuple[str, "np.ndarray", Floats]]:
    """Name, columns and gains of each step, the first one first."""
    columns, problem = programme.columns, programme.points.problem
    objective = problem.settings.objective
    aims = []
    if columns.slack:
        aims.append(("missing", np.array(columns.slack), -np.ones(len(columns.slack))))
    if objective is Objective.NEEDIEST_FIRST:
        for number in sorted({school.need_class for school in problem.mentees}):
            of_class = [
                column
                for mentee, column in columns.served.items()
                if programme.instance.mentees[mentee].need_class == number
            ]
            aims.append((f"served:{number}", np.array(of_class, dtype=np.int64), np.ones(len(of_class))))
    elif objective is not Objective.BEST_PAIRS:
        served = np.array(list(columns.served.values()), dtype=np.int64)
        aims.append(("served", served, np.ones(len(served))))
    if objective is Objective.WORST_FIRST and columns.helps:
        aims.append(("floor", np.array([programme.add_floor()]), np.ones(1)))
    if objective is Objective.LEAST_CHANGE:
        old = [columns.pair[pair] for pair in programme.instance.last_year if pair in columns.pair]
        old += [columns.link[pair] for pair in old_links(programme) if pair in columns.link]
        aims.append(("kept", np.array(old, dtype=np.int64), np.ones(len(old))))
    return [*aims, ("total", *programme.gains())]


def old_links(programme: Programme) -> list[tuple[int, int]]:
    """Pairs of last year in which a school passed help on to another (chain), by rows of mentees."""
    rows = programme.instance.mentee_at
    return [
        (rows[after], rows[before])
        for after, before in programme.points.problem.last_year
        if after in rows and before in rows
    ]


def _contradiction(
    points: LinePoints, settings: LineSettings, locks: frozenset[tuple[int, int]]
) -> list[Fault]:
    """The smallest set of locks that no plan keeps together: none of them can be spared."""
    needed = set(locks)
    for lock in sorted(locks):
        programme = Programme(points, settings, frozenset(needed - {lock}), soft=True)
        if programme.model.solve(time_limit_s=settings.time_limit_s).ending is Ending.INFEASIBLE:
            needed.remove(lock)
    instance = points.instance
    return [
        Fault(
            f"fixed ({instance.mentees[mentee].key} – {instance.leads[lead].key})",
            "fixed_network",
            {"count": len(needed)},
        )
        for mentee, lead in sorted(needed)
    ]


def _plan(programme: Programme, values: Floats, steps: tuple[Step, ...], seconds: float) -> LinePlan:
    points, instance = programme.points, programme.instance
    chosen: dict[tuple[int, int, bool], list[Help]] = defaultdict(list)
    for one in programme.columns.helps:
        if values[one.column] > HALF:
            chosen[one.mentee, one.lead, one.from_school].append(one)
    pairs = tuple(_pair(programme, values, key, helps) for key, helps in sorted(chosen.items()))
    served = {mentee for mentee, _lead, _from in chosen}
    leads = {lead for _mentee, lead, from_school in chosen if not from_school}
    covered = {(pair.mentee, line.line, line.grade) for pair in pairs for line in pair.lines}
    uncovered = [
        (instance.mentees[mentee].key, line)
        for mentee in sorted(served)
        for line in points.lines(mentee)
        if line.key != NO_LINE and (instance.mentees[mentee].key, line.key, line.grade) not in covered
    ]
    return LinePlan(
        problem=points.problem,
        settings=programme.settings,
        pairs=pairs,
        centres=tuple(instance.leads[lead].key for lead in sorted(leads)),
        unmatched=tuple(school.key for mentee, school in enumerate(instance.mentees) if mentee not in served),
        uncovered=tuple((key, line.key, line.grade) for key, line in uncovered),
        steps=steps,
        missing_in_groups=sum(round(float(values[column])) for column in programme.columns.slack),
        seconds=seconds,
    )


def _pair(programme: Programme, values: Floats, key: tuple[int, int, bool], helps: list[Help]) -> LinePair:
    mentee, lead, from_school = key
    points, instance = programme.points, programme.instance
    part = programme.settings.parts[helps[0].part]
    other = between_schools(points.problem) if from_school else points
    keys = [school.key for school in (instance.mentees if from_school else instance.leads)]
    lines = tuple(
        _share(
            points, mentee, lead, line, one.points if one.line is not None else None, from_school=from_school
        )
        for one in helps
        for line in ([one.line] if one.line is not None else points.lines(mentee))
    )
    distance = float(other.distance[mentee, lead])
    goal = lines[0].line if part.structure is Structure.IDENTICAL else ""
    place = programme.columns.place.get(mentee)
    return LinePair(
        mentee=instance.mentees[mentee].key,
        lead=keys[lead],
        lines=lines,
        score=sum(one.points for one in helps),
        distance_km=None if np.isnan(distance) else distance,
        is_fixed=not from_school and (mentee, lead) in programme.locks,
        is_kept=(mentee, lead) in (old_links(programme) if from_school else instance.last_year),
        group=f"{keys[lead]}|{goal}" if part.structure is Structure.IDENTICAL else "",
        position=None if place is None else round(float(values[place])),
    )


def _share(
    points: LinePoints, mentee: int, lead: int, line: Line, known: float | None, *, from_school: bool
) -> LineShare:
    if from_school:
        return LineShare(line.key, line.grade, 0.0, line.share)
    given = float(points.of_line(mentee, line, np.array([lead]))[0]) if known is None else known
    return LineShare(line.key, line.grade, given, line.share)


def without_locks(problem: Problem) -> Problem:
    """The same problem free of locks and bans."""
    return replace(problem, fixed=(), forbidden=())
