"""The database refuses to change the audit log; only the path of a moved territory follows."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from mayak.kernel.access import SYSTEM
from mayak.kernel.audit import triggers
from mayak.kernel.audit.chain import seal
from mayak.kernel.audit.models import AuditEntry, AuditSeal
from mayak.kernel.audit.services import record_bulk
from mayak.kernel.models import Job
from mayak.registry.services.territories import move_paths

pytestmark = pytest.mark.django_db

ENTRY, SEAL = AuditEntry._meta.db_table, AuditSeal._meta.db_table
VALUES: dict[str, Any] = {"at": "2020-01-01 00:00:00+00", "changes": '{"a": 1}'}
"""What to write into a column where a number does not do."""


@pytest.fixture
def entry(db: None) -> AuditEntry:
    entry = record_bulk(Job, actor=SYSTEM, action="x", row_count=1, territory_path="/1/7/")
    seal([entry.pk])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SET CONSTRAINTS ALL IMMEDIATE"
            )  # a table with waiting checks can be neither emptied nor altered
    return entry


def refused(statement: str, *params: Any) -> bool:
    """Whether the database refuses the statement with the words of the trigger."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, params)
    except DatabaseError as error:
        return "append-only" in str(error)
    return False


@pytest.mark.parametrize("column", [field.column for field in AuditEntry._meta.concrete_fields])
def test_no_column_of_an_entry_can_be_changed(entry: AuditEntry, column: str) -> None:
    value = VALUES.get(column, "/1/8/" if column == "territory_path" else "777")
    assert refused(f'UPDATE "{ENTRY}" SET "{column}" = %s WHERE id = %s', value, entry.pk)  # noqa: S608  # columns of the model


@pytest.mark.parametrize("column", [field.column for field in AuditSeal._meta.concrete_fields])
def test_no_column_of_a_seal_can_be_changed(entry: AuditEntry, column: str) -> None:
    assert refused(f'UPDATE "{SEAL}" SET "{column}" = %s', VALUES.get(column, "777"))  # noqa: S608  # columns of the model


@pytest.mark.parametrize("table", [ENTRY, SEAL])
def test_no_row_can_be_deleted(entry: AuditEntry, table: str) -> None:
    assert refused(f'DELETE FROM "{table}"')  # noqa: S608  # tables of the models


@pytest.mark.parametrize("table", [ENTRY, SEAL])
def test_no_row_can_be_replaced_or_the_table_emptied(entry: AuditEntry, table: str) -> None:
    if connection.vendor == "sqlite":
        assert refused(f'INSERT OR REPLACE INTO "{table}" SELECT * FROM "{table}"')  # noqa: S608  # tables of the models
    else:
        assert refused(f'TRUNCATE "{table}"')


def test_nor_through_the_models(entry: AuditEntry) -> None:
    entry.action = "y"
    for change in (
        lambda: AuditEntry.objects.filter(pk=entry.pk).update(action="y"),
        entry.delete,
        entry.save,
        AuditSeal.objects.get().delete,
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_the_path_follows_a_territory_that_is_moved(entry: AuditEntry) -> None:
    move_paths("/1/", "/2/")
    entry.refresh_from_db()
    assert entry.territory_path == "/2/7/"


@pytest.mark.parametrize("path", ["", "/", "/7/1/", "/1/77/", "/1/", "/1/7/8/"])
def test_but_the_territory_stays_the_same(entry: AuditEntry, path: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(territory_path=path)


@pytest.mark.parametrize(("path", "key"), [("/1/7/", "7"), ("/12/", "12"), ("", ""), ("/", ""), ("7", "7")])
def test_the_last_key_of_a_path(path: str, key: str) -> None:
    assert triggers.last_key(path) == key


def test_a_trigger_that_is_gone_is_named_and_comes_back(entry: AuditEntry) -> None:
    assert triggers.missing(connection) == []
    triggers.remove(connection)
    assert f"{ENTRY}_no_update" in triggers.missing(connection)
    triggers.install(connection)
    assert triggers.missing(connection) == []


def test_a_trigger_that_is_switched_off_is_named(entry: AuditEntry) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite cannot switch a trigger off")
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{ENTRY}" DISABLE TRIGGER ALL')
    assert f"{ENTRY}_no_delete" in triggers.missing(connection)
