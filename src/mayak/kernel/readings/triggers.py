"""The database itself refuses to change a reading, or to delete one that is younger than a year.

Only ``territory_path`` follows its territory when that is moved.
"""

from typing import Any, Final

from mayak.kernel.readings.models import Reading

KEPT_DAYS: Final = 365
_REFUSED = "readings are append-only"
_FUNCTION = "mayak_reading_refuse"
_TABLE: Final = str(Reading._meta.db_table)


def install(connection: Any) -> None:
    """Create the triggers, anew where they exist."""
    remove(connection)
    statements = _postgresql() if connection.vendor == "postgresql" else _sqlite()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove(connection: Any) -> None:
    """Drop the triggers: for the migration backwards, and for tests that empty the tables."""
    place = f' ON "{_TABLE}"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for deed in ("update", "delete", "replace", "truncate"):
            cursor.execute(f'DROP TRIGGER IF EXISTS "{_TABLE}_no_{deed}"{place}')


def _fixed() -> str:
    columns = [field.column for field in Reading._meta.concrete_fields]
    return ", ".join(f'"{column}"' for column in columns if column != "territory_path")


def _sqlite() -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    young = f"OLD.at > datetime('now', '-{KEPT_DAYS} days')"
    taken = f'EXISTS (SELECT 1 FROM "{_TABLE}" WHERE id = NEW.id)'  # noqa: S608  # the name of the model
    return [
        f'CREATE TRIGGER "{_TABLE}_no_update" BEFORE UPDATE OF {_fixed()} ON "{_TABLE}" {refuse}',
        f'CREATE TRIGGER "{_TABLE}_no_delete" BEFORE DELETE ON "{_TABLE}" WHEN {young} {refuse}',
        f'CREATE TRIGGER "{_TABLE}_no_replace" BEFORE INSERT ON "{_TABLE}" WHEN {taken} {refuse}',
    ]


def _postgresql() -> list[str]:
    young = f"OLD.at > now() - interval '{KEPT_DAYS} days'"
    each, run = "FOR EACH ROW", f"EXECUTE FUNCTION {_FUNCTION}()"
    return [
        f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f'CREATE TRIGGER "{_TABLE}_no_update" BEFORE UPDATE OF {_fixed()} ON "{_TABLE}" {each} {run}',
        f'CREATE TRIGGER "{_TABLE}_no_delete" BEFORE DELETE ON "{_TABLE}" {each} WHEN ({young}) {run}',
        f'CREATE TRIGGER "{_TABLE}_no_truncate" BEFORE TRUNCATE ON "{_TABLE}" FOR EACH STATEMENT {run}',
    ]
