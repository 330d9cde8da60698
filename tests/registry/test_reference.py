"""Dictionaries of the registry: loaded again and again, and people have the last word."""

import datetime as dt

import pytest

from mayak.kernel.access import Actor
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.audit.services import record, record_bulk
from mayak.registry.enums import ActState
from mayak.registry.models import LegalAct, SchoolYear, Subject, Territory
from mayak.registry.services.reference import (
    COUNTRY,
    DATA,
    LoadCount,
    known_positions,
    load_registry_reference,
    load_rows,
    read_data,
)

pytestmark = pytest.mark.django_db
PERSON = Actor(user_id=7, label="ivanova@school.example")


def counts() -> dict[str, LoadCount]:
    return {count.model.__name__: count for count in load_registry_reference()}


def by_name(name: str) -> Subject:
    """Find the subject that bears the name or has it among its aliases, as an import does."""
    wanted = name.casefold()
    found = [
        subject
        for subject in Subject.objects.all()
        if wanted in {subject.name.casefold(), *(alias.casefold() for alias in subject.aliases)}
    ]
    assert len(found) == 1
    return found[0]


def test_the_first_load_creates_every_row() -> None:
    loaded = counts()
    assert {name: count.created for name, count in loaded.items()} == {
        "Subject": 34,
        "SchoolYear": 16,
        "LegalAct": 21,
    }
    assert (Subject.objects.count(), SchoolYear.objects.count(), LegalAct.objects.count()) == (34, 16, 21)


def test_the_second_load_changes_nothing() -> None:
    counts()
    before = AuditEntry.objects.count()
    for count in counts().values():
        assert (count.created, count.updated, count.kept, count.left_out) == (0, 0, 0, 0)
    assert AuditEntry.objects.count() == before


def test_school_years_run_from_2015_to_2030() -> None:
    counts()
    years = sorted(SchoolYear.objects.values_list("start_year", flat=True))
    assert years == list(range(2015, 2031))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("РУ", "russian"),
        ("МА", "mathematics"),
        ("МАТ", "mathematics"),
        ("математика (базовая)", "mathematics-basic"),
        ("Математика базовая", "mathematics-basic"),
        ("Математика профильная", "mathematics-advanced"),
        ("БЕЛ", "bulgarian"),
        ("Български език и литература", "bulgarian"),
        ("информатика и ИКТ", "informatics"),
    ],
)
def test_names_of_files_lead_to_one_subject(name: str, code: str) -> None:
    counts()
    assert by_name(name).code == code


def test_no_name_means_two_subjects() -> None:
    seen: dict[str, str] = {}
    for row in read_data(DATA / "subjects.yaml")["subjects"]:
        for name in {name.casefold().replace("ё", "е") for name in (row["name"], *row["aliases"])}:
            assert seen.setdefault(name, row["code"]) == row["code"]


def test_the_acts_belong_to_the_country() -> None:
    counts()
    country = Territory.objects.get(name=COUNTRY)
    assert country.path == f"/{country.pk}/"
    assert set(LegalAct.objects.values_list("territory", flat=True)) == {country.pk}
    law = LegalAct.objects.get(number="273-ФЗ")
    assert (law.date, law.title) == (dt.date(2012, 12, 29), "Об образовании в Российской Федерации")
    assert LegalAct.objects.get(number="991").date == dt.date(2025, 5, 7)


def test_an_act_that_was_replaced_names_its_successor() -> None:
    counts()
    old = LegalAct.objects.get(number="582")
    assert old.state == ActState.REPLACED
    assert old.replaced_by == LegalAct.objects.get(number="779")


def test_what_a_person_edited_stays() -> None:
    counts()
    subject = Subject.objects.get(code="russian")
    subject.aliases = ["наш русский"]
    subject.save()
    record(subject, actor=PERSON, action="update")
    again = counts()["Subject"]
    assert (again.updated, again.kept) == (0, 1)
    assert Subject.objects.get(code="russian").aliases == ["наш русский"]


def test_what_a_person_edited_in_a_bulk_stays() -> None:
    counts()
    subject = Subject.objects.get(code="russian")
    Subject.objects.filter(pk=subject.pk).update(position=1)
    record_bulk(
        Subject, actor=PERSON, action="import", row_count=1, row_first=subject.pk, row_last=subject.pk
    )
    assert counts()["Subject"].kept == 1
    assert Subject.objects.get(code="russian").position == 1


def test_a_row_that_nobody_edited_follows_the_file() -> None:
    counts()
    Subject.objects.filter(code="russian").update(name_en="Rushian")
    again = counts()["Subject"]
    assert (again.updated, again.unchanged) == (1, 33)
    assert Subject.objects.get(code="russian").name_en == "Russian language"


def test_what_a_person_deleted_does_not_come_back() -> None:
    counts()
    Subject.objects.filter(code="spanish").delete()
    again = counts()["Subject"]
    assert (again.created, again.left_out) == (0, 1)
    assert not Subject.objects.filter(code="spanish").exists()


def test_a_row_that_stood_there_before_is_not_doubled() -> None:
    Subject.objects.create(code="russian", name="Русский язык", position=5)
    record(Subject.objects.get(code="russian"), actor=PERSON, action="create")
    loaded = counts()["Subject"]
    assert (loaded.created, loaded.kept) == (33, 1)
    assert Subject.objects.get(code="russian").position == 5


def test_the_load_is_written_down_once_for_a_dictionary() -> None:
    load_rows(SchoolYear, [{"start_year": 2040}, {"start_year": 2041}], key=["start_year"], actor=PERSON)
    entry = AuditEntry.objects.get(object_type="registry.schoolyear")
    assert (entry.who, entry.action, entry.row_count) == (PERSON.label, "load_reference", 2)
    assert entry.changes == {"created": ["2040", "2041"], "updated": []}


def test_positions_are_offered_by_group() -> None:
    positions = known_positions()
    assert set(positions) == {"head", "deputy", "authority", "teacher", "specialist"}
    assert "заведующий филиалом" in positions["head"]
