"""Why a need stayed without a mentor, who would do but is full, and the cheapest change that would cover it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from itertools import islice
from typing import Any, Final

import numpy as np

from mayak.matching.algorithms.problem import Within
from mayak.matching.algorithms.teachers.direct import Limit, Scorer
from mayak.matching.algorithms.teachers.facts import facts_of
from mayak.matching.algorithms.teachers.matching import match_teachers
from mayak.matching.algorithms.teachers.plan import MILLI, TeacherPlan
from mayak.matching.algorithms.teachers.problem import (
    UNKNOWN,
    Employer,
    Ints,
    Mentors,
    Partners,
    Strengths,
    TeacherProblem,
    columns,
)

TRIED_PER_KIND: Final = 3
NEW_MENTOR: Final = "\uffff new mentor"
KM_MARGIN: Final = 1e-6


class ChangeKind(StrEnum):
    """What could be changed, in the order in which it is offered (the first costs people least)."""

    MORE_PLACES = "more_places"
    ALLOW_REMOTE = "allow_remote"
    MORE_DISTANCE = "more_distance"
    OTHER_SCHOOL = "other_school"
    OTHER_TERRITORY = "other_territory"
    OTHER_SUBJECT = "other_subject"
    MORE_MENTORS = "more_mentors"


@dataclass(frozen=True, slots=True)
class LimitCount:
    """How many mentors a limit keeps away (a mentor may be kept away by several)."""

    limit: str
    mentors: int


@dataclass(frozen=True, slots=True)
class FullMentor:
    """A mentor who would do, but all places are taken. `price`: what one more place is worth to the plan, in points."""

    mentor: str
    score: float
    places: int
    price: float | None


@dataclass(frozen=True, slots=True)
class Change:
    """A change after which the plan was made again and the need had a mentor.

    `mentor`: whom it concerns (None for a rule or a new mentor); `amount`: places more or kilometres over the limit;
    `served`: needs served then.
    """

    kind: ChangeKind
    mentor: str | None
    amount: float
    served: int


@dataclass(frozen=True, slots=True)
class UncoveredExplanation:
    """One need without a mentor; `changes` holds the least verified change of each kind, the cheapest first."""

    mentee: str
    need: str
    limits: tuple[LimitCount, ...]
    full: tuple[FullMentor, ...]
    changes: tuple[Change, ...]

    @property
    def cheapest(self) -> Change | None:
        """The first in the order of ChangeKind."""
        return self.changes[0] if self.changes else None


def explain_uncovered(
    plan: TeacherPlan, need_row: int, *, with_changes: bool = True, only_cheapest: bool = False
) -> UncoveredExplanation:
    """Explain a need without a mentor; `only_cheapest` stops at the first change that is verified.

    A change after which a fitting mentor has a free place is verified by this plan and that pair; for any other the
    plan is made again (a few of a kind are tried).

    Raises:
        KeyError: the need has a mentor.
    """
    if plan.mentor[need_row] >= 0:
        raise KeyError(need_row)
    view = _View(plan, need_row)
    changes = tuple(islice(_changes(view), 1 if only_cheapest else None)) if with_changes else ()
    return UncoveredExplanation(view.mentee, view.need, tuple(_limits(view)), tuple(_full(view)), changes)


class _View:
    """One need with all mentors: the best strength of each, its limits and points."""

    def __init__(self, plan: TeacherPlan, row: int) -> None:
        problem = plan.problem
        self.plan, self.row = plan, row
        self.mentee = str(problem.mentees.key[problem.needs.mentee[row]])
        self.need = str(problem.needs.key[row])
        scorer = Scorer(problem, facts_of(problem))
        strength = np.arange(len(problem.strengths.mentor))
        need = np.full(len(strength), row)
        parts, limits, _remote, distance = scorer.judge(need, strength)
        fit = scorer.fit(need, strength)
        limits = np.where(fit, limits, limits | int(Limit.DOES_NOT_FIT))
        width = len(problem.mentors.key)
        self.limits = np.full(width, int(Limit.DOES_NOT_FIT), dtype=np.int64)
        self.score = np.zeros(width, dtype=np.int64)
        self.distance = np.full(width, np.nan)
        order = np.lexsort((-parts.sum(axis=0), _bits(limits), problem.strengths.mentor))
        owner = problem.strengths.mentor[order]
        first = order[np.r_[True, owner[1:] != owner[:-1]]] if len(order) else order
        mentor = problem.strengths.mentor[first]
        self.limits[mentor] = limits[first]
        self.score[mentor] = parts.sum(axis=0)[first]
        self.distance[mentor] = distance[first]

    def only(self, limit: Limit) -> list[int]:
        """Mentors whom this limit alone keeps away (NONE: who would do), the best first."""
        found = np.flatnonzero(self.limits == int(limit))
        return [int(one) for one in found[np.lexsort((found, -self.score[found]))]]


def _bits(limits: Ints) -> Ints:
    count: Ints = sum(((limits >> bit) & 1) for bit in range(8))  # type: ignore[assignment]  # a sum of arrays
    return count


def _limits(view: _View) -> Iterator[LimitCount]:
    for limit in Limit:
        if limit is not Limit.NONE and (held := int(((view.limits & int(limit)) > 0).sum())):
            yield LimitCount(str(limit.name).lower(), held)


def _full(view: _View) -> Iterator[FullMentor]:
    plan = view.plan
    for mentor in view.only(Limit.NONE):
        price = float(plan.mentor_price[mentor])
        yield FullMentor(
            str(plan.problem.mentors.key[mentor]),
            view.score[mentor] / MILLI,
            int(plan.problem.mentors.places[mentor]),
            None if np.isnan(price) else price,
        )


def _changes(view: _View) -> Iterator[Change]:
    for kind, tries in _options(view):
        if kind is ChangeKind.MORE_PLACES and tries and view.plan.proof.method == "flow":
            first = int(tries[0][0] or 0)
            key = str(view.plan.problem.mentors.key[first])
            yield Change(kind, key, 1.0, view.plan.served + 1)  # this plan and the pair keep every rule
            continue
        for mentor, amount, changed in tries[:TRIED_PER_KIND]:
            served = _served_with(view, changed())
            if served is not None:
                name = None if mentor is None else str(view.plan.problem.mentors.key[mentor])
                yield Change(kind, name, amount, served)
                break


def _served_with(view: _View, problem: TeacherProblem) -> int | None:
    """Needs served after a change if this one is among them and nobody loses a mentor for it; else None."""
    if view.plan.proof.method == "flow" and _has_free_mentor(view, problem):
        return view.plan.served + 1
    again = match_teachers(problem)
    helps = (
        again.mentor[_row_of(again, view)] >= 0 and again.served > view.plan.served
    )  # not at another's cost
    return again.served if helps else None


def _has_free_mentor(view: _View, problem: TeacherProblem) -> bool:
    """Whether the changed rules let the need have a mentor who has a free place in this plan."""
    scorer = Scorer(problem, facts_of(problem))
    strength = np.arange(len(problem.strengths.mentor))
    need = np.full(len(strength), view.row)
    strength = strength[scorer.fit(need, strength)]
    _parts, limits, _remote, _distance = scorer.judge(need[: len(strength)], strength)
    mentors = problem.strengths.mentor[strength[limits == 0]]
    taken = np.bincount(view.plan.mentor[view.plan.mentor >= 0], minlength=len(problem.mentors.key))
    return bool((problem.mentors.places[mentors] > taken[mentors]).any())


Try = tuple[int | None, float, Callable[[], TeacherProblem]]


def _options(view: _View) -> Iterator[tuple[ChangeKind, list[Try]]]:
    problem, settings = view.plan.problem, view.plan.problem.settings
    full, far = view.only(Limit.NONE), view.only(Limit.TOO_FAR)
    yield ChangeKind.MORE_PLACES, [(one, 1.0, partial(_more_places, problem, one)) for one in full]
    if not settings.allow_remote and far:
        yield ChangeKind.ALLOW_REMOTE, [(None, 0.0, partial(_set, problem, allow_remote=True))]
    limit = settings.max_distance_km
    if limit is not None:
        near = sorted((float(view.distance[one]), one) for one in far if view.distance[one] > limit)
        yield (
            ChangeKind.MORE_DISTANCE,
            [
                (one, distance - limit, partial(_set, problem, max_distance_km=distance + KM_MARGIN))
                for distance, one in near
            ],
        )
    if view.only(Limit.EMPLOYER) or view.only(Limit.NOT_PARTNERS):
        freer = partial(_set, problem, employer=Employer.ANY, partners=_freer(settings.partners))
        yield ChangeKind.OTHER_SCHOOL, [(None, 0.0, freer)]
    if view.only(Limit.TERRITORY):
        yield ChangeKind.OTHER_TERRITORY, [(None, 0.0, partial(_set, problem, within=Within.ANYWHERE))]
    if settings.require_same_subject:
        yield ChangeKind.OTHER_SUBJECT, [(None, 0.0, partial(_set, problem, require_same_subject=False))]
    yield ChangeKind.MORE_MENTORS, [(None, 1.0, partial(_new_mentor, view))]


def _freer(partners: Partners) -> Partners:
    return Partners.PREFER if partners is Partners.REQUIRE else partners


def _set(problem: TeacherProblem, **rules: object) -> TeacherProblem:
    return replace(problem, settings=replace(problem.settings, **rules))  # type: ignore[arg-type]  # names of fields


def _more_places(problem: TeacherProblem, mentor: int) -> TeacherProblem:
    places = problem.mentors.places.copy()
    places[mentor] += 1
    return replace(problem, mentors=replace(problem.mentors, places=places))


def _new_mentor(view: _View) -> TeacherProblem:
    """One more mentor, alike to what the need asks for: of the same municipality, another school, all formats."""
    problem, row = view.plan.problem, view.row
    person = int(problem.needs.mentee[row])
    mentees, needs = problem.mentees, problem.needs
    like: dict[str, Any] = {
        "key": NEW_MENTOR,
        "school": mentees.school[person] if problem.settings.employer is Employer.SAME else UNKNOWN,
        "places": 1,
        "hours": np.nan,
        "remote": True,
        "in_person": True,
        "group_min": 0,
        "group_max": 0,
    }
    if problem.settings.partners is Partners.REQUIRE:
        like["school"] = next(
            (other for school, other in sorted(problem.partners) if school == mentees.school[person]), UNKNOWN
        )
    for name in ("municipality", "region", "latitude", "longitude", "kind", "language", "role"):
        like[name] = getattr(mentees, name)[person]
    mentors = Mentors(**_longer(problem.mentors, like))
    strong: dict[str, Any] = {
        "mentor": len(problem.mentors.key),
        "topic": needs.topic[row],
        "subject": needs.subject[row],
        "grade_from": needs.grade_from[row],
        "grade_to": needs.grade_to[row],
        "level": 1.0,
    }
    strengths = Strengths(**_longer(problem.strengths, strong))
    return replace(problem, mentors=mentors, strengths=strengths)


def _longer(table: Any, row: dict[str, Any]) -> dict[str, Any]:
    """The columns of a table with one more row."""
    return {
        name: np.concatenate([column, np.array([row[name]], dtype=None if name == "key" else column.dtype)])
        for name, column in columns(table).items()
    }


def _row_of(plan: TeacherPlan, view: _View) -> int:
    """The need's row in the plan made again (rows of needs do not move: mentees and needs are the same)."""
    problem = plan.problem
    if str(problem.needs.key[view.row]) != view.need:
        raise KeyError(view.need)
    return view.row
