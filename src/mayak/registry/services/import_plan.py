"""What a trial run promises: for every line of the file what would be written, or why not."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import Model

from mayak.kernel.audit.services import JsonValue


class RowAction(StrEnum):
    """What would happen to the row."""

    CREATE = "created"
    UPDATE = "updated"
    KEEP = "unchanged"
    REJECT = "rejected"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a cell is refused: heading of its column, its value, the reason in words."""

    column: str
    value: str
    reason: str


@dataclass(slots=True)
class PlannedRow:
    """One line of the file.

    Attributes:
        row: its number as a spreadsheet shows it.
        label: what it is about, for people.
        action: what would happen.
        instance: the row with its new values, unsaved.
        before: its values before; None for a new row.
        changed: names of the changed fields.
        related: many-to-many fields with their new rows.
        waits_for: the line of the same file to which it refers.
        problems: why it is rejected.
    """

    row: int
    label: str = ""
    action: RowAction = RowAction.REJECT
    instance: Any = None
    before: dict[str, JsonValue] | None = None
    changed: tuple[str, ...] = ()
    related: dict[str, list[Model]] = field(default_factory=dict)
    waits_for: "PlannedRow | None" = None
    problems: list[RowProblem] = field(default_factory=list)


@dataclass(slots=True)
class ImportPlan:
    """All lines of one file, in its order."""

    kind: str
    model: type[Model]
    rows: list[PlannedRow]
    related: tuple[str, ...] = ()
    parent: str = ""

    def of(self, action: RowAction) -> Iterator[PlannedRow]:
        """Yield the lines with this outcome."""
        return (row for row in self.rows if row.action == action)

    def count(self, action: RowAction) -> int:
        """Return how many lines have this outcome."""
        return sum(1 for _row in self.of(action))

    @property
    def fingerprint(self) -> str:
        """A hash of everything that would be written: equal plans, equal hashes."""
        digest = hashlib.sha256()
        for row in self.rows:
            # A rejected row may name a many-to-many field without having its rows: the instance has no key to ask by.
            own = [name for name in row.changed if name not in row.related and name not in self.related]
            values = {name: str(getattr(row.instance, name, "")) for name in own}
            related = {name: [one.pk for one in rows] for name, rows in row.related.items()}
            parts = [row.row, row.action, row.before and row.before.get("id"), values, related]
            digest.update(json.dumps(parts, default=str, ensure_ascii=False).encode())
        return digest.hexdigest()

    def report(self) -> list[list[Any]]:
        """Return the report as plain lists: row, action, label, changed headings, [[column, value, reason], …]."""
        return [
            [
                row.row,
                row.action.value,
                row.label,
                list(row.changed),
                [[problem.column, problem.value, problem.reason] for problem in row.problems],
            ]
            for row in self.rows
        ]
