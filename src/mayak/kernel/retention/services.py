"""The report of what would go, and the deletion itself."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record_bulk
from mayak.kernel.retention.models import RetentionTerm
from mayak.kernel.retention.registry import RetentionKind, Term, retention_kinds, term_of


@dataclass(frozen=True, slots=True)
class RetentionLine:
    """One kind: its term (None: kept for ever) and how many rows are older."""

    kind: RetentionKind
    term: Term | None
    rows: int


def retention_report(*, today: dt.date | None = None) -> list[RetentionLine]:
    """Return what would be deleted today; nothing is changed."""
    day = today or timezone.localdate()
    stored = {row.code: row for row in RetentionTerm.objects.all()}
    found: list[RetentionLine] = []
    for kind in retention_kinds():
        term = term_of(kind, day, stored)
        found.append(RetentionLine(kind, term, kind.count(term.before) if term else 0))
    return found


def note_report(lines: list[RetentionLine], *, actor: Actor) -> None:
    """Write into the audit log that somebody asked what would go."""
    record_bulk(
        RetentionTerm,
        actor=actor,
        action="retention-report",
        row_count=sum(line.rows for line in lines),
        changes={line.kind.code: line.rows for line in lines},
    )


def delete_old(*, actor: Actor, today: dt.date | None = None) -> dict[str, int]:
    """Delete what is older than its term, each kind in its own transaction; return code -> rows.

    A second run deletes nothing more. Each kind that lost rows has one entry of the audit log with its term.
    """
    deleted: dict[str, int] = {}
    for line in retention_report(today=today):
        if line.term is None or not line.rows:
            continue
        with transaction.atomic():
            gone = line.kind.delete(line.term.before, actor)
            deleted[line.kind.code] = gone
            record_bulk(
                RetentionTerm,
                actor=actor,
                action="purge",
                row_count=gone,
                object_id=line.kind.code,
                object_text=str(line.kind.title),
                changes={"before": line.term.before.isoformat(), "source": line.term.source},
            )
    return deleted
