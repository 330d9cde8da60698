"""Pages of the results: who sees what, what a person decides, numbers of queries."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mayak.accounts.enums import Role
from mayak.kernel.jobs.services import run_now
from mayak.kernel.models import AuditEntry, Job
from mayak.registry.models import Organisation, Territory
from mayak.results.enums import BatchState
from mayak.results.models import ImportBatch, QualityRule, SavedMapping, SchoolLink, SchoolResult, ScoreScale
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.registry import MunicipalityFactory, OrganisationFactory, RegionFactory
from tests.factories.results import (
    AssessmentFactory,
    BatchFactory,
    FileFactory,
    QualityRuleFactory,
    ResultSubjectFactory,
    ScaleFactory,
    SchoolResultFactory,
)

pytestmark = pytest.mark.django_db

Sign = Callable[..., Client]


@pytest.fixture
def district(db: None) -> Territory:
    ResultSubjectFactory()
    return MunicipalityFactory(name="Тосненский район")


@pytest.fixture
def client_of(coordinator_client: Sign, district: Territory) -> Client:
    return coordinator_client(district)


def upload(client: Client, territory: Territory, name: str, text: str) -> ImportBatch:
    file = SimpleUploadedFile(name, text.encode())
    response = client.post("/results/upload/", {"territory": territory.pk, "title": "", "files": [file]})
    assert response.status_code == 302, response.content.decode()
    batch = ImportBatch.objects.order_by("-pk")[0]
    run_job(batch)
    return batch


def run_job(batch: ImportBatch) -> None:
    batch.refresh_from_db()
    run_now(Job.objects.get(pk=batch.job_id))
    batch.refresh_from_db()


VPR = "Логин;Кол-во участников;2;3;4;5\nedu100001;40;4;16;15;5\n"


def test_from_the_file_to_the_page_of_the_school(client_of: Client, district: Territory) -> None:
    school = OrganisationFactory(territory=district, fis_oko_login="edu100001")
    batch = upload(client_of, district, "впр 5 класс математика 2024.csv", VPR)
    page = client_of.get(f"/results/imports/{batch.pk}/").content.decode()
    assert batch.state == BatchState.CHECKED
    assert f"/results/imports/{batch.pk}/apply/" in page
    client_of.post(f"/results/imports/{batch.pk}/apply/")
    run_job(batch)
    result = SchoolResult.objects.visible().get()
    assert batch.state == BatchState.APPLIED
    assert client_of.get(f"/results/schools/{result.pk}/").status_code == 200
    source = client_of.get(f"/results/schools/{result.pk}/source/").content.decode()
    assert "edu100001" in source
    assert batch.files.get().sha256 in source
    panel = client_of.get(f"/registry/organisations/{school.pk}/").content.decode()
    assert f"/results/schools/{result.pk}/" in panel
    undone = client_of.post(f"/results/imports/{batch.pk}/undo/", {"reason": "не тот файл"})
    assert undone.status_code == 302
    assert not SchoolResult.objects.visible().exists()


def test_the_mapping_is_corrected_saved_and_offered_again(client_of: Client, district: Territory) -> None:
    OrganisationFactory(territory=district, fis_oko_login="edu100001")
    text = "Логин;Писали работу;Что-то\nedu100001;40;61,5\n"
    batch = upload(client_of, district, "table.csv", text)
    assert batch.report["questions"]["missing"]
    address = f"/results/imports/{batch.pk}/sheets/1/"
    assert client_of.get(address).status_code == 200
    answer = {
        "kind": "ege", "subject_text": "Математика", "year": "2024", "row_kind": "school", "first_data_row": "2",
        "save_as": "Наша таблица", "c0_role": "login", "c1_role": "participants", "c2_role": "mean_score",
        "c2_decimal": ",",
    }  # fmt: skip
    assert client_of.post(address, answer).status_code == 302
    run_job(batch)
    assert batch.report["results"]["created"] == 1
    assert SavedMapping.objects.get().name == "Наша таблица"
    again = upload(client_of, district, "table-2.csv", text.replace("61,5", "70,5"))
    assert again.report["results"]["created"] == 1
    assert again.report["questions"]["missing"] == []


def test_a_person_says_once_which_school_is_meant(client_of: Client, district: Territory) -> None:
    school = OrganisationFactory(territory=district, short_name="МБОУ «Гимназия № 2 г. Тосно им. Сафронова»")
    text = "Школа;Кол-во участников;2;3;4;5\nГимназия №2 Тосно;40;4;16;15;5\n"
    batch = upload(client_of, district, "впр 5 класс математика 2024.csv", text)
    assert batch.report["questions"]["schools"] == 1
    page = client_of.get(f"/results/imports/{batch.pk}/schools/").content.decode()
    assert f'value="{school.pk}"' in page
    question = batch.issues.get(code="school_question")
    client_of.post(f"/results/imports/{batch.pk}/schools/", {f"school-{question.pk}": str(school.pk)})
    run_job(batch)
    assert batch.report["results"]["created"] == 1
    assert SchoolLink.objects.get(organisation=school).verdict == "joined"
    again = upload(client_of, district, "впр 6 класс математика 2024.csv", text)
    assert again.report["questions"]["schools"] == 0


def test_not_a_school_of_ours_is_remembered_and_reported(client_of: Client, district: Territory) -> None:
    text = "Школа;Кол-во участников;2;3;4;5\nЛицей чужого района;40;4;16;15;5\n"
    batch = upload(client_of, district, "впр 5 класс математика 2024.csv", text)
    question = batch.issues.get(code="school_question")
    client_of.post(f"/results/imports/{batch.pk}/schools/", {f"school-{question.pk}": "none"})
    run_job(batch)
    assert batch.issues.filter(code="not_our_school").count() == 1
    assert not batch.issues.filter(code="school_question").exists()


def test_all_new_schools_are_created_with_a_preview_first(client_of: Client, district: Territory) -> None:
    text = "Код;Школа;Кол-во участников;2;3;4;5\n001;СОШ № 31;40;4;16;15;5\n002;СОШ № 32;20;4;6;5;5\n"
    batch = upload(client_of, district, "впр 5 класс математика 2024.csv", text)
    before = Organisation.objects.count()
    client_of.post(f"/results/imports/{batch.pk}/schools/create/")
    run_job(batch)
    assert batch.report["created"]["schools"] == 2
    assert Organisation.objects.count() == before
    client_of.post(f"/results/imports/{batch.pk}/apply/")
    run_job(batch)
    assert sorted(Organisation.objects.exclude(rcoi_code="").values_list("rcoi_code", flat=True)) == [
        "001",
        "002",
    ]
    assert SchoolResult.objects.visible().count() == 2


def test_a_school_of_another_district_cannot_be_chosen(client_of: Client, district: Territory) -> None:
    foreign = OrganisationFactory()
    text = "Школа;Кол-во участников;2;3;4;5\nНекая школа;40;4;16;15;5\n"
    batch = upload(client_of, district, "впр 5 класс математика 2024.csv", text)
    question = batch.issues.get(code="school_question")
    client_of.post(f"/results/imports/{batch.pk}/schools/", {f"school-{question.pk}": str(foreign.pk)})
    assert not SchoolLink.objects.exists()


PAGES = ("", "imports/", "schools/", "context/", "rules/")


@pytest.mark.parametrize("page", PAGES)
def test_pages_without_any_data_say_what_to_do(client_of: Client, page: str) -> None:
    assert client_of.get(f"/results/{page}").status_code == 200


@pytest.mark.parametrize("page", ["imports/{batch}/", "schools/{result}/", "schools/{result}/source/",
                                  "schools/{result}/participants/", "files/{file}/", "imports/{batch}/report/",
                                  "imports/{batch}/report.json", "imports/{batch}/undo/"])  # fmt: skip
def test_foreign_objects_are_not_found(client_of: Client, page: str) -> None:
    file = FileFactory()
    result = SchoolResultFactory(batch=file.batch, file=file)
    address = page.format(batch=file.batch_id, result=result.pk, file=file.pk)
    assert client_of.get(f"/results/{address}").status_code == 404


def test_results_of_another_district_are_not_listed(client_of: Client, district: Territory) -> None:
    SchoolResultFactory(organisation=OrganisationFactory(short_name="Чужая школа"))
    SchoolResultFactory(organisation=OrganisationFactory(short_name="Своя школа", territory=district))
    page = client_of.get("/results/schools/").content.decode()
    assert "Своя школа" in page
    assert "Чужая школа" not in page


def test_a_share_stands_with_its_number_and_few_is_said_in_words(
    client_of: Client, district: Territory
) -> None:
    QualityRuleFactory(code="few-participants", value=20)
    SchoolResultFactory(
        organisation=OrganisationFactory(territory=district), participants=7, below=2, below_share="0.285714"
    )
    page = client_of.get("/results/schools/").content.decode()
    assert "28,6" in page
    assert "7" in page
    exported = b"".join(client_of.get("/results/schools/?_export=csv").streaming_content).decode()
    assert "28,6" in exported


@pytest.mark.parametrize("address", ["/results/", "/results/schools/", "/results/imports/"])
def test_lists_cost_the_same_for_one_row_and_for_many(
    client_of: Client, district: Territory, django_assert_max_num_queries: Any, address: str
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client_of.get(address).status_code == 200
        return len(queries)

    def add() -> None:
        batch = BatchFactory(territory=district)
        school = OrganisationFactory(territory=district)
        SchoolResultFactory(batch=batch, organisation=school, assessment=AssessmentFactory(grade=5))

    add()
    cost()
    one = cost()
    for _ in range(3):
        add()
    assert cost() == one


def test_a_school_coordinator_reads_and_does_not_load(client: Client, district: Territory) -> None:
    school = OrganisationFactory(territory=district)
    result = SchoolResultFactory(organisation=school)
    user = UserFactory()
    RoleAssignmentFactory(user=user, role=Role.SCHOOL_COORDINATOR, organisation=school)
    client.force_login(user)
    assert client.get(f"/results/schools/{result.pk}/").status_code == 200
    assert client.get(f"/results/schools/{result.pk}/participants/").status_code == 200
    assert client.get("/results/upload/").status_code == 403
    assert client.get("/results/rules/scale/new/").status_code == 403


def test_taking_a_kept_file_is_logged(client_of: Client, district: Territory) -> None:
    batch = upload(client_of, district, "t.csv", VPR)
    file = batch.files.get()
    response = client_of.get(f"/results/files/{file.pk}/")
    assert b"".join(response.streaming_content) == VPR.encode()
    assert AuditEntry.objects.get(action="download").object_id == str(file.pk)


def test_a_context_file_goes_only_to_who_loaded_it(client_of: Client, district: Territory) -> None:
    batch = upload(client_of, district, "t.csv", VPR)
    batch.files.update(format="context")
    taken = client_of.get(f"/results/files/{batch.files.get().pk}/")
    assert b"".join(taken.streaming_content)
    ImportBatch.objects.update(owner_id=None)
    assert client_of.get(f"/results/files/{batch.files.get().pk}/").status_code == 403


SCALE = {
    "kind": "oge",
    "year_from": "2026",
    "pass_score": "15",
    "max_score": "33",
    "source": "Письмо 02-20",
    "note": "",
}


def test_a_district_sets_a_scale_for_itself_only(client_of: Client, district: Territory) -> None:
    assert client_of.post("/results/rules/scale/new/", SCALE).status_code == 400
    assert (
        client_of.post("/results/rules/scale/new/", {**SCALE, "territory": str(district.pk)}).status_code
        == 302
    )
    assert ScoreScale.objects.get().territory == district
    entry = AuditEntry.objects.get(object_type="results.scorescale")
    assert (entry.action, entry.changes["pass_score"]) == ("create", [None, "15"])


def test_a_rule_without_a_source_is_refused(client_of: Client, district: Territory) -> None:
    answer = {**SCALE, "territory": str(district.pk), "source": " "}
    assert client_of.post("/results/rules/scale/new/", answer).status_code == 400


def test_signs_are_changed_by_the_region_only(coordinator_client: Sign, district: Territory) -> None:
    rule = QualityRuleFactory()
    answer = {"code": rule.code, "name": rule.name, "value": "25", "unit": "участников", "year_from": "2000",
              "is_enabled": "on", "source": "ФИОКО"}  # fmt: skip
    assert coordinator_client(district).post(f"/results/rules/sign/{rule.pk}/", answer).status_code == 403
    region = coordinator_client(RegionFactory(), role=Role.REGIONAL_COORDINATOR)
    assert region.post(f"/results/rules/sign/{rule.pk}/", answer).status_code == 302
    assert QualityRule.objects.get().value == 25


def test_a_foreign_scale_cannot_be_changed(client_of: Client) -> None:
    foreign = ScaleFactory(territory=MunicipalityFactory())
    assert client_of.get(f"/results/rules/scale/{foreign.pk}/").status_code == 404
    assert client_of.post(f"/results/rules/scale/{foreign.pk}/delete/").status_code == 404
    assert ScoreScale.objects.count() == 1


def test_the_report_is_downloaded_in_three_formats(client_of: Client, district: Territory) -> None:
    batch = upload(client_of, district, "впр 5 класс математика 2024.csv", VPR)
    lines = f"/results/imports/{batch.pk}/report/"
    assert b"edu100001" in b"".join(client_of.get(f"{lines}?_export=csv").streaming_content)
    assert client_of.get(f"{lines}?_export=xlsx").status_code == 200
    assert client_of.get(f"/results/imports/{batch.pk}/report.json").json()["rows"]["read"] == 2


def test_a_scale_of_a_neighbour_is_neither_shown_nor_found(coordinator_client: Sign) -> None:
    region = RegionFactory()
    own, neighbour = MunicipalityFactory(parent=region), MunicipalityFactory(parent=region)
    common, above, mine, foreign = (
        ScaleFactory(territory=territory, note=note)
        for territory, note in ((None, "общая"), (region, "региона"), (own, "своя"), (neighbour, "соседа"))
    )
    client = coordinator_client(own)
    assert {row.pk for row in client.get("/results/rules/").context["scales"]} == {
        common.pk,
        above.pk,
        mine.pk,
    }
    statuses = [
        client.get(f"/results/rules/scale/{row.pk}/").status_code for row in (common, above, mine, foreign)
    ]
    assert statuses == [403, 403, 200, 404]
    assert client.post(f"/results/rules/scale/{foreign.pk}/delete/").status_code == 404
    school = OrganisationFactory(territory=own)
    user = RoleAssignmentFactory(role=Role.SCHOOL_COORDINATOR, organisation=school).user
    reader = Client()
    reader.force_login(user)
    shown = {row.pk for row in reader.get("/results/rules/").context["scales"]}
    assert shown == {common.pk, above.pk, mine.pk}
