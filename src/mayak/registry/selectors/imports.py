"""Reads about imports of registry tables."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mayak.kernel.access import Scope
from mayak.registry.models import RegistryImport
from mayak.registry.selectors.sheets import SHEETS


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One line of a report as a page shows it; ``problems`` are (column, value, reason)."""

    row: int
    action: str
    action_label: str
    label: str
    changed: str
    problems: tuple[tuple[str, str, str], ...]


def imports_of(scope: Scope) -> QuerySet[RegistryImport]:
    """Return the imports of the scope without their long reports."""
    return RegistryImport.objects.within(scope).defer("report")


def report_lines(upload: RegistryImport, *, action: str = "", limit: int = 200) -> list[ReportLine]:
    """Return the first lines of the report, those with problems first; ``action`` keeps one outcome only."""
    rows: list[list[Any]] = [row for row in upload.report if not action or row[1] == action]
    rows.sort(key=lambda row: (row[1] != "rejected", row[1] == "unchanged", row[0]))
    headings = {column.field: str(column.heading) for column in SHEETS[upload.kind].all_columns}
    return [
        ReportLine(
            row=row,
            action=outcome,
            action_label=action_label(outcome),
            label=label,
            changed=", ".join(headings.get(name, name) for name in changed) if outcome == "updated" else "",
            problems=tuple((column, value, reason) for column, value, reason in problems),
        )
        for row, outcome, label, changed, problems in rows[:limit]
    ]


def action_label(action: str) -> str:
    """Return the outcome in words."""
    labels = {
        "created": _("created"),
        "updated": _("updated"),
        "unchanged": _("unchanged"),
        "rejected": _("rejected"),
    }
    return labels[action]


def territory_path_of(scope: Scope) -> str:
    """Return the territory in which the imports of this person are seen."""
    return scope.territory_paths[0] if scope.territory_paths else ""
