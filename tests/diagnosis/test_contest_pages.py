"""The pages of a contest, from the first criterion to the protocol, and the list of applications as a file."""

import io

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import Workbook, load_workbook

from mayak.accounts.enums import Role
from mayak.diagnosis.enums.contests import (
    ApplicationOrigin,
    ApplicationState,
    ContestState,
)
from mayak.diagnosis.models import Contest, ContestApplication, ContestAssignment
from mayak.diagnosis.services import contests as services
from mayak.kernel.access import Actor
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.measures import (
    PDF,
    ApplicationFactory,
    ContestExpertFactory,
    ContestFactory,
    CriterionFactory,
    head_of,
    methodist,
    paper,
    teacher_of,
)
from tests.factories.registry import AuthorityFactory, MunicipalityFactory, SchoolFactory, SchoolYearFactory

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, label="anna@example.org")


@pytest.fixture(autouse=True)
def _english(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


def coordinator(contest: Contest) -> Client:
    """Return the client of a coordinator of the contest's territory."""
    client = Client()
    user = RoleAssignmentFactory(
        role=Role.METHODIST, organisation=AuthorityFactory(territory=contest.territory)
    ).user
    client.force_login(user)
    return client


def client_of(user) -> Client:
    """Return a signed-in client."""
    client = Client()
    client.force_login(user)
    return client


def test_the_whole_contest_through_the_pages() -> None:
    territory = MunicipalityFactory()
    year = SchoolYearFactory()
    boss = methodist(territory)
    keeper = client_of(boss)
    today = timezone.localdate().isoformat()
    answer = keeper.post(
        reverse("diagnosis:contest-create"),
        {
            "kind": "low_results", "title": "Отбор", "territory": territory.pk, "school_year": year.pk,
            "applications_from": today, "applications_until": today, "scores_until": today, "experts_at_least": 1,
        },
    )  # fmt: skip
    contest = Contest.objects.get()
    here = reverse("diagnosis:contest", args=[contest.pk])
    assert answer.url == here
    school = SchoolFactory(territory=territory)
    head = client_of(head_of(school))
    assert head.get(here).status_code == 404  # a draft is nobody's but the organiser's
    keeper.post(reverse("diagnosis:contest-step", args=[contest.pk, "open"]))
    assert head.get(here).status_code == 200
    head.post(
        reverse("diagnosis:contest-apply", args=[contest.pk]),
        {"organisation": school.pk, "reasons": "Низкие результаты"},
    )
    application = ContestApplication.objects.get()
    assert application.origin == ApplicationOrigin.SCHOOL
    head.post(reverse("diagnosis:contest-file-add", args=[application.pk]), {"file": paper()})
    head.post(reverse("diagnosis:contest-application-submit", args=[application.pk]))
    expert = methodist(territory)
    keeper.post(reverse("diagnosis:contest-expert-add", args=[contest.pk]), {"user": expert.pk})
    keeper.post(reverse("diagnosis:contest-assign-all", args=[contest.pk]))
    keeper.post(reverse("diagnosis:contest-step", args=[contest.pk, "score"]))
    seen = client_of(expert)
    sheet = ContestAssignment.objects.get()
    url = reverse("diagnosis:contest-sheet", args=[sheet.pk])
    assert "Низкие результаты" in seen.get(url).content.decode()
    assert keeper.get(url).status_code == 404
    file = application.files.get()
    given = seen.get(reverse("diagnosis:contest-sheet-file", args=[sheet.pk, file.pk]))
    assert given.getvalue() == PDF
    values = {f"points_{row.pk}": "4" for row in contest.criteria.all()}
    refused = seen.post(url, {**values, f"points_{contest.criteria.first().pk}": "99", "step": "finish"})
    assert refused.status_code == 400
    seen.post(url, {**values, "step": "finish"})
    result = reverse("diagnosis:contest-application", args=[application.pk])
    assert "Mean points" not in head.get(result).content.decode()
    assert "Mean points" in keeper.get(result).content.decode()
    keeper.post(
        reverse("diagnosis:contest-decide", args=[application.pk]),
        {"decision": "chosen", "decision_reason": "Нужна помощь"},
    )
    keeper.post(
        reverse("diagnosis:contest-protocol-data", args=[contest.pk]),
        {"protocol_number": "1", "protocol_date": today},
    )
    keeper.post(reverse("diagnosis:contest-step", args=[contest.pk, "close"]))
    contest.refresh_from_db()
    assert contest.state == ContestState.CLOSED
    own = head.get(result).content.decode()
    assert "Нужна помощь" in own
    assert "Sheets of the experts" not in own
    book = load_workbook(
        io.BytesIO(keeper.get(reverse("diagnosis:contest-export", args=[contest.pk])).content)
    )
    assert next(cell.value for cell in book.active[2]) == str(school)
    assert keeper.get(reverse("diagnosis:contest-protocol", args=[contest.pk])).status_code == 200
    assert head.get(reverse("diagnosis:contest-protocol", args=[contest.pk])).status_code == 403


def test_another_school_sees_neither_the_application_nor_the_table() -> None:
    application = ApplicationFactory()
    neighbour = client_of(head_of(SchoolFactory(territory=application.contest.territory)))
    assert neighbour.get(reverse("diagnosis:contest-application", args=[application.pk])).status_code == 404
    page = neighbour.get(reverse("diagnosis:contest", args=[application.contest_id])).content.decode()
    assert str(application.organisation) not in page
    teacher = client_of(teacher_of(application.organisation))
    assert teacher.get(reverse("diagnosis:contest-application", args=[application.pk])).status_code == 403


def test_a_list_of_applications_is_tried_first() -> None:
    contest = ContestFactory()
    CriterionFactory(contest=contest)
    school = SchoolFactory(territory=contest.territory, short_name="МБОУ «Шумская СОШ»")
    known = ApplicationFactory(contest=contest)
    book = Workbook()
    for row in (
        ["Школа", "Обоснование"],
        ["МБОУ Шумская СОШ", "Математика"],
        [str(known.organisation), "ещё раз"],
        ["Неизвестная школа", "нет"],
        ["МБОУ «Шумская СОШ»", ""],
    ):
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    client = coordinator(contest)
    file = paper("list.xlsx", data.getvalue())
    page = client.post(reverse("diagnosis:contest-import", args=[contest.pk]), {"file": file})
    assert [row[0] for row in page.context["new"]] == [2]
    assert [row[0] for row in page.context["unchanged"]] == [3]
    assert [row[2] for row in page.context["rejected"]] == [
        "no school of the contest's territory has this code or name",
        "no reasons why the school takes part",
    ]
    assert contest.applications.count() == 1
    confirm = reverse("diagnosis:contest-import-confirm", args=[contest.pk])
    client.post(confirm, {"plan": page.context["plan"]})
    row = contest.applications.get(organisation=school)
    assert (row.origin, row.state) == (ApplicationOrigin.IMPORT, ApplicationState.SUBMITTED)
    client.post(confirm, {"plan": "forged"})
    assert contest.applications.count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_the_organiser_costs_the_same_for_any_number(
    count, django_assert_max_num_queries
) -> None:
    contest = ContestFactory()
    CriterionFactory(contest=contest)
    expert = ContestExpertFactory(contest=contest)
    for _number in range(count):
        services.assign_expert(ApplicationFactory(contest=contest), expert, actor=ACTOR)
    client = coordinator(contest)
    client.get("/")
    with django_assert_max_num_queries(24):
        assert client.get(reverse("diagnosis:contest", args=[contest.pk])).status_code == 200
