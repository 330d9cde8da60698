"""Pages of the audit log."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from mayak.kernel.access import SYSTEM, Actor
from mayak.kernel.audit import urls
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.audit.services import record, record_bulk, snapshot
from mayak.registry.models import Organisation
from tests.architecture.access_objects import Place, World
from tests.kernel.conftest import signed_in

ANNA = Actor(user_id=None, label="anna@example.org", address="192.0.2.7")


def rename(place: Place, name: str) -> AuditEntry:
    before = snapshot(place.school)
    place.school.short_name = name
    return record(
        place.school, actor=ANNA, action="update", before=before, territory_path=place.municipality.path or ""
    )


def listed(client: Client, **query: str) -> str:
    return client.get(reverse("audit:list"), query).content.decode()


def test_an_entry_shows_who_when_what_old_and_new(coordinator: Client, world: World) -> None:
    old = world.own.school.short_name
    entry = rename(world.own, "Лицей № 1")
    page = coordinator.get(reverse("audit:detail", args=[entry.pk])).content.decode()
    for words in ("anna@example.org", "192.0.2.7", old, "Лицей № 1"):
        assert words in page


def test_a_bulk_entry_shows_the_number_of_rows_and_the_hash(coordinator: Client, world: World) -> None:
    entry = record_bulk(
        Organisation,
        actor=ANNA,
        action="import",
        row_count=1200,
        content_hash="ab" * 32,
        territory_path=world.own.municipality.path or "",
        changes={"file": "a.csv"},
    )
    page = coordinator.get(reverse("audit:detail", args=[entry.pk])).content.decode()
    for words in ("1200", "ab" * 32, "a.csv"):
        assert words in page.replace("\N{NO-BREAK SPACE}", "")


def test_the_list_shows_only_the_scope(coordinator: Client, world: World) -> None:
    rename(world.own, "Своя")
    rename(world.foreign, "Чужая")
    page = listed(coordinator)
    assert "Своя" in page
    assert "Чужая" not in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"who": "ANNA"}, True),
        ({"who": "boris"}, False),
        ({"action": "update"}, True),
        ({"action": "create"}, False),
        ({"object_type": "registry.organisation"}, True),
        ({"object_type": "registry.territory"}, False),
        ({"q": "лицей"}, True),
        ({"since": "2020-01-01"}, True),
        ({"until": "2020-01-01"}, False),
        ({"since": (dt.datetime.now(dt.UTC) + dt.timedelta(days=2)).date().isoformat()}, False),
    ],
)
def test_filters(coordinator: Client, world: World, query: dict[str, str], shown: bool) -> None:
    rename(world.own, "Лицей № 1")
    assert ("Лицей № 1" in listed(coordinator, **query)) is shown


def test_a_wrong_date_is_told_and_nothing_is_shown(coordinator: Client, world: World) -> None:
    rename(world.own, "Лицей № 1")
    response = coordinator.get(reverse("audit:list"), {"since": "вчера"})
    assert response.status_code == 400
    assert "Лицей № 1" not in response.content.decode()


@pytest.mark.parametrize("role", ["methodist", "school"])
def test_without_the_right_the_log_is_closed(world: World, role: str) -> None:
    assert signed_in(world, role).get(reverse("audit:list")).status_code == 403


def test_the_log_has_only_pages_to_read(coordinator: Client, world: World) -> None:
    entry = record(
        world.own.school, actor=SYSTEM, action="update", territory_path=world.own.municipality.path or ""
    )
    assert [pattern.name for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)] == [
        "list",
        "detail",
        "history",
    ]
    for address in (reverse("audit:list"), reverse("audit:detail", args=[entry.pk])):
        assert coordinator.post(address).status_code == 405
