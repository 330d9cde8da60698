"""`match_teachers` on territories of growing size, each in its own process; the exponent of the growth.

python -m benchmarks.matching.scale <mentees> <mentors> [objective] [territories]: one measurement as JSON.
"""

import json
import sys
import time

import numpy as np

from benchmarks.matching.report import measured, peak_of, table, title
from benchmarks.matching.territories import territory
from mayak.matching.algorithms.problem import Objective, Within
from mayak.matching.algorithms.teachers.matching import match_teachers
from mayak.matching.algorithms.teachers.problem import TeacherProblem, TeacherSettings, take

SIZES = ((1_000, 400), (5_000, 2_000), (20_000, 8_000), (100_000, 30_000))
COUNTRY = (1_000_000, 300_000)


def solve(mentees: int, mentors: int, objective: Objective) -> dict[str, object]:
    """One territory, all pairs near and far."""
    problem = territory(mentees, mentors, settings=TeacherSettings(objective=objective))
    started = time.perf_counter()
    plan = match_teachers(problem)
    seconds = time.perf_counter() - started
    assert plan.proof.is_proven
    return {
        "seconds": seconds,
        "served": plan.served,
        "value": plan.proof.value,
        "points": plan.total,
        "remote": int(plan.remote.sum()),
        "direct": plan.proof.pairs_direct,
        "rounds": plan.proof.rounds,
        "peak": peak_of(),
    }


def solve_territories(mentees: int, mentors: int) -> dict[str, object]:
    """The same people, every region alone and no remote pairs: what is lost without help across."""
    settings = TeacherSettings(within=Within.REGION, allow_remote=False)
    problem = territory(mentees, mentors, settings=settings)
    started = time.perf_counter()
    served, points, value, longest = 0, 0.0, 0, 0.0
    for region in np.unique(problem.mentees.region).tolist():
        before = time.perf_counter()
        plan = match_teachers(only(problem, region))
        assert plan.proof.is_proven
        served, points, value = served + plan.served, points + plan.total, value + plan.proof.value
        longest = max(longest, time.perf_counter() - before)
    return {
        "seconds": time.perf_counter() - started,
        "served": served,
        "value": value,
        "points": points,
        "longest": longest,
        "peak": peak_of(),
    }


def only(problem: TeacherProblem, region: int) -> TeacherProblem:
    """The people of one region."""
    mentee = np.flatnonzero(problem.mentees.region == region)
    mentor = np.flatnonzero(problem.mentors.region == region)
    place = np.full(len(problem.mentees.key), -1)
    place[mentee] = np.arange(len(mentee))
    other = np.full(len(problem.mentors.key), -1)
    other[mentor] = np.arange(len(mentor))
    needs = take(problem.needs, np.flatnonzero(place[problem.needs.mentee] >= 0))
    strengths = take(problem.strengths, np.flatnonzero(other[problem.strengths.mentor] >= 0))
    needs.mentee[:] = place[needs.mentee]
    strengths.mentor[:] = other[strengths.mentor]
    return TeacherProblem(
        take(problem.mentees, mentee),
        needs,
        take(problem.mentors, mentor),
        strengths,
        settings=problem.settings,
    )


def grow(sizes: tuple[tuple[int, int], ...] = SIZES) -> None:
    """Print time and memory by size, and the exponent of the fit."""
    title("`match_teachers`: all pairs, near and far, with proof")
    rows: list[list[object]] = []
    times = []
    for mentees, mentors in sizes:
        found = _run(mentees, mentors, Objective.NOBODY_LEFT)
        times.append(float(found["seconds"]))
        rows.append(
            [
                f"{mentees:,} x {mentors:,}",
                f"{found['seconds']:.2f} s",
                f"{found['peak']:,.0f} MB",
                f"{found['served']:,}",
                f"{found['remote']:,}",
                f"{found['direct']:,} of {mentees * mentors:,}",
                found["rounds"],
                "0",
            ]
        )
    heads = ["mentees x mentors", "time", "peak", "served", "remote", "pairs one by one", "rounds", "gap"]
    table(heads, rows)
    slope = np.polyfit(np.log([size[0] for size in sizes]), np.log(times), 1)[0]
    print(f"Time grows with the number of mentees to the power {slope:.2f}.\n", flush=True)


def country() -> None:
    """The whole country at once, with remote pairs across territories."""
    title("The whole country, 1,000,000 x 300,000, remote pairs across territories")
    _print(_run(*COUNTRY, Objective.NOBODY_LEFT))


def territories() -> None:
    """The same country by regions, one after the other."""
    title("The same country, every region alone, one after the other")
    command = [sys.executable, "-m", "benchmarks.matching.scale", *map(str, COUNTRY), "territories"]
    _print(_checked(command))


def _run(mentees: int, mentors: int, objective: Objective) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.matching.scale", str(mentees), str(mentors), objective.value]
    return _checked(command)


def _checked(command: list[str]) -> dict[str, float]:
    found = measured(command, seconds=None, megabytes=20 * 1024)
    assert not found.broke, found.broke
    return {**found.found, "peak": found.peak}


def _print(found: dict[str, float]) -> None:
    table(
        ["time", "peak", "served", "points"],
        [
            [
                f"{found['seconds']:.0f} s",
                f"{found['peak']:,.0f} MB",
                f"{found['served']:,}",
                f"{found['points']:,.0f}",
            ]
        ],
    )


def main() -> None:
    """One measurement."""
    mentees, mentors, what = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    found = (
        solve_territories(mentees, mentors)
        if what == "territories"
        else solve(mentees, mentors, Objective(what))
    )
    print(json.dumps(found))


if __name__ == "__main__":
    main()
