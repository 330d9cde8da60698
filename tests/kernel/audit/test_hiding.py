"""Names of people stand in the audit log only under their keys, and nowhere once the key is destroyed."""

import json
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries, Settings

from mayak.accounts.models import User
from mayak.kernel.access import SYSTEM, Actor
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.audit.services import record, record_bulk, snapshot
from mayak.kernel.personal.models import PersonKey
from mayak.kernel.personal.services import destroy_person_key, destroy_person_keys
from mayak.registry.models import Employment, Person
from mayak.registry.services.people import create_person, employ, update_person
from tests.architecture.access_objects import World

pytestmark = pytest.mark.django_db

NAMES = ("Мокшанкина", "Пелагея", "Власьевна", "pelageya@example.org")


@pytest.fixture
def anna(db: None) -> User:
    return User.objects.create_user("anna@example.org", full_name="Анна Каренкина")


@pytest.fixture
def actor(anna: User) -> Actor:
    return Actor(anna.pk, anna.email, role="methodist")


@pytest.fixture
def person(world: World, actor: Actor) -> Person:
    return create_person(
        actor=actor,
        territory=world.own.municipality,
        family_name=NAMES[0],
        given_name=NAMES[1],
        patronymic=NAMES[2],
        email=NAMES[3],
        teaching_since=2001,
    )


def stored() -> str:
    """Everything that the table of entries holds, as text."""
    rows: list[dict[str, Any]] = list(AuditEntry.objects.values())
    return json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False).lower()


def last() -> AuditEntry:
    entry = AuditEntry.objects.first()
    assert entry is not None
    return entry


def shown(entry: AuditEntry) -> str:
    return f"{entry.who} {entry.what} {entry.values}"


def test_no_name_of_a_person_stands_in_the_table(person: Person, world: World, actor: Actor) -> None:
    update_person(person, actor=actor, family_name="Рябинкина")
    employ(person, actor=actor, organisation=world.own.school, position="учитель")
    table = stored()
    for name in (*NAMES, "Рябинкина", "anna@example.org"):
        assert name.lower() not in table


def test_the_page_shows_what_the_table_hides(person: Person, actor: Actor, coordinator: Client) -> None:
    update_person(person, actor=actor, family_name="Рябинкина")
    page = coordinator.get(reverse("audit:detail", args=[last().pk])).content.decode()
    for words in ("Мокшанкина", "Рябинкина", "anna@example.org"):
        assert words in page


def test_what_is_no_name_stays_readable_in_the_table(person: Person) -> None:
    assert last().changes["teaching_since"] == [None, 2001]


def test_a_post_is_hidden_under_the_key_of_the_person(person: Person, world: World, actor: Actor) -> None:
    employ(person, actor=actor, organisation=world.own.school, position="учитель")
    entry = last()
    assert (entry.object_type, str(entry.person_key)) == (
        "registry.employment",
        f"registry.person:{person.pk}",
    )
    assert "Мокшанкина" in entry.what


def test_after_the_erasure_nothing_of_the_person_can_be_read(person: Person, actor: Actor) -> None:
    update_person(person, actor=actor, family_name="Рябинкина")
    before = stored()
    destroy_person_key(f"registry.person:{person.pk}", actor=actor)
    with override("ru"):
        told = " ".join(shown(entry) for entry in AuditEntry.objects.all())
    for name in (*NAMES, "Рябинкина"):
        assert name not in told
    assert "стёрто" in told
    assert f"№ {person.pk}" in told
    assert before[1:-1] in stored()  # not one entry was touched
    assert "anna@example.org" in told  # whoever did it is another person


def test_after_the_erasure_of_a_user_entries_name_a_number(person: Person, anna: User) -> None:
    destroy_person_key(f"accounts.user:{anna.pk}", actor=SYSTEM)
    entry = AuditEntry.objects.get(action="create")
    with override("ru"):
        assert entry.who == f"пользователь № {anna.pk}, стёрто"
    assert "Мокшанкина" in entry.what


def test_what_is_written_after_the_erasure_is_not_kept_either(person: Person, actor: Actor) -> None:
    destroy_person_key(f"registry.person:{person.pk}", actor=actor)
    update_person(person, actor=actor, family_name="Рябинкина", teaching_since=2002)
    entry = last()
    assert "Рябинкина" not in shown(entry)
    assert entry.changes["teaching_since"] == [2001, 2002]
    assert PersonKey.objects.filter(subject=f"registry.person:{person.pk}").count() == 1


def test_the_destroyed_key_is_gone_and_the_erasure_recorded(anna: User, actor: Actor) -> None:
    keys = destroy_person_keys(["registry.person:77", f"accounts.user:{anna.pk}"], actor=SYSTEM)
    assert [(key.secret, key.is_destroyed) for key in keys] == [("", True)] * 2
    erased = AuditEntry.objects.filter(action="erase").order_by("pk")
    assert [entry.object_text for entry in erased] == [f"accounts.user:{anna.pk}", "registry.person:77"]


def test_a_key_is_destroyed_once(actor: Actor) -> None:
    first = destroy_person_key("registry.person:77", actor=actor).destroyed_at
    assert destroy_person_key("registry.person:77", actor=actor).destroyed_at == first
    assert AuditEntry.objects.filter(action="erase").count() == 1


def test_a_destroyed_key_cannot_come_back_by_half(actor: Actor) -> None:
    key = destroy_person_key("registry.person:77", actor=actor)
    key.secret = "x"
    with pytest.raises(IntegrityError), transaction.atomic():
        key.save()


def test_with_another_secret_key_it_is_said(person: Person, settings: Settings) -> None:
    settings.SECRET_KEY = "another"
    with override("en"):
        assert "cannot be read" in last().what


def test_the_values_of_nobody_are_not_kept(actor: Actor) -> None:
    entry = record(
        Person(family_name="Мокшанкина"), actor=actor, action="x", changes={"family_name": ["", "Мокшанкина"]}
    )
    with override("en"):
        assert entry.values == {"family_name": "not kept: it names a person"}
    assert "Мокшанкина" not in shown(entry)


def test_many_rows_keep_no_personal_values(actor: Actor) -> None:
    changes = {"family_name": ["Мокшанкина"], "file": "people.csv"}
    entry = record_bulk(
        Person, actor=actor, action="import", row_count=2, changes=changes, object_text="people.csv"
    )
    assert "мокшанкина" not in stored()
    assert (entry.what, entry.changes["file"]) == ("people.csv", "people.csv")


def test_neither_passwords_nor_copies_of_a_users_label_are_kept(anna: User, actor: Actor) -> None:
    before = snapshot(anna)
    anna.password, anna.full_name = "changed", "Анна"
    assert set(record(anna, actor=actor, action="update", before=before).changes) == {"full_name"}
    job = {"owner_label": ["", anna.email], "owner_id": [None, anna.pk]}
    from mayak.kernel.models import Job

    assert set(record_bulk(Job, actor=actor, action="x", row_count=1, changes=job).changes) == {"owner_id"}


def test_a_text_that_only_looks_hidden_is_shown_as_it_is(world: World) -> None:
    world.own.school.short_name = "hidden:1:QUJD"
    entry = record(
        world.own.school, actor=SYSTEM, action="update", changes={"note": {"hidden:1:": "QUJD", "b": 1}}
    )
    assert entry.values == {"note": {"hidden:1:": "QUJD", "b": 1}}
    assert entry.actor_key is None


def test_an_entry_costs_one_query_more_than_the_table(
    person: Person, actor: Actor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        record(person, actor=actor, action="update", changes={"family_name": ["а", "б"]})
    with django_assert_num_queries(1):
        record(person.territory, actor=SYSTEM, action="update", changes={})


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_of_many_persons_costs_the_same(
    world: World, actor: Actor, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        create_person(
            actor=actor, territory=world.own.municipality, family_name=f"Имя{number}", given_name="А"
        )
    with django_assert_max_num_queries(1):
        assert len([shown(entry) for entry in AuditEntry.objects.with_keys()]) == count


def test_every_model_that_leads_to_a_person_is_registered() -> None:
    """A new model with a person in it must say whose values it holds, or stand here with a reason."""
    from django.apps import apps

    from mayak.kernel.personal.registry import personal_of

    names_nobody = {
        "registry.subjectassociation",  # its head is a number; its name is a subject
    }
    people = (Person, User)
    found = {
        model._meta.label_lower
        for model in apps.get_models()
        if model.__module__.startswith("mayak.")
        and (model in people or any(field.related_model in people for field in model._meta.concrete_fields))
    }
    assert {label for label in found - names_nobody if personal_of(label) is None} == set()


def test_posts_stay_hidden_when_the_person_is_gone(person: Person, world: World, actor: Actor) -> None:
    post = employ(person, actor=actor, organisation=world.own.school, position="учитель")
    assert isinstance(post, Employment)
    key = last().person_key_id
    person.delete()
    assert AuditEntry.objects.filter(person_key_id=key).count() == 2
