"""Pages of the registry: scope, rights, forms, query counts, downloads, bad input."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mayak.kernel.models import AuditEntry
from mayak.kernel.ui import panels
from mayak.registry.models import (
    LegalAct,
    NameLinkDecision,
    Organisation,
    Person,
    Programme,
    RegistryImport,
    SchoolYear,
)
from mayak.registry.selectors.sheets import SHEETS
from mayak.registry.services.linking import decide_name
from tests.factories.registry import (
    AssociationFactory,
    EmploymentFactory,
    LegalActFactory,
    OrganisationFactory,
    ParticipantFactory,
    PersonFactory,
    ProgrammeFactory,
    SchoolYearFactory,
    StaffingFactory,
    SubjectFactory,
    WorkingGroupFactory,
)
from tests.registry.conftest import ACTOR, World

pytestmark = pytest.mark.django_db

NOUNS = ["territories", "organisations", "people", "staffing", "associations", "groups", "programmes", "acts"]


def rows_of(world: World, *, foreign: bool) -> dict[str, int]:
    """The key of one row of every noun, in the own municipality or in the neighbour's."""
    territory = world.other if foreign else world.own
    school = world.foreign if foreign else world.school
    return {
        "territories": territory.pk,
        "organisations": school.pk,
        "people": PersonFactory(territory=territory, family_name="Чужакова" if foreign else "Своева").pk,
        "staffing": StaffingFactory(organisation=school).pk,
        "associations": AssociationFactory(organisation=school).pk,
        "groups": WorkingGroupFactory(organisation=school).pk,
        "programmes": ProgrammeFactory(territory=territory).pk,
        "acts": LegalActFactory(territory=territory).pk,
    }


@pytest.mark.parametrize("page", ["detail", "edit"])
def test_every_own_object_is_shown_and_every_foreign_one_is_404(
    world: World, coordinator: Client, page: str
) -> None:
    for noun, key in rows_of(world, foreign=False).items():
        assert coordinator.get(reverse(f"registry:{noun}-{page}", args=[key])).status_code == 200, noun
    for noun, key in rows_of(world, foreign=True).items():
        assert coordinator.get(reverse(f"registry:{noun}-{page}", args=[key])).status_code == 404, noun


def test_nothing_foreign_is_changed_by_post(world: World, coordinator: Client) -> None:
    for noun, key in rows_of(world, foreign=True).items():
        assert coordinator.post(reverse(f"registry:{noun}-edit", args=[key]), {}).status_code == 404, noun
        assert coordinator.post(reverse(f"registry:{noun}-deed", args=[key, "archive"])).status_code == 404, (
            noun
        )


@pytest.mark.parametrize("noun", NOUNS)
def test_a_list_and_its_export_show_no_row_of_the_neighbour(
    world: World, coordinator: Client, noun: str
) -> None:
    own, foreign = rows_of(world, foreign=False), rows_of(world, foreign=True)
    address = reverse(f"registry:{noun}-list")
    text = coordinator.get(address).content.decode()
    assert reverse(f"registry:{noun}-detail", args=[own[noun]]) in text
    assert reverse(f"registry:{noun}-detail", args=[foreign[noun]]) not in text
    export = coordinator.get(address, {"_export": "csv"})
    assert (
        b"\xd0\x9a\xd0\xb8\xd1\x80\xd0\xbe\xd0\xb2\xd1\x81\xd0\xba\xd0\xb8\xd0\xb9" not in export.getvalue()
    )


@pytest.mark.parametrize("name", list(SHEETS))
def test_a_downloaded_table_holds_no_row_of_the_neighbour(
    world: World, coordinator: Client, name: str
) -> None:
    rows_of(world, foreign=True)
    ParticipantFactory(programme__territory=world.other, organisation=world.foreign)
    EmploymentFactory(person__territory=world.other, organisation=world.foreign)
    text = coordinator.get(
        reverse("registry:table-download", args=[name]), {"format": "csv"}
    ).content.decode()
    assert "МКОУ СОШ № 9" not in text
    assert "Чужакова" not in text
    assert "Кировский" not in text


def test_suggestions_name_own_schools_only(world: World, coordinator: Client) -> None:
    answer = coordinator.get(reverse("registry:options", args=["organisations"]), {"parent": "сош"})
    assert "МБОУ СОШ № 1 [edu203389]" in answer.content.decode()
    assert "МКОУ СОШ № 9" not in answer.content.decode()
    assert coordinator.get(reverse("registry:options", args=["secrets"])).status_code == 404


def test_a_form_does_not_accept_a_foreign_school_or_territory(world: World, coordinator: Client) -> None:
    answer = coordinator.post(
        reverse("registry:staffing-create"),
        {"organisation": "edu209999", "school_year": SchoolYearFactory().pk},
    )
    assert answer.status_code == 400
    assert "По запросу «edu209999» ничего не найдено." in answer.content.decode()
    answer = coordinator.post(
        reverse("registry:people-create"),
        {"territory": world.other.pk, "family_name": "А", "given_name": "Б"},
    )
    assert answer.status_code == 400
    assert not Person.objects.exists()


def test_who_may_only_read_sees_no_button_and_gets_403(world: World, school_user: Client) -> None:
    address = reverse("registry:organisations-edit", args=[world.school.pk])
    assert (
        address
        not in school_user.get(
            reverse("registry:organisations-detail", args=[world.school.pk])
        ).content.decode()
    )
    assert school_user.get(address).status_code == 403
    assert school_user.get(reverse("registry:organisations-create")).status_code == 403
    assert school_user.post(reverse("registry:table", args=["organisations"])).status_code == 403


def test_a_stranger_is_sent_to_the_sign_in(client: Client, world: World) -> None:
    answer = client.get(reverse("registry:overview"))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/sign-in/?next=/registry/")


def test_acts_and_programmes_of_the_region_are_read_by_the_district(
    world: World, coordinator: Client
) -> None:
    act = LegalActFactory(territory=world.region)
    programme = ProgrammeFactory(territory=world.region)
    ParticipantFactory(programme=programme, organisation=world.foreign)
    assert coordinator.get(reverse("registry:acts-detail", args=[act.pk])).status_code == 200
    assert coordinator.get(reverse("registry:acts-edit", args=[act.pk])).status_code == 403
    page = coordinator.get(reverse("registry:programmes-detail", args=[programme.pk]))
    assert page.status_code == 200
    assert "МКОУ СОШ № 9" not in page.content.decode()


def test_a_school_is_created_and_renamed_by_the_forms(world: World, coordinator: Client) -> None:
    values = {
        "territory": world.own.pk,
        "kind": "school",
        "name": "МБОУ «Школа № 12»",
        "short_name": "МБОУ СОШ № 12",
    }
    answer = coordinator.post(reverse("registry:organisations-create"), values)
    school = Organisation.objects.get(short_name="МБОУ СОШ № 12")
    assert answer.headers["Location"] == reverse("registry:organisations-detail", args=[school.pk])
    values |= {"short_name": "МАОУ СОШ № 12", "renamed_on": "2024-09-01"}
    coordinator.post(reverse("registry:organisations-edit", args=[school.pk]), values)
    names = school.names.filter(kind="short").order_by("pk")
    assert [(row.name, row.valid_to) for row in names] == [
        ("МБОУ СОШ № 12", dt.date(2024, 8, 31)),
        ("МАОУ СОШ № 12", None),
    ]
    entries = [entry.who.startswith("municipal_coordinator") for entry in AuditEntry.objects.all()]
    assert entries == [True, True]


def test_a_refusal_of_a_service_stands_at_its_field(world: World, coordinator: Client) -> None:
    values = {"territory": world.own.pk, "kind": "branch", "name": "Филиал", "short_name": "Филиал"}
    answer = coordinator.post(reverse("registry:organisations-create"), values)
    assert answer.status_code == 400
    assert "Для филиала укажите школу, которой он принадлежит." in answer.content.decode()


def test_closing_asks_for_the_day_and_can_be_taken_back(world: World, coordinator: Client) -> None:
    close = reverse("registry:organisations-deed", args=[world.school.pk, "close"])
    assert coordinator.get(close).status_code == 200
    assert coordinator.post(close, {"day": "вчера"}).status_code == 400
    coordinator.post(close, {"day": "2024-08-31"})
    assert Organisation.objects.get(pk=world.school.pk).closed_on == dt.date(2024, 8, 31)
    coordinator.post(reverse("registry:organisations-deed", args=[world.school.pk, "reopen"]))
    assert Organisation.objects.get(pk=world.school.pk).closed_on is None


def test_a_person_is_archived_and_brought_back(world: World, coordinator: Client) -> None:
    person = PersonFactory(territory=world.own, family_name="Своева")
    coordinator.post(reverse("registry:people-deed", args=[person.pk, "archive"]))
    assert "Своева" not in coordinator.get(reverse("registry:people-list")).content.decode()
    coordinator.post(reverse("registry:people-deed", args=[person.pk, "restore"]))
    assert "Своева" in coordinator.get(reverse("registry:people-list")).content.decode()


def test_subjects_are_changed_by_the_region_only(world: World, coordinator: Client, regional: Client) -> None:
    subject = SubjectFactory(name="Математика")
    edit = reverse("registry:subjects-edit", args=[subject.pk])
    assert coordinator.get(edit).status_code == 403
    assert regional.get(edit).status_code == 200


def test_a_closed_school_year_takes_no_figures(world: World, coordinator: Client, regional: Client) -> None:
    year = SchoolYearFactory(start_year=2023)
    regional.post(reverse("registry:school-years-deed", args=[year.pk, "close"]))
    assert SchoolYear.objects.get(pk=year.pk).is_closed
    answer = coordinator.post(
        reverse("registry:staffing-create"), {"organisation": "edu203389", "school_year": year.pk}
    )
    assert answer.status_code == 400
    assert "Учебный год 2023/24 закрыт для изменений." in answer.content.decode()


PDF = b"%PDF-1.4\n%stub"


def act_values(world: World, name: str, content: bytes) -> dict[str, object]:
    return {
        "territory": world.own.pk,
        "issuer": "Комитет образования",
        "kind": "order",
        "number": "237",
        "date": "2023-06-08",
        "title": "О наставничестве",
        "state": "in_force",
        "scan": SimpleUploadedFile(name, content),
    }


def test_a_scan_is_kept_with_its_hash_and_downloaded_in_the_scope(
    world: World, coordinator: Client, regional: Client, settings: pytest.FixtureRequest, tmp_path: object
) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]  # the settings fixture of pytest-django
    coordinator.post(reverse("registry:acts-create"), act_values(world, "приказ.pdf", PDF))
    act = LegalAct.objects.get()
    assert len(act.scan_hash) == 64
    scan = coordinator.get(reverse("registry:act-scan", args=[act.pk]))
    assert b"".join(scan.streaming_content) == PDF  # type: ignore[attr-defined]  # a FileResponse
    assert scan.headers["Content-Disposition"].startswith("attachment")
    LegalAct.objects.update(territory=world.other)
    assert coordinator.get(reverse("registry:act-scan", args=[act.pk])).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("вирус.exe", b"MZ", "Скан должен быть файлом PDF, PNG, JPEG или TIFF; «вирус.exe» не подходит."),
        ("скан.pdf", b"<html>", "Содержимое файла «скан.pdf» не соответствует его расширению."),
        ("скан.pdf", b"", "пуст"),
    ],
)
def test_a_bad_scan_is_refused_in_words(
    world: World, coordinator: Client, name: str, content: bytes, message: str
) -> None:
    answer = coordinator.post(reverse("registry:acts-create"), act_values(world, name, content))
    assert answer.status_code == 400
    assert message in answer.content.decode()
    assert not LegalAct.objects.exists()


@pytest.mark.parametrize("key", ["9223372036854775808", "9" * 40, "9" * 5000, "-1", "x"])
def test_a_key_that_no_database_holds_is_a_wrong_choice(world: World, coordinator: Client, key: str) -> None:
    answer = coordinator.post(
        "/registry/programmes/new/",
        {"territory": world.own.pk, "name": "Лига", "kind": "other", "legal_basis": key},
    )
    assert answer.status_code == 400
    assert not Programme.objects.exists()


def upload(client: Client, text: str, key: str = "fis_oko_login") -> Any:
    """Load a file of organisations through the page."""
    file = SimpleUploadedFile("школы.csv", text.encode())
    return client.post(reverse("registry:table", args=["organisations"]), {"file": file, "key": key})


def test_a_file_is_checked_written_and_undone_through_the_pages(
    world: World, coordinator: Client, settings: pytest.FixtureRequest, tmp_path: object
) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]  # the settings fixture of pytest-django
    upload(coordinator, "Логин ФИС ОКО;Краткое название\nedu203389;МАОУ СОШ № 1\nedu1;Новая\n")
    kept = RegistryImport.objects.get()
    page = coordinator.get(reverse("registry:import", args=[kept.pk])).content.decode()
    assert "для новой записи нужно значение" in page
    assert Organisation.objects.get(pk=world.school.pk).short_name == "МБОУ СОШ № 1"
    coordinator.post(reverse("registry:import-deed", args=[kept.pk, "confirm"]))
    assert Organisation.objects.get(pk=world.school.pk).short_name == "МАОУ СОШ № 1"
    coordinator.post(reverse("registry:import-deed", args=[kept.pk, "undo"]))
    assert Organisation.objects.get(pk=world.school.pk).short_name == "МБОУ СОШ № 1"
    assert coordinator.get(reverse("registry:import-report", args=[kept.pk])).status_code == 200


def test_an_import_of_the_neighbour_is_404(world: World, coordinator: Client, regional: Client) -> None:
    kept = RegistryImport.objects.create(
        kind="organisations", file_name="a.csv", key="id", territory_path=world.other.path or "", report=[]
    )
    for address in ("import", "import-report"):
        assert coordinator.get(reverse(f"registry:{address}", args=[kept.pk])).status_code == 404
    assert coordinator.post(reverse("registry:import-deed", args=[kept.pk, "confirm"])).status_code == 404
    assert regional.get(reverse("registry:import", args=[kept.pk])).status_code == 200


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "пуст"),
        ("a;b\n1;2\n", "В файле нет строки с заголовками таблицы «Организации»"),
        ("Краткое название;Полное название\nА;Б\n", "В файле нет столбца «Логин ФИС ОКО»"),
    ],
)
def test_a_bad_file_is_400_with_the_way_out(
    world: World, coordinator: Client, text: str, message: str
) -> None:
    answer = upload(coordinator, text)
    assert answer.status_code == 400
    assert message in answer.content.decode()
    assert not RegistryImport.objects.exists()


def test_a_decision_about_a_name_is_shown_and_forgotten(world: World, coordinator: Client) -> None:
    decision = decide_name(world.own, "Школа Героя", actor=ACTOR, organisation=world.school)
    foreign = decide_name(world.other, "Школа соседа", actor=ACTOR, organisation=None)
    text = coordinator.get(reverse("registry:decisions")).content.decode()
    assert "Школа Героя" in text
    assert "Школа соседа" not in text
    assert coordinator.post(reverse("registry:decision", args=[foreign.pk])).status_code == 404
    coordinator.post(reverse("registry:decision", args=[decision.pk]))
    assert not NameLinkDecision.objects.filter(pk=decision.pk).exists()


@pytest.mark.parametrize("noun", NOUNS)
def test_a_list_costs_the_same_for_one_row_and_for_many(world: World, coordinator: Client, noun: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert coordinator.get(reverse(f"registry:{noun}-list")).status_code == 200
        return len(found)

    rows_of(world, foreign=False)
    first = queries()
    for _ in range(3):
        person = PersonFactory(territory=world.own)
        school = OrganisationFactory(territory=world.own)
        EmploymentFactory(person=person, organisation=school)
        StaffingFactory(organisation=school)
        AssociationFactory(organisation=school, head=person).members.add(person)
        WorkingGroupFactory(organisation=school).members.add(person)
        ParticipantFactory(programme__territory=world.own, organisation=school)
        LegalActFactory(territory=world.own)
    assert queries() == first


def test_the_search_finds_any_name_and_any_code(world: World, coordinator: Client) -> None:
    world.school.names.create(name="Реальное училище", key="реальное училище", kind="alias")
    coordinator.post(
        reverse("registry:organisations-names-add", args=[world.school.pk]),
        {"name": "Прежняя гимназия", "kind": "alias"},
    )
    for words in ("прежняя ГИМНАЗИЯ", "edu203389", "сош 1", "МБОУ"):
        text = coordinator.get(reverse("registry:organisations-list"), {"q": words}).content.decode()
        assert reverse("registry:organisations-detail", args=[world.school.pk]) in text, words


def test_a_wrong_filter_is_400_and_says_so(world: World, coordinator: Client) -> None:
    assert coordinator.get(reverse("registry:organisations-list"), {"kind": "nonsense"}).status_code == 400


def test_panels_of_later_apps_stand_on_the_page_of_a_school(
    world: World, coordinator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panels, "_panels", [])
    panels.register_panel(lambda _request, school: panels.Panel("Результаты", f"<p>panel {school.pk}</p>"))
    text = coordinator.get(reverse("registry:organisations-detail", args=[world.school.pk])).content.decode()
    assert f"panel {world.school.pk}" in text


def test_the_overview_says_what_is_missing(world: World, coordinator: Client) -> None:
    text = coordinator.get(reverse("registry:overview")).content.decode()
    assert "У 1 школы нет координат" in text
    assert "Загрузить школы из файла" in text
