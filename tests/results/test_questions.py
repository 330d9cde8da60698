"""Schools of a file that are not known for certain: what a person may answer, what the page says is missing."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mayak.kernel.jobs.services import run_now
from mayak.kernel.models import Job
from mayak.registry.models import Territory
from mayak.results.models import ImportBatch, SchoolLink
from tests.factories.registry import MunicipalityFactory, OrganisationFactory
from tests.factories.results import ResultSubjectFactory

pytestmark = pytest.mark.django_db
TEXT = "Школа;Кол-во участников;2;3;4;5\nНекая школа;40;4;16;15;5\n"


@pytest.fixture
def district(db: None) -> Territory:
    ResultSubjectFactory()
    return MunicipalityFactory(name="Тосненский район")


@pytest.fixture
def client_of(coordinator_client: Callable[..., Client], district: Territory) -> Client:
    return coordinator_client(district)


def upload(client: Client, territory: Territory, name: str, text: str = TEXT) -> ImportBatch:
    file = SimpleUploadedFile(name, text.encode())
    client.post("/results/upload/", {"territory": territory.pk, "title": "", "files": [file]})
    batch = ImportBatch.objects.get()
    run_now(Job.objects.get(pk=batch.job_id))
    return batch


@pytest.mark.parametrize("typed", ["edu100007", "МБОУ «Лицей № 7»", "МБОУ «Лицей № 7» [edu100007]"])
@pytest.mark.parametrize("circle", ["other", None])
def test_a_school_is_named_by_its_code_or_name(
    client_of: Client, district: Territory, typed: str, circle: str | None
) -> None:
    school = OrganisationFactory(territory=district, short_name="МБОУ «Лицей № 7»", fis_oko_login="edu100007")
    batch = upload(client_of, district, "впр 5 класс математика 2024.csv")
    field = f"school-{batch.issues.get(code='school_question').pk}"
    address = f"/results/imports/{batch.pk}/schools/"
    assert f'name="{field}-other"' in client_of.get(address).content.decode()
    client_of.post(address, {f"{field}-other": typed} | ({field: circle} if circle else {}))
    assert SchoolLink.objects.get().organisation == school


def test_a_name_that_means_no_school_is_said_and_decides_nothing(
    client_of: Client, district: Territory
) -> None:
    batch = upload(client_of, district, "впр 5 класс математика 2024.csv")
    field = f"school-{batch.issues.get(code='school_question').pk}"
    address = f"/results/imports/{batch.pk}/schools/"
    answer = client_of.post(address, {field: "other", f"{field}-other": "Лицей Луны"}, follow=True)
    assert "Лицей Луны" in answer.content.decode()
    assert not SchoolLink.objects.exists()
    assert batch.issues.filter(code="school_question").exists()


def test_another_answer_wins_over_a_name_left_in_the_field(client_of: Client, district: Territory) -> None:
    OrganisationFactory(territory=district, short_name="МБОУ «Лицей № 7»", fis_oko_login="edu100007")
    batch = upload(client_of, district, "впр 5 класс математика 2024.csv")
    field = f"school-{batch.issues.get(code='school_question').pk}"
    answer = {field: "none", f"{field}-other": "edu100007"}
    client_of.post(f"/results/imports/{batch.pk}/schools/", answer)
    assert SchoolLink.objects.get().organisation is None


def test_what_the_file_lacks_leads_to_the_columns(client_of: Client, district: Territory) -> None:
    batch = upload(client_of, district, "table.csv", "Логин;Писали работу\nedu100001;40\n")
    page = client_of.get(f"/results/imports/{batch.pk}/").content.decode()
    columns = f"/results/imports/{batch.pk}/sheets/1/"
    assert f'class="btn btn-primary" href="{columns}"' in page
