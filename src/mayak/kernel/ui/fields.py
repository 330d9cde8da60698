"""The rows of a detail page."""

from collections.abc import Iterable
from typing import Any, NamedTuple


class FieldRow(NamedTuple):
    """A label and its value; a row with an empty value is not shown (zero and «no» are values)."""

    label: Any
    value: Any


def shown_rows(rows: Iterable[tuple[Any, Any]]) -> list[FieldRow]:
    """Return the rows that have a value."""
    return [FieldRow(label, value) for label, value in rows if not _is_empty(value)]


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | tuple) and not value)
