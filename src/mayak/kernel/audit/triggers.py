"""The database itself refuses to change or to delete what the audit log holds.

One column of an entry may change: ``territory_path`` follows its territory when that is moved under another one, but
the territory itself, the last key of the path, stays. A table that a migration rebuilds (SQLite) loses its triggers:
such a migration calls ``install`` again, and a test tries every column.
"""

from collections.abc import Iterator
from typing import Any

from django.db import models

from mayak.kernel.audit.models import AuditEntry, AuditSeal

_MOVABLE = "territory_path"
_REFUSED = "the audit log is append-only"
_FUNCTION = "mayak_audit_refuse"


def install(connection: Any) -> None:
    """Create the triggers, anew where they exist."""
    remove(connection)
    with connection.cursor() as cursor:
        for statement in _statements(connection, cursor):
            cursor.execute(statement)


def remove(connection: Any) -> None:
    """Drop the triggers: for the migration backwards, and for tests that empty the tables."""
    with connection.cursor() as cursor:
        for name, table in _names(connection):
            place = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{place}')


def missing(connection: Any) -> list[str]:
    """Return the names of the triggers that are not there or switched off."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    return [name for name, _table in _names(connection) if name not in present]


def last_key(path: str) -> str:
    """Return the last key of a materialised path: «7» of «/1/7/»."""
    return path.rstrip("/").rpartition("/")[2]


def _names(connection: Any) -> list[tuple[str, str]]:
    deeds = ["update", "delete", "truncate" if connection.vendor == "postgresql" else "replace"]
    entry, seal = _table(AuditEntry), _table(AuditSeal)
    names = [(f"{table}_no_{deed}", table) for table in (entry, seal) for deed in deeds]
    return [*names, (f"{entry}_no_move", entry)] if connection.vendor == "sqlite" else names


def _table(model: type[models.Model]) -> str:
    return str(model._meta.db_table)


def _statements(connection: Any, cursor: Any) -> Iterator[str]:
    if connection.vendor == "postgresql":
        yield from _postgresql()
    else:
        yield from _sqlite(connection, cursor)


def _sqlite(connection: Any, cursor: Any) -> Iterator[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    entry, seal = _table(AuditEntry), _table(AuditSeal)
    columns = [column.name for column in connection.introspection.get_table_description(cursor, entry)]
    fixed = ", ".join(f'"{name}"' for name in columns if name != _MOVABLE)
    moved = f"{_last_key(f'OLD.{_MOVABLE}')} <> {_last_key(f'NEW.{_MOVABLE}')}"
    yield f'CREATE TRIGGER "{entry}_no_update" BEFORE UPDATE OF {fixed} ON "{entry}" {refuse}'
    yield f'CREATE TRIGGER "{entry}_no_move" BEFORE UPDATE OF {_MOVABLE} ON "{entry}" WHEN {moved} {refuse}'
    yield f'CREATE TRIGGER "{seal}_no_update" BEFORE UPDATE ON "{seal}" {refuse}'
    # INSERT OR REPLACE deletes without a trigger for DELETE.
    taken = {
        entry: f'EXISTS (SELECT 1 FROM "{entry}" WHERE id = NEW.id)',  # noqa: S608  # names of the models
        seal: f'EXISTS (SELECT 1 FROM "{seal}" WHERE position = NEW.position OR entry_id = NEW.entry_id)',  # noqa: S608  # names of the models
    }
    for table, condition in taken.items():
        yield f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" {refuse}'
        yield f'CREATE TRIGGER "{table}_no_replace" BEFORE INSERT ON "{table}" WHEN {condition} {refuse}'


def _postgresql() -> Iterator[str]:
    entry, seal = _table(AuditEntry), _table(AuditSeal)
    moved = f"{_last_key(f'OLD.{_MOVABLE}')} <> {_last_key(f'NEW.{_MOVABLE}')}"
    changed = f"to_jsonb(OLD) - '{_MOVABLE}' IS DISTINCT FROM to_jsonb(NEW) - '{_MOVABLE}'"
    yield (
        f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table in (entry, seal):
        when = f"WHEN ({changed} OR {moved})" if table == entry else ""
        yield (
            f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" FOR EACH ROW {when} '
            f"EXECUTE FUNCTION {_FUNCTION}()"
        )
        yield (
            f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" FOR EACH ROW '
            f"EXECUTE FUNCTION {_FUNCTION}()"
        )
        yield (
            f'CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT '
            f"EXECUTE FUNCTION {_FUNCTION}()"
        )


def _last_key(column: str) -> str:
    """The last key of a path in SQL of both databases: what is left when all up to the last «/» is cut off."""
    path = f"rtrim({column}, '/')"
    return f"substr({path}, length(rtrim({path}, replace({path}, '/', ''))) + 1)"
