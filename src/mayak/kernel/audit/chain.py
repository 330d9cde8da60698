"""Seals: each entry gets a hash over itself and the seal before it, so nobody changes the past unseen.

Sealing happens after the commit of the change, in a short transaction of its own: only sealers wait for one another,
never those who write entries, however long their transactions last. What a killed process left is sealed by a job.
"""

import datetime as dt
import hashlib
import json
import logging
import threading
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from django.db import connection, models, transaction
from django.utils import timezone

from mayak.kernel.audit.models import AuditEntry, AuditSeal
from mayak.kernel.audit.triggers import last_key

logger = logging.getLogger(__name__)

BEGINNING: Final = "0" * 64
"""Stands before the first seal."""

PORTION: Final = 500
_LOCK: Final = 0x6D_61_79_61_6B
_PLACE: Final = "territory_path"

COLUMNS: Final[Sequence[str]] = tuple(field.attname for field in AuditEntry._meta.concrete_fields)

_own = threading.local()


def seal_hash(previous: str, sealed_at: dt.datetime, entry: Mapping[str, Any]) -> str:
    """Return the hash of a seal.

    Args:
        previous: hash of the seal before.
        sealed_at: time of this seal.
        entry: the columns of the entry as they are stored, so personal values hidden.
    """
    text = json.dumps(_canonical(sealed_at, entry), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def seal_after_commit(entry: AuditEntry) -> None:
    """Seal the entry as soon as its transaction stands; if that fails, the job does it later."""
    _pending().append(entry.pk)
    transaction.on_commit(_seal_pending, robust=True)


def seal_missing(*, since: dt.datetime | None = None) -> int:
    """Seal what has no seal yet, in short transactions; return how many entries that were."""
    total = 0
    while True:
        waiting = unsealed() if since is None else unsealed().filter(at__gte=since)
        done = seal(list(waiting.order_by("pk").values_list("pk", flat=True)[:PORTION]))
        total += done
        if not done:
            return total


def unsealed() -> "models.QuerySet[AuditEntry]":
    """Return the entries without a seal."""
    seals = AuditSeal.objects.filter(entry_id=models.OuterRef("pk"))
    return AuditEntry.objects.filter(~models.Exists(seals)).order_by()


def head() -> tuple[int, str]:
    """Return position and hash of the last seal."""
    found = AuditSeal.objects.order_by("-position").values_list("position", "hash").first()
    return found or (0, BEGINNING)


@transaction.atomic
def seal(keys: Collection[int]) -> int:
    """Seal these entries in the order of their keys, leaving out sealed ones; return how many got a seal."""
    if not keys:
        return 0
    _wait_for_turn()
    rows = unsealed().filter(pk__in=keys).order_by("pk").values(*COLUMNS)
    position, previous = head()
    now = timezone.now()
    seals = []
    for row in rows:
        position, previous = position + 1, seal_hash(previous, now, row)
        seals.append(AuditSeal(position=position, entry_id=row["id"], hash=previous, at=now))
    AuditSeal.objects.bulk_create(seals)
    return len(seals)


def _wait_for_turn() -> None:
    """On SQLite a transaction has the only place for a writer from its beginning (docs/adr/0003)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _seal_pending() -> None:
    """Seal what this thread has written; the first of many calls of a transaction does it for all."""
    keys = _pending()[:]
    _pending().clear()
    for start in range(0, len(keys), PORTION):
        seal(keys[start : start + PORTION])


def _pending() -> list[int]:
    keys: list[int] = _own.__dict__.setdefault("keys", [])
    return keys


def _canonical(sealed_at: dt.datetime, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Empty values are left out, so a column that is added later changes no hash; of the place only the territory."""
    values = {name: _plain(value) for name, value in entry.items() if value not in (None, "", {})}
    if _PLACE in values:
        values[_PLACE] = last_key(values[_PLACE])
    return {"sealed_at": _plain(sealed_at), **values}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return value
