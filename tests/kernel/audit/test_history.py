"""Each object has a page of its history; entries say in which role, request and job; an export is an entry too."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mayak.accounts.models import User
from mayak.kernel.access import SYSTEM, Actor
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.audit.pages import object_url, registered_pages
from mayak.kernel.audit.services import record, record_bulk
from mayak.kernel.jobs.services import enqueue_job
from mayak.registry.models import Organisation, Person
from mayak.registry.services.people import create_person, employ, update_person
from tests.architecture.access_objects import Place, World
from tests.kernel.conftest import signed_in

pytestmark = pytest.mark.django_db


def note(place: Place, action: str, **values: Any) -> AuditEntry:
    path = place.municipality.path or ""
    return record(place.school, actor=SYSTEM, action=action, territory_path=path, **values)


def many(place: Place, action: str, first: int, last: int, **values: Any) -> AuditEntry:
    path = place.municipality.path or ""
    return record_bulk(
        Organisation, actor=SYSTEM, action=action, row_count=2, row_first=first, row_last=last,
        territory_path=path, **values,
    )  # fmt: skip


def history(client: Client, kind: str, key: object, **query: str) -> Any:
    return client.get(reverse("audit:history", args=[kind, key]), query)


def words(client: Client, kind: str, key: object, **query: str) -> str:
    return str(history(client, kind, key, **query).content.decode())


@pytest.fixture
def person(world: World) -> Person:
    return create_person(
        actor=SYSTEM, territory=world.own.municipality, family_name="Мокшанкина", given_name="Пелагея"
    )


def test_the_history_holds_what_was_done_to_the_object(coordinator: Client, world: World) -> None:
    key = world.own.school.pk
    note(world.own, "deed-of-its-own")
    many(world.own, "deed-on-many", key - 5, key + 5)
    many(world.own, "deed-on-others", key + 1, key + 5)
    many(world.own, "deed-of-an-import", key + 7, key + 9, cause=world.own.school)
    many(world.own, "deed-with-a-like-number", key + 7, key + 9, object_id=str(key))
    page = words(coordinator, "registry.organisation", key)
    for shown in ("deed-of-its-own", "deed-on-many", "deed-of-an-import"):
        assert shown in page
    for hidden in ("deed-on-others", "deed-with-a-like-number"):
        assert hidden not in page


def test_the_history_of_a_person_holds_the_posts(coordinator: Client, world: World, person: Person) -> None:
    employ(person, actor=SYSTEM, organisation=world.own.school, position="учитель физики")
    page = words(coordinator, "registry.person", person.pk)
    assert "учитель физики" in page
    assert "Мокшанкина" in page


def test_an_object_without_entries_has_an_empty_history(coordinator: Client, world: World) -> None:
    assert history(coordinator, "registry.organisation", world.own.school.pk).status_code == 200


def test_a_deleted_object_keeps_its_history(coordinator: Client, world: World, person: Person) -> None:
    key = person.pk
    person.delete()
    assert "Мокшанкина" in words(coordinator, "registry.person", key)


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("registry.organisation", "0"),
        ("registry.organisation", "-1"),
        ("registry.organisation", "999999999"),
        ("registry.organisation", "9" * 30),
        ("registry.organisation", "x"),
        ("registry.nothing", "1"),
        ("nothing", "1"),
        ("auth.group", "1"),
        ("kernel.job", "not-a-uuid"),
        ("accounts.user", "999999999"),
    ],
)
def test_what_never_was_is_not_found(coordinator: Client, kind: str, key: str) -> None:
    assert history(coordinator, kind, key).status_code == 404


def test_a_neighbours_object_is_not_found(coordinator: Client, world: World) -> None:
    note(world.foreign, "deed")
    assert history(coordinator, "registry.organisation", world.foreign.school.pk).status_code == 404


def test_entries_of_a_neighbour_on_ones_own_object_are_left_out(coordinator: Client, world: World) -> None:
    path = world.foreign.municipality.path or ""
    record(world.own.school, actor=SYSTEM, action="foreign-deed", territory_path=path)
    assert "foreign-deed" not in words(coordinator, "registry.organisation", world.own.school.pk)


def test_without_the_right_there_is_no_history_and_no_link(world: World) -> None:
    school = signed_in(world, "school_coordinator")
    key = world.own.school.pk
    assert history(school, "registry.organisation", key).status_code == 403
    page = school.get(reverse("registry:organisations-detail", args=[key])).content.decode()
    assert reverse("audit:history", args=["registry.organisation", key]) not in page


@pytest.mark.parametrize("noun", ["organisations", "people"])
def test_the_page_of_an_object_leads_to_its_history(
    coordinator: Client, world: World, person: Person, noun: str
) -> None:
    row = {"organisations": world.own.school, "people": person}[noun]
    page = coordinator.get(reverse(f"registry:{noun}-detail", args=[row.pk])).content.decode()
    assert reverse("audit:history", args=[row._meta.label_lower, row.pk]) in page


def test_and_the_history_back_to_the_page(coordinator: Client, world: World) -> None:
    key = world.own.school.pk
    page = words(coordinator, "registry.organisation", key)
    assert f'href="{reverse("registry:organisations-detail", args=[key])}"' in page


def test_every_registered_page_exists() -> None:
    from django.apps import apps

    for kind in registered_pages():
        key = (
            "0f3c1b9e-7a9e-4c44-8b73-1f0e4f9f2a11"
            if apps.get_model(kind)._meta.pk.get_internal_type() == "UUIDField"
            else "1"
        )
        assert object_url(kind, key)
    assert object_url("registry.person", "") == object_url("no.such", "1") == ""


def test_an_entry_names_role_request_and_what_else_was_done_in_it(coordinator: Client, world: World) -> None:
    actor = Actor(None, "anna", role="methodist", request_id="0123456789abcdef01234567")
    path = world.own.municipality.path or ""
    entry = record(world.own.school, actor=actor, action="first", territory_path=path)
    note(world.own, "elsewhere")
    page = coordinator.get(reverse("audit:detail", args=[entry.pk])).content.decode()
    assert "методист" in page
    link = f"{reverse('audit:list')}?request=0123456789abcdef01234567"
    assert link in page
    together = coordinator.get(link).content.decode()
    assert "first" in together
    assert "elsewhere" not in together


def test_a_job_is_shown_to_its_owner_and_as_a_number_to_others(world: World) -> None:
    owner = world.visitors["municipal_coordinator"]
    assert isinstance(owner, User)
    job = enqueue_job("kernel.tidy", actor=Actor(owner.pk, owner.email), title="Приём файла")
    actor = Actor(None, "-", job_id=str(job.pk))
    entry = record(
        world.own.school, actor=actor, action="x", territory_path=world.own.municipality.path or ""
    )
    address = reverse("audit:detail", args=[entry.pk])
    assert job.get_absolute_url() in signed_in(world, "municipal_coordinator").get(address).content.decode()
    other = signed_in(world, "regional_coordinator").get(address).content.decode()
    assert job.get_absolute_url() not in other
    assert f"?job={job.pk}" in other


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "мокшанк"}, True),
        ({"q": "пелагея мокшанкина"}, True),
        ({"q": "рябинк"}, False),
        ({"q": "hidden"}, False),
        ({"q": "q"}, False),
        ({"who": "municipal_coordinator"}, True),
        ({"who": "regional_coordinator"}, False),
        ({"q": "municipal мокшанкина"}, True),
    ],
)
def test_entries_are_found_by_the_person(world: World, query: dict[str, str], found: bool) -> None:
    user = world.visitors["municipal_coordinator"]
    assert isinstance(user, User)
    person = create_person(
        actor=Actor(user.pk, user.email),
        territory=world.own.municipality,
        family_name="Мокшанкина",
        given_name="Пелагея",
    )
    page = signed_in(world, "municipal_coordinator").get(reverse("audit:list"), query).content.decode()
    assert (str(person) in page) is found


def test_a_search_costs_the_same_for_many_entries(coordinator: Client, world: World, person: Person) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert coordinator.get(reverse("audit:list"), {"q": "мокшанкина"}).status_code == 200
        return len(queries)

    one = cost()
    for number in range(5):
        update_person(person, actor=SYSTEM, family_name=f"Мокшанкина-{number}")
    assert cost() == one


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_is_itself_an_entry_without_the_words_of_the_search(
    coordinator: Client, world: World, person: Person, kind: str
) -> None:
    answer = coordinator.get(reverse("audit:list"), {"_export": kind, "q": "Мокшанкина", "action": "create"})
    assert answer.status_code == 200
    entry = AuditEntry.objects.get(action="export")
    assert (entry.object_type, entry.row_count) == ("kernel.auditentry", 1)
    assert entry.changes == {"format": kind, "filters": ["action", "q"]}


def test_the_export_of_a_history_names_the_object(coordinator: Client, world: World) -> None:
    key = world.own.school.pk
    history(coordinator, "registry.organisation", key, _export="csv")
    assert AuditEntry.objects.get(action="export").changes["history"] == f"registry.organisation:{key}"


def test_an_export_holds_readable_names_and_no_formula(
    coordinator: Client, world: World, person: Person
) -> None:
    update_person(person, actor=SYSTEM, family_name="=1+1")
    answer: Any = coordinator.get(reverse("audit:list"), {"_export": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert "Мокшанкина Пелагея" in text
    assert ";'=1+1 Пелагея" in text
    assert "hidden:" not in text


def test_a_refused_export_is_no_entry(world: World) -> None:
    assert (
        signed_in(world, "school_coordinator").get(reverse("audit:list"), {"_export": "csv"}).status_code
        == 403
    )
    assert not AuditEntry.objects.filter(action="export").exists()
