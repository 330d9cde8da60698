"""Ready mentor pairs from a file: the report names places, the trial run writes nothing, an order puts pairs to work."""

import csv
import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation

from mayak.accounts.enums import Role
from mayak.kernel.access import Scope
from mayak.networks.imports.mentor_pairs import EXAMPLE, TITLES, read_mentor_pairs
from mayak.networks.models import MentorPair
from mayak.networks.services.pair_list_rows import KNOWN, NEW, REJECTED, PlannedRow, plan_pairs
from mayak.registry.models import Organisation, Person
from tests.factories.mentor_pairs import account_of, mentor_pair
from tests.factories.people import CompetenceFactory, teacher, this_year, user_of
from tests.factories.registry import AuthorityFactory, LegalActFactory, SchoolFactory, SubjectFactory

pytestmark = pytest.mark.django_db
HEAD = ["Наставник", "Школа наставника", "Наставляемый", "Школа наставляемого", "Вид", "Предмет", "Начало"]


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


@pytest.fixture
def lead() -> Organisation:
    return SchoolFactory(short_name="МБОУ Лицей № 1")


@pytest.fixture
def school(lead: Organisation) -> Organisation:
    return SchoolFactory(short_name="МБОУ СОШ № 5", territory=lead.territory)


def name_of(person: Person) -> str:
    return f"{person.family_name} {person.given_name} {person.patronymic}"


def table(*rows: list[str], head: list[str] = HEAD) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([head, *rows])
    return text.getvalue().encode()


def plan(data: bytes) -> list[PlannedRow]:
    rows = read_mentor_pairs("pairs.csv", data)
    return plan_pairs(rows, school_year=this_year(), scope=Scope.of_everything())


def test_a_row_becomes_a_pair_by_names_and_schools(lead: Organisation, school: Organisation) -> None:
    mentor, mentee = teacher(lead, "Петрова"), teacher(school, "Иванова")
    maths = SubjectFactory(name="Математика")
    row = [name_of(mentor), "Лицей", name_of(mentee), "", "традиционная", "математика", "01.10.2025"]
    [found] = plan(table(row))
    assert (found.outcome, found.column) == (REJECTED, "mentor")  # no such school
    row[1] = "МБОУ «Лицей № 1»"
    [found] = plan(table(row))
    assert (found.outcome, found.mentor, found.mentee, found.subject) == (
        NEW,
        mentor.pk,
        mentee.pk,
        maths.pk,
    )
    assert (found.mentor_school, found.mentee_school, found.starts_on) == (lead.pk, school.pk, "2025-10-01")


def test_two_people_of_one_name_need_the_school(lead: Organisation, school: Organisation) -> None:
    mentor, mentee = teacher(lead, "Петрова"), teacher(school, "Иванова")
    teacher(school, "Петрова")
    [found] = plan(table([name_of(mentor), "", name_of(mentee), "", "", "", ""]))
    assert (found.outcome, found.column, found.problem) == (
        REJECTED,
        "mentor",
        "several people have this name: write the school",
    )
    [found] = plan(table([name_of(mentor), str(lead), name_of(mentee), "", "", "", ""]))
    assert (found.outcome, found.mentor) == (NEW, mentor.pk)


@pytest.mark.parametrize(
    ("cells", "column", "problem"),
    [
        (("неведомая", "", ""), "kind", "an unknown kind of mentoring"),
        (("", "Алхимия", ""), "subject", "an unknown subject"),
        (("", "", "вчера"), "starts_on", "this is no date"),
        (("групповая", "", ""), "kind", "a group needs 3 mentees in the file"),
    ],
)
def test_what_is_not_understood_is_refused_at_its_place(
    lead: Organisation, school: Organisation, cells: tuple[str, ...], column: str, problem: str
) -> None:
    mentor, mentee = teacher(lead, "Петрова"), teacher(school, "Иванова")
    [found] = plan(table([name_of(mentor), "", name_of(mentee), "", *cells]))
    assert (found.row, found.outcome, found.column, found.problem) == (2, REJECTED, column, problem)


def test_a_pair_of_this_year_is_known_and_a_row_stands_once() -> None:
    pair = mentor_pair()
    mentee = pair.mentees.get().person
    other = teacher(pair.first_school, "Новая")
    rows = [[name_of(pair.mentor), "", name_of(one), "", "", "", ""] for one in (mentee, other, other)]
    assert [(one.outcome, one.problem) for one in plan(table(*rows))] == [
        (KNOWN, "a pair of this year already"),
        (NEW, ""),
        (REJECTED, "the file names this pair twice"),
    ]


def client_of(lead: Organisation) -> Client:
    client = Client(headers={"accept-language": "en"})
    authority = AuthorityFactory(territory=lead.territory)
    client.force_login(user_of(authority, Role.MUNICIPAL_COORDINATOR))
    return client


def send(client: Client, data: bytes, **values) -> str:
    body = {"file": SimpleUploadedFile("pairs.csv", data), "school_year": this_year().pk, **values}
    return client.post(reverse("networks:pair-import"), body).content.decode()


def signed(page: str) -> str:
    return page.split('name="plan" value="')[1].split('"', maxsplit=1)[0]


def test_the_trial_run_writes_nothing_then_everything_is_proposed(
    lead: Organisation, school: Organisation
) -> None:
    client, mentor = client_of(lead), teacher(lead, "Петрова")
    mentees = [teacher(school, f"Иванова{number}") for number in range(3)]
    rows = [[name_of(mentor), "", name_of(one), "", "групповая", "", ""] for one in mentees]
    page = send(client, table(*rows, [name_of(mentor), "", "Никто Никакой", "", "", "", ""]))
    assert "Row 5, «Наставляемый»" in page
    assert not MentorPair.objects.exists()
    client.post(reverse("networks:pair-import-confirm"), {"plan": signed(page)})
    pair = MentorPair.objects.get()
    assert (pair.kind, pair.state, pair.mentees.count()) == ("group", "proposed", 3)


def test_with_an_order_and_the_consents_the_pairs_are_at_work(
    lead: Organisation, school: Organisation
) -> None:
    client = client_of(lead)
    mentor, mentee = teacher(lead, "Петрова"), teacher(school, "Иванова")
    order = LegalActFactory(territory=lead.territory, date=dt.date(2025, 9, 20))
    data = table([name_of(mentor), "", name_of(mentee), "", "", "", "01.10.2025"])
    assert "Pairs are formed only with the consent of all" in send(client, data, order=order.pk)
    page = send(client, data, order=order.pk, has_consents="on")
    client.post(reverse("networks:pair-import-confirm"), {"plan": signed(page)})
    pair = MentorPair.objects.get()
    assert (pair.state, pair.order, pair.starts_on) == ("active", order, dt.date(2025, 10, 1))
    assert (pair.mentor_consented_on, pair.mentees.get().consented_on) == (order.date, order.date)
    assert pair.mentor_consent_paper == str(order)


def test_all_pairs_are_written_or_none(lead: Organisation, school: Organisation) -> None:
    """With one employer a supplement must hold: the pair that lacks it stops the whole list."""
    client = client_of(lead)
    order = LegalActFactory(territory=lead.territory, date=dt.date(2025, 9, 20))
    mentor = teacher(lead, "Петрова")
    rows = [
        [name_of(mentor), "", name_of(one), "", "", "", "01.10.2025"]
        for one in (teacher(school, "Иванова"), teacher(lead, "Своя"))
    ]
    page = send(client, table(*rows), order=order.pk, has_consents="on")
    answer = client.post(reverse("networks:pair-import-confirm"), {"plan": signed(page)}, follow=True)
    assert "Rows 3: Mentor and mentee have one employer" in answer.content.decode()
    assert not MentorPair.objects.exists()


def test_a_changed_plan_is_not_written(lead: Organisation) -> None:
    answer = client_of(lead).post(reverse("networks:pair-import-confirm"), {"plan": "x"}, follow=True)
    assert "The report is too old" in answer.content.decode()


def test_the_example_row_is_read_by_the_own_columns() -> None:
    competence = CompetenceFactory()
    row = [*EXAMPLE]
    row[TITLES.index("Компетенция")] = competence.name
    [found] = read_mentor_pairs("pairs.csv", table(row, head=list(TITLES)))
    assert found.text("mentor") == EXAMPLE[0]
    assert found.days == {"starts_on": dt.date(2025, 10, 1), "ends_on": dt.date(2026, 5, 31)}
    [planned] = plan(table(row, head=list(TITLES)))
    assert planned.problem == "nobody of your territory has this full name and works in this school"


def test_a_teacher_loads_no_pairs(lead: Organisation) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(account_of(teacher(lead), lead))
    for name in ("pair-import", "pair-import-template"):
        assert client.get(reverse(f"networks:{name}")).status_code == 403
    assert client.post(reverse("networks:pair-import-confirm")).status_code == 403
