"""No name of a pupil is anywhere after a protocol was uploaded: database, disk, logs, sessions, jobs."""

import io
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from openpyxl import Workbook

from mayak.kernel.jobs.services import run_now
from mayak.kernel.models import AuditEntry, Job
from mayak.registry.models import Territory
from mayak.results.models import ImportBatch, ImportFile, ParticipantResult, SchoolResult
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.registry import MunicipalityFactory, OrganisationFactory
from tests.factories.results import ParticipantFactory, ResultSubjectFactory, SchoolResultFactory

pytestmark = pytest.mark.django_db

SECRETS = ("Прохорчук", "Святополк", "Иоаннович", "4519-640", "778899", "Мирабелла", "Гургеновна")


def protocol() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["01 Русский язык ЕГЭ 28.05.2024"])
    sheet.append(
        ["№", "Код МСУ", "Код ОО", "Класс", "Код ППЭ", "Аудитория", "Фамилия", "Имя", "Отчество", "Серия", "Номер",
         "Задания с кратким ответом", "Первичный балл", "Тестовый балл"]
    )  # fmt: skip
    sheet.append(
        [
            1,
            101,
            "101001",
            "11А",
            7,
            2,
            "Прохорчук",
            "Святополк",
            "Иоаннович",
            "4519-640",
            "778899",
            "++-+",
            30,
            60,
        ]
    )
    sheet.append(
        [
            2,
            101,
            "101001",
            "11А",
            7,
            2,
            "Прохорчук",
            "Мирабелла",
            "Гургеновна",
            "4519-640",
            "778898",
            "+---",
            9,
            20,
        ]
    )
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture
def district(db: None) -> Territory:
    ResultSubjectFactory(code="russian", name="Русский язык")
    district = MunicipalityFactory()
    OrganisationFactory(territory=district, rcoi_code="101001")
    return district


def everything_in_the_database() -> str:
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of the database
            found.append(repr(cursor.fetchall()))
    return "\n".join(found)


def everything_on_the_disk(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def assert_clean(folder: Path, log: str) -> None:
    database, disk = everything_in_the_database(), everything_on_the_disk(folder)
    for secret in SECRETS:
        assert secret not in database
        assert secret.encode() not in disk
        assert secret.encode("cp1251") not in disk
        assert secret not in log


def test_an_uploaded_protocol_leaves_no_name_anywhere(
    coordinator_client: Callable[..., Client],
    district: Territory,
    media: Path,
    caplog: pytest.LogCaptureFixture,
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "spool"
    (tmp_path / "spool").mkdir()
    caplog.set_level(logging.DEBUG)
    client = coordinator_client(district)
    file = SimpleUploadedFile("protocol.xlsx", protocol())
    response = client.post("/results/upload/", {"territory": district.pk, "files": [file]})
    assert response.status_code == 302
    batch = ImportBatch.objects.get()
    run_now(Job.objects.get(pk=batch.job_id))
    client.post(f"/results/imports/{batch.pk}/apply/")
    batch.refresh_from_db()
    run_now(Job.objects.get(pk=batch.job_id))
    assert_clean(tmp_path, caplog.text)
    kept = ImportFile.objects.get()
    assert kept.depersonalised
    row = SchoolResult.objects.visible().get()
    assert (row.participants, float(row.mean or 0)) == (2, 40.0)
    assert row.assessment.held_on is not None
    assert sorted(ParticipantResult.objects.values_list("code", "score")) == [
        ("R0000003", 60.0),
        ("R0000004", 20.0),
    ]


def test_a_protocol_that_cannot_be_cleaned_is_refused_and_leaves_nothing(
    coordinator_client: Callable[..., Client], district: Territory, media: Path, tmp_path: Path, caplog: Any
) -> None:
    text = "Фамилия;Имя;Отчество\nПрохорчук;Святополк;Иоаннович\nПрохорчук;Мирабелла;Гургеновна\n"
    client = coordinator_client(district)
    file = SimpleUploadedFile("list.csv", text.encode())
    response = client.post("/results/upload/", {"territory": district.pk, "files": [file]})
    assert response.status_code == 400
    assert_clean(tmp_path, caplog.text)


def test_reading_participants_is_written_to_the_audit_log(
    coordinator_client: Callable[..., Client], district: Territory
) -> None:
    result = SchoolResultFactory(organisation=OrganisationFactory(territory=district))
    ParticipantFactory.create_batch(3, result=result)
    response = coordinator_client(district).get(f"/results/schools/{result.pk}/participants/")
    assert response.status_code == 200
    entry = AuditEntry.objects.get(action="read participants")
    assert (entry.organisation_id, entry.changes) == (result.organisation_id, {"rows": 3})


def test_a_methodist_does_not_read_participants(client: Client, district: Territory) -> None:
    result = SchoolResultFactory(organisation=OrganisationFactory(territory=district))
    user = UserFactory()
    RoleAssignmentFactory(user=user, role="methodist", organisation=OrganisationFactory(territory=district))
    client.force_login(user)
    assert client.get(f"/results/schools/{result.pk}/").status_code == 200
    assert client.get(f"/results/schools/{result.pk}/participants/").status_code == 403
    assert not AuditEntry.objects.filter(action="read participants").exists()
