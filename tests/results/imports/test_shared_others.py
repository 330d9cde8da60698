"""ФИС ОКО layouts, the exam by school of Moscow with its trap columns, California as context."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from mayak.results.algorithms.aggregate import ParticipantTotals
from mayak.results.algorithms.records import Marks
from mayak.results.imports import open_results

from .conftest import SHARED, Result, read_plan

FILES = sorted(
    path.relative_to(SHARED).as_posix() for path in SHARED.glob("*/*.*") if path.name != "SOURCE.txt"
)


def count_rows(path: Path) -> int:
    """Rows counted without the product."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        return sum(sheet.max_row for sheet in book.worksheets)
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".json":
        data = json.loads(text)
        return len(data if isinstance(data, list) else data["items"]) + 1
    if "structure" in path.name:
        return len(text.splitlines())
    mark = max(";,\t", key=text.split("\n", 1)[0].count)
    return sum(1 for _ in csv.reader(io.StringIO(text, newline=""), delimiter=mark))


@pytest.mark.parametrize("name", FILES or ["the real files are not here"])
def test_no_row_is_lost_or_invented(name: str, shared_folder: Path) -> None:
    results = [read_plan(plan, batch_rows=97) for plan in open_results(Path(name).name, shared_folder / name)]
    read = sum(result.tally.rows_read for result in results)
    counted = sum(
        r.tally.rows_recorded + r.tally.rows_rejected + sum(r.tally.skipped.values()) for r in results
    )
    assert read == counted == count_rows(shared_folder / name)


def test_f1_individual_results(read_shared: Callable[[str], Result]) -> None:
    result = read_shared("vpr_fis_oko_layout/F1_individualnye_rezultaty.xlsx")
    assert result.plan.guess.format == "vpr_f1"
    declared = result.schools[0]
    assert (declared.place.row, declared.declared_participants, declared.school.login) == (9, 89, "edu990001")
    assert len(result.participants) == 50
    first = result.participants[0]
    assert (first.row, first.participant_code, first.class_label, first.variant) == (10, "40001", "1", "1")
    assert (first.primary_score, first.mark, first.journal_mark) == (15, 3, 3)
    assert first.tasks == "1;1;2;1;1;0;0;1;1;2;1;2;0;1;1"
    key = first.assessment
    assert (key.kind, key.subject_text, key.grade, key.year, key.max_score) == (
        "vpr",
        "Русский язык",
        4,
        2026,
        24,
    )
    assert (first.school.login, first.school.name) == ("edu990001", "МБОУ «СОШ №1 г.Энск»")
    totals = ParticipantTotals(file="f1")
    totals.add(result.participants)
    (record,) = totals.school_records()
    assert (record.participants, record.declared_participants) == (50, 50)
    assert record.mean == sum(p.primary_score or 0 for p in result.participants) / 50
    assert record.marks is not None
    assert record.marks.total == 50


def test_f3_gives_the_school_and_skips_wholes(read_shared: Callable[[str], Result]) -> None:
    result = read_shared("vpr_fis_oko_layout/F3_statistika_po_otmetkam.xlsx")
    (record,) = result.schools
    assert (record.place.row, record.participants, record.school.login) == (12, 89, "edu990001")
    assert record.marks == Marks(12.36, 52.81, 26.97, 7.87, is_percent=True)
    assert round(record.marks.total, 2) == 100.01
    assert result.tally.skipped["aggregate_row"] == 3


def test_comparison_with_the_journal(read_shared: Callable[[str], Result]) -> None:
    result = read_shared("vpr_fis_oko_layout/sravnenie_otmetok_s_zhurnalom.xlsx")
    (record,) = result.schools
    assert record.participants == 93
    assert record.journal is not None
    assert (record.journal.lower, record.journal.same, record.journal.higher) == (52, 37, 4)
    assert record.journal.lower_percent == 55.91
    assert (record.assessment.year, record.assessment.subject_text) == (2024, "Математика")


def test_collection_form_of_empty_rows(shared_folder: Path) -> None:
    plans = open_results(
        "forma_sbora_EN_8.xlsx", shared_folder / "vpr_fis_oko_layout" / "forma_sbora_EN_8.xlsx"
    )
    assert [plan.guess.format for plan in plans] == ["vpr_collection_form", "unknown", "unknown"]
    result = read_plan(plans[0])
    assert result.tally.skipped == Counter(prepared_empty_row=58, header_row=1)
    key = plans[0].guess.mapping.defaults if plans[0].guess.mapping else None
    assert key is not None
    assert (key.kind, key.subject_text, key.grade) == ("vpr", "Английский язык", 8)


def test_moscow_trap_columns(read_shared: Callable[[str], Result]) -> None:
    result = read_shared("moscow_ege/data-9722-2016-10-31.csv")
    mapping = result.plan.guess.mapping
    assert mapping is not None
    trap = next(column for column in mapping.columns if column.label == "PASSER_UNDER_160")
    assert (trap.role, trap.indicator, trap.notes) == (
        "indicator",
        "ege_sum3_at_least_160",
        ("label_contradicts_data",),
    )
    assert trap.confidence < 0.5
    assert not mapping.by_role("below_count")
    assert result.tally.rows_recorded == 626
    first = result.contexts[:2]
    assert [(c.indicator, c.count, c.total, c.year) for c in first] == [
        ("ege_sum3_at_least_220", 80, 109, 2016), ("ege_sum3_at_least_160", 101, 109, 2016),
    ]  # fmt: skip
    assert first[0].school.ogrn == "1027700566761"
    later = read_shared("moscow_ege/data-9722_2016-2018_Exam_results.json")
    assert Counter(record.year for record in later.contexts) == {2017: 1516, 2018: 1480}


def test_x_of_moscow_is_not_a_score(read_shared: Callable[[str], Result]) -> None:
    mapping = read_shared("moscow_ege/Moscow.csv").plan.guess.mapping
    assert mapping is not None
    assert next(column.notes for column in mapping.columns if column.label == "X") == ("x_is_longitude",)


def test_california_context(read_shared: Callable[[str], Result]) -> None:
    result = read_shared("california_api_1999_2000/apipop.csv")
    assert result.tally.rows_recorded == 6194
    first = [record for record in result.schools if record.place.row == 2]
    assert [(r.assessment.year, r.mean, r.participants) for r in first] == [
        (2000, 731, 1090),
        (1999, 693, None),
    ]
    assert first[0].school.code == "01611190130229"
    shares = {c.indicator: c.share for c in result.contexts if c.place.row == 2}
    assert (shares["free_meals"], shares["second_language"]) == (0.14, 0.16)
