"""JSON as a table: a list of flat objects, such as open-data portals give, or a list of lists."""

import json
from collections.abc import Iterable
from typing import Any

from .content import Content
from .encoding import plan_text
from .errors import ImportProblem, ProblemPlace
from .limits import MEGABYTE, Limits
from .sheets import Cell, Sheet, sheet_from_rows


def open_json(content: Content, limits: Limits) -> Sheet:
    """One sheet: row 1 holds the keys in the order they first appear, row n+1 the n-th record."""
    place = ProblemPlace(content.name)
    if content.size > limits.json_bytes:
        raise ImportProblem(
            "too_big", place, size=content.size // MEGABYTE, limit=limits.json_bytes // MEGABYTE
        )
    plan = plan_text(content, limits)
    with content.open() as stream:
        stream.seek(plan.skip)
        text = stream.read().decode(plan.encoding)
    try:
        parsed = json.loads(text)
    except json.JSONDecodeError as error:
        raise ImportProblem("broken_json", place, line=error.lineno) from None
    except RecursionError:
        raise ImportProblem("broken_json", place, line=1) from None
    records = _records(parsed)
    if not records:
        raise ImportProblem("json_not_table", place)
    if all(isinstance(record, list) for record in records):
        return sheet_from_rows(content.name, "", [[_cell(value) for value in record] for record in records])
    flat = [_flatten(record) for record in records]
    keys = list(dict.fromkeys(key for record in flat for key in record))
    rows: list[list[Cell]] = [list(keys)]
    rows.extend([record.get(key, "") for key in keys] for record in flat)
    return sheet_from_rows(content.name, "", rows)


def _records(parsed: Any) -> list[Any]:
    """The longest list of objects (or of lists) inside the outer objects."""
    if isinstance(parsed, list):
        good = [item for item in parsed if isinstance(item, (dict, list))]
        return good if len(good) == len(parsed) else []
    if isinstance(parsed, dict):
        lists = [_records(value) for value in parsed.values() if isinstance(value, (list, dict))]
        return max(lists, key=len, default=[])
    return []


def _flatten(record: Any) -> dict[str, Cell]:
    if not isinstance(record, dict):
        return {}
    flat: dict[str, Cell] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            # The portal of Moscow wraps the columns of a record into "Cells".
            flat.update({inner: _cell(item) for inner, item in value.items()})
        else:
            flat[key] = _cell(value)
    return flat


def _cell(value: Any) -> Cell:
    if value is None:
        return ""
    if isinstance(value, (str, int, float)):
        return value
    items: Iterable[Any] = value.values() if isinstance(value, dict) else value
    return "; ".join(str(_cell(item)) for item in items)
