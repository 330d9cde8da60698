"""A municipality and a region end to end, the price of «the worst first», and a plan made again after one change.

python -m benchmarks.matching.region <folder>: read a folder, plan, explain, write; one measurement as JSON.
"""

import csv
import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.matching.report import measured, peak_of, table, title
from benchmarks.matching.territories import territory
from mayak.matching.algorithms.problem import Objective
from mayak.matching.algorithms.teachers.explanation import explain_uncovered
from mayak.matching.algorithms.teachers.matching import bonus_of, match_teachers
from mayak.matching.algorithms.teachers.plan import CRITERIA, TeacherPlan
from mayak.matching.algorithms.teachers.problem import (
    FactKind,
    Mentees,
    Mentors,
    Needs,
    PairFact,
    Strengths,
    TeacherProblem,
    columns,
)

REGION, MUNICIPALITY = (20_000, 8_000), (1_000, 400)
EXPLAINED = 50
WITH_CHANGES = 3
TARGETS = {MUNICIPALITY: 1.0, REGION: 15.0}
RATIO_TARGET, AGAIN_TARGET = 5.0, 2.0
TABLES = {"mentees": Mentees, "needs": Needs, "mentors": Mentors, "strengths": Strengths}
REPEAT = 3
Times = tuple[float, float]
"""Seconds by the clock and of the processor; ratios are those of the processor, which others cannot lengthen much."""


def write_input(problem: TeacherProblem, folder: Path) -> None:
    """A CSV file for each table."""
    for name in TABLES:
        parts = columns(getattr(problem, name))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(parts)
            writer.writerows(zip(*(part.tolist() for part in parts.values()), strict=True))


def read_input(folder: Path) -> TeacherProblem:
    """The problem of a folder."""
    tables: dict[str, Any] = {}
    for name, kind in TABLES.items():
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            heads = next(reader)
            cells = list(zip(*reader, strict=True))
        tables[name] = kind(**{head: _column(part) for head, part in zip(heads, cells, strict=True)})
        if name in {"mentees", "mentors", "needs"}:
            keys = np.array(cells[heads.index("key")], dtype=np.str_)
            tables[name] = replace(tables[name], key=keys)
    return TeacherProblem(**tables)


def _column(cells: tuple[str, ...]) -> np.ndarray:
    if cells[0] in {"True", "False"}:
        return np.array([cell == "True" for cell in cells])
    try:
        return np.array([int(cell) for cell in cells])
    except ValueError:
        pass
    try:
        return np.array([float(cell) for cell in cells])
    except ValueError:
        return np.array(cells, dtype=np.str_)


def write_plan(plan: TeacherPlan, explanations: list[Any], folder: Path) -> None:
    """Pairs with every criterion, and what is known of needs without a mentor."""
    with (folder / "pairs.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["mentee", "need", "mentor", "score", "km", "remote", *CRITERIA])
        for pair in plan.pairs():
            parts = [pair.contributions[name] for name in CRITERIA]
            writer.writerow(
                [pair.mentee, pair.need, pair.mentor, pair.score, pair.distance_km, pair.is_remote, *parts]
            )
    with (folder / "uncovered.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows(plan.uncovered())
        writer.writerows([one.mentee, one.need, one.limits, one.full[:3]] for one in explanations)


def end_to_end(folder: Path) -> dict[str, Any]:
    """Seconds of every step."""
    marks = [time.perf_counter()]
    problem = read_input(folder)
    marks.append(time.perf_counter())
    plan = match_teachers(problem)
    assert plan.proof.is_proven
    marks.append(time.perf_counter())
    rows = np.flatnonzero(plan.mentor < 0)[:EXPLAINED].tolist()
    explanations = [explain_uncovered(plan, row, with_changes=False) for row in rows]
    marks.append(time.perf_counter())
    write_plan(plan, explanations, folder)
    marks.append(time.perf_counter())
    some = [explain_uncovered(plan, row) for row in rows[:WITH_CHANGES]]
    marks.append(time.perf_counter())
    names = ("read", "solve", "explain", "write", "changes")
    seconds = {name: marks[place + 1] - marks[place] for place, name in enumerate(names)}
    covered = sum(bool(one.changes) for one in some)
    return {**seconds, "explained": len(rows), "covered": covered, "tried": len(some), "peak": peak_of()}


def whole() -> None:
    """Print a municipality and a region end to end."""
    title(
        "End to end: read the files, candidates, solve with proof, explain 50 needs without a mentor, write"
    )
    rows: list[list[object]] = []
    for size in (MUNICIPALITY, REGION):
        with tempfile.TemporaryDirectory() as folder:
            write_input(territory(*size), Path(folder))
            found = measured([sys.executable, "-m", "benchmarks.matching.region", folder], seconds=None)
        assert not found.broke, found.broke
        one = found.found
        total = one["read"] + one["solve"] + one["explain"] + one["write"]
        word = "under" if total < TARGETS[size] else "OVER"
        rows.append(
            [
                f"{size[0]:,} x {size[1]:,}",
                *(f"{one[name]:.2f} s" for name in ("read", "solve", "explain", "write")),
                f"{total:.2f} s ({word} {TARGETS[size]:.0f} s)",
                f"{found.peak:,.0f} MB",
                f"{one['changes'] / max(one['tried'], 1):.1f} s ({one['covered']} of {one['tried']} found)",
            ]
        )
    heads = ["mentees x mentors", "read", "solve", f"explain {EXPLAINED}", "write", "total", "peak"]
    table([*heads, "cheapest change verified by re-solves, each need"], rows)


def aims() -> None:
    """Print what each aim costs at the size of a region, and a plan made again after one change by hand."""
    title("A region, 20,000 x 8,000: every aim, and once more after one change by hand")
    problem = territory(*REGION)
    plain, first = _timed(problem)
    rows = [_line("most served, then most points", plain, first, first)]
    worst, times = _timed(_with(problem, objective=Objective.WORST_FIRST))
    assert worst.served == plain.served
    word = "at most" if times[1] <= RATIO_TARGET * first[1] else "OVER"
    rows.append(_line("worst pair first (max-min)", worst, times, first, f"{word} {RATIO_TARGET:.0f} times"))
    for name, objective in (
        ("neediest first", Objective.NEEDIEST_FIRST),
        ("best pairs", Objective.BEST_PAIRS),
    ):
        rows.append(_line(name, *_timed(_with(problem, objective=objective)), first))
    old = tuple(PairFact(pair.mentee, pair.mentor, FactKind.LAST_YEAR) for pair in plain.pairs())[::2]
    kept = replace(_with(problem, objective=Objective.LEAST_CHANGE), facts=old)
    rows.append(_line("least change (half of the pairs are of last year)", *_timed(kept), first))
    for name, changed in _changes(problem, plain):
        again, times = _timed(changed)
        word = "under" if times[0] < AGAIN_TARGET else "OVER"
        rows.append(_line(f"again after: {name}", again, times, first, f"{word} {AGAIN_TARGET:.0f} s"))
    heads = [
        "aim",
        "time",
        "processor",
        "ratio",
        "served",
        "points and weights",
        "worst pair",
        "gap",
        "target",
    ]
    table(heads, rows)


def _changes(problem: TeacherProblem, plan: TeacherPlan) -> list[tuple[str, TeacherProblem]]:
    pair = next(iter(plan.pairs()))
    mentee, mentor = pair.mentee, pair.mentor
    places = problem.mentors.places.copy()
    places[int(np.flatnonzero(problem.mentors.key == mentor)[0])] += 1
    return [
        ("one pair forbidden", replace(problem, facts=(PairFact(mentee, mentor, FactKind.FORBIDDEN),))),
        ("one pair locked", replace(problem, facts=(PairFact(mentee, mentor, FactKind.FIXED),))),
        ("one more place", replace(problem, mentors=replace(problem.mentors, places=places))),
    ]


def _with(problem: TeacherProblem, **rules: Any) -> TeacherProblem:
    return replace(problem, settings=replace(problem.settings, **rules))


def _timed(problem: TeacherProblem) -> tuple[TeacherPlan, Times]:
    times = []
    for _ in range(REPEAT):
        started = time.perf_counter(), time.process_time()
        plan = match_teachers(problem)
        times.append((time.perf_counter() - started[0], time.process_time() - started[1]))
    assert plan.proof.is_proven
    wall, processor = (float(np.median([one[side] for one in times])) for side in (0, 1))
    return plan, (wall, processor)


def _line(name: str, plan: TeacherPlan, times: Times, plain: Times, target: str = "") -> list[object]:
    worst = plan.contributions.sum(axis=0)[plan.mentor >= 0].min() / 1000
    points = plan.total + bonus_of(plan.problem)[plan.mentor >= 0].sum() / 1000
    return [
        name,
        f"{times[0]:.2f} s",
        f"{times[1]:.2f} s",
        f"{times[1] / plain[1]:.2f}",
        f"{plan.served:,}",
        f"{points:,.1f}",
        f"{worst:.2f}",
        plan.proof.gap,
        target,
    ]


if __name__ == "__main__":
    print(json.dumps(end_to_end(Path(sys.argv[1]))))
