"""Somebody with the whole database: reads every table with its hidden columns and pairs people with answers by every order found."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import DatabaseError, connection, transaction

Row = dict[str, Any]


def dump() -> dict[str, list[Row]]:
    """Return all rows of all tables, with rowid on SQLite and ctid, xmin, cmin, xmax on PostgreSQL."""
    return {table: _rows(table) for table in connection.introspection.table_names()}


def _rows(table: str) -> list[Row]:
    hidden = "rowid AS h_rowid" if connection.vendor == "sqlite" else _POSTGRESQL
    name = connection.ops.quote_name(table)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT {hidden}, {name}.* FROM {name}")  # noqa: S608  # names of the database itself
            return _as_dicts(cursor)
    except DatabaseError:  # a view, or a table of SQLite without a rowid
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {name}")  # noqa: S608  # names of the database itself
            return _as_dicts(cursor)


_POSTGRESQL = (
    "(ctid::text::point)[0]::int * 10000 + (ctid::text::point)[1]::int AS h_ctid, "
    "xmin::text::bigint AS h_xmin, xmax::text::bigint AS h_xmax, cmin::text::bigint AS h_cmin"
)


def _as_dicts(cursor: Any) -> list[Row]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def tables_with(marker: str, tables: dict[str, list[Row]]) -> set[str]:
    """Return the tables in any column of which the marker stands."""
    return {
        name
        for name, rows in tables.items()
        if any(marker in _text(value) for row in rows for value in row.values())
    }


def _text(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("latin-1")
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)


def orders(rows: Sequence[Row], name_of: Callable[[Row], Any]) -> list[list[Any]]:
    """Return the names of the rows in every order that any column gives, and as the table lists them."""
    found = [[name_of(row) for row in rows]]
    for column in rows[0] if rows else ():
        values = [_key(row[column]) for row in rows]
        if len(set(values)) > 1:
            found.append(
                [
                    name_of(row)
                    for _value, row in sorted(zip(values, rows, strict=True), key=lambda pair: pair[0])
                ]
            )
    return found


def _key(value: Any) -> tuple[int, float, str]:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return 0, float(value), ""
    return 1, 0.0, _text(value)


def right_guesses(people: Sequence[Any], answers: Sequence[Any]) -> int:
    """Return how many pairs are right, if the longer of both is cut at its end."""
    return sum(1 for person, answer in zip(people, answers, strict=False) if person == answer)


def best_guess(
    people_orders: Iterable[Sequence[Any]], answer_orders: Iterable[Sequence[Any]]
) -> dict[tuple[int, int, str], int]:
    """Return the right guesses of every way to pair: as found, backwards, and from the end."""
    found = {}
    answers = [list(one) for one in answer_orders]
    for at, people in enumerate(people_orders):
        for by, order in enumerate(answers):
            found[(at, by, "straight")] = right_guesses(people, order)
            found[(at, by, "backwards")] = right_guesses(people, order[::-1])
            found[(at, by, "from the end")] = right_guesses(list(people)[::-1], order[::-1])
    return found
