"""Two versions of a text beside each other: clause by clause, and inside a clause word by word."""

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_WORD: Final = re.compile(r"\s+|[\w\-]+|[^\w\s]")


class Change(StrEnum):
    """What became of a clause or of some words."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class ClauseText:
    """A clause as it is compared: ``key`` tells that it is the same clause in both versions."""

    key: str
    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that both versions have, or only one of them."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """One clause of two versions."""

    change: Change
    old_number: str
    new_number: str
    pieces: tuple[Piece, ...]


def compare_versions(old: Sequence[ClauseText], new: Sequence[ClauseText]) -> list[ClauseChange]:
    """Return every clause of both versions in the order of the new one, a removed clause where it stood."""
    before = {one.key: one for one in old}
    after = {one.key: one for one in new}
    return [_compared(before.get(key), after.get(key)) for key in _order(old, new)]


def compare_words(old: str, new: str) -> tuple[Piece, ...]:
    """Return the pieces of both texts; replaced words come as removed, then added."""
    left, right = _WORD.findall(old), _WORD.findall(new)
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Change.SAME, "".join(left[i1:i2])))
            continue
        pieces += _pieces(Change.REMOVED, left[i1:i2])
        pieces += _pieces(Change.ADDED, right[j1:j2])
    return tuple(pieces)


def _compared(old: ClauseText | None, new: ClauseText | None) -> ClauseChange:
    if old is None and new is not None:
        return ClauseChange(Change.ADDED, "", new.number, tuple(_pieces(Change.ADDED, [new.text])))
    if new is None and old is not None:
        return ClauseChange(Change.REMOVED, old.number, "", tuple(_pieces(Change.REMOVED, [old.text])))
    assert old is not None and new is not None  # noqa: S101, PT018  # a key comes from one of the two
    same = old.text == new.text and old.number == new.number
    return ClauseChange(
        Change.SAME if same else Change.CHANGED, old.number, new.number, compare_words(old.text, new.text)
    )


def _order(old: Sequence[ClauseText], new: Sequence[ClauseText]) -> Iterator[str]:
    """Yield the keys of the new version, each removed one after the clause that stood before it."""
    present = {one.key for one in new}
    following: dict[str, list[str]] = {}
    anchor = ""
    for one in old:
        if one.key in present:
            anchor = one.key
        else:
            following.setdefault(anchor, []).append(one.key)
    yield from following.get("", [])
    for one in new:
        yield one.key
        yield from following.get(one.key, [])


def _pieces(change: Change, words: Iterable[str]) -> list[Piece]:
    text = "".join(words)
    return [Piece(change, text)] if text else []
