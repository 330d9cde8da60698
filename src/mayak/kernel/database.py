"""What the two databases do differently: LIKE for Cyrillic on SQLite, and subtrees of a materialised path."""

import re
from functools import lru_cache
from typing import Any

from django.db import models
from django.db.backends.signals import connection_created
from django.db.models.lookups import In


@lru_cache(maxsize=256)
def _like_pattern(pattern: str, escape: str) -> re.Pattern[str]:
    parts: list[str] = []
    taken = iter(pattern)
    for char in taken:
        if escape and char == escape:
            parts.append(re.escape(next(taken, "")))
        elif char == "%":
            parts.append(".*")
        elif char == "_":
            parts.append(".")
        else:
            parts.append(re.escape(char))
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


@models.IntegerField.register_lookup
class IntegerIn(In):
    """``pk__in=[...]`` without the numbers that no integer column can hold: they equal nothing.

    Django leaves such numbers out of comparisons with one number; in a list SQLite raises on them.
    """

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        """Leave out what lies outside the range of the column."""
        if self.rhs_is_direct_value():
            low, high = connection.ops.integer_field_range(self.lhs.output_field.get_internal_type())
            self.rhs = [
                one
                for one in self.rhs
                if not isinstance(one, int) or ((low is None or one >= low) and (high is None or one <= high))
            ]
        return super().process_rhs(compiler, connection)


@models.CharField.register_lookup
class Under(models.Lookup[Any]):
    """``path__under="/1/7/"``: the row of this path and everything below it, by an index on both databases."""

    lookup_name = "under"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Compare a range of bytes on SQLite, where LIKE is our own function and uses no index."""
        column, params = self.process_lhs(compiler, connection)
        path = str(self.rhs)
        if connection.vendor == "sqlite":
            return f"({column} >= %s AND {column} < %s)", (
                *params,
                path,
                *params,
                path[:-1] + chr(ord(path[-1]) + 1),
            )
        escaped = path.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return f"{column} LIKE %s", (*params, escaped + "%")


@models.CharField.register_lookup
@models.TextField.register_lookup
class Holds(models.Lookup[Any]):
    """``search_text__holds="тосно"``: the exact letters occur in the column; native and fast on both databases.

    SQLite's LIKE is our own function here and slow on long lists, so columns in lower case are searched with this.
    """

    lookup_name = "holds"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Ask for the position of the text."""
        column, params = self.process_lhs(compiler, connection)
        function = "instr" if connection.vendor == "sqlite" else "strpos"
        return f"{function}({column}, %s) > 0", (*params, str(self.rhs))


def _like(pattern: str | None, value: object, escape: str = "") -> bool | None:
    if pattern is None or value is None:
        return None
    return _like_pattern(str(pattern), escape).fullmatch(str(value)) is not None


def _add_functions(*, connection: Any, **kwargs: object) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function("like", 2, _like, deterministic=True)
        connection.connection.create_function("like", 3, _like, deterministic=True)


def connect() -> None:
    """Register the functions on every new connection."""
    connection_created.connect(_add_functions, dispatch_uid="mayak.kernel.database")
