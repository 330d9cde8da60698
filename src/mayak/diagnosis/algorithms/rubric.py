"""A form of lesson observation as a value: sections, nested criteria, items with their scores.

A definition is what JSON and YAML hold::

    {"max": 10, "levels": [{"code": "low", "title": "…", "from": 0}, …],
     "sections": [{"code": "s1", "title": "…", "max": 10, "parts": [
        {"code": "c1", "title": "…", "max": 10, "competence": "…", "advice": "…", "parts": [...], "items": [
            {"code": "i1", "text": "…", "kind": "scale", "max": 2,
             "levels": [{"score": 0, "text": "…"}, …]}]}]}]}
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

SCALE: Final = "scale"
BINARY: Final = "binary"
CHOICE: Final = "choice"
KINDS: Final = (SCALE, BINARY, CHOICE)
HIGHEST: Final = 20
"""The greatest maximum of one item; more levels nobody tells apart."""
DEPTH: Final = 3
"""Section, criterion, criterion inside a criterion."""

RESERVED: Final = "advice"
"""No node may have this code: the sheet keeps the recommendations under it."""

Definition = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ScoreLevel:
    """What a score of an item means."""

    score: int
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is scored."""

    code: str
    text: str
    kind: str
    max: int
    levels: tuple[ScoreLevel, ...] = ()
    number: str = ""

    @property
    def scores(self) -> tuple[int, ...]:
        """The scores that may be given, in the order of the levels."""
        return tuple(level.score for level in self.levels)

    def level_text(self, score: int | None) -> str:
        """What the score means; empty where none is given."""
        return next((level.text for level in self.levels if level.score == score), "")


@dataclass(frozen=True, slots=True)
class Part:
    """A section (depth 0) or a criterion with its own criteria and items."""

    code: str
    title: str
    max: int
    competence: str = ""
    advice: str = ""
    parts: tuple["Part", ...] = ()
    items: tuple[Item, ...] = ()
    number: str = ""
    depth: int = 0

    def walk(self) -> Iterator["Part"]:
        """Yield this part and all parts inside it, in the order of the page."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def all_items(self) -> Iterator[Item]:
        """Yield the items of this part and of all parts inside it."""
        yield from self.items
        for part in self.parts:
            yield from part.all_items()

    @property
    def item_sum(self) -> int:
        """The sum of the maxima of the items."""
        return sum(item.max for item in self.all_items())


@dataclass(frozen=True, slots=True)
class ResultLevel:
    """From which share of the maximum on a result is called so."""

    code: str
    title: str
    starts: float


@dataclass(frozen=True, slots=True)
class Rubric:
    """A whole form."""

    max: int
    sections: tuple[Part, ...] = ()
    levels: tuple[ResultLevel, ...] = ()
    by_code: Mapping[str, Item] = field(default_factory=dict, repr=False, compare=False)

    def parts(self) -> Iterator[Part]:
        """Yield all sections and criteria."""
        for section in self.sections:
            yield from section.walk()

    def items(self) -> Iterator[Item]:
        """Yield all items in the order of the page."""
        for section in self.sections:
            yield from section.all_items()

    def criteria(self) -> Iterator[Part]:
        """Yield the criteria right under the sections: they are what results are told by."""
        for section in self.sections:
            yield from section.parts

    def level_of(self, share: float | None) -> ResultLevel | None:
        """Return how a share of the maximum is called."""
        if share is None:
            return None
        reached = [level for level in self.levels if share >= level.starts]
        return max(reached, key=lambda level: level.starts, default=None)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a form cannot be put in use: a code for machines, the place, and numbers for the sentence."""

    code: str
    place: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


def read_rubric(definition: Definition) -> Rubric:
    """Return the form of a definition; criteria are numbered through, «2.1» inside «2»."""
    sections: list[Part] = []
    count = 0
    for raw in _list(definition.get("sections")):
        parts = []
        for inner in _list(raw.get("parts")):
            count += 1
            parts.append(_part(inner, str(count), 1))
        items = tuple(_item(one, "") for one in _list(raw.get("items")))
        sections.append(_made(raw, "", 0, tuple(parts), items))
    rubric = Rubric(
        max=_whole(definition.get("max")),
        sections=tuple(sections),
        levels=tuple(
            ResultLevel(str(one.get("code", "")), str(one.get("title", "")), float(one.get("from") or 0))
            for one in _list(definition.get("levels"))
        ),
    )
    return Rubric(rubric.max, rubric.sections, rubric.levels, {item.code: item for item in rubric.items()})


def problems_of(rubric: Rubric) -> list[Problem]:
    """Return why the form cannot be put in use; nothing where it can."""
    found: list[Problem] = []
    if not rubric.sections:
        found.append(Problem("no_sections"))
    for section in rubric.sections:
        found += _part_problems(section)
    for item in rubric.items():
        found += _item_problems(item)
    total = sum(section.max for section in rubric.sections)
    if rubric.sections and total != rubric.max:
        found.append(Problem("form_max", "", {"stated": rubric.max, "sum": total}))
    found += _code_problems(rubric)
    found += _level_problems(rubric)
    return found


def _part_problems(part: Part) -> Iterator[Problem]:
    place = _place(part.number, part.title)
    if not part.title.strip():
        yield Problem("no_title", part.number or part.code)
    if part.depth == 0 and part.items:
        yield Problem("items_in_section", place)
    if not part.parts and not part.items:
        yield Problem("empty_part", place)
        return
    total = sum(inner.max for inner in part.parts) + sum(item.max for item in part.items)
    if total != part.max:
        yield Problem("part_max", place, {"stated": part.max, "sum": total})
    for inner in part.parts:
        yield from _part_problems(inner)


def _item_problems(item: Item) -> Iterator[Problem]:
    place = _place(item.number, item.text)
    if not item.text.strip():
        yield Problem("no_text", item.number or item.code)
    if item.kind not in KINDS:
        yield Problem("kind", place)
    if not 1 <= item.max <= HIGHEST:
        yield Problem("item_max", place, {"highest": HIGHEST})
        return
    if not item.levels:
        yield Problem("no_levels", place)
        return
    if any(not level.text.strip() for level in item.levels):
        yield Problem("level_text", place)
    scores = sorted(item.scores)
    if len(set(scores)) != len(scores):
        yield Problem("level_twice", place)
    elif item.kind == BINARY and scores != [0, 1]:
        yield Problem("binary", place)
    elif item.kind == SCALE and scores != list(range(item.max + 1)):
        yield Problem("scale_levels", place, {"max": item.max})
    elif item.kind == CHOICE and (len(scores) < 2 or scores[-1] != item.max or scores[0] < 0):  # noqa: PLR2004  # a choice needs two
        yield Problem("choice_levels", place, {"max": item.max})


def _code_problems(rubric: Rubric) -> Iterator[Problem]:
    codes = [part.code for part in rubric.parts()] + [item.code for item in rubric.items()]
    if len(set(codes)) != len(codes) or not all(codes) or RESERVED in codes:
        yield Problem("codes")


def _level_problems(rubric: Rubric) -> Iterator[Problem]:
    starts = [level.starts for level in rubric.levels]
    rising = all(left < right for left, right in pairwise(starts))
    if not starts or starts[0] != 0 or not rising or starts[-1] > 1:
        yield Problem("result_levels")


def _place(number: str, text: str) -> str:
    return f"{number} {text}".strip()


def _part(raw: Definition, number: str, depth: int) -> Part:
    parts = tuple(
        _part(inner, f"{number}.{at}", depth + 1) for at, inner in enumerate(_list(raw.get("parts")), 1)
    )
    items = tuple(
        _item(one, f"{number}.{at}") for at, one in enumerate(_list(raw.get("items")), len(parts) + 1)
    )
    return _made(raw, number, depth, parts, items)


def _made(raw: Definition, number: str, depth: int, parts: tuple[Part, ...], items: tuple[Item, ...]) -> Part:
    return Part(
        code=str(raw.get("code", "")),
        title=str(raw.get("title", "")),
        max=_whole(raw.get("max")),
        competence=str(raw.get("competence") or ""),
        advice=str(raw.get("advice") or ""),
        parts=parts,
        items=items,
        number=number,
        depth=depth,
    )


def _item(raw: Definition, number: str) -> Item:
    return Item(
        code=str(raw.get("code", "")),
        text=str(raw.get("text", "")),
        kind=str(raw.get("kind", "")),
        max=_whole(raw.get("max")),
        levels=tuple(
            ScoreLevel(_whole(one.get("score")), str(one.get("text", ""))) for one in _list(raw.get("levels"))
        ),
        number=number,
    )


def _list(value: Any) -> Sequence[Any]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
