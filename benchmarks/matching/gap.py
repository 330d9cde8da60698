"""Generalized assignment: instances of the types A-E of the literature, made by their published rules.

Types A-D: Chu and Beasley (1997), the ones of the OR-Library; type E: Yagiura and others (2006).
The files themselves are not at hand, so the seeds, and with them the numbers, are our own.
"""

from dataclasses import dataclass

import numpy as np

from benchmarks.matching.programmes import Programme

TYPES = ("A", "B", "C", "D", "E")


@dataclass(frozen=True)
class Gap:
    """`cost[i, j]`, `use[i, j]` of job j at agent i; `room[i]`. The least total cost, every job done once."""

    cost: np.ndarray
    use: np.ndarray
    room: np.ndarray


def make(kind: str, agents: int, jobs: int, seed: int) -> Gap:
    """One instance of a type."""
    rng = np.random.default_rng([ord(kind), agents, jobs, seed])
    shape = agents, jobs
    if kind == "D":
        use = rng.integers(1, 101, shape)
        cost = 111 - use + rng.integers(-10, 11, shape)
    elif kind == "E":
        use = np.rint(1 - 10 * np.log(1 - rng.random(shape))).astype(np.int64)
        cost = np.rint(1000 / use - 10 * rng.random(shape)).astype(np.int64)
    else:
        use, cost = rng.integers(5, 26, shape), rng.integers(10, 51, shape)
    if kind in "AB":
        cheapest = cost.argmin(axis=0)
        taken = np.bincount(cheapest, weights=use[cheapest, np.arange(jobs)], minlength=agents).max()
        room = 0.6 * (jobs / agents) * 15 + 0.4 * taken
        rooms = np.full(agents, room if kind == "A" else 0.7 * room)
    else:
        rooms = 0.8 * use.sum(axis=1) / agents
    return Gap(cost, use, np.floor(rooms).astype(np.int64))


def programme(one: Gap) -> Programme:
    """Maximise minus the cost; column i * jobs + j."""
    agents, jobs = one.cost.shape
    agent, job = np.repeat(np.arange(agents), jobs), np.tile(np.arange(jobs), agents)
    column = np.arange(agents * jobs)
    return Programme(
        gain=-one.cost.ravel().astype(float),
        high=np.ones(agents * jobs),
        row=np.r_[job, jobs + agent],
        column=np.r_[column, column],
        value=np.r_[np.ones(len(column)), one.use.ravel()].astype(float),
        least=np.r_[np.ones(jobs), np.full(agents, -np.inf)],
        most=np.r_[np.ones(jobs), one.room].astype(float),
    )
