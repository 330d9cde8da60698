"""Catalogues of tasks: what comes with the product, a file with its faults, the consent, undoing, topics of a school."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation

from mayak.accounts.enums import Role
from mayak.diagnosis.algorithms.task_codes import is_part, leaves_of, normal_code
from mayak.diagnosis.algorithms.task_results import Task, columns_of, read_rows
from mayak.diagnosis.imports.exam_tasks import read_tasks
from mayak.diagnosis.models import ExamTask, TaskCatalogue, TaskCatalogueLoad
from mayak.diagnosis.selectors.exam_tasks import image_of
from mayak.diagnosis.selectors.school_tasks import school_task_deficits
from mayak.diagnosis.services.competence_reference import load_competence_reference
from mayak.diagnosis.services.exam_task_lists import plan_catalogues, plan_from_plain, plan_to_plain
from mayak.diagnosis.services.exam_tasks import apply_catalogues, undo_load
from mayak.kernel.access import SYSTEM
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.exporting.tables import write_csv, write_xlsx
from mayak.kernel.importing import ImportProblem
from mayak.registry.services.reference import load_registry_reference
from mayak.results.models import ParticipantResult
from tests.factories.exam_tasks import DOCUMENT, HEADER, ExamTaskFactory, TaskCatalogueFactory, line
from tests.factories.matching import result
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


def plan_of(*rows, header=HEADER):
    return plan_catalogues(read_tasks("tasks.xlsx", write_xlsx(header, rows)))


def faults_of(*rows):
    return [(fault.row, fault.column, fault.text, fault.problem) for fault in plan_of(*rows).faults]


def load(*rows, agreed=()):
    return apply_catalogues(plan_of(*rows).catalogues, agreed=agreed, file_name="tasks.xlsx", actor=SYSTEM)


# Codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("7", "7"),
        ("7.0", "7"),
        ("10", "10"),
        ("9,1", "9.1"),
        ("9.1 (1б)", "9.1"),
        ("1К1", "1К1"),
        ("1K1", "1К1"),
        ("1 k1 (4 б.)", "1К1"),
        ("ГK4", "ГК4"),
        ("Q7", ""),
        ("первое", ""),
        ("9/1", ""),
        ("", ""),
        ("1234567890123", ""),
    ],
)
def test_a_code_has_one_spelling_as_the_results_read_it(text, code) -> None:
    assert normal_code(text) == code


def test_a_part_belongs_to_its_task_only() -> None:
    assert is_part("9.1", "9")
    assert is_part("9К1", "9")
    assert not is_part("91", "9")
    assert not is_part("9", "9")
    assert leaves_of("9", ["9", "9.1", "9.1К1", "9.1К2", "9.2", "91"]) == ["9.1К1", "9.1К2", "9.2"]


# What comes with the product


def test_the_supplied_catalogues_have_the_numbers_of_the_documents() -> None:
    load_registry_reference()
    load_competence_reference()
    found = {one.subject.code: one for one in TaskCatalogue.objects.all()}
    assert {code: (one.kind, one.grade, one.year, one.is_supplied) for code, one in found.items()} == {
        "mathematics": ("vpr", 4, 2026, True),
        "russian": ("vpr", 4, 2026, True),
        "literary-reading": ("vpr", 4, 2026, True),
    }
    whole = {
        code: [(t.task_code, t.max_score) for t in one.tasks.all() if "." not in t.task_code]
        for code, one in found.items()
    }
    assert whole["russian"] == [
        ("1", 2), ("2", 1), ("3", 2), ("4", 3), ("5", 2), ("6", 1), ("7", 1), ("8", 2), ("9", 3), ("10", 3),
        ("11", 1), ("12", 3),
    ]  # fmt: skip
    assert {code: sum(points for _task, points in tasks) for code, tasks in whole.items()} == {
        "mathematics": 18,
        "russian": 24,
        "literary-reading": 22,
    }
    assert all("ФИОКО" in one.source for one in found.values())


def test_the_supplied_words_are_short() -> None:
    load_registry_reference()
    load_competence_reference()
    tasks = list(ExamTask.objects.all())
    assert len(tasks) == 51
    assert max(len(task.topic.split()) for task in tasks) <= 8
    assert max(len(task.skill.split()) for task in tasks) <= 18
    assert {task.skill.count(".") for task in tasks} == {1}
    assert {task.complexity for task in tasks} == {"basic", "advanced"}


def test_what_somebody_loaded_is_left_alone_by_the_next_version_of_the_product() -> None:
    load_registry_reference()
    load_competence_reference()
    catalogue = TaskCatalogue.objects.get(subject__code="mathematics")
    [planned] = plan_of(line(grade=4)).catalogues
    load(line(grade=4), agreed=[planned.key])
    load_competence_reference()
    catalogue.refresh_from_db()
    assert not catalogue.is_supplied
    assert [task.task_code for task in catalogue.tasks.all()] == ["1"]
    undo_load(catalogue, actor=SYSTEM)
    assert catalogue.tasks.count() == 17
    assert [count.unchanged for count in load_competence_reference()][-2:] == [3, 51]


# Reading a file


def test_a_row_becomes_a_task_with_exact_values(maths) -> None:
    [planned] = plan_of(
        line("1K1", "2,5", "Дроби", "Сравнивает дроби.", complexity="повышенный"),
        line("9,1 (1б)", 1, complexity="", source=""),
    ).catalogues
    assert (planned.outcome, planned.title, planned.source, planned.points) == (
        "new",
        "ВПР 2026, Математика, 5",
        DOCUMENT,
        "3.5",
    )
    assert planned.added == ["1К1", "9.1"]
    load(line("1K1", "2,5", "Дроби", "Сравнивает дроби.", complexity="повышенный"))
    catalogue = TaskCatalogue.objects.get()
    assert (catalogue.kind, catalogue.subject, catalogue.grade, catalogue.year) == ("vpr", maths, 5, 2026)
    assert image_of(catalogue) == {
        "source": DOCUMENT,
        "is_supplied": False,
        "tasks": [
            {
                "task_code": "1К1",
                "max_score": 2.5,
                "section": "Раздел",
                "topic": "Дроби",
                "skill": "Сравнивает дроби.",
                "complexity": "advanced",
            }
        ],
    }


@pytest.mark.parametrize(
    ("kind", "grade", "title"),
    [
        ("ОГЭ", 9, "ОГЭ 2026, Математика, 9"),
        ("ЕГЭ", "11 класс", "ЕГЭ 2026, Математика, 11"),
        ("Единый государственный экзамен", "", "ЕГЭ 2026, Математика"),
        ("Региональная диагностическая работа", 10, "regional diagnostics 2026, Математика, 10"),
        ("municipal diagnostics", 7, "municipal diagnostics 2026, Математика, 7"),
        ("gve", 9, "ГВЭ 2026, Математика, 9"),
    ],
)
def test_every_exam_of_the_results_has_catalogues(kind, grade, title) -> None:
    assert [one.title for one in plan_of(line(kind=kind, grade=grade)).catalogues] == [title]


def test_a_subject_is_found_by_the_names_of_the_registry_and_a_year_as_the_results_count_it() -> None:
    found = plan_of(
        line(subject="МА"),
        line("2", subject="матем.", year="2025/2026", grade="5-й класс"),
        line("3", year="2026 год", grade="5 кл."),
    ).catalogues
    assert [(one.title, len(one.tasks)) for one in found] == [("ВПР 2026, Математика, 5", 3)]


def test_several_papers_stand_in_one_file_and_csv_is_read_too() -> None:
    rows = [line(), line(grade=6), line(kind="ОГЭ", grade=9)]
    found = plan_catalogues(read_tasks("tasks.csv", write_csv(HEADER, rows))).catalogues
    assert [one.title for one in found] == [
        "ВПР 2026, Математика, 5",
        "ВПР 2026, Математика, 6",
        "ОГЭ 2026, Математика, 9",
    ]


@pytest.mark.parametrize(
    ("row", "column", "text", "words"),
    [
        (line(kind="Зачётная неделя"), "Exam", "Зачётная неделя", "no exam that the results know"),
        (line(subject="Астрология"), "Subject", "Астрология", "no such subject"),
        (line(subject=""), "Subject", "", "no subject is named"),
        (line(year="когда-то"), "Year", "когда-то", "a year such as 2026"),
        (line(year="2024/2026"), "Year", "2024/2026", "a year such as 2026"),
        (line(grade="пятый"), "Grade", "пятый", "a number from 1 to 12"),
        (line(grade="5-9"), "Grade", "5-9", "a number from 1 to 12"),
        (line(grade=""), "Grade", "", "differ by grade"),
        (line("Q7"), "Task", "Q7", "a number such as 7, 9.1 or 1К1"),
        (line("01.09.2026"), "Task", "01.09.2026", "made a date of it"),
        (line(points="два"), "Maximum", "два", "this is not a number"),
        (line(points=""), "Maximum", "", "this is not a number"),
        (line(points=0), "Maximum", "0", "more than 0 and at most 100 points"),
        (line(points=101), "Maximum", "101", "more than 0 and at most 100 points"),
        (line(topic=""), "Topic", "", "no topic is named"),
        (line(complexity="простой"), "Difficulty", "простой", "basic, advanced or high, or nothing"),
        (line(topic="Т" * 201), "Topic", "Т" * 201, "longer than 200 letters"),
        (line(source=""), "Source", "", "no row of this catalogue names the document"),
    ],
)
def test_a_wrong_cell_is_named_with_row_and_column(row, column, text, words) -> None:
    [(number, found, shown, problem)] = faults_of(row)
    assert (number, found, shown.removesuffix(".0")) == (2, column, text)
    assert words in problem


def test_a_number_of_which_the_spreadsheet_made_a_date_is_not_guessed() -> None:
    [(row, column, _text, problem)] = faults_of(line(dt.date(2026, 1, 9)))
    assert (row, column) == (2, "Task")
    assert "made a date of it" in problem


def test_all_wrong_cells_of_a_file_are_named_at_once() -> None:
    found = faults_of(line(points="два", subject="Астрология"), line("2"), line("3", topic=""))
    assert [(row, column) for row, column, _text, _problem in found] == [
        (2, "Subject"),
        (2, "Maximum"),
        (4, "Topic"),
    ]


def test_a_task_stands_in_a_paper_once_whatever_letter_its_criterion_has() -> None:
    [(row, column, text, problem)] = faults_of(line("1К1"), line("2"), line("1K1"))
    assert (row, column, text) == (4, "Task", "1K1")
    assert problem == "this task stands in row 2 already"


def test_a_paper_has_one_document() -> None:
    [(row, column, _text, problem)] = faults_of(line("1"), line("2", source="Другой документ"))
    assert (row, column) == (3, "Source")
    assert "another source" in problem


def test_parts_give_the_points_of_their_task() -> None:
    [(row, column, text, problem)] = faults_of(line("9", 3), line("9.1", 1), line("9.2", 1))
    assert (row, column, text) == (2, "Maximum", "3")
    assert problem == "the parts 9.1, 9.2 give 2 together, the task another number"
    assert not faults_of(line("9", 2), line("9.1", 1), line("9.2", 1))


def test_a_missing_column_is_named() -> None:
    header = [name for name in HEADER if name not in {"Максимум", "Тема"}]
    with pytest.raises(ValidationError) as caught:
        plan_of(line(), header=header)
    assert caught.value.messages == ["The table lacks the columns: Maximum, Topic. Take the template."]


def test_columns_that_are_not_needed_may_be_missing() -> None:
    header = ["Экзамен", "Предмет", "Год", "Номер задания", "Макс. балл", "Тема", "Документ"]
    [planned] = plan_of(["ОГЭ", "Математика", 2026, "1", 1, "Числа", DOCUMENT], header=header).catalogues
    assert (planned.title, planned.tasks[0]["skill"], planned.tasks[0]["complexity"]) == (
        "ОГЭ 2026, Математика",
        "",
        "",
    )


def test_a_table_of_something_else_an_empty_and_a_long_one_are_refused() -> None:
    with pytest.raises(ImportProblem):
        plan_of(["1"], header=["Школьник"])
    with pytest.raises(ValidationError, match="has no rows"):
        plan_of()
    with pytest.raises(ValidationError, match="more than 2000 rows"):
        plan_of(*[line(str(number)) for number in range(2001)])


# Writing, the consent, undoing


def test_the_same_file_again_does_nothing() -> None:
    load(line(), line("2"))
    assert [one.outcome for one in plan_of(line(), line("2")).catalogues] == ["same"]
    with pytest.raises(ValidationError):
        load(line(), line("2"))
    assert TaskCatalogueLoad.objects.count() == 1


def test_a_catalogue_is_replaced_only_with_a_consent() -> None:
    load(line("1"), line("2"), line("3"))
    rows = [line("1"), line("2", 2, "Дроби"), line("4")]
    [planned] = plan_of(*rows).catalogues
    assert (planned.outcome, planned.added, planned.changed, planned.gone) == ("changed", ["4"], ["2"], ["3"])
    with pytest.raises(ValidationError):
        load(*rows)
    kept = ExamTask.objects.get(task_code="2").pk
    report = load(*rows, agreed=[planned.key])
    assert (len(report.new), len(report.replaced), report.left) == (0, 1, 0)
    assert list(ExamTask.objects.order_by("position").values_list("task_code", "max_score", "topic")) == [
        ("1", 1, "Числа"),
        ("2", 2, "Дроби"),
        ("4", 1, "Числа"),
    ]
    assert ExamTask.objects.get(task_code="2").pk == kept


def test_what_nobody_agreed_to_is_left_and_the_rest_is_written() -> None:
    load(line("1"))
    report = load(line("1", 2), line("1", grade=6))
    assert [str(one) for one in report.new] == ["ВПР 2026, Математика, 6"]
    assert (report.replaced, report.left) == ([], 1)
    assert ExamTask.objects.get(catalogue__grade=5).max_score == 1


def test_a_catalogue_that_was_changed_meanwhile_is_not_overwritten() -> None:
    load(line("1"))
    plan = plan_from_plain(plan_to_plain(plan_of(line("1", 2)).catalogues))
    ExamTask.objects.update(topic="Другое")
    with pytest.raises(ValidationError, match="was changed meanwhile"):
        apply_catalogues(plan, agreed=[plan[0].key], file_name="tasks.xlsx", actor=SYSTEM)
    assert ExamTask.objects.get().max_score == 1


def test_the_log_says_what_each_task_was_and_is() -> None:
    load(line("1"), line("2"))
    [planned] = plan_of(line("1", 2)).catalogues
    load(line("1", 2), agreed=[planned.key])
    entries = AuditEntry.objects.filter(object_type="diagnosis.taskcatalogue").order_by("pk")
    assert [entry.action for entry in entries] == ["import", "replace"]
    before, after = "1 | Раздел | Числа | Считает. | basic", "2 | Раздел | Числа | Считает. | basic"
    assert entries[1].changes == {"file": [None, "tasks.xlsx"], "1": [before, after], "2": [before, None]}


def test_loadings_are_undone_one_after_the_other_and_the_first_takes_the_catalogue_with_it() -> None:
    load(line("1"), line("2"))
    catalogue = TaskCatalogue.objects.get()
    first = image_of(catalogue)
    [planned] = plan_of(line("1", 2)).catalogues
    load(line("1", 2), agreed=[planned.key])
    assert undo_load(catalogue, actor=SYSTEM)
    catalogue.refresh_from_db()
    assert image_of(catalogue) == first
    assert not undo_load(catalogue, actor=SYSTEM)
    assert not TaskCatalogue.objects.exists()
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "import",
        "replace",
        "undo import",
        "undo import",
    ]


def test_a_loading_is_not_undone_over_a_later_change() -> None:
    load(line("1"))
    ExamTask.objects.update(topic="Другое")
    with pytest.raises(ValidationError, match="changed since"):
        undo_load(TaskCatalogue.objects.get(), actor=SYSTEM)
    with pytest.raises(ValidationError, match="not loaded from a file"):
        undo_load(TaskCatalogueFactory(grade=8), actor=SYSTEM)


# Points by task


def pupils(found, *texts: str) -> None:
    ParticipantResult.objects.bulk_create(
        ParticipantResult(result=found, code=str(number), tasks=text) for number, text in enumerate(texts)
    )


def test_a_loaded_catalogue_of_grade_5_tells_the_topics_of_a_school(school, maths, methodist) -> None:
    found = result(school, maths, below=3, participants=10, kind="vpr", grade=5, year=2026)
    pupils(found, *["2;1;0"] * 5, *["1;X;1"] * 5)
    assert [paper.problem for paper in school_task_deficits(school)] == ["catalogue"]
    rows = [
        line("1", 2, "Числа", "Считает."),
        line("2К1", 1, "Задачи", "Строит модель."),
        line("2К2", 2, "Задачи", "Решает."),
    ]
    file = SimpleUploadedFile("tasks.xlsx", write_xlsx(HEADER, rows))
    report = methodist.post(reverse("diagnosis:exam-tasks-import"), {"file": file})
    methodist.post(reverse("diagnosis:exam-tasks-confirm"), {"plan": report.context["plan"]})
    [paper] = school_task_deficits(school)
    assert (paper.title, paper.problem, paper.participants, paper.source) == (
        "ВПР 2026, Математика, 5",
        "",
        10,
        DOCUMENT,
    )
    assert [(one.words, one.got, one.possible, one.codes) for one in paper.topics] == [
        ("Задачи", 10, 30, ("2К1", "2К2")),
        ("Числа", 15, 20, ("1",)),
    ]
    assert [one.words for one in paper.weak_topics] == ["Задачи"]
    assert [(one.words, one.share) for one in paper.skills] == [
        ("Решает.", 0.25),
        ("Строит модель.", 0.5),
        ("Считает.", 0.75),
    ]


def test_the_answers_of_a_protocol_are_read_by_the_catalogue(school, maths) -> None:
    """ЕГЭ: «++-» are three short answers, «1(2)» is a long one; the protocol names no grade, the catalogue does."""
    found = result(school, maths, below=3, participants=10, kind="ege", grade=None, year=2026)
    pupils(found, *["++-;1(2)0(3);"] * 10, *["+++;1(4)0(3);"] * 2)
    load(
        *[line(str(number), kind="ЕГЭ", grade=11, topic="Числа") for number in (1, 2, 3)],
        line("4", 2, kind="ЕГЭ", grade=11, topic="Уравнения"),
        line("5", 3, kind="ЕГЭ", grade=11, topic="Уравнения"),
    )
    [paper] = school_task_deficits(school)
    assert (paper.problem, paper.participants, paper.left_out) == ("", 10, 2)
    assert [(one.words, one.got, one.possible) for one in paper.topics] == [
        ("Уравнения", 10, 50),
        ("Числа", 20, 30),
    ]


def test_two_catalogues_that_could_be_meant_mean_none(school, maths) -> None:
    found = result(school, maths, below=3, participants=10, kind="oge", grade=None, year=2026)
    pupils(found, *["1;1"] * 10)
    for grade in (9, 10):
        catalogue = TaskCatalogueFactory(kind="oge", grade=grade)
        ExamTaskFactory.create_batch(2, catalogue=catalogue)
    assert [paper.problem for paper in school_task_deficits(school)] == ["catalogue"]


def test_nothing_is_guessed_of_points_that_do_not_fit() -> None:
    one, two = Task("1", 1, ("Числа",)), Task("2", 2, ("Задачи",))
    assert read_rows(["1;2"], [one, two]) == ([one, two], [[1, 2]])
    assert read_rows(["+2"], [one, two]) == ([one, two], [[1, 2]])
    assert read_rows(["++"], [one, two]) == (None, [])
    assert read_rows(["1;3"], [one, two]) == (None, [])
    assert read_rows(["1;да"], [one, two]) == (None, [])
    assert read_rows([], [one, two]) == (None, [])


def test_criteria_are_parts_of_their_task() -> None:
    tasks = [Task(code, 1, ("",)) for code in ("1", "1К1", "1К2", "10")]
    assert [task.code for task in columns_of(tasks, 3) or []] == ["1К1", "1К2", "10"]
    assert [task.code for task in columns_of(tasks, 2) or []] == ["1", "10"]
