"""The table of a festival as a file: by criterion, without a name of a person."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from mayak.diagnosis.selectors.lesson_rounds import RoundTable


def round_columns(table: RoundTable) -> list[str]:
    """Return the headings; a mean for each subject that may be shown apart."""
    return [
        _("Section"),
        _("Criterion"),
        _("Competence"),
        _("Lessons"),
        _("Mean, per cent of the maximum"),
        _("Standard deviation, percentage points"),
        *(_("Mean: %(subject)s") % {"subject": name} for name in table.subjects),
    ]


def round_rows(table: RoundTable) -> Iterator[list[Any]]:
    """Yield one row for each criterion; a hidden value is said in words."""
    hidden = _("hidden: small group")
    for row in table.rows:
        head = [row.section.title, f"{row.part.number} {row.part.title}".strip(), row.competence]
        if row.spread is None:
            yield [*head, hidden, None, None, *([None] * len(table.subjects))]
            continue
        deviation = row.spread.deviation
        means = [
            _percent(row.by_subject[name].mean) if name in row.by_subject else hidden
            for name in table.subjects
        ]
        yield [
            *head,
            row.spread.lessons,
            _percent(row.spread.mean),
            None if deviation is None else _percent(deviation),
            *means,
        ]


def _percent(share: float) -> float:
    return round(share * 100, 1)
