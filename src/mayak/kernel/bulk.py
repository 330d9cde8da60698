"""Writing many rows at once: COPY on PostgreSQL, one prepared INSERT on SQLite.

Rows go past the ORM: no signals, no defaults, no returned keys. Every column without a database default must be named.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import connection, models

Converter = Callable[[Any], Any]
_PAUSE = 0.02
"""Seconds; a waiting writer of SQLite looks every 1 to 100 ms."""


def bulk_insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert the rows and return how many there were. Call it inside a transaction and in portions.

    Args:
        model: the table.
        columns: attribute names in the order of the values («result_id», «code»).
        rows: plain values; dicts and lists for JSON columns, ``Decimal``, dates and None are all right.

    Raises:
        django.core.exceptions.FieldDoesNotExist: a column is no field of the model.
    """
    fields = [_field(model, name) for name in columns]
    converters = [(index, _converter(field)) for index, field in enumerate(fields) if _converter(field)]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    table = quote(model._meta.db_table)
    prepared = _converted(rows, converters) if converters else rows
    if connection.vendor == "postgresql":
        return _copy(f"COPY {table} ({names}) FROM STDIN", prepared)
    marks = ", ".join(["%s"] * len(fields))
    return _insert_many(f"INSERT INTO {table} ({names}) VALUES ({marks})", prepared)  # noqa: S608 - names of the model


def portions(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Cut an iterable into lists of at most ``size``."""
    iterator = iter(rows)
    while portion := list(islice(iterator, size)):
        yield portion


def let_others_write() -> None:
    """Pause between two portions: SQLite has one writer and no queue, who waits looks again only now and then."""
    if connection.vendor == "sqlite":
        time.sleep(_PAUSE)


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    for field in model._meta.concrete_fields:
        if name in (field.attname, field.name):
            return field
    raise ValueError(f"{model.__name__} has no column {name!r}")


def _converter(field: "models.Field[Any, Any]") -> Converter | None:
    if isinstance(field, models.JSONField):
        return lambda value: None if value is None else json.dumps(value, ensure_ascii=False)
    if isinstance(field, models.DecimalField) and connection.vendor == "sqlite":
        return lambda value: str(value) if isinstance(value, Decimal) else value
    return None


def _converted(
    rows: Iterable[Sequence[Any]], converters: Sequence[tuple[int, Converter | None]]
) -> Iterator[Sequence[Any]]:
    for row in rows:
        values = list(row)
        for index, convert in converters:
            if convert is not None:
                values[index] = convert(values[index])
        yield values


def _copy(statement: str, rows: Iterable[Sequence[Any]]) -> int:
    count = 0
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _insert_many(statement: str, rows: Iterable[Sequence[Any]]) -> int:
    count = 0
    with connection.cursor() as cursor:
        for portion in portions(rows, 20_000):
            cursor.executemany(statement, portion)
            count += len(portion)
    return count
