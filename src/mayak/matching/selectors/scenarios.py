"""Changes of a scenario: what they do to the input of the solver, and how they read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.matching.algorithms.problem import Objective as SolverObjective
from mayak.matching.algorithms.problem import PairKey, Problem
from mayak.matching.enums import MatchingLevel, Objective, RunPurpose
from mayak.matching.models import MatchingRun
from mayak.registry.models import Organisation, Person

if TYPE_CHECKING:
    from mayak.matching.selectors.problems import Input

Change = Mapping[str, Any]
"""One change as plain data: ``kind`` of ``ChangeKind``, keys of schools or people (never their names), amounts."""

MENTEE: Final = "mentee"
LEAD: Final = "lead"
_PAIR_LISTS: Final = (
    "fixed", "forbidden", "exceptions", "last_year", "refused", "earlier", "doubted", "preferred",
)  # fmt: skip


class ChangeKind(StrEnum):
    """What a scenario may change.

    ``leaves``: ``side`` («mentee», «lead») and ``key`` take no part, nor their locks and bans. ``places``: ``amount``
    places more or fewer at the lead ``key``. ``wanted``: ``amount`` leads more for the mentee ``key``. ``exception``:
    the pair ``mentee``, ``lead`` is let through although it breaks a limit (not capacity). ``max_distance``: ``km``,
    None = no limit. ``objective``.
    """

    LEAVES = "leaves"
    PLACES = "places"
    WANTED = "wanted"
    EXCEPTION = "exception"
    MAX_DISTANCE = "max_distance"
    OBJECTIVE = "objective"


def apply_changes(problem: Problem, changes: Iterable[Change]) -> Problem:
    """Return the input after the changes, in their order; a change of a school that takes no part changes nothing."""
    for change in changes:
        problem = _APPLIED[ChangeKind(change["kind"])](problem, change)
    return problem


def with_scenario(run: MatchingRun, found: "Input") -> "Input":
    """Return the input of the run with the changes of its scenario; a repair also keeps the pairs that it mends.

    So does a scenario of a repair. Distance and objective of a scenario stand in the rules of the run, where they can
    be changed further.
    """
    standing = standing_run(run)
    if not run.scenario and standing is None:
        return found
    problem = apply_changes(found.problem, lasting_changes(run.scenario))
    if standing is not None:
        kept = standing.pairs.values_list("mentee_id", "lead_id")
        problem = keeping(problem, [(str(mentee), str(lead)) for mentee, lead in kept])
    mentees = {school.key for school in problem.mentees}
    leads = {school.key for school in problem.leads}
    return replace(
        found,
        problem=problem,
        mentees=tuple(school for school in found.mentees if school.key in mentees),
        leads=tuple(school for school in found.leads if school.key in leads),
        refusals={
            pair: reason for pair, reason in found.refusals.items() if pair[0] in mentees and pair[1] in leads
        },
    )


def lasting_changes(changes: Iterable[Change]) -> list[Change]:
    """Return the changes that no rule of the run can hold: those of the schools themselves."""
    return [one for one in changes if one["kind"] not in {ChangeKind.MAX_DISTANCE, ChangeKind.OBJECTIVE}]


def real_changes(run: MatchingRun) -> list[Change]:
    """Return the changes of the run without what a scenario only supposed; who left in it stays away."""
    if run.purpose != RunPurpose.SCENARIO or run.based_on is None:
        return list(run.scenario)
    origin = real_changes(run.based_on)
    supposed = run.scenario[len(run.based_on.scenario) :]
    return [*origin, *(one for one in supposed if one["kind"] == ChangeKind.LEAVES)]


def origin_of(run: MatchingRun) -> MatchingRun:
    """Return the pairing that the scenarios before this one go back to; itself where it is no scenario."""
    while run.purpose == RunPurpose.SCENARIO and run.based_on is not None:
        run = run.based_on
    return run


def mended_run(run: MatchingRun) -> MatchingRun | None:
    """Return the pairing whose place this one takes when it is approved: of a repair, and of a scenario of one."""
    origin = origin_of(run)
    is_open = origin is run or origin.approved_at is None
    return origin.based_on if origin.purpose == RunPurpose.REPAIR and is_open else None


def standing_run(run: MatchingRun) -> MatchingRun | None:
    """Return the pairing whose pairs a repair, or a scenario of one, keeps; an approved repair holds by itself."""
    origin = origin_of(run)
    return (mended_run(run) or origin) if origin.purpose == RunPurpose.REPAIR else None


def keeping(problem: Problem, pairs: Iterable[PairKey]) -> Problem:
    """Return the problem whose pairs of «last year» are these, for the aim «as few changes as possible»."""
    mentees = {school.key for school in problem.mentees}
    helpers = mentees | {school.key for school in problem.leads}  # in a chain schools pass help on
    standing = {(mentee, lead) for mentee, lead in pairs if mentee in mentees and lead in helpers}
    return replace(problem, last_year=tuple(sorted(standing)))


def changes_in_words(run: MatchingRun) -> list[str]:
    """Return what the scenario changed, one sentence each; what was changed in its rules meanwhile is included."""
    names = names_of_changes(run)
    words = [change_words(change, names) for change in lasting_changes(run.scenario)]
    base = run.based_on
    if base is None or run.purpose != RunPurpose.SCENARIO:
        return words
    return [*words, *_rules_in_words(run, base)]


def change_words(change: Change, names: Mapping[str, str]) -> str:
    """Return one change as a sentence; ``names`` by key of school or person."""
    return _WORDS[ChangeKind(change["kind"])](change, names)


def names_of_changes(run: MatchingRun) -> dict[str, str]:
    """Return the names that the changes need: of schools, of people in a pairing of teachers; at most two queries."""
    keys = {
        int(change[name]) for change in run.scenario for name in ("key", "mentee", "lead") if name in change
    }
    if not keys:
        return {}
    of_people = run.level == MatchingLevel.TEACHERS
    model: Any = Person if of_people else Organisation
    return {str(key): str(row) for key, row in model.objects.in_bulk(keys).items()}


def _leaves(problem: Problem, change: Change) -> Problem:
    key = str(change["key"])
    lists: dict[str, Any] = {
        name: tuple(pair for pair in getattr(problem, name) if key not in pair) for name in _PAIR_LISTS
    }
    if change["side"] == MENTEE:
        mentees = tuple(school for school in problem.mentees if school.key != key)
        return replace(problem, mentees=mentees, **lists)
    return replace(problem, leads=tuple(one for one in problem.leads if one.key != key), **lists)


def _places(problem: Problem, change: Change) -> Problem:
    key, amount = str(change["key"]), int(change["amount"])
    leads = tuple(
        replace(one, capacity=max(one.capacity + amount, 0)) if one.key == key else one
        for one in problem.leads
    )
    return replace(problem, leads=leads)


def _wanted(problem: Problem, change: Change) -> Problem:
    key, amount = str(change["key"]), int(change["amount"])
    mentees = tuple(
        replace(one, leads_wanted=max(one.leads_wanted + amount, 1)) if one.key == key else one
        for one in problem.mentees
    )
    return replace(problem, mentees=mentees)


def _exception(problem: Problem, change: Change) -> Problem:
    pair = (str(change["mentee"]), str(change["lead"]))
    known = {one.key for one in problem.mentees} | {one.key for one in problem.leads}
    if not known.issuperset(pair) or pair in problem.exceptions:
        return problem
    return replace(problem, exceptions=(*problem.exceptions, pair))


def _max_distance(problem: Problem, change: Change) -> Problem:
    return replace(problem, settings=replace(problem.settings, max_distance_km=change["km"]))


def _objective(problem: Problem, change: Change) -> Problem:
    objective = SolverObjective(change["objective"])
    return replace(problem, settings=replace(problem.settings, objective=objective))


_APPLIED: Final[dict[ChangeKind, Callable[[Problem, Change], Problem]]] = {
    ChangeKind.LEAVES: _leaves,
    ChangeKind.PLACES: _places,
    ChangeKind.WANTED: _wanted,
    ChangeKind.EXCEPTION: _exception,
    ChangeKind.MAX_DISTANCE: _max_distance,
    ChangeKind.OBJECTIVE: _objective,
}


def _name(key: Any, names: Mapping[str, str]) -> str:
    return names.get(str(key)) or _("no longer in the registry")


def _leaves_words(change: Change, names: Mapping[str, str]) -> str:
    words = {"name": _name(change["key"], names), "reason": change.get("reason", "")}
    if words["reason"]:
        return _("%(name)s leaves: %(reason)s") % words
    return _("%(name)s leaves") % words


def _places_words(change: Change, names: Mapping[str, str]) -> str:
    amount = int(change["amount"])
    words = {"name": _name(change["key"], names), "count": abs(amount)}
    text = (
        ngettext("%(name)s: %(count)s place more", "%(name)s: %(count)s places more", abs(amount))
        if amount > 0
        else ngettext("%(name)s: %(count)s place fewer", "%(name)s: %(count)s places fewer", abs(amount))
    ) % words
    return f"{text} ({change['reason']})" if change.get("reason") else text


def _wanted_words(change: Change, names: Mapping[str, str]) -> str:
    count = int(change["amount"])
    return ngettext(
        "%(name)s: %(count)s lead school more than the rules allow",
        "%(name)s: %(count)s lead schools more than the rules allow",
        count,
    ) % {"name": _name(change["key"], names), "count": count}


def _exception_words(change: Change, names: Mapping[str, str]) -> str:
    return _("%(mentee)s – %(lead)s stays although it breaks a limit: %(reason)s") % {
        "mentee": _name(change["mentee"], names),
        "lead": _name(change["lead"], names),
        "reason": change["reason"],
    }


def _distance_words(change: Change, _names: Mapping[str, str]) -> str:
    if change["km"] is None:
        return _("no limit of distance")
    return _("no pair farther apart than %(km)s km") % {"km": number_format(change["km"])}


def _objective_words(change: Change, _names: Mapping[str, str]) -> str:
    return _("the aim is «%(objective)s»") % {"objective": Objective(change["objective"]).label}


_WORDS: Final[dict[ChangeKind, Callable[[Change, Mapping[str, str]], str]]] = {
    ChangeKind.LEAVES: _leaves_words,
    ChangeKind.PLACES: _places_words,
    ChangeKind.WANTED: _wanted_words,
    ChangeKind.EXCEPTION: _exception_words,
    ChangeKind.MAX_DISTANCE: _distance_words,
    ChangeKind.OBJECTIVE: _objective_words,
}


def _rules_in_words(run: MatchingRun, base: MatchingRun) -> list[str]:
    """Distance and objective that differ from those of the run that the scenario was made from."""
    words = []
    km, was = run.settings.get("max_distance_km"), base.settings.get("max_distance_km")
    if km != was:
        words.append(_distance_words({"km": km}, {}))
    if run.objective != base.objective:
        words.append(_objective_words({"objective": run.objective}, {}))
    return words
