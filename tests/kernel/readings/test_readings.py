"""Who looked: one row for a reading, hidden names, nothing is changed afterwards."""

import datetime as dt

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from mayak.kernel.access import Actor
from mayak.kernel.models import Reading
from mayak.kernel.personal.holdings import readings_of
from mayak.kernel.personal.services import destroy_person_key
from mayak.kernel.readings.services import log_reading
from mayak.registry.services.territories import move_paths

pytestmark = pytest.mark.django_db
READER = Actor(7, "coordinator@example.org", role="municipal_coordinator")
TABLE = Reading._meta.db_table


def read(actor: Actor = READER, what: str = "consents") -> Reading | None:
    return log_reading(
        actor=actor, subject="registry.person:12", name="Иванова Мария", what=what, territory_path="/1/7/"
    )


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return "append-only" in str(error)
    return False


def test_a_reading_says_who_whose_when_and_in_which_role() -> None:
    read()
    shown = readings_of(["registry.person:12"]).get()
    assert (shown.who, shown.whose, shown.reader_role, shown.what) == (
        "coordinator@example.org", "Иванова Мария", "municipal_coordinator", "consents",
    )  # fmt: skip


def test_looking_again_within_a_quarter_of_an_hour_is_the_same_reading() -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        assert read() is not None
        assert read() is None
        assert read(what="terms") is not None
        assert read(Actor(7, "coordinator@example.org", role="methodist")) is not None
        clock.shift(dt.timedelta(minutes=15, seconds=1))
        assert read() is not None
    assert Reading.objects.count() == 4


def test_the_names_stand_nowhere_in_plain_text_and_go_with_the_key() -> None:
    read()
    row = Reading.objects.get()
    assert "Иванова" not in row.subject_text
    destroy_person_key("registry.person:12", actor=READER)
    assert "Иванова" not in Reading.objects.with_keys().get().whose


def test_the_database_refuses_to_change_or_delete_a_reading() -> None:
    read()
    for column in ("what", "subject", "reader_role", "at"):
        assert refused(f"UPDATE {TABLE} SET {column} = '2020-01-01 00:00:00+00'")  # noqa: S608  # our table
    assert refused(f"DELETE FROM {TABLE}")  # noqa: S608  # our table


def test_a_moved_territory_is_followed() -> None:
    read()
    move_paths("/1/7/", "/2/7/")
    assert Reading.objects.get().territory_path == "/2/7/"


def test_an_old_reading_may_go() -> None:
    with time_machine.travel(timezone.now() - dt.timedelta(days=366)):
        read()
    assert Reading.objects.all().delete()[0] == 1
