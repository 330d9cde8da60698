"""Pages of the catalogues of tasks: list, tasks of one, loading after a report, files that come back, who may what."""

import io
from http import HTTPStatus

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from mayak.accounts.enums import Role
from mayak.diagnosis.imports.exam_tasks import read_tasks
from mayak.diagnosis.models import TaskCatalogue
from mayak.diagnosis.services.exam_task_lists import plan_catalogues
from mayak.diagnosis.services.exam_tasks import apply_catalogues
from mayak.kernel.access import SYSTEM
from mayak.kernel.exporting.tables import write_xlsx
from tests.factories.accounts import UserFactory
from tests.factories.exam_tasks import DOCUMENT, HEADER, ExamTaskFactory, TaskCatalogueFactory, line
from tests.factories.people import this_year, user_of
from tests.factories.registry import SchoolFactory, ServiceFactory, SubjectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def maths():
    return SubjectFactory(code="mathematics", name="Математика", aliases=["МА", "матем."])


@pytest.fixture
def school():
    this_year()
    return SchoolFactory()


@pytest.fixture
def methodist(school) -> Client:
    return signed_in(user_of(ServiceFactory(territory=school.territory), Role.METHODIST))


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def load(*rows) -> None:
    plan = plan_catalogues(read_tasks("tasks.xlsx", write_xlsx(HEADER, rows)))
    apply_catalogues(plan.catalogues, agreed=[], file_name="tasks.xlsx", actor=SYSTEM)


def test_the_pages_load_a_catalogue_after_the_report(methodist) -> None:
    load(line("1"), line("3"))
    [known] = TaskCatalogue.objects.all()
    rows = [line("1", 2), line("2"), line("1", grade=6)]
    file = SimpleUploadedFile("new.xlsx", write_xlsx(HEADER, rows))
    report = methodist.post(reverse("diagnosis:exam-tasks-import"), {"file": file})
    page = report.content.decode()
    assert "Replace “ВПР 2026, Математика, 5” (tasks now 2, then 2)" in page
    assert "changed tasks: 1" in page
    assert "tasks that go: 3" in page
    assert "ВПР 2026, Математика, 6: 1 task" in page
    assert TaskCatalogue.objects.count() == 1
    key = f"vpr-{known.subject_id}-5-2026"
    assert f'value="{key}"' in page
    confirm = reverse("diagnosis:exam-tasks-confirm")
    methodist.post(confirm, {"plan": "forged", "replace": [key]})
    assert TaskCatalogue.objects.count() == 1
    done = methodist.post(confirm, {"plan": report.context["plan"], "replace": [key]}, follow=True)
    assert "Catalogues added: 1, replaced: 1." in done.content.decode()
    assert list(known.tasks.values_list("task_code", "max_score")) == [("1", 2), ("2", 1)]
    address = reverse("diagnosis:exam-catalogue", args=[known.pk])
    assert "Undo the loading" in methodist.get(address).content.decode()
    assert "new.xlsx" in methodist.get(address).content.decode()
    methodist.post(reverse("diagnosis:exam-catalogue-undo", args=[known.pk]))
    assert list(known.tasks.values_list("task_code", "max_score")) == [("1", 1), ("3", 1)]


def test_a_file_with_a_wrong_cell_writes_nothing(methodist) -> None:
    rows = [line("1"), line("2", "два"), line("1", grade=6)]
    file = SimpleUploadedFile("new.xlsx", write_xlsx(HEADER, rows))
    report = methodist.post(reverse("diagnosis:exam-tasks-import"), {"file": file})
    page = report.content.decode()
    assert "два" in page
    assert "this is not a number" in page
    assert reverse("diagnosis:exam-tasks-confirm") not in page
    methodist.post(reverse("diagnosis:exam-tasks-confirm"), {"plan": report.context["plan"]})
    assert not TaskCatalogue.objects.exists()


def test_a_file_that_is_no_catalogue_says_why_at_its_field(methodist) -> None:
    address = reverse("diagnosis:exam-tasks-import")
    for content, words in ((b"", "empty"), ("Предмет;Тема\nФизика;Свет\n".encode(), "lacks the columns")):
        answer = methodist.post(address, {"file": SimpleUploadedFile("tasks.csv", content)})
        assert answer.status_code == HTTPStatus.BAD_REQUEST
        assert words in answer.content.decode()


def test_the_template_is_a_file_that_can_be_loaded(methodist) -> None:
    answer = methodist.get(reverse("diagnosis:exam-tasks-template"))
    found = plan_catalogues(read_tasks("template.xlsx", answer.content))
    assert found.faults == []
    assert [(one.title, len(one.tasks)) for one in found.catalogues] == [("ВПР 2026, Математика, 5", 2)]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_catalogue_that_went_out_comes_back_unchanged(methodist, kind, language) -> None:
    load(
        line("1", 2.5, kind="ЕГЭ", grade=""),
        line("9.1", kind="ЕГЭ", grade="", section="", skill="", complexity="", topic="=Сумма"),
    )
    [catalogue] = TaskCatalogue.objects.all()
    address = reverse("diagnosis:exam-catalogue", args=[catalogue.pk])
    with override_settings(LANGUAGE_CODE=language), translation.override(language):
        answer = methodist.get(address, {"_export": kind}, headers={"accept-language": language})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    found = plan_catalogues(read_tasks(f"tasks.{kind}", content))
    assert found.faults == []
    assert [(one.outcome, one.title) for one in found.catalogues] == [("same", "ЕГЭ 2026, Математика")]


def test_the_file_has_all_columns_and_the_page_those_of_a_task(methodist) -> None:
    load(line("1"))
    [catalogue] = TaskCatalogue.objects.all()
    address = reverse("diagnosis:exam-catalogue", args=[catalogue.pk])
    sheet = openpyxl.load_workbook(io.BytesIO(methodist.get(address, {"_export": "xlsx"}).content)).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        [
            "Exam",
            "Subject",
            "Grade",
            "Year",
            "Task",
            "Maximum",
            "Section",
            "Topic",
            "Skill",
            "Difficulty",
            "Source",
        ],
        ["ВПР", "Математика", 5, 2026, "1", 1, "Раздел", "Числа", "Считает.", "basic", DOCUMENT],
    ]
    page = methodist.get(address)
    assert [column.name for column in page.context["table"].columns] == [
        "task", "max_score", "section", "topic", "complexity",
    ]  # fmt: skip


def test_the_list_is_found_by_topic_exam_and_grade(school) -> None:
    load(line(topic="Дроби"), line(kind="ОГЭ", grade=9, topic="Функции"))
    client = signed_in(user_of(school, Role.TEACHER))

    def titles(**asked) -> list[str]:
        page = client.get(reverse("diagnosis:exam-tasks"), asked)
        return [str(row.record) for row in page.context["table"].rows]

    assert titles() == ["ВПР 2026, Математика, 5", "ОГЭ 2026, Математика, 9"][::-1]
    assert titles(q="дроби") == ["ВПР 2026, Математика, 5"]
    assert titles(kind="oge") == ["ОГЭ 2026, Математика, 9"]
    assert titles(grade=5) == ["ВПР 2026, Математика, 5"]
    assert titles(q="чего нет") == []


def test_the_pages_cost_the_same_for_one_and_for_many(methodist) -> None:
    counts = []
    for number in (1, 20):
        for at in range(number):
            catalogue = TaskCatalogueFactory(year=2000 + at + number)
            ExamTaskFactory.create_batch(number, catalogue=catalogue)
        for address in (
            reverse("diagnosis:exam-tasks"),
            reverse("diagnosis:exam-catalogue", args=[catalogue.pk]),
        ):
            methodist.get(address)
            with CaptureQueriesContext(connection) as queries:
                methodist.get(address)
            counts.append(len(queries))
    assert counts[:2] == counts[2:]


CHANGES = [
    ("get", "exam-tasks-import"),
    ("post", "exam-tasks-import"),
    ("post", "exam-tasks-confirm"),
    ("get", "exam-tasks-template"),
    ("post", "exam-catalogue-undo"),
]


@pytest.mark.parametrize(("method", "name"), CHANGES)
@pytest.mark.parametrize("role", [Role.TEACHER, Role.HEAD_TEACHER])
def test_only_coordinators_and_methodists_change_catalogues(school, method, name, role) -> None:
    load(line("1"))
    args = [TaskCatalogue.objects.get().pk] if name.endswith("undo") else []
    client = signed_in(user_of(school, role))
    answer = getattr(client, method)(reverse(f"diagnosis:{name}", args=args))
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert TaskCatalogue.objects.count() == 1


def test_a_school_reads_catalogues_and_sees_no_way_to_change_them(school) -> None:
    load(line("1"))
    client = signed_in(user_of(school, Role.TEACHER))
    assert "Load a file" not in client.get(reverse("diagnosis:exam-tasks")).content.decode()
    page = client.get(reverse("diagnosis:exam-catalogue", args=[TaskCatalogue.objects.get().pk]))
    assert page.status_code == HTTPStatus.OK
    assert "Undo the loading" not in page.content.decode()


def test_a_catalogue_that_is_not_there_is_not_found_and_nobody_without_a_role_reads_one(methodist) -> None:
    for method, name in (("get", "exam-catalogue"), ("post", "exam-catalogue-undo")):
        answer = getattr(methodist, method)(reverse(f"diagnosis:{name}", args=[999]))
        assert answer.status_code == HTTPStatus.NOT_FOUND
    catalogue = TaskCatalogueFactory()
    stranger = signed_in(UserFactory())
    for name, args in (("exam-tasks", []), ("exam-catalogue", [catalogue.pk])):
        answer = stranger.get(reverse(f"diagnosis:{name}", args=args))
        assert answer.status_code == HTTPStatus.FORBIDDEN


def test_the_first_page_of_diagnosis_leads_to_the_catalogue(school) -> None:
    page = signed_in(user_of(school, Role.TEACHER)).get(reverse("diagnosis:index")).content.decode()
    assert reverse("diagnosis:exam-tasks") in page
    assert page.index(reverse("diagnosis:competences")) < page.index(reverse("diagnosis:exam-tasks"))
