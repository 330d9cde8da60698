"""Files: results of a test and a catalogue come in after a report, the catalogue goes out; supplied data; task points."""

import datetime as dt
from http import HTTPStatus

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone, translation

from mayak.accounts.enums import Role
from mayak.diagnosis.imports.competences import read_competences
from mayak.diagnosis.imports.sheets import as_day, as_number
from mayak.diagnosis.imports.teacher_tests import read_results
from mayak.diagnosis.jobs.deficits import refresh
from mayak.diagnosis.models import (
    Competence,
    CompetenceGroup,
    CompetenceLevel,
    DeficitEvidence,
    TaskCatalogue,
)
from mayak.diagnosis.selectors.competences import levels_of, suitable_competences
from mayak.diagnosis.selectors.school_tasks import school_task_deficits, weak_topics_of
from mayak.diagnosis.services.competence_lists import apply_competences, plan_competences
from mayak.diagnosis.services.competence_reference import load_competence_reference
from mayak.diagnosis.services.test_lists import apply_results, plan_results
from mayak.kernel.access import SYSTEM, Scope
from mayak.kernel.exporting.tables import write_xlsx
from mayak.kernel.importing import ImportProblem, open_upload
from mayak.registry.models import Subject
from mayak.registry.services.reference import load_registry_reference
from mayak.results.enums import ResultBasis
from mayak.results.models import Assessment, ParticipantResult
from tests.factories.exam_tasks import ExamTaskFactory, TaskCatalogueFactory
from tests.factories.matching import result
from tests.factories.people import CompetenceFactory, GroupFactory, say, teacher, this_year, user_of
from tests.factories.registry import MunicipalityFactory, PersonFactory, SchoolFactory, ServiceFactory

pytestmark = pytest.mark.django_db
HEADER = ["ФИО", "E-mail", "Школа", "Код компетенции", "Результат", "Дата"]
EVERYTHING = Scope.of_everything()


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


@pytest.fixture
def school():
    this_year()
    return SchoolFactory(short_name="МБОУ СОШ № 7")


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def planned(rows, header=HEADER, *, kind="percent", instrument="Диагностика", scope=EVERYTHING):
    data = write_xlsx(header, rows)
    names = [text for row in Competence.objects.values_list("code", "name") for text in row]
    given = read_results("test.xlsx", data, names)
    return plan_results(given, scope=scope, kind=kind, day=timezone.localdate(), instrument=instrument)


# Reading


@pytest.mark.parametrize(
    ("text", "number"),
    [("65", 65), ("65,5 %", 65.5), ("0.4", 0.4), ("", None), ("много", None), ("1e3", None)],
)
def test_numbers_as_people_write_them(text, number) -> None:
    assert as_number(text) == number


def test_days_as_people_write_them() -> None:
    assert as_day("12.03.2026") == dt.date(2026, 3, 12)
    assert as_day(dt.datetime(2026, 3, 12, 9, 0, tzinfo=dt.UTC)) == dt.date(2026, 3, 12)
    assert as_day("31.02.2026") is None
    assert as_day("весной") is None


def test_a_table_without_people_is_refused() -> None:
    with pytest.raises(ImportProblem):
        read_results("test.csv", "Предмет;Балл\nФизика;3\n".encode(), [])


# Results of a test


def test_a_result_for_each_row_and_a_row_for_each_person(school) -> None:
    one, other = CompetenceFactory(code="goal"), CompetenceFactory(code="reflection", name="Рефлексия")
    person = teacher(school, "Иванова", given_name="Анна", patronymic="Петровна")
    long = planned([["Иванова Анна Петровна", "", "", "goal", "65 %", "12.03.2026"]])
    assert [(row.outcome, row.person_id, row.competence_id, row.severity, row.day) for row in long] == [
        ("new", person.pk, one.pk, 1.05, dt.date(2026, 3, 12))
    ]
    wide = planned([["Иванова Анна Петровна", 40, 100]], ["ФИО", "goal", "Рефлексия"])
    assert [(row.competence_id, row.severity) for row in wide] == [(one.pk, 1.8), (other.pk, 0)]


def test_levels_and_severities_are_read_as_what_they_are(school) -> None:
    CompetenceFactory(code="goal")
    teacher(school, "Иванова", given_name="Анна", patronymic="")
    row = [["Иванова Анна", "", "", "goal", "1", ""]]
    assert planned(row, kind="level")[0].severity == 2
    assert planned(row, kind="severity")[0].severity == 1
    assert planned(row, kind="percent")[0].severity == 2.97


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["Никто Иван", "", "", "goal", "50", ""], "nobody of your territory"),
        (["Иванова Анна", "", "", "nothing", "50", ""], "the competence “nothing” is unknown"),
        (["Иванова Анна", "", "", "goal", "120", ""], "“120” is no result"),
        (["Иванова Анна", "", "", "goal", "хорошо", ""], "“хорошо” is no result"),
        (["Иванова Анна", "", "", "goal", "50", "завтра"], "the date cannot be read"),
        (["Иванова Анна", "", "", "goal", "50", "01.01.2099"], "lies in the future"),
        (["Иванова Анна", "", "", "", "50", ""], "no competence is named"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(school, row, words) -> None:
    CompetenceFactory(code="goal")
    teacher(school, "Иванова", given_name="Анна", patronymic="")
    [found] = planned([row])
    assert found.outcome == "rejected"
    assert words in found.problem


def test_namesakes_are_told_apart_by_school_or_address_never_guessed(school) -> None:
    CompetenceFactory(code="goal")
    first = teacher(school, "Иванова", given_name="Анна", patronymic="", email="anna@example.org")
    second = teacher(
        SchoolFactory(territory=school.territory, short_name="Лицей"),
        "Иванова",
        given_name="Анна",
        patronymic="",
    )
    rows = [
        ["Иванова Анна", "", "", "goal", "50", ""],
        ["Иванова Анна", "", "Лицей", "goal", "50", ""],
        ["", "ANNA@example.org", "", "goal", "50", ""],
    ]
    found = planned(rows)
    assert [(row.outcome, row.person_id) for row in found] == [
        ("rejected", 0),
        ("new", second.pk),
        ("new", first.pk),
    ]
    assert "several people" in found[0].problem


def test_people_of_other_territories_are_not_found(school) -> None:
    CompetenceFactory(code="goal")
    teacher(school, "Иванова", given_name="Анна", patronymic="")
    scope = Scope(territory_paths=(MunicipalityFactory().path,))
    [row] = planned([["Иванова Анна", "", "", "goal", "50", ""]], scope=scope)
    assert row.outcome == "rejected"


def test_the_same_file_again_does_nothing(school) -> None:
    CompetenceFactory(code="goal")
    teacher(school, "Иванова", given_name="Анна", patronymic="")
    rows = [["Иванова Анна", "", "", "goal", "50", "12.03.2026"]]
    assert apply_results(planned(rows), scope=EVERYTHING, instrument="Диагностика", actor=SYSTEM) == (1, 1)
    again = planned(rows)
    assert [row.outcome for row in again] == ["same"]
    with pytest.raises(ValidationError):
        apply_results(again, scope=EVERYTHING, instrument="Диагностика", actor=SYSTEM)
    assert DeficitEvidence.objects.count() == 1


def test_vpr_is_no_test_of_a_teacher(school) -> None:
    CompetenceFactory(code="goal")
    with pytest.raises(ValidationError) as caught:
        planned([["Иванова", "", "", "goal", "50", ""]], instrument="Результаты ВПР 2026")
    assert caught.value.code == "vpr"


def test_the_pages_load_a_test_after_the_report(school) -> None:
    CompetenceFactory(code="goal", name="Цель урока")
    teacher(school, "Иванова", given_name="Анна", patronymic="")
    client = signed_in(user_of(school, Role.HEAD_TEACHER))
    address = reverse("diagnosis:test-import")
    template = client.get(reverse("diagnosis:test-template"))
    assert template.status_code == HTTPStatus.OK

    def form(instrument: str) -> dict:
        rows = [["Иванова Анна", "", "", "goal", 30, None], ["Петров", "", "", "goal", 30, None]]
        file = SimpleUploadedFile("test.xlsx", write_xlsx(HEADER, rows))
        return {"file": file, "instrument": instrument, "kind": "percent", "day": "2026-03-12"}

    refused = client.post(address, form("ВПР 5 класс"))
    assert refused.status_code == HTTPStatus.BAD_REQUEST
    assert "evaluate teachers" in refused.content.decode()
    report = client.post(address, form("Диагностика"))
    page = report.content.decode()
    assert "Row 2: Иванова Анна: Цель урока" in page
    assert "Row 3: Петров" in page
    assert not DeficitEvidence.objects.exists()
    assert "Иванова" not in report.context["plan"]
    client.post(reverse("diagnosis:test-confirm"), {"plan": report.context["plan"]})
    [evidence] = DeficitEvidence.objects.all()
    assert (evidence.source, evidence.severity, evidence.instrument) == ("test", 2.1, "Диагностика")
    client.post(reverse("diagnosis:test-confirm"), {"plan": "forged"})
    assert DeficitEvidence.objects.count() == 1


def test_a_teacher_loads_no_test(school) -> None:
    response = signed_in(user_of(school, Role.TEACHER)).get(reverse("diagnosis:test-import"))
    assert response.status_code == HTTPStatus.FORBIDDEN


# The catalogue as a file


def test_the_catalogue_that_went_out_comes_back_unchanged(school) -> None:
    one = CompetenceFactory(description="Описание", grade_from=5, grade_to=9, source="Протокол")
    CompetenceLevel.objects.create(competence=one, level=3, description="Учит других.")
    client = signed_in(user_of(ServiceFactory(territory=school.territory), Role.METHODIST))
    response = client.get(reverse("diagnosis:competences"), {"_export": "xlsx"})
    with translation.override("en"):
        found = plan_competences(read_competences("catalogue.xlsx", response.content))
    assert [(row.outcome, row.pk) for row in found] == [("same", one.pk)]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["", "Чужая", "Название", "", "", ""], "the group “Чужая” is unknown"),
        (["", "Методические", "Название", "Астрология", "", ""], "the subject “Астрология” is unknown"),
        (["", "Методические", "Название", "", 9, 5], "the last grade lies below the first"),
        (["", "Методические", "Название", "", 15, ""], "a grade is a number from 1 to 12"),
        (["код", "Методические", "Название", "", "", ""], "other than Latin letters"),
        (["", "Методические", "Н" * 201, "", "", ""], "longer than 200"),
    ],
)
def test_a_competence_that_cannot_be_taken_says_why(row, words) -> None:
    GroupFactory()
    header = ["Код", "Группа", "Название", "Предмет", "Классы с", "Классы по"]
    [found] = plan_competences(read_competences("catalogue.xlsx", write_xlsx(header, [row])))
    assert found.outcome == "rejected"
    assert words in found.problem


def test_a_file_adds_and_changes_competences(school) -> None:
    known = CompetenceFactory(code="goal", name="Цель урока")
    header = ["Код", "Группа", "Название", "Описание", "Уровень 3"]
    rows = [
        ["goal", "Методические", "Цель урока", "Ставит цель.", ""],
        ["", "methods", "Домашнее задание", "", "Учит других."],
        ["", "methods", "домашнее  задание", "", ""],
    ]
    found = plan_competences(read_competences("catalogue.xlsx", write_xlsx(header, rows)))
    assert [row.outcome for row in found] == ["changed", "new", "rejected"]
    assert apply_competences(found, actor=SYSTEM) == (1, 1)
    known.refresh_from_db()
    assert known.description == "Ставит цель."
    made = Competence.objects.get(name="Домашнее задание")
    assert [(row.level, row.is_own) for row in levels_of(made)] == [
        (0, False),
        (1, False),
        (2, False),
        (3, True),
    ]


def test_the_pages_load_a_catalogue_after_the_report(school) -> None:
    GroupFactory()
    client = signed_in(user_of(ServiceFactory(territory=school.territory), Role.METHODIST))
    assert client.get(reverse("diagnosis:competence-template")).status_code == HTTPStatus.OK
    file = SimpleUploadedFile("catalogue.csv", "Группа;Название\nМетодические;Разбор ошибки\n".encode())
    report = client.post(reverse("diagnosis:competence-import"), {"file": file})
    assert "Разбор ошибки" in report.content.decode()
    assert not Competence.objects.exists()
    client.post(reverse("diagnosis:competence-confirm"), {"plan": report.context["plan"]})
    assert Competence.objects.get().name == "Разбор ошибки"
    bad = client.post(reverse("diagnosis:competence-import"), {"file": SimpleUploadedFile("a.csv", b"")})
    assert bad.status_code == HTTPStatus.BAD_REQUEST


# What comes with the product


def test_the_supplied_catalogue_is_whole_and_marked_as_ours() -> None:
    load_registry_reference()
    counts = load_competence_reference()
    assert Competence.objects.count() == 80
    assert CompetenceGroup.objects.count() == 7
    assert CompetenceLevel.objects.count() == 28
    assert set(CompetenceGroup.objects.filter(for_heads=True).values_list("code", flat=True)) == {
        "management"
    }
    assert not Competence.objects.exclude(source__startswith="Составлено нами").exists()
    assert all("Р-201" in group.source or "23706" in group.source for group in CompetenceGroup.objects.all())
    assert [count.created for count in counts] == [7, 28, 80, 12, 3, 51]
    again = load_competence_reference()
    assert [count.unchanged for count in again] == [7, 28, 80, 12, 3, 51]


def test_a_maths_teacher_is_offered_algebra_and_no_management() -> None:
    load_registry_reference()
    load_competence_reference()
    maths = Subject.objects.filter(code="mathematics")
    found = suitable_competences(PersonFactory(), maths, is_head=False)
    groups = set(found.values_list("group__code", flat=True))
    assert groups == {"subject", "methods", "psychology", "communication", "law", "digital"}
    assert set(found.filter(group__code="subject").values_list("subject__code", flat=True)) == {
        "mathematics", "algebra", "geometry", "probability",
    }  # fmt: skip
    assert (
        suitable_competences(PersonFactory(), maths, is_head=True).filter(group__code="management").count()
        == 9
    )


def test_the_job_combines_everybody_anew(school) -> None:
    class Handle:
        def progress(self, *args) -> None:
            pass

    one = CompetenceFactory()
    say(teacher(school), one, 2)
    say(teacher(school), CompetenceFactory(), 2)
    assert refresh(Handle()) == {"people": 2}
    assert refresh(Handle(), competence=one.pk) == {"people": 1}


# Points by task


@pytest.fixture
def paper(school):
    """Ten pupils of a paper of three tasks: 1 of two points, 2.1 of one, 2.2 of two."""
    from tests.factories.registry import SubjectFactory

    maths = SubjectFactory(code="mathematics", name="Математика")
    found = result(school, maths, below=3, participants=10)
    exam = found.assessment
    catalogue = TaskCatalogueFactory(kind=exam.kind, subject=maths, grade=exam.grade, year=exam.year)
    for position, (code, points, topic, skill) in enumerate(
        [
            ("1", 2, "Числа", "Считать"),
            ("2", 3, "Задачи", "Решать"),
            ("2.1", 1, "Задачи", "Моделировать"),
            ("2.2", 2, "Задачи", "Решать"),
        ]
    ):
        ExamTaskFactory(
            catalogue=catalogue, task_code=code, position=position, max_score=points, topic=topic, skill=skill
        )
    return found


def pupils(found, *texts: str) -> None:
    ParticipantResult.objects.bulk_create(
        ParticipantResult(result=found, code=str(number), tasks=text) for number, text in enumerate(texts)
    )


def test_topics_and_skills_of_a_school_from_the_points(paper, school) -> None:
    pupils(paper, *["2;1;0"] * 5, *["1;X;1"] * 5)
    [found] = school_task_deficits(school)
    assert [(one.words, one.got, one.possible) for one in found.topics] == [
        ("Задачи", 10, 30),
        ("Числа", 15, 20),
    ]
    assert [(one.words, one.share) for one in found.skills] == [
        ("Решать", 0.25),
        ("Моделировать", 0.5),
        ("Считать", 0.75),
    ]
    assert [one.words for one in found.weak_topics] == ["Задачи"]
    assert [(code, topic.words) for code, _grade, topic in weak_topics_of(school)] == [
        ("mathematics", "Задачи")
    ]


def test_too_few_pupils_and_a_paper_that_does_not_fit_say_nothing(paper, school) -> None:
    pupils(paper, *["2;1;0"] * 9)
    assert [(one.problem, one.topics) for one in school_task_deficits(school)] == [("few", ())]
    ParticipantResult.objects.all().delete()
    pupils(paper, *["2;1;0;1;1"] * 12)
    assert school_task_deficits(school)[0].problem == "fits-not"
    TaskCatalogue.objects.all().delete()
    assert school_task_deficits(school)[0].problem == "catalogue"


def test_a_row_with_more_points_than_the_task_gives_is_left_out(paper, school) -> None:
    pupils(paper, *["2;1;0"] * 11, "9;1;0")
    [found] = school_task_deficits(school)
    assert (found.participants, found.left_out) == (11, 1)


def test_the_page_shows_the_school_and_no_participant(paper, school) -> None:
    pupils(paper, *["2;1;0"] * 12)
    client = signed_in(user_of(school, Role.HEAD_TEACHER))
    page = client.get(reverse("diagnosis:school-tasks", args=[school.pk])).content.decode()
    assert "Задачи" in page
    assert "Моделировать" in page
    assert Assessment.objects.count() == 1
    assert paper.basis in ResultBasis.values
    teacher_page = signed_in(user_of(school, Role.TEACHER)).get(
        reverse("diagnosis:school-tasks", args=[school.pk])
    )
    assert teacher_page.status_code == HTTPStatus.FORBIDDEN


def test_a_real_paper_gives_all_its_points_to_topics(shared_data, school) -> None:
    """«Ф1» of ВПР 2026, Russian, grade 4: fifteen tasks, fifty pupils; the topics hold every point of the school."""
    load_registry_reference()
    load_competence_reference()
    russian = Subject.objects.get(code="russian")
    found = result(school, russian, below=3, participants=50)
    Assessment.objects.filter(pk=found.assessment_id).update(kind="vpr", grade=4, year=2026)
    file = shared_data / "vpr_fis_oko_layout" / "F1_individualnye_rezultaty.xlsx"
    rows = [
        cells for number, cells in open_upload(file.name, file.read_bytes())[0].sheets[0].rows() if number > 9
    ]
    pupils(found, *(";".join(str(cell) for cell in cells[6:21]) for cells in rows))
    [paper] = school_task_deficits(school)
    assert (paper.problem, paper.participants, paper.left_out) == ("", 50, 0)
    assert sum(topic.got for topic in paper.topics) == sum(int(cells[21]) for cells in rows)
    assert sum(topic.possible for topic in paper.topics) == 50 * 24
    assert (
        paper.source
        == "ФИОКО. Описание КИМ для проведения в 2026 году проверочной работы по русскому языку, 4 класс"
    )
