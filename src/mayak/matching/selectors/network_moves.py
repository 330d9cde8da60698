"""Moves by hand in a network of a model as pages show them: lines, points, and the rule that is in the way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from mayak.matching.algorithms.lines.moving import Breach, Move, Mover, Rule, Standing
from mayak.matching.algorithms.lines.points import LinePoints
from mayak.matching.algorithms.plan import Pair
from mayak.matching.algorithms.problem import Mentee, Problem
from mayak.matching.models import MatchingRun, MatchPair
from mayak.matching.selectors.network_rules import line_settings_from_plain

FULL_SCORE: Final = 100
_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class NetworkMove:
    """A pair that a move would make: its points, its lines and group as a pair keeps them, what is in the way."""

    pair: Pair
    mentee: Mentee
    lines: list[dict[str, Any]]
    group: str
    why_not: tuple[str, ...]


class NetworkMoves:
    """The moves of one network, looked at by its stored input and its pairs as they are now."""

    def __init__(self, run: MatchingRun, problem: Problem, pairs: Iterable[MatchPair]) -> None:
        self.names: Mapping[str, str] = run.snapshot["names"]
        self.subjects: Mapping[str, str] = run.snapshot["subjects"]
        standing = tuple(
            Standing(
                str(pair.mentee_id),
                str(pair.lead_id),
                tuple((line["line"], line["grade"]) for line in pair.lines),
            )
            for pair in pairs
        )
        settings = line_settings_from_plain(run.snapshot["network"])
        self.mover = Mover(LinePoints(problem), settings, standing)

    def must_leave(self, mentee: str) -> bool:
        """Whether the school can have another lead only in the place of one that it has."""
        return self.mover.must_leave(mentee)

    def to(self, pair: Pair, mentee: Mentee, leaves: int | None) -> NetworkMove:
        """Return the pair with what the model makes of it."""
        found = self.mover.move(pair.mentee, pair.lead, None if leaves is None else str(leaves))
        words = tuple(breach_words(one, self.names) for one in found.breaches)
        if not found.lines:
            return NetworkMove(pair, mentee, [], "", words)
        helped = {(line.line, line.grade) for line in found.lines}
        return NetworkMove(
            pair=_with_points(pair, found),
            mentee=replace(
                mentee, needs=tuple(need for need in mentee.needs if (need.subject, need.grade) in helped)
            ),
            lines=[
                {
                    "line": line.line,
                    "grade": line.grade,
                    "name": self.subjects.get(line.line, line.line),
                    "points": round(line.points / FULL_SCORE, _DIGITS),
                    "share": round(line.share, _DIGITS),
                }
                for line in found.lines
                if line.line
            ],
            group=self._group(pair.lead, found),
            why_not=words,
        )

    def _group(self, lead: str, move: Move) -> str:
        if move.goal is None:
            return ""
        name, goal = self.names.get(lead, lead), move.goal[0]
        return f"{name}: {self.subjects.get(goal, goal)}" if goal else name


def network_moves(run: MatchingRun, problem: Problem, pairs: Iterable[MatchPair]) -> NetworkMoves | None:
    """Return the moves of a computed network with these pairs; None where no model was computed."""
    return NetworkMoves(run, problem, pairs) if "network" in run.snapshot else None


def breach_words(breach: Breach, names: Mapping[str, str]) -> str:
    """Return the broken rule in words."""
    words = {
        "lead": names.get(breach.lead, breach.lead),
        "found": _number(breach.found),
        "limit": _number(breach.limit),
    }
    texts: Mapping[Rule, str] = {
        Rule.CENTRES: _("more centres than the model of the network allows: %(found)s of %(limit)s"),
        Rule.GROUP_LEAST: _(
            "the group at %(lead)s would have fewer schools than the model allows: %(found)s of %(limit)s"
        ),
        Rule.GROUP_MOST: _(
            "the group at %(lead)s would have more schools than the model allows: %(found)s of %(limit)s"
        ),
        Rule.HOURS: _("more hours a month than its passport gives: %(found)s of %(limit)s"),
        Rule.ONE_LEAD: _(
            "in this model of the network a school has one lead school; say which one it leaves"
        ),
        Rule.NO_FREE_LINE: _(
            "every content line of the school has a lead school already; say which one it leaves"
        ),
        Rule.CHAIN: _("in a chain each place depends on the others; lock the pair and compute again"),
    }
    return texts[breach.rule] % words


def _number(value: float) -> str:
    return str(number_format(int(value) if float(value).is_integer() else round(value, 1)))


def _with_points(pair: Pair, move: Move) -> Pair:
    """The pair with the points of its lines: those of the place by their share, the rest are of the needs."""
    place = {
        name: round(move.place_share * points, _DIGITS)
        for name, points in pair.contributions.items()
        if name != "needs"
    }
    needs = round(max(move.score - sum(place.values()), 0.0), _DIGITS)
    return replace(pair, score=move.score, contributions={"needs": needs, **place})
