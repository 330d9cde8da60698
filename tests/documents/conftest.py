"""A small district whose paper can be read word by word."""

import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import translation
from docx import Document

from mayak.accounts.enums import Role
from mayak.documents.models import GeneratedDocument
from mayak.kernel.access import Actor
from mayak.matching.enums import MatchingState
from mayak.matching.models import MatchingRun
from mayak.networks.services import open_partnerships_of_run
from mayak.registry.models import Organisation, Territory
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.matching import MatchingRunFactory, MatchPairFactory, lead, mentee, school_year
from tests.factories.registry import AuthorityFactory, MunicipalityFactory

ACTOR = Actor(user_id=7, label="anna@example.org")
DAY = dt.date(2024, 10, 12)
FIELDS: dict[str, Any] = {
    "authority": "Администрация\nКОМИТЕТ ОБРАЗОВАНИЯ",
    "place": "Тестовск",
    "basis": "приказом от 1 сентября 2024 г. №5",
    "deadline": dt.date(2024, 11, 1),
    "service": "методической службе",
    "control": "главного специалиста А. А. Примерову",
    "signatory_position": "Председатель комитета",
    "signatory_name": "Б.Б. Образцов",
    "number": "",
    "date": None,
}
NEEDS = [
    {"subject": "math", "name": "Математика", "grade": 9},
    {"subject": "math", "name": "Математика", "grade": 6},
    {"subject": "russian", "name": "Русский язык", "grade": None},
]


@dataclass
class District:
    """One lead school with two schools that it helps."""

    territory: Territory
    authority: Organisation
    lead: Organisation
    first: Organisation
    second: Organisation
    run: MatchingRun


@pytest.fixture(autouse=True)
def _world(settings: Any, tmp_path: Path) -> Any:
    """Texts of the interface are source strings, files stay in the test, the day is fixed."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.LANGUAGE_CODE = "en"
    with (
        translation.override("en"),
        time_machine.travel(dt.datetime(2024, 10, 2, 9, tzinfo=dt.UTC), tick=False),
    ):
        yield


@pytest.fixture
def district(db: None) -> District:
    territory = MunicipalityFactory(name="Тестовский район")
    authority = AuthorityFactory(
        territory=territory, name="Комитет образования Тестовского района", settlement="Тестовск"
    )
    giver = lead(territory, "Гимназия «Невская»", legal_form="МБОУ")
    first = mentee(territory, "Верхняя СОШ №2", legal_form="МКОУ")
    second = mentee(territory, 'МКОУ "Южная ООШ"')
    for number, school in enumerate((giver, first, second)):
        Organisation.objects.filter(pk=school.pk).update(sort_key=str(number))
    run = MatchingRunFactory(territory=territory, school_year=school_year(), title="Пары района")
    run.solved_at = dt.datetime(2024, 10, 1, 9, tzinfo=dt.UTC)
    run.save(update_fields=["solved_at"])
    needs = {"criterion": "needs", "points": 0.5, "has_needs": True, "covered": NEEDS}
    MatchPairFactory(run=run, lead=giver, mentee=first, score=0.874, distance_km=12.44, contributions=[needs])
    MatchPairFactory(run=run, lead=giver, mentee=second, score=0.3, distance_km=None)
    return District(territory, authority, giver, first, second, run)


@pytest.fixture
def approved(district: District) -> District:
    approve(district.run)
    return district


def approve(run: MatchingRun) -> None:
    """Approve without the computation behind it."""
    run.state, run.approved_at = MatchingState.APPROVED, dt.datetime(2024, 10, 2, 9, tzinfo=dt.UTC)
    run.save(update_fields=["state", "approved_at"])
    open_partnerships_of_run(run, actor=ACTOR)


def bytes_of(document: GeneratedDocument) -> bytes:
    with document.file.open("rb") as file:
        content: bytes = file.read()
    return content


def opened(content: bytes) -> Any:
    """Open a Word file as Word would."""
    return Document(io.BytesIO(content))


def texts(content: bytes) -> list[str]:
    """Return the paragraphs that are not empty, with ordinary spaces."""
    return [plain(one.text) for one in opened(content).paragraphs if one.text.strip()]


def cells(content: bytes, table: int) -> list[list[str]]:
    return [[plain(cell.text) for cell in row.cells] for row in opened(content).tables[table].rows]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def body(answer: Any) -> bytes:
    """Read a file to its end and close it, without ending the transaction of the test."""
    content = b"".join(answer.streaming_content)
    for close in answer._resource_closers:
        close()
    return content


def client_of(organisation: Organisation, role: str = Role.MUNICIPAL_COORDINATOR) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(RoleAssignmentFactory(organisation=organisation, role=role).user)
    return client
