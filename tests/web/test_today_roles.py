"""The first screen of each role: what a school, a mentor, an analyst is told today."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from mayak.accounts.enums import Role
from mayak.registry.models import Organisation
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.matching import YEAR, PartnershipFactory, StatusFactory, school_year
from tests.factories.registry import MunicipalityFactory, SchoolFactory, ServiceFactory
from tests.factories.results import AssessmentFactory, SchoolResultFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def autumn() -> Iterator[None]:
    """A day of the school year of the factories."""
    with time_machine.travel(dt.datetime(YEAR, 10, 15, 9, tzinfo=dt.UTC), tick=False):
        yield


def first_screen(role: Role, organisation: Organisation) -> dict[str, list[str]]:
    held = RoleAssignmentFactory.create(role=role, organisation=organisation)
    client = Client()
    client.force_login(held.user)
    context = client.get("/").context
    return {
        "tasks": [f"{task.title}: {task.text}" for task in context["tasks"]],
        "figures": [f"{figure.label}: {figure.value}" for figure in context["figures"]],
    }


@pytest.mark.parametrize("role", [Role.SCHOOL_COORDINATOR, Role.HEAD_TEACHER, Role.TEACHER, Role.MENTEE])
def test_a_school_is_told_its_status_and_who_helps(role: Role) -> None:
    district = MunicipalityFactory()
    mentee = SchoolFactory(territory=district, short_name="Путиловская ООШ")
    lead = SchoolFactory(territory=district, short_name="Приладожская СОШ")
    status = StatusFactory.create(organisation=mentee)
    StatusFactory.create(organisation=lead)
    PartnershipFactory.create(mentee=mentee, lead=lead, school_year=school_year())
    tasks = first_screen(role, mentee)["tasks"]
    profile = (
        "Заполнить рисковый профиль школы: "
        "Рассчитайте его по данным, затем выберите факторы, с которыми работает школа."
    )
    assert tasks == [
        f"Посмотреть, почему школа в списке: Путиловская ООШ, с 01.09.2024: {status.kind}."
        " Это сигнал для поддержки, а не оценка.",
        *([profile] if role in {Role.SCHOOL_COORDINATOR, Role.HEAD_TEACHER} else []),
        "Работать со школой-лидером: Вам помогает Приладожская СОШ."
        " Посмотрите, почему вы в паре, и договоритесь о первой встрече.",
    ]


def test_a_mentor_of_a_lead_school_is_told_whom_it_helps() -> None:
    lead, mentee = SchoolFactory(), SchoolFactory(short_name="Путиловская ООШ")
    PartnershipFactory.create(mentee=mentee, lead=lead, school_year=school_year())
    tasks = first_screen(Role.MENTOR, lead)["tasks"]
    assert tasks == [
        "Помочь школе: Вашей помощи ждёт Путиловская ООШ. "
        "Посмотрите, почему вы в паре, и договоритесь о первой встрече."
    ]


def test_an_analyst_reads_counts_of_the_territory_and_has_nothing_to_do() -> None:
    district = MunicipalityFactory()
    schools = SchoolFactory.create_batch(3, territory=district)
    for school in schools[:2]:
        SchoolResultFactory.create(organisation=school, assessment=AssessmentFactory(year=2025))
    SchoolResultFactory.create(organisation=schools[2], assessment=AssessmentFactory(year=2024))
    SchoolResultFactory.create(assessment=AssessmentFactory(year=2025))
    screen = first_screen(Role.REGIONAL_ANALYST, ServiceFactory(territory=district))
    assert screen == {"tasks": [], "figures": ["Школы с результатами за 2025 год: 2"]}


def test_a_school_is_told_nothing_of_its_neighbour() -> None:
    district = MunicipalityFactory()
    own, neighbour = SchoolFactory.create_batch(2, territory=district)
    StatusFactory.create(organisation=neighbour)
    PartnershipFactory.create(mentee=neighbour, lead=SchoolFactory(), school_year=school_year())
    assert first_screen(Role.HEAD_TEACHER, own) == {"tasks": [], "figures": []}


def test_whoever_sees_no_contents_is_shown_no_way_to_them() -> None:
    held = RoleAssignmentFactory.create(role=Role.SYSTEM_ADMINISTRATOR)
    client = Client()
    client.force_login(held.user)
    steps = [str(step.label) for step in client.get("/").context["navigation"].steps]
    assert steps == ["Замечания проверок", "Люди и роли", "Фоновые задания", "Журнал изменений"]
