"""The self-check of a network: characteristics, conditions, and the level of online mentoring that it has reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mayak.networks.enums.networks import CheckAnswer, CheckKind
from mayak.networks.models import Network, NetworkCheckAnswer, NetworkCheckItem
from mayak.networks.selectors.network_rules import check_items_of

ANSWER_TONES = {CheckAnswer.YES: "good", CheckAnswer.PARTLY: "warning", CheckAnswer.NO: "bad"}


@dataclass(frozen=True, slots=True)
class CheckLine:
    """An item with its answer (None: not answered yet)."""

    item: NetworkCheckItem
    answer: NetworkCheckAnswer | None

    @property
    def tone(self) -> str:
        """The tone of the answer."""
        return ANSWER_TONES[CheckAnswer(self.answer.answer)] if self.answer else "neutral"

    @property
    def is_yes(self) -> bool:
        """Whether the network has it."""
        return self.answer is not None and self.answer.answer == CheckAnswer.YES


@dataclass(frozen=True, slots=True)
class OnlineLevel:
    """A level of online mentoring: its items, whether it is reached."""

    number: int
    title: str
    lines: tuple[CheckLine, ...]
    is_reached: bool

    @property
    def missing(self) -> list[NetworkCheckItem]:
        """What is not there in full."""
        return [line.item for line in self.lines if not line.is_yes]


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """All three lists of a network."""

    conditions: tuple[CheckLine, ...]
    characteristics: tuple[CheckLine, ...]
    levels: tuple[OnlineLevel, ...]

    @property
    def is_begun(self) -> bool:
        """Whether anything is answered."""
        lines = [
            *self.conditions,
            *self.characteristics,
            *(line for one in self.levels for line in one.lines),
        ]
        return any(line.answer is not None for line in lines)

    @property
    def condition_count(self) -> int:
        """How many conditions hold in full."""
        return sum(line.is_yes for line in self.conditions)

    @property
    def characteristic_count(self) -> int:
        """How many characteristics the network has in full."""
        return sum(line.is_yes for line in self.characteristics)

    @property
    def online_level(self) -> int:
        """The highest level of online mentoring that is reached; 0 for none."""
        return max((one.number for one in self.levels if one.is_reached), default=0)

    @property
    def next_level(self) -> OnlineLevel | None:
        """The level after the one that is reached, with what is missing; None at the top."""
        return next((one for one in self.levels if not one.is_reached), None)


def self_check(network: Network) -> SelfCheck:
    """Return the self-check of a network; two queries."""
    items = check_items_of(network.school_year.start_year)
    given = {row.item.code: row for row in network.check_answers.select_related("item")}
    return build_check(items, given)


def build_check(items: Sequence[NetworkCheckItem], given: Mapping[str, NetworkCheckAnswer]) -> SelfCheck:
    """Return the self-check from items and answers; a level is reached where all of it and of those below is there."""
    lines = [CheckLine(item, given.get(item.code)) for item in items]
    by_level: dict[int, list[CheckLine]] = {}
    for line in lines:
        if line.item.kind == CheckKind.ONLINE and line.item.level is not None:
            by_level.setdefault(line.item.level, []).append(line)
    levels, holds = [], True
    for number in sorted(by_level):
        of_level = by_level[number]
        holds = holds and all(line.is_yes for line in of_level)
        levels.append(OnlineLevel(number, of_level[0].item.level_title, tuple(of_level), holds))
    return SelfCheck(
        tuple(line for line in lines if line.item.kind == CheckKind.CONDITION),
        tuple(line for line in lines if line.item.kind == CheckKind.CHARACTERISTIC),
        tuple(levels),
    )
