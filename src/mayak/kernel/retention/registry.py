"""The kinds of data that have a term; an app registers its own in ``AppConfig.ready``."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from mayak.kernel.access import Actor
from mayak.kernel.retention.models import RetentionTerm


@dataclass(frozen=True, slots=True)
class Term:
    """Until when rows are old: everything before ``before`` goes."""

    before: dt.date
    words: Any
    source: str
    is_assumption: bool


@dataclass(frozen=True, slots=True)
class RetentionKind:
    """A kind of data.

    Attributes:
        code: its name for ever, also of its ``RetentionTerm``.
        title: in words.
        count: returns how many rows are older than a day; changes nothing.
        delete: deletes them, returns how many; its app writes into the audit log what it wants beyond the number.
        term: where the term does not stand in ``RetentionTerm``: returns it for a day, None for «for ever».
    """

    code: str
    title: Any
    count: Callable[[dt.date], int]
    delete: Callable[[dt.date, Actor], int]
    term: Callable[[dt.date], Term | None] | None = None


_kinds: dict[str, RetentionKind] = {}


def register_retention(kind: RetentionKind) -> None:
    """Add a kind; a second one with the same code replaces the first."""
    _kinds[kind.code] = kind


def retention_kinds() -> Iterator[RetentionKind]:
    """Yield the kinds in the order of their codes."""
    for code in sorted(_kinds):
        yield _kinds[code]


def term_of(kind: RetentionKind, today: dt.date, stored: dict[str, RetentionTerm]) -> Term | None:
    """Return the term of a kind on this day."""
    if kind.term is not None:
        return kind.term(today)
    row = stored.get(kind.code)
    if row is None:
        return None
    return Term(today - dt.timedelta(days=row.keep_days), row.keep_days, row.source, row.is_assumption)
