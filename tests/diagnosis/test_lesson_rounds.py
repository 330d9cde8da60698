"""Festivals: the table by criterion, small groups, lists from a file."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation

from mayak.accounts.enums import Role
from mayak.diagnosis.imports.lessons import read_lesson_list
from mayak.diagnosis.models import LessonObservation, LessonRound
from mayak.diagnosis.selectors.lesson_rounds import round_table
from mayak.diagnosis.services.lesson_lists import (
    ListedLesson,
    apply_lesson_list,
    plan_lesson_list,
    rows_from_plain,
    rows_to_plain,
)
from mayak.diagnosis.services.lesson_rounds import create_round, set_round_closed, update_round
from mayak.kernel.access import Actor, Scope
from mayak.kernel.exporting.tables import write_xlsx
from mayak.kernel.importing import ImportProblem
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.lessons import DAY, festival, finished, lesson, observation_form, observer, teacher_of
from tests.factories.registry import AuthorityFactory, SchoolFactory, SubjectFactory

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, label="anna@example.org")
EVERYTHING = Scope.of_everything()
HEADER = ["Дата урока", "ФИО учителя", "Школа", "Предмет", "Класс", "Тема урока", "Вид", "Наблюдатели"]


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


def held(school, found, scores, *, count=1, **fields) -> None:
    """Let so many teachers of the school give a lesson, each with two observers of the same scores."""
    for _number in range(count):
        finished(lesson(school, round=found, **fields), scores, scores)


def test_the_table_tells_criteria_and_never_people() -> None:
    school = SchoolFactory.create()
    found = festival(school)
    held(school, found, (3, 1, 0, 0), count=3)
    held(school, found, (1, 0, 3, 3), count=2)
    table = round_table(found)
    goal, talk = table.rows
    assert (table.lessons, table.rated, table.too_few) == (5, 5, 0)
    assert (goal.spread.teachers, goal.spread.lessons, goal.spread.mean) == (
        5,
        5,
        pytest.approx((3 * 1.0 + 2 * 0.25) / 5),
    )
    assert goal.spread.deviation == pytest.approx(0.4108, abs=0.0001)
    assert talk.spread.mean == pytest.approx(0.4)
    assert [row.part.code for row in table.rows] == ["goal", "talk"]


def test_fewer_teachers_than_the_threshold_are_hidden() -> None:
    school = SchoolFactory.create()
    found = festival(school)
    teacher = teacher_of(school)
    for topic in ("а", "б", "в", "г", "д"):
        held(school, found, (3, 1, 0, 0), teacher=teacher, topic=topic)
    table = round_table(found)
    assert [row.spread for row in table.rows] == [None, None]
    assert table.agreement == {}


def test_a_lesson_with_one_observer_enters_no_table() -> None:
    school = SchoolFactory.create()
    found = festival(school, min_group=3)
    held(school, found, (3, 1, 0, 0), count=3)
    finished(lesson(school, round=found), (0, 0, 0, 0))
    table = round_table(found)
    assert (table.rated, table.too_few, table.rows[0].spread.mean) == (3, 1, 1.0)


def test_a_subject_of_few_teachers_is_hidden_and_so_is_what_would_give_it_away() -> None:
    school = SchoolFactory.create()
    found = festival(school, min_group=3)
    held(school, found, (3, 1, 3, 3), count=4)
    held(school, found, (0, 0, 0, 0), count=3, subject=SubjectFactory.create(code="physics", name="Физика"))
    held(school, found, (0, 0, 0, 0), count=1, subject=SubjectFactory.create(code="music", name="Музыка"))
    table = round_table(found)
    assert (table.subjects, table.hidden_subjects) == (["Алгебра"], 2)
    assert [list(row.by_subject) for row in table.rows] == [["Алгебра"], ["Алгебра"]]
    assert table.rows[0].named_cells[0][1].mean == 1.0


def test_a_festival_is_held_by_a_form_in_use_and_keeps_it_with_its_lessons() -> None:
    school = SchoolFactory.create()
    days = {"starts_on": DAY, "ends_on": DAY + dt.timedelta(days=4)}
    values = {"territory": school.territory, "title": "Знаю как", **days}
    with pytest.raises(ValidationError, match="not in use"):
        create_round(actor=ACTOR, form=observation_form(code="draft", state="draft"), **values)
    found = create_round(actor=ACTOR, form=observation_form(), **values)
    lesson(school, round=found)
    with pytest.raises(ValidationError, match="observed by the form of this festival"):
        update_round(found, actor=ACTOR, form=observation_form(code="other"))
    with pytest.raises(ValidationError, match="would lie outside"):
        update_round(LessonRound.objects.get(pk=found.pk), actor=ACTOR, starts_on=DAY + dt.timedelta(days=1))
    set_round_closed(found, actor=ACTOR, closed=True)
    with pytest.raises(ValidationError, match="closed"):
        update_round(found, actor=ACTOR, title="Другое")


def test_a_rating_asks_for_two_observers_at_least() -> None:
    found = festival(SchoolFactory.create())
    found.min_observers = 1
    with pytest.raises(ValidationError):
        found.full_clean()


def rows_of(*lines) -> list[ListedLesson]:
    return read_lesson_list("lessons.xlsx", write_xlsx(HEADER, lines))


def test_a_list_is_read_by_its_headers() -> None:
    rows = rows_of(
        [
            dt.date(2022, 2, 21),
            "Иванова М. П.",
            "Школа",
            "Алгебра",
            "7 А",
            "Функция",
            "Пробный урок",
            "A@b.ru; c@d.ru",
        ],
        ["22.02.2022", "Петрова", "", "", "", "", "", ""],
    )
    assert rows[0] == ListedLesson(
        row=2, held_on=dt.date(2022, 2, 21), teacher="Иванова М. П.", school="Школа", subject="Алгебра", topic="Функция",
        kind="trial_lesson", grade=7, observers=("a@b.ru", "c@d.ru"),
    )  # fmt: skip
    assert (rows[1].held_on, rows[1].kind, rows[1].grade) == (dt.date(2022, 2, 22), "", None)
    assert rows_from_plain(rows_to_plain(rows)) == rows


def test_cells_that_cannot_be_read_are_named() -> None:
    rows = rows_of(
        ["31.02.2022", "Иванова", "", "", "", "", "", ""],
        ["21.02.2022", "Иванова", "", "", "", "", "пикник", ""],
        ["21.02.2022", "Иванова", "", "", "13", "", "", ""],
    )
    assert [row.problem for row in rows] == [
        "“31.02.2022” is not a date", "the kind of visit “пикник” is unknown", "“13” is no grade",
    ]  # fmt: skip


def test_a_file_without_teachers_is_no_list_of_lessons() -> None:
    with pytest.raises(ImportProblem):
        read_lesson_list("a.xlsx", write_xlsx(["Дата", "Сумма"], [["21.02.2022", "5"]]))


def test_the_trial_writes_nothing_and_the_list_is_taken_once() -> None:
    school = SchoolFactory.create()
    found = festival(school)
    teacher_of(school, family_name="Иванова", given_name="Мария", patronymic="Петровна")
    SubjectFactory.create(code="algebra", name="Алгебра")
    users = [observer(school), observer(school)]
    emails = tuple(user.email for user in users)
    rows = [
        ListedLesson(
            row=2,
            held_on=DAY,
            teacher="Иванова Мария Петровна",
            subject="алгебра",
            topic="А",
            observers=emails,
        ),
        ListedLesson(row=3, held_on=DAY, teacher="Сидорова Анна", subject="алгебра"),
        ListedLesson(row=4, held_on=dt.date(2023, 1, 1), teacher="Иванова Мария Петровна", subject="алгебра"),
        ListedLesson(
            row=5, held_on=DAY, teacher="Иванова Мария Петровна", subject="алгебра", observers=("x@y.ru",)
        ),
    ]
    trial = plan_lesson_list(found, rows, scope=EVERYTHING, actor=ACTOR)
    assert LessonObservation.objects.count() == 0
    assert [(one.outcome, one.problem) for one in trial] == [
        ("new", ""),
        ("rejected", "the registry knows no such person here"),
        ("rejected", "The day lies outside the festival."),
        ("rejected", "no such observers: x@y.ru"),
    ]
    assert apply_lesson_list(found, rows, scope=EVERYTHING, actor=ACTOR) == trial
    one = LessonObservation.objects.get()
    assert (one.round, one.topic, one.sheets.count(), one.organisation) == (found, "А", 2, school)
    with pytest.raises(ValidationError, match="nothing new"):
        apply_lesson_list(found, rows, scope=EVERYTHING, actor=ACTOR)


def test_a_teacher_of_a_neighbour_is_not_known_here() -> None:
    school = SchoolFactory.create()
    found = festival(school)
    stranger = teacher_of(SchoolFactory.create(), family_name="Чужая")
    row = ListedLesson(row=2, held_on=DAY, teacher=str(stranger), subject="алгебра")
    scope = Scope(territory_paths=(school.territory.path,))
    report = plan_lesson_list(found, [row], scope=scope, actor=ACTOR)
    assert report[0].problem == "the registry knows no such person here"


@pytest.fixture
def coordinator():
    return RoleAssignmentFactory.create(
        role=Role.MUNICIPAL_COORDINATOR, organisation=AuthorityFactory.create()
    )


@pytest.fixture
def client(coordinator) -> Client:
    client = Client()
    client.force_login(coordinator.user)
    return client


def test_a_festival_from_its_beginning_to_its_table_on_its_pages(client: Client, coordinator) -> None:
    school = SchoolFactory.create(territory=coordinator.organisation.territory)
    teacher = teacher_of(school)
    SubjectFactory.create(code="algebra", name="Алгебра")
    form = observation_form()
    values = {
        "title": "Фестиваль", "territory": school.territory_id, "form": form.pk, "starts_on": "2022-02-21",
        "ends_on": "2022-02-25", "min_observers": 2, "min_group": 5,
    }  # fmt: skip
    assert client.post(reverse("diagnosis:lesson-round-new"), values).status_code == 302
    found = LessonRound.objects.get()
    line = [
        "21.02.2022",
        str(teacher),
        "",
        "Алгебра",
        "7",
        "Функция",
        "открытый урок",
        observer(school).email,
    ]
    file = SimpleUploadedFile("lessons.xlsx", write_xlsx(HEADER, [line]))
    trial = client.post(reverse("diagnosis:lesson-round-import", args=[found.pk]), {"file": file})
    assert "fewer observers than a rating needs" in trial.content.decode()
    assert LessonObservation.objects.count() == 0
    client.post(reverse("diagnosis:lesson-round-apply", args=[found.pk]), {"signed": trial.context["signed"]})
    assert LessonObservation.objects.get().teacher == teacher
    page = client.get(reverse("diagnosis:lesson-round", args=[found.pk]))
    assert "hidden: fewer teachers than the threshold" in page.content.decode()


def test_a_trial_that_somebody_made_up_is_refused(client: Client, coordinator) -> None:
    found = festival(SchoolFactory.create(territory=coordinator.organisation.territory))
    answer = client.post(
        reverse("diagnosis:lesson-round-apply", args=[found.pk]), {"signed": "made:up"}, follow=True
    )
    assert "Load the file again" in answer.content.decode()


def test_the_empty_table_is_a_list_that_can_be_read(client: Client) -> None:
    answer = client.get(reverse("diagnosis:lesson-list-template"))
    rows = read_lesson_list("lessons.xlsx", answer.content)
    assert [(row.held_on, row.kind, row.problem) for row in rows] == [(DAY, "open_lesson", "")]


def test_the_file_of_the_table_names_no_person(client: Client, coordinator) -> None:
    school = SchoolFactory.create(territory=coordinator.organisation.territory)
    found = festival(school)
    held(school, found, (3, 1, 0, 0), count=5)
    answer = client.get(reverse("diagnosis:lesson-round", args=[found.pk]), {"export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[1] == ["Методические", "1 Цель урока", None, 5, 100, 0]
    text = str(cells)
    assert not any(
        one.teacher.family_name in text for one in LessonObservation.objects.select_related("teacher")
    )


def test_a_school_sees_the_festival_of_its_district_and_not_that_of_another_school() -> None:
    school = SchoolFactory.create()
    other = SchoolFactory.create(territory=school.territory)
    district = festival(school)
    own = festival(school, organisation=school, title="Своя")
    theirs = festival(school, organisation=other, title="Чужая")
    scope = Scope(organisation_ids=frozenset({school.pk}))
    assert set(LessonRound.objects.within(scope)) == {district, own}
    assert set(LessonRound.objects.within(Scope(territory_paths=(school.territory.path,)))) == {
        district,
        own,
        theirs,
    }
