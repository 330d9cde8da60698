"""The optimum on public instances, and beside other means on made-up ones: every comparison is asserted."""

import csv
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from benchmarks.matching import gap, students
from benchmarks.matching.peers import Environment
from benchmarks.matching.programmes import Programme, agree, cbc, ours
from benchmarks.matching.report import ROOT, table, title
from benchmarks.matching.territories import territory
from mayak.matching.algorithms.matching import match
from mayak.matching.algorithms.mip import Ending
from mayak.matching.algorithms.problem import Lead, Mentee, Objective, Problem, Settings, Total, Within
from mayak.matching.algorithms.teachers.canonical import canonical
from mayak.matching.algorithms.teachers.direct import Scorer
from mayak.matching.algorithms.teachers.facts import facts_of
from mayak.matching.algorithms.teachers.matching import FULL, bonus_of, match_teachers
from mayak.matching.algorithms.teachers.problem import TeacherSettings

DATA = ROOT.parent / "shared" / "data"
SIZES = ((5, 100), (10, 100), (20, 100))
SECONDS = 10.0
WORLDS = 400


def check(environment: Environment) -> None:
    """All of it."""
    _students(environment)
    _generalized(environment)
    _bulgaria()
    _tiny()
    _middle()


def wishes_and_teams() -> tuple[list[tuple[str, str, int]], dict[str, list[dict[str, str]]]]:
    """416 students' wishes (student, topic, rank) that their kind of study may have, and 160 teams by topic."""
    folder = DATA / "sdu_project_allocation_2016"
    accepts = {
        row["student_type"]: row["acceptable_project_types"].split(",") for row in _rows(folder / "types.csv")
    }
    kind = {row["student"]: accepts[row["type"]] for row in _rows(folder / "students.csv")}
    teams: dict[str, list[dict[str, str]]] = {}
    for row in _rows(folder / "projects.csv"):
        teams.setdefault(row["topic"], []).append(row)
    assert all(len({(t["min_size"], t["max_size"], t["type"]) for t in mine}) == 1 for mine in teams.values())
    wishes = [
        (row["student"], row["topic"], int(row["rank"]))
        for row in _rows(folder / "priorities.csv")
        if row["topic"] in teams and teams[row["topic"]][0]["type"] in kind[row["student"]]
    ]
    assert {wish[0] for wish in wishes} == set(kind)
    return wishes, teams


def _students(environment: Environment) -> None:
    title("Public instance: student projects of the University of Southern Denmark, 2016")
    if not DATA.is_dir():
        print(f"Skipped: no data at {DATA}.\n")
        return
    wishes, teams = wishes_and_teams()
    programme, rank = students.programme(wishes, teams), np.array([wish[2] for wish in wishes])
    rows = [_student_row("least sum of ranks", programme, rank, environment)]
    worst = _least_worst(programme, rank)
    limited = replace(
        programme, high=programme.high * np.r_[rank <= worst, np.ones(len(programme.high) - len(rank))]
    )
    rows.append(_student_row(f"least worst rank ({worst}), then least sum", limited, rank, environment))
    table(["aim", "ours (HiGHS)", "PuLP + CBC", "students", "worst rank", "first wishes"], rows)
    started = time.perf_counter()
    plan = match_teachers(students.pairing(wishes, teams))
    assert plan.proof.is_proven
    total = students.sum_of_ranks(plan.proof.value, plan.served)
    print(
        f"As a pairing with groups (`match_teachers`, 160 teams one by one): {plan.served} students, sum of ranks "
        f"{total}, proven, {time.perf_counter() - started:.1f} s.\n"
    )
    assert total == int(rows[0][1].split()[0])


def _student_row(aim: str, programme: Programme, rank: np.ndarray, environment: Environment) -> list[object]:
    found, seconds = ours(programme, 300)
    assert found.ending is Ending.OPTIMAL
    chosen = rank[found.values[: len(rank)] > 0.5]
    other = agree(found, cbc(programme, environment, 300))
    mine = f"{-found.objective:,.0f} proven, {seconds:.1f} s"
    return [aim, mine, other, len(chosen), int(chosen.max()), int((chosen == 1).sum())]


def _least_worst(programme: Programme, rank: np.ndarray) -> int:
    """The smallest worst rank with which everybody has a place: each one below is proven impossible."""
    for worst in range(1, int(rank.max()) + 1):
        high = programme.high.copy()
        high[: len(rank)][rank > worst] = 0
        if ours(replace(programme, high=high), 300)[0].ending is Ending.OPTIMAL:
            return worst
    raise AssertionError("nobody can have a place")


def _generalized(environment: Environment) -> None:
    title("Generalized assignment (hours instead of places), types A-E of the literature")
    rows: list[list[object]] = []
    for kind in gap.TYPES:
        for agents, jobs in SIZES:
            programme = gap.programme(gap.make(kind, agents, jobs, 1))
            found, seconds = ours(programme, SECONDS)
            word = "proven" if found.ending is Ending.OPTIMAL else f"gap {found.gap:.3%}"
            mine = f"{-found.objective:,.0f} {word}, {seconds:.1f} s"
            rows.append(
                [f"{kind} {agents} x {jobs}", mine, agree(found, cbc(programme, environment, SECONDS))]
            )
    print(f"Least total cost; stopped at {SECONDS:.0f} s.\n")
    table(["type, agents x jobs", "ours (HiGHS)", "PuLP + CBC"], rows)


def _bulgaria() -> None:
    title("Public instance: low and lead schools of Bulgaria (level 1), against SciPy")
    folder = DATA / "bulgaria_nvo7"
    if not folder.is_dir():
        print(f"Skipped: no data at {folder}.\n")
        return
    from tests.bulgaria import coordinates, read_results, read_settlements
    from tests.matching.algorithms.test_bulgaria import LIMIT_KM, PLACES, YEARS, independent, low_and_lead

    results, places = read_results(folder, YEARS), read_settlements(folder)
    last = {row.code: row for row in sorted(results, key=lambda row: row.year)}
    points = {code: coordinates(row, places) for code, row in last.items()}
    regions = {code: row.region for code, row in last.items()}
    low, lead = low_and_lead(results)

    def where(code: str) -> dict[str, Any]:
        latitude, longitude = points[code] or (None, None)
        return {"latitude": latitude, "longitude": longitude, "region": regions[code]}

    base = Problem(
        tuple(Mentee(code, **where(code)) for code in low),
        tuple(Lead(code, PLACES, **where(code)) for code in lead),
    )
    rows: list[list[object]] = []
    for within in (Within.ANYWHERE, Within.REGION):
        rules = Settings(total=Total.DISTANCE, max_distance_km=LIMIT_KM, within=within)
        started = time.perf_counter()
        plan = match(replace(base, settings=rules))
        seconds = time.perf_counter() - started
        served, distance = independent((base, points, regions), same_region=within is Within.REGION)
        assert (plan.served, round(plan.distance_km, 3)) == (served, round(distance, 3))
        assert plan.proof.is_proven
        rows.append(
            [within.value, len(low), len(lead), plan.served, f"{plan.distance_km:.1f} km", f"{seconds:.2f} s"]
        )
    table(["pairs within", "low schools", "lead schools", "served", "least distance", "time"], rows)


def _tiny() -> None:
    title("Every plan of tiny worlds: no better one")
    from tests.matching.algorithms.teachers.reference import best_of_all, tiny, worth_of

    rows: list[list[object]] = []
    for objective in Objective:
        count = {"flow": 0, "mip": 0}
        for seed in range(WORLDS):
            mixed = {"count_hours": seed % 4 == 1, "grouped": seed % 4 > 1}
            problem = tiny(seed, objective=objective, **mixed)
            best = best_of_all(problem)
            if best is not None:
                plan = match_teachers(problem, keep=2)
                assert worth_of(plan) == best, (objective, seed)
                count[plan.proof.method] += 1
        rows.append([objective.value, count["flow"], count["mip"], "all equal"])
    table(["objective", "worlds by flow", "worlds by MIP", "against brute force"], rows)


def _middle() -> None:
    title("Middle territories: all pairs as a dense assignment of SciPy")
    rows: list[list[object]] = []
    for mentees, mentors in ((300, 120), (1_000, 400), (2_000, 800)):
        problem = territory(mentees, mentors)
        started = time.perf_counter()
        plan = match_teachers(problem)
        mine = time.perf_counter() - started
        started = time.perf_counter()
        served, value, pairs = _dense(plan.problem)
        assert (plan.served, plan.proof.value) == (served, value)
        other = time.perf_counter() - started
        rows.append([f"{mentees:,} x {mentors:,}", f"{pairs:,}", served, f"{mine:.2f} s", f"{other:.2f} s"])
    for mentees, mentors in ((200, 80),):
        problem = territory(mentees, mentors, settings=TeacherSettings(objective=Objective.BEST_PAIRS))
        by_places = match_teachers(problem)
        roomy = replace(problem, mentors=replace(problem.mentors, hours=np.full(mentors, 1e6)))
        by_hours = match_teachers(replace(roomy, settings=replace(problem.settings, count_hours=True)))
        assert by_hours.proof.is_proven
        assert by_hours.proof.value == by_places.proof.value
    table(["mentees x mentors", "allowed pairs", "served", "ours", "scoring all + SciPy"], rows)
    print("The flow and the MIP (hours that bind nobody) agree on 200 x 80.\n")


def _dense(problem: Any) -> tuple[int, int, int]:
    problem = canonical(problem)
    scorer = Scorer(problem, facts_of(problem))
    needs, mentors = len(problem.needs.mentee), len(problem.mentors.key)
    pairs = scorer.pairs(scorer.nearby.everywhere(np.arange(needs)))
    gain = np.zeros((needs, mentors))
    gain[pairs.need, pairs.mentor] = pairs.score + bonus_of(problem)[pairs.need]
    allowed = np.zeros((needs, mentors), dtype=np.bool_)
    allowed[pairs.need, pairs.mentor] = True
    seats = np.repeat(np.arange(mentors), problem.mentors.places)
    value = np.where(allowed, gain + 2.0 * FULL * (needs + 1), 0)[:, seats]
    rows, seat = linear_sum_assignment(value, maximize=True)
    good = allowed[rows, seats[seat]]
    return int(good.sum()), int(gain[rows, seats[seat]][good].sum()), len(pairs.need)


def _rows(file: Path) -> Iterable[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream, delimiter=";")
