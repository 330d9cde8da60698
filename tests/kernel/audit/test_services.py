"""Writing the audit log."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.translation import override

from mayak.kernel.access import SYSTEM
from mayak.kernel.audit.services import difference, record, record_bulk, snapshot
from mayak.kernel.audit.words import action_word, field_word, kind_choices, kind_word, value_word
from mayak.kernel.findings.models import Finding

pytestmark = pytest.mark.django_db


def finding() -> Finding:
    return Finding.objects.create(
        check_id="CH-01", object_key="a", place="Школа", reason="-", seen_at=timezone.now()
    )


def test_a_snapshot_holds_plain_values() -> None:
    taken = snapshot(finding(), ["check_id", "seen_at", "organisation_id"])
    assert taken["check_id"] == "CH-01"
    assert isinstance(taken["seen_at"], str)
    assert taken["organisation_id"] is None


def test_the_difference_holds_only_what_changed() -> None:
    assert difference({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}) == {"b": [2, 3], "c": [None, 4]}


def test_one_object() -> None:
    row = finding()
    before = snapshot(row)
    row.place = "Лицей"
    entry = record(row, actor=SYSTEM, action="update", before=before, territory_path="/1/", organisation_id=3)
    assert (entry.changes, entry.object_type, entry.object_id) == (
        {"place": ["Школа", "Лицей"]},
        "kernel.finding",
        str(row.pk),
    )
    assert (entry.territory_path, entry.organisation_id, entry.actor_label) == ("/1/", 3, "system")


def test_given_changes_replace_the_computed_ones() -> None:
    values = {"share": str(Decimal("0.5")), "on": dt.date(2025, 9, 1).isoformat()}
    assert record(finding(), actor=SYSTEM, action="note", changes=values).changes == values


def test_many_rows_are_one_entry_with_range_and_hash() -> None:
    entry = record_bulk(
        Finding, actor=SYSTEM, action="import", row_count=3, row_first=5, row_last=7, content_hash="f" * 64
    )
    assert (entry.row_count, entry.row_first, entry.row_last, entry.content_hash) == (3, 5, 7, "f" * 64)


def test_words() -> None:
    assert action_word("something-new") == "something-new"
    assert kind_word("no.such") == "no.such"
    assert kind_word("kernel.finding") == str(Finding._meta.verbose_name)
    assert field_word("kernel.finding", "place") == str(Finding._meta.get_field("place").verbose_name)
    assert field_word("kernel.finding", "file") == "file"
    assert field_word("no.such", "file") == "file"
    assert "kernel.finding" in dict(kind_choices())


def test_values_are_shown_in_words() -> None:
    moment = dt.datetime(2026, 9, 1, 6, 30, tzinfo=dt.UTC)
    with override("en"):
        shown = [
            str(value_word("kernel.finding", field, value))
            for field, value in (
                ("state", "open"),
                ("state", "no-such"),
                ("seen_at", moment.isoformat()),
                ("place", "Школа"),
                ("organisation_id", True),
                ("no-field", "open"),
            )
        ]
    assert shown == ["open", "no-such", str(moment), "Школа", "yes", "open"]
    with override("ru"):
        assert value_word("kernel.finding", "state", "open") == "открыто"
    assert value_word("no.such", "state", "open") == "open"
    assert value_word("kernel.finding", "organisation_id", 3) == 3
