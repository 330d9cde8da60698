"""An erasure leaves no name in any table; numbers, posts and issued documents stay true."""

import datetime as dt
import json
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client

from mayak.accounts.enums import ConsentPurpose, ConsentWay, Role
from mayak.accounts.models import Consent, ConsentText, User
from mayak.accounts.services.consents import give_consent
from mayak.accounts.services.erasure import erase_person, names_of, try_erasure
from mayak.accounts.services.invitations import invite
from mayak.accounts.services.requests import ask
from mayak.kernel.access import SYSTEM, Actor
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.jobs.services import enqueue_job
from mayak.kernel.models import Finding, Job
from mayak.registry.enums import ActKind
from mayak.registry.models import LegalAct, Person, RegistryImport
from mayak.registry.models.imports import RegistryImportChange
from mayak.registry.services.people import create_person, employ, update_person
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.registry import AuthorityFactory, MunicipalityFactory, RegionFactory, SchoolFactory

pytestmark = pytest.mark.django_db
FAMILY, NAME, EMAIL = "Воробьёва", "Воробьёва Аглая Тихоновна", "aglaya.vorobyova@school.example"
REASON = "просьба от 12.11.2026"


@pytest.fixture
def coordinator() -> Actor:
    held = RoleAssignmentFactory.create(organisation=AuthorityFactory(territory=MunicipalityFactory()))
    return Actor(held.user.pk, held.user.email, role=held.role)


@pytest.fixture
def person(coordinator: Actor) -> Person:
    """A teacher who has left traces everywhere."""
    school = SchoolFactory()
    made = create_person(
        actor=coordinator,
        territory=school.territory,
        family_name=FAMILY,
        given_name="Аглая",
        patronymic="Тихоновна",
        email=EMAIL,
    )
    employ(made, actor=coordinator, organisation=school, position="учитель")
    update_person(made, actor=coordinator, teaching_since=2009)
    user = User.objects.create_user(EMAIL, "long enough secret", full_name=NAME, person=made)
    RoleAssignmentFactory.create(
        user=user, role=Role.TEACHER, organisation=school, basis_text=f"Приказ о {NAME}"
    )
    Client().force_login(user)
    own = Actor(user.pk, user.email, role="teacher")
    enqueue_job("kernel.tidy", actor=own, title=f"Отчёт для: {NAME}")
    ask(user, "correct", actor=own, text=f"Я {NAME}, исправьте категорию")
    invite(
        "aglaya.second@school.example", "Воробьёва А. Т.", Role.MENTOR, school, actor=coordinator, person=made
    )
    Finding.objects.create(
        check_id="CH-00",
        object_key="x",
        place=f"план: {FAMILY} А. Т.",
        reason="-",
        waived_by_id=user.pk,
        waived_by_label=user.email,
        seen_at=made.employments.get().person.user.created_at,
    )
    upload = RegistryImport.objects.create(
        kind="people",
        file_name="люди.xlsx",
        file_hash="0",
        key="email",
        territory_path="/1/",
        uploaded_by_label="-",
        report=[{"row": 2, "text": f"{NAME}: новый человек"}],
    )
    upload.file.save("люди.xlsx", ContentFile(b"PK"))
    RegistryImportChange.objects.create(
        registry_import=upload,
        row=2,
        object_id=made.pk,
        before=None,
        after={
            "family_name": FAMILY,
            "given_name": "Аглая",
            "patronymic": "Тихоновна",
            "email": EMAIL,
            "rate": 1,
        },
    )
    return made


def text(purpose: str = ConsentPurpose.PROCESSING) -> ConsentText:
    return ConsentText.objects.create(
        purpose=purpose,
        title="Согласие",
        text="Текст",
        consequences="-",
        valid_from=dt.date(2025, 9, 1),
        source="тест",
    )


def dump() -> dict[str, list[str]]:
    """Return every value of every table as text, JSON with its letters."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  # names of our tables
            for row in cursor.fetchall():
                line = " ".join(_as_text(value) for value in row)
                found.setdefault(model._meta.label_lower, []).append(line)
    return found


def _as_text(value: Any) -> str:
    shown = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    return json.dumps(json.loads(shown), ensure_ascii=False) if shown.startswith(("{", "[")) else shown


def naming(words: tuple[str, ...]) -> list[str]:
    return sorted(
        f"{label}: {line}"
        for label, lines in dump().items()
        for line in lines
        if any(word.lower() in line.lower() for word in words)
    )


def test_the_dump_names_the_person_before(person: Person) -> None:
    tables = {line.partition(":")[0] for line in naming((FAMILY, EMAIL))}
    assert tables == {
        "accounts.invitation",
        "accounts.personrequest",
        "accounts.roleassignment",
        "accounts.user",
        "kernel.finding",
        "kernel.job",
        "registry.person",
        "registry.registryimport",
        "registry.registryimportchange",
    }


def test_after_the_erasure_no_table_names_the_person(person: Person, coordinator: Actor) -> None:
    done = erase_person(person, actor=coordinator, reason=f"{REASON}, просила {NAME}")
    assert naming((FAMILY, "Аглая", "Тихоновна", "aglaya")) == []
    assert [(left.model_label, left.text) for left in done.left] == [("registry.registryimport", "люди.xlsx")]
    person.refresh_from_db()
    assert str(person) == done.pseudonym
    assert done.pseudonym.startswith("Педагог ")
    assert (person.email, person.teaching_since, person.employments.count()) == ("", 2009, 1)


def test_the_account_is_closed_and_its_sessions_end(person: Person, coordinator: Actor) -> None:
    user = person.user
    client = Client()
    client.force_login(user)
    erase_person(user, actor=coordinator, reason=REASON)
    user.refresh_from_db()
    assert (user.is_active, user.has_usable_password(), user.email) == (
        False,
        False,
        f"erased-{user.pk}@erased.invalid",
    )
    assert list(user.roles.current()) == []
    assert not Session.objects.exists()
    assert client.get("/account/profile/").status_code == 302


def test_the_audit_log_can_no_longer_say_who_it_was(person: Person, coordinator: Actor) -> None:
    entry = AuditEntry.objects.get(object_type="registry.person", action="create")
    assert entry.what == NAME
    erase_person(person, actor=coordinator, reason=REASON)
    entry = AuditEntry.objects.get(pk=entry.pk)
    assert FAMILY not in entry.what
    last = AuditEntry.objects.filter(action="erase", object_type="registry.person").get()
    assert (last.changes["reason"], last.actor_id) == (REASON, coordinator.user_id)


def test_an_official_act_keeps_its_text_and_is_listed(person: Person, coordinator: Actor) -> None:
    act = LegalAct.objects.create(
        territory=person.territory,
        issuer="Комитет",
        kind=ActKind.choices[0][0],
        number="1",
        date=dt.date(2026, 9, 1),
        title=f"О наставничестве: {NAME}",
    )
    done = erase_person(person, actor=coordinator, reason=REASON)
    act.refresh_from_db()
    assert NAME in act.title
    assert ("registry.legalact", str(act.pk)) in {(left.model_label, left.key) for left in done.left}
    assert [line.partition(":")[0] for line in naming((FAMILY,))] == ["registry.legalact"]


def test_a_family_name_that_stands_alone_is_left_to_a_person(person: Person, coordinator: Actor) -> None:
    job = Job.objects.get()
    Job.objects.filter(pk=job.pk).update(title="Улица Воробьёва, школа")
    namesake = create_person(
        actor=coordinator, territory=person.territory, family_name=FAMILY, given_name="Анна"
    )
    done = erase_person(person, actor=coordinator, reason=REASON)
    assert ("kernel.job", str(job.pk)) in {(left.model_label, left.key) for left in done.left}
    namesake.refresh_from_db()
    job.refresh_from_db()
    assert (namesake.family_name, job.title) == (FAMILY, "Улица Воробьёва, школа")


def test_consents_stay_without_the_name_and_without_the_scan(
    person: Person, coordinator: Actor, django_capture_on_commit_callbacks: Any
) -> None:
    given = give_consent(
        person,
        text(),
        actor=coordinator,
        given_on=dt.date(2026, 9, 1),
        way=ConsentWay.PAPER,
        basis=f"Личное дело: {NAME}",
        scan=("скан.pdf", b"%PDF-1.4"),
    )
    storage, name = given.scan.storage, given.scan.name
    with django_capture_on_commit_callbacks(execute=True):
        done = erase_person(person, actor=coordinator, reason=REASON)
    kept = Consent.objects.get()
    assert (kept.basis, kept.given_on, kept.scan.name) == (
        f"Личное дело: {done.pseudonym}",
        dt.date(2026, 9, 1),
        "",
    )
    assert not storage.exists(name)


def test_a_trial_says_the_same_and_changes_nothing(person: Person, coordinator: Actor) -> None:
    before = dump()
    trial = try_erasure(person, actor=coordinator)
    assert dump() == before
    done = erase_person(person, actor=coordinator, reason=REASON)
    assert (trial.pseudonym, trial.effects, trial.left) == (done.pseudonym, done.effects, done.left)


@pytest.mark.parametrize(("role", "status"), [(Role.REGIONAL_COORDINATOR, 403), (Role.MENTEE, 200)])
def test_a_holder_of_a_role_of_a_higher_level_is_not_erased_from_below(role: Role, status: int) -> None:
    region = RegionFactory()
    district = MunicipalityFactory(parent=region)
    school = SchoolFactory(territory=district)
    person = create_person(actor=SYSTEM, territory=district, family_name=FAMILY, given_name="Аглая")
    employ(person, actor=SYSTEM, organisation=school, position="учитель")
    user = User.objects.create_user(EMAIL, "long enough secret", full_name=NAME, person=person)
    place = AuthorityFactory(territory=region) if role == Role.REGIONAL_COORDINATOR else school
    RoleAssignmentFactory.create(user=user, role=role, organisation=place)
    client = Client()
    client.force_login(RoleAssignmentFactory.create(organisation=AuthorityFactory(territory=district)).user)
    response = client.post(f"/account/consents/people/{person.pk}/erase/", {"reason": REASON, "sure": "on"})
    assert response.status_code == status
    user.refresh_from_db()
    assert (user.email == EMAIL, user.is_active) == (status == 403, status == 403)


def test_nobody_erases_twice_the_own_data_or_without_a_reason(person: Person, coordinator: Actor) -> None:
    with pytest.raises(ValidationError):
        erase_person(person, actor=coordinator, reason=" ")
    with pytest.raises(ValidationError):
        erase_person(person, actor=Actor(person.user.pk, EMAIL), reason=REASON)
    with pytest.raises(ValidationError):
        erase_person(UserFactory(is_demo=True), actor=coordinator, reason=REASON)
    erase_person(person, actor=coordinator, reason=REASON)
    person.refresh_from_db()
    with pytest.raises(ValidationError):
        erase_person(person, actor=coordinator, reason=REASON)


def test_a_user_without_a_person_is_erased_too(coordinator: Actor) -> None:
    user = UserFactory(full_name="Галкин Пантелей", email="galkin@school.example")
    erase_person(user, actor=coordinator, reason=REASON)
    assert naming(("Галкин", "galkin")) == []


def test_all_ways_of_writing_a_name_are_known(person: Person) -> None:
    assert set(names_of(person, None)) == {
        "aglaya.second@school.example",
        "aglaya.vorobyova@school.example",
        "Аглая Тихоновна Воробьёва",
        "Воробьёва Аглая Тихоновна",
        "Аглая Воробьёва",
        "Воробьёва Аглая",
        "Воробьёва А. Т.",
        "А. Т. Воробьёва",
        "Воробьёва А.Т.",
        "А.Т. Воробьёва",
        "Воробьёва А.",
        "А. Воробьёва",
        "А. Т.Воробьёва",
    }
