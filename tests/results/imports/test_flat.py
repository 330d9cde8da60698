"""Any flat table: the mapping is guessed, shown, corrected, saved, and every row ends somewhere."""

from pathlib import Path

import pytest
import xlsxwriter

from mayak.kernel.importing import ImportProblem
from mayak.results.algorithms.records import JournalComparison, Marks
from mayak.results.imports import NOTES, REJECTIONS, SKIPS, Mapping, open_results, read_batches
from mayak.results.imports.codes import normalise_code, split_login
from mayak.results.imports.titles import find_grade, find_year, read_titles
from mayak.results.imports.vocabulary import match_role, split_subject

from .conftest import read_plan, read_text

MARKS = "Год;Класс;Предмет;Муниципалитет;ОО;Логин;Кол-во участников;2;3;4;5\n"


def test_regional_table_of_marks_in_percents() -> None:
    result = read_text(MARKS + "2023;5;Русский язык;Энский район;МБОУ СОШ № 1;edu000123;20;10,5;40;29,5;20\n"
                       "2023;6;Матем;Энский район;МБОУ СОШ № 1;edu000123;20;10;40;30;20,01\n", "marks.csv")  # fmt: skip
    first, second = result.schools
    assert (first.school.login, first.school.name, first.school.municipality) == (
        "edu000123",
        "МБОУ СОШ № 1",
        "Энский район",
    )
    assert first.marks == Marks(10.5, 40, 29.5, 20, is_percent=True)
    assert (second.assessment.subject_text, second.assessment.grade, second.assessment.year) == (
        "Математика",
        6,
        2023,
    )
    assert result.plan.guess.mapping is not None
    assert result.plan.guess.mapping.missing == ("kind",)


def test_counts_of_marks_are_told_from_percents_by_their_sums() -> None:
    result = read_text("Школа;Писали;2;3;4;5\nСОШ 1;20;2;8;6;4\nСОШ 2;30;3;9;9;9\n")
    assert result.schools[0].marks == Marks(2, 8, 6, 4)
    fractions = read_text("Школа;Писали;2;3;4;5\nСОШ 1;20;0,1;0,4;0,3;0,2\nСОШ 2;30;0,1;0,3;0,3;0,3\n")
    assert fractions.schools[0].marks == Marks(10, 40, 30, 20, is_percent=True)


def test_regional_table_of_scores_is_a_distribution() -> None:
    head = "Логин;Год;Класс;Предмет;Кол-во участников;" + ";".join(map(str, range(11))) + "\n"
    result = read_text(head + "edu000123;2023;5;Физика;10;0;0;10;0;30;20;0;20;20;0;0\n", "ВПР scores.csv")
    (record,) = result.schools
    assert record.distribution is not None
    assert (record.distribution[4], record.distribution_is_percent, record.participants) == (30, True, 10)


def test_regional_table_of_bias_markers() -> None:
    result = read_text(
        "Год;Логин;Муниципалитет;ОО;4 РУ;4 МА;5 РУ;5 МА\n2023;edu000123;Энский;СОШ 1;1;0;;1\n", "bias.csv"
    )
    assert [(c.indicator, c.value) for c in result.contexts] == [
        ("bias:4:Русский язык", 1.0), ("bias:4:Математика", 0.0), ("bias:5:Математика", 1.0),
    ]  # fmt: skip


def test_wide_table_with_shared_participants() -> None:
    result = read_text("Школа;Участников;Русский язык Ср. балл;Математика Ср. балл\n"
                       "СОШ 1;20;4,1;3,5\nСОШ 2;10;3,1;2,5\n",
                       "Входная диагностика 2023-2024, 7 класс.csv")  # fmt: skip
    assert [(r.assessment.subject_text, r.participants, r.mean) for r in result.schools[:2]] == [
        ("Русский язык", 20, 4.1), ("Математика", 20, 3.5),
    ]  # fmt: skip
    key = result.schools[0].assessment
    assert (key.kind, key.year, key.grade, key.moment) == ("internal", 2024, 7, "entry")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Муниципальная диагностика 2024, 7 класс, математика.csv", "municipal_diagnostic"),
        ("МКР 2024 математика 7 класс.csv", "municipal_diagnostic"),
        ("РДР 2024 математика 7 класс.csv", "regional_diagnostic"),
    ],
)
def test_the_level_of_a_diagnostic_is_read_from_the_name(name: str, kind: str) -> None:
    result = read_text("Школа;Участников;Ср. балл\nСОШ 1;20;4,1\n", name)
    assert {row.assessment.kind for row in result.schools} == {kind}


def test_every_bad_cell_names_its_place() -> None:
    text = (
        "Школа;Класс;Писали;Ср. балл\n"
        "СОШ 1;5;20;67,1\n"
        "СОШ 2;5;двадцать;60,5\n"
        ";5;10;60,5\n"
        "СОШ 4;15;10;60,5\n"
        "СОШ 5;5;10,5;60,5\n"
        "СОШ 6;5;-1;60,5\n"
        "СОШ 7;5;;\n"
        "\n"
        "Школа;Класс;Писали;Ср. балл\n"
        "Итого;;30;60\n"
        "Исполнитель: 5-55-55;;;\n"
    )
    result = read_text(text, "ВПР 2024 русский язык (максимальный балл 100).csv")
    assert [(r.place.row, r.place.column, r.value, r.code) for r in result.rejected] == [
        (3, 3, "двадцать", "number_bad"),
        (4, 1, "", "no_school"),
        (5, 2, "15", "grade_bad"),
        (6, 3, "10,5", "count_not_whole"),
        (7, 3, "-1", "number_negative"),
    ]
    assert result.tally.rows_recorded == 1
    assert result.tally.skipped == {
        "header_row": 1, "no_values": 1, "blank_row": 1, "repeated_header": 1, "total_row": 1, "note_row": 1,
    }  # fmt: skip


def test_a_bad_cell_of_one_subject_does_not_take_the_other() -> None:
    result = read_text(
        "Школа;БЕЛ-уч;БЕЛ;МАТ-уч;МАТ\nСУ 1;20;55,5;20;много\nСУ 2;10;50,5;10;40,5\n", "nvo-7-2022.csv"
    )
    first = result.schools[0]
    assert (first.place.row, first.assessment.subject_text) == (2, "Български език и литература")
    assert len(result.schools) == 3
    assert (result.tally.rows_partial, result.tally.rows_rejected) == (1, 0)
    assert [(r.place.row, r.place.column) for r in result.rejected] == [(2, 5)]


def test_participants_with_odd_cells() -> None:
    text = (
        "Логин;Класс;Код участника;Первичный балл;Отметка;Отметка по журналу\n"
        "edu000123;5А;40001;15;4;3\n"
        "edu000123;5А;40002;X;НЕТ ОТМЕТКИ;3\n"
        "edu000123;5А;40003;25;4;3\n"
        "edu000123;5А;40004;12,5;7;3\n"
        "edu000123;5А;;12;3;3\n"
        ";5А;40006;12;3;3\n"
    )
    plan = open_results("ВПР 2024 История.csv", text.encode())[0].with_defaults(max_score=20.0)
    result = read_plan(plan)
    assert [(p.participant_code, p.class_label, p.primary_score, p.mark) for p in result.participants] == [
        ("40001", "5А", 15, 4), ("40002", "5А", None, None),
    ]  # fmt: skip
    assert result.participants[0].assessment.grade == 5
    assert [(r.place.row, r.code) for r in result.rejected] == [
        (4, "above_maximum"), (5, "mark_bad"), (6, "no_participant_code"), (7, "no_school"),
    ]  # fmt: skip


def test_batches_share_the_work_and_stay_conserved() -> None:
    text = "Логин;Код участника;Первичный балл\n" + "".join(f"edu000123;{n};{n % 20}\n" for n in range(250))
    plan = open_results("ВПР 2024 История 6 класс.csv", text.encode())[0]
    batches = list(read_batches(plan, batch_rows=100))
    assert [len(batch.participants) for batch in batches] == [0, 1, 100, 100, 49]
    assert read_plan(plan).tally.participants == 250


def test_journal_comparison_with_verbs_in_rows() -> None:
    text = (
        "Группы участников;Кол-во участников;%\n"
        "МБОУ СОШ № 1(edu000123);;\nПонизили (Отметка < Отметка по журналу);10;25\n"
        "Подтвердили (Отметка = Отметка по журналу);26;65\nПовысили (Отметка > Отметка по журналу);4;10\nВсего;40;100\n"
    )
    result = read_text(text, "ВПР 2024 Математика 4 класс.csv")
    (record,) = result.schools
    assert record.journal == JournalComparison(10, 26, 4, 25, 65, 10)
    assert (record.participants, record.school.login) == (40, "edu000123")


def test_mapping_is_saved_corrected_and_used_for_another_file() -> None:
    plan = open_results("a.csv", "Школа;Очки;Сколько\nСОШ 1;67,1;20\n".encode())[0]
    saved = """
version: 1
row_kind: school
name: очки района
defaults: {kind: regional_test, subject_text: Физика, grade: 8, year: 2023, max_score: 100}
columns:
  - {label: Школа, role: school_name}
  - {label: Сколько, role: participants}
  - {label: Очки, role: mean_score, decimal: ","}
"""
    mapping = Mapping.from_yaml(saved)
    assert Mapping.from_yaml(mapping.to_yaml()) == mapping
    assert mapping.missing == ()
    (record,) = read_plan(plan.with_mapping(mapping)).schools
    assert (record.participants, record.mean, record.assessment.subject_text) == (20, 67.1, "Физика")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("version: 2", "version"), ("[", "YAML"), ("version: 1\ncolumns: []", "columns"),
        ("version: 1\ncolumns: [{role: hero}]", "columns[1].role"),
        ("version: 1\ncolumns: [{role: mark, colour: red}]", "columns[1].colour"),
        ("version: 1\nrow_kind: pupil\ncolumns: [{role: mark}]", "row_kind"),
        ("version: 1\ndefaults: {year: many}\ncolumns: [{role: mark}]", "defaults.year"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_file_names_the_place(text: str, where: str) -> None:
    with pytest.raises(ImportProblem) as problem:
        Mapping.from_yaml(text, file="m.yaml")
    assert (problem.value.code, problem.value.params["where"]) == ("mapping_invalid", where)


def test_a_mapping_for_other_columns_is_refused() -> None:
    plan = open_results("a.csv", b"School;Mean\nA;5\nB;6\n")[0]
    mapping = Mapping.from_yaml("version: 1\ncolumns: [{label: Школа, role: school_name}]")
    with pytest.raises(ImportProblem) as problem:
        plan.with_mapping(mapping)
    assert problem.value.code == "mapping_column_missing"


def test_words_of_headers() -> None:
    assert match_role("Кол-во участников, получивших «2»") is not None
    roles = {"Кол-во участников, получивших «2»": "mark_2", "Доля не преодолевших порог, %": "below_share",
             "Количество участников ниже порога": "below_count", "Средний тестовый балл": "mean_score",
             "Качество знаний, %": "quality_share", "Код по Админ": "school_code",
             "Отметка по журналу": "journal_mark"}  # fmt: skip
    assert {label: match.role for label in roles if (match := match_role(label))} == roles
    assert split_subject("Ср. успех в точки MAT (мах 65 т.)") == ("Математика", "ср успех в точки мах 65 т")


def test_words_of_titles() -> None:
    assert (find_year("учебна 2022/2023 година"), find_year("2016-2017"), find_year("2024/25 уч. год")) == (
        2023,
        2017,
        2025,
    )
    assert (find_grade("за VII клас"), find_grade("5-й класс"), find_grade("7 классы")) == (7, 5, 7)
    assert read_titles(["Оценки за II четверть"]).quarter == 2
    assert read_titles([], "nvo-7-2021.csv").grade == 7


def test_codes_stay_text() -> None:
    assert normalise_code("105 201") == ("105201", "digits")
    assert normalise_code("221 3081") == ("2213081", "digits")
    assert normalise_code("0042") == ("0042", "digits")
    assert normalise_code("100–02") == ("100-02", "hyphenated")
    assert split_login("МБОУ «СОШ №1»(edu203389)") == ("edu203389", "МБОУ «СОШ №1»")


def test_every_code_has_a_sentence() -> None:
    assert all(str(text) for messages in (NOTES, REJECTIONS, SKIPS) for text in messages.values())


def test_a_school_merged_down_its_subjects_is_read_for_each(tmp_path: Path) -> None:
    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 1, 0, "Школа")
        sheet.merge_range(0, 1, 1, 1, "Предмет")
        sheet.merge_range(0, 2, 0, 3, "Результаты")
        sheet.write_row(1, 2, ["Участников", "Средний балл"])
        sheet.merge_range(2, 0, 3, 0, "СОШ № 1")
        sheet.write_row(2, 1, ["Физика", 20, 55.5])
        sheet.write_row(3, 1, ["Химия", 21, 56])
        sheet.write_row(4, 0, ["СОШ № 2", "Физика", 10, 60])
    result = read_plan(open_results("РДР 2024 8 класс.xlsx", path.read_bytes())[0])
    assert [(row.school.name, row.assessment.subject_text, row.participants) for row in result.schools] == [
        ("СОШ № 1", "Физика", 20), ("СОШ № 1", "Химия", 21), ("СОШ № 2", "Физика", 10),
    ]  # fmt: skip
