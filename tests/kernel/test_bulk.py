"""Many rows at once: values arrive as they were, on either database."""

import datetime as dt
from decimal import Decimal

import pytest

from mayak.kernel.bulk import bulk_insert, portions
from mayak.kernel.models import AuditEntry, WorkerBeat
from mayak.results.models import QualityRule

pytestmark = pytest.mark.django_db


def test_rows_are_inserted_and_counted() -> None:
    now = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)
    assert bulk_insert(WorkerBeat, ("worker_id", "seen_at"), [("a", now), ("б\t;\n\\", now)]) == 2
    assert sorted(WorkerBeat.objects.values_list("worker_id", "seen_at")) == [("a", now), ("б\t;\n\\", now)]


def test_json_and_empty_values_survive() -> None:
    changes = {"имя": ["старое", None], "n": 1}
    at = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
    unsaved = AuditEntry(at=at, actor_label="я", action="x", object_type="y", changes=changes)
    columns = [field.attname for field in AuditEntry._meta.concrete_fields if not field.primary_key]
    bulk_insert(AuditEntry, columns, [[getattr(unsaved, name) for name in columns]])
    entry = AuditEntry.objects.get()
    assert (entry.changes, entry.row_count) == (changes, None)


def test_decimals_arrive_exactly() -> None:
    columns = (
        "source",
        "source_page",
        "is_assumption",
        "note",
        "code",
        "name",
        "value",
        "unit",
        "year_from",
        "is_enabled",
    )
    bulk_insert(QualityRule, columns, [("s", "", False, "", "c", "n", Decimal("0.1234"), "u", 2000, True)])
    assert QualityRule.objects.get().value == Decimal("0.1234")


def test_an_unknown_column_is_an_error() -> None:
    with pytest.raises(ValueError, match="no column"):
        bulk_insert(WorkerBeat, ("nothing",), [("a",)])


def test_portions_keep_the_order_and_lose_nothing() -> None:
    assert list(portions(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(portions([], 2)) == []
