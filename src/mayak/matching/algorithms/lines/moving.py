"""A move by hand in a network of a model: which lines go along, and which rule of the model it would break.

Nothing is computed anew: a move is refused where it breaks a rule more than it is broken already.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from mayak.matching.algorithms.lines.points import NO_LINE, Line, LinePoints
from mayak.matching.algorithms.lines.problem import LineSettings, LineShare, Part, Structure

LineKey = tuple[str, int | None]
_NONE: LineKey = (NO_LINE, None)


class Rule(StrEnum):
    """What a move may break."""

    CENTRES = "centres"
    GROUP_LEAST = "group_least"
    GROUP_MOST = "group_most"
    HOURS = "hours"
    ONE_LEAD = "one_lead"
    NO_FREE_LINE = "no_free_line"
    CHAIN = "chain"


@dataclass(frozen=True, slots=True)
class Standing:
    """A pair as it stands: keys of both, and the lines in which the lead helps."""

    mentee: str
    lead: str
    lines: tuple[LineKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Breach:
    """A broken rule: at which lead (empty: in the whole network), how much there would be, the limit."""

    rule: Rule
    lead: str = ""
    found: float = 0.0
    limit: float = 0.0

    @property
    def excess(self) -> float:
        """How far beyond the limit."""
        return abs(self.found - self.limit)


@dataclass(frozen=True, slots=True)
class Move:
    """What a move brings: lines, points 0..100, the share of place criteria that counts, and what it breaks."""

    lines: tuple[LineShare, ...] = ()
    score: float = 0.0
    place_share: float = 1.0
    goal: LineKey | None = None
    breaches: tuple[Breach, ...] = ()


@dataclass
class Mover:
    """Looks at moves in one network; ``standing`` are all its pairs."""

    points: LinePoints
    settings: LineSettings
    standing: tuple[Standing, ...]
    _before: Mapping[tuple[str, ...], Breach] = field(init=False)

    def __post_init__(self) -> None:
        self._before = self._breaches(self.standing)

    def move(self, mentee: str, lead: str, leaves: str | None) -> Move:
        """Return what becomes of the school when it goes from ``leaves`` (None: nobody) to ``lead``."""
        part = self._part(mentee)
        others = [one for one in self.standing if (one.mentee, one.lead) != (mentee, leaves)]
        own = [one for one in others if one.mentee == mentee]
        if part.structure is Structure.CHAIN:
            return Move(breaches=(Breach(Rule.CHAIN, lead),))
        if part.structure is not Structure.INSTRUMENTAL and own:
            return Move(breaches=(Breach(Rule.ONE_LEAD, lead, len(own) + 1, 1),))
        lines = self.points.lines(self.points.instance.mentee_at[mentee])
        if part.structure is Structure.IDENTICAL:
            tried = [self._moved(mentee, lead, [line], others, is_group=True) for line in lines]
            return min(tried, key=lambda one: (len(one.breaches), -one.score))
        free = self._free(mentee, own)
        if not free:
            return Move(breaches=(Breach(Rule.NO_FREE_LINE, lead),))
        return self._moved(mentee, lead, free, others)

    def must_leave(self, mentee: str) -> bool:
        """Whether no line of the school is free for one more lead."""
        own = [one for one in self.standing if one.mentee == mentee]
        if self._part(mentee).structure is not Structure.INSTRUMENTAL:
            return bool(own)
        return bool(own) and not self._free(mentee, own)

    def _free(self, mentee: str, own: Iterable[Standing]) -> list[Line]:
        """Lines of the school in which none of these pairs helps."""
        taken = {line for one in own for line in one.lines or (_NONE,)}
        lines = self.points.lines(self.points.instance.mentee_at[mentee])
        return [line for line in lines if (line.key, line.grade) not in taken]

    def _moved(
        self, mentee: str, lead: str, lines: list[Line], others: list[Standing], *, is_group: bool = False
    ) -> Move:
        instance = self.points.instance
        row, column = instance.mentee_at[mentee], np.array([instance.lead_at[lead]])
        given = [float(self.points.of_line(row, line, column)[0]) for line in lines]
        shares = [line.share for line in lines]
        if is_group:  # a group brings the points of nearness whole, as in the programme
            given[0] += (1.0 - shares[0]) * float(self.points.place[row, column[0]])
        keys = tuple((line.key, line.grade) for line in lines)
        after = self._breaches([*others, Standing(mentee, lead, keys)])
        worse = [one for key, one in after.items() if one.excess > self._excess_before(key)]
        return Move(
            lines=tuple(
                LineShare(line.key, line.grade, points, line.share)
                for line, points in zip(lines, given, strict=True)
            ),
            score=sum(given),
            place_share=1.0 if is_group else sum(shares),
            goal=keys[0] if is_group else None,
            breaches=tuple(worse),
        )

    def _excess_before(self, key: tuple[str, ...]) -> float:
        return self._before[key].excess if key in self._before else 0.0

    def _part(self, mentee: str) -> Part:
        named = [part for part in self.settings.parts if part.mentees is not None and mentee in part.mentees]
        rest = [part for part in self.settings.parts if part.mentees is None]
        return (named or rest or list(self.settings.parts))[0]

    def _breaches(self, standing: Iterable[Standing]) -> dict[tuple[str, ...], Breach]:
        pairs = [one for one in standing if one.lead in self.points.instance.lead_at]
        found: dict[tuple[str, ...], Breach] = {}
        for number, part in enumerate(self.settings.parts):
            own = [one for one in pairs if self._part(one.mentee) is part]
            if part.structure is Structure.CONCENTRATED and part.centres is not None:
                centres = len({one.lead for one in own})
                if centres > part.centres:
                    found[Rule.CENTRES, str(number)] = Breach(Rule.CENTRES, "", centres, part.centres)
            elif part.structure is Structure.IDENTICAL:
                found |= self._group_breaches(part, own)
        return found | self._hour_breaches(pairs)

    def _group_breaches(self, part: Part, pairs: Iterable[Standing]) -> dict[tuple[str, ...], Breach]:
        groups = Counter((one.lead, (one.lines or (_NONE,))[0]) for one in pairs)
        found: dict[tuple[str, ...], Breach] = {}
        for (lead, goal), size in groups.items():
            key = (lead, str(goal))
            if size < part.group_min:
                found[Rule.GROUP_LEAST, *key] = Breach(Rule.GROUP_LEAST, lead, size, part.group_min)
            if part.group_max is not None and size > part.group_max:
                found[Rule.GROUP_MOST, *key] = Breach(Rule.GROUP_MOST, lead, size, part.group_max)
        return found

    def _hour_breaches(self, pairs: Iterable[Standing]) -> dict[tuple[str, ...], Breach]:
        spent: Counter[str] = Counter()
        for one in pairs:
            spent[one.lead] += max(len(one.lines), 1)
        found: dict[tuple[str, ...], Breach] = {}
        for school in self.points.instance.leads:
            hours = spent[school.key] * self.settings.hours_per_line
            if school.hours_per_month is not None and hours > school.hours_per_month:
                found[Rule.HOURS, school.key] = Breach(
                    Rule.HOURS, school.key, hours, float(school.hours_per_month)
                )
        return found
