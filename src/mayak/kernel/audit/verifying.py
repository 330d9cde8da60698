"""Verifying the audit log: the chain of seals is computed anew and the first break is named. Nothing is written."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.kernel.audit.chain import BEGINNING, COLUMNS, head, seal_hash, unsealed
from mayak.kernel.audit.models import AuditEntry, AuditSeal
from mayak.kernel.audit.triggers import missing
from mayak.kernel.bulk import portions

PATIENCE: Final = dt.timedelta(hours=1)
"""How old an entry without a seal may be: it is sealed at once, and by the job within 15 minutes."""

PORTION: Final = 1000
NEIGHBOURS: Final = 50
"""Seals that are read at once, and how far around a break its kind is looked for."""


class Kind(models.TextChoices):
    """How the log was broken."""

    CHANGED = "changed", _("the entry was changed, or the one sealed before it was deleted")
    DELETED = "deleted", _("the entry was deleted")
    UNSEATED = "seal deleted", _("the seal at this position was deleted")
    INSERTED = "inserted", _("the entry was put in later")
    REORDERED = "reordered", _("the order of the entries was changed")
    UNSEALED = "unsealed", _("the entry has had no seal for too long, or was written past the program")
    CUT = "cut", _("the end of the log was cut off: the head that was kept lies beyond it")
    REWRITTEN = "rewritten", _("the log was written anew: the head that was kept has another hash")


class Seal(NamedTuple):
    """A row of the seals."""

    position: int
    entry_id: int
    hash: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Break:
    """The first place that does not fit.

    Attributes:
        kind: how it was broken.
        position: of the seal; None for an entry without one.
        entry_id: the entry; None where only the seal is known.
    """

    kind: Kind
    position: int | None
    entry_id: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verification found.

    Attributes:
        sealed: how many seals fit, from the first on.
        waiting: entries that are so new that they may still lack a seal.
        position: of the last seal.
        hash: of the last seal; with the position the head that is kept elsewhere.
        broken: the first break; None where all is whole.
        missing_triggers: what the database no longer refuses.
    """

    sealed: int
    waiting: int
    position: int
    hash: str
    broken: Break | None
    missing_triggers: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing was touched and nothing can be."""
        return self.broken is None and not self.missing_triggers


def verify(*, kept: tuple[int, str] | None = None) -> Verdict:
    """Compute the whole chain anew.

    Args:
        kept: position and hash of a head that was printed earlier and kept outside the database.
    """
    sealed, broken = _walk()
    late = unsealed().filter(at__lt=timezone.now() - PATIENCE).order_by("pk").values_list("pk", flat=True)
    if broken is None and kept is not None:
        broken = _compare_head(*kept)
    if broken is None and (first := late.first()) is not None:
        broken = Break(Kind.UNSEALED, None, first)
    position, digest = head()
    return Verdict(
        sealed=sealed,
        waiting=unsealed().count() if broken is None else 0,
        position=position,
        hash=digest,
        broken=broken,
        missing_triggers=tuple(missing(connection)),
    )


def _walk() -> tuple[int, Break | None]:
    """Return how many seals fit and the first that does not."""
    previous, expected = BEGINNING, 1
    for portion in portions(_seals(), PORTION):
        entries = _entries([seal.entry_id for seal in portion])
        for seal in portion:
            if seal.position != expected:
                return expected - 1, Break(Kind.UNSEATED, expected)
            entry = entries.get(seal.entry_id)
            if entry is None:
                return expected - 1, Break(Kind.DELETED, seal.position, seal.entry_id)
            if seal_hash(previous, seal.at, entry) != seal.hash:
                return expected - 1, _named(seal)
            previous, expected = seal.hash, expected + 1
    return expected - 1, None


def _seals(first: int = 0, last: int | None = None) -> Iterator[Seal]:
    rows = AuditSeal.objects.filter(position__gte=first).order_by("position")
    if last is not None:
        rows = rows.filter(position__lte=last)
    found = rows.values_list("position", "entry_id", "hash", "at")
    return (Seal(*row) for row in found.iterator(chunk_size=PORTION))


def _entries(keys: list[int]) -> dict[int, Mapping[str, Any]]:
    return {row["id"]: row for row in AuditEntry.objects.filter(pk__in=keys).order_by().values(*COLUMNS)}


def _compare_head(position: int, digest: str) -> Break | None:
    if position == 0:
        return None
    seal = AuditSeal.objects.filter(position=position).first()
    if seal is None:
        return Break(Kind.CUT, position)
    return None if seal.hash == digest else Break(Kind.REWRITTEN, position, seal.entry_id)


def _named(seal: Seal) -> Break:
    """Say how the chain was broken at this seal, from the seals around it."""
    seals = {one.position: one for one in _seals(seal.position - NEIGHBOURS, seal.position + NEIGHBOURS)}
    entries = _entries([one.entry_id for one in seals.values()])
    hashes = {one.position: one.hash for one in seals.values()} | {0: BEGINNING}
    before = hashes.get(seal.position - 1, BEGINNING)
    follower = seals.get(seal.position + 1)
    if follower is not None and _follows(follower, before, entries):
        return Break(Kind.INSERTED, seal.position, seal.entry_id)
    for position, digest in hashes.items():
        if position != seal.position - 1 and _follows(seal, digest, entries):
            return _foreign_link(seal, position, seals)
    moved = (
        key for key, entry in entries.items()
        if key != seal.entry_id and seal_hash(before, seal.at, entry) == seal.hash
    )  # fmt: skip
    kind = Kind.REORDERED if next(moved, None) is not None else Kind.CHANGED
    return Break(kind, seal.position, seal.entry_id)


def _foreign_link(seal: Seal, position: int, seals: Mapping[int, Seal]) -> Break:
    """The seal continues another one than that before it: something stands between, or the rows changed places."""
    if position == seal.position - 2:
        between = seals[seal.position - 1]
        return Break(Kind.INSERTED, between.position, between.entry_id)
    return Break(Kind.REORDERED, seal.position, seal.entry_id)


def _follows(seal: Seal, previous: str, entries: Mapping[int, Mapping[str, Any]]) -> bool:
    entry = entries.get(seal.entry_id)
    return entry is not None and seal_hash(previous, seal.at, entry) == seal.hash
