"""Statuses by hand and from lists: periods, reasons, refusals, undo."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from mayak.kernel.access import SYSTEM
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.importing import ImportProblem
from mayak.results.enums import StatusLevel, StatusSource
from mayak.results.imports.status_lists import read_status_list
from mayak.results.models import SchoolStatus
from mayak.results.selectors.statuses import find_schools
from mayak.results.services.status_lists import (
    NEW,
    REJECTED,
    UNCHANGED,
    ListDefaults,
    ListPlan,
    apply_list,
    plan_from_plain,
    plan_list,
    plan_to_plain,
    undo_list,
)
from mayak.results.services.statuses import end_status, set_status
from tests.factories.registry import LegalActFactory, MunicipalityFactory, SchoolFactory
from tests.results.identification.world import District, kind

AUTUMN = dt.date(2025, 9, 1)
HEADER = "Логин;Школа;Статус;Уровень;С;По;Номер приказа;Дата приказа;Примечание\n"


def give(district: District, number: int = 0, **more: object) -> SchoolStatus:
    """A status by hand."""
    values = {"level": StatusLevel.REGIONAL, "valid_from": AUTUMN, "reason": "письмо региона", **more}
    return set_status(district.schools[number], kind(), actor=SYSTEM, **values)  # type: ignore[arg-type]  # keyword values


def plan(district: District, rows: str, **defaults: object) -> ListPlan:
    """The trial run of a list."""
    read = read_status_list("list.csv", (HEADER + rows).encode())
    return plan_list(read, scope=district.scope, defaults=ListDefaults(**defaults))  # type: ignore[arg-type]  # the same


def test_a_status_by_hand_needs_a_reason(district: District) -> None:
    with pytest.raises(ValidationError):
        give(district, reason="  ")
    assert SchoolStatus.objects.count() == 0


def test_a_status_by_hand_is_logged_with_its_school(district: District) -> None:
    status = give(district)
    entry = AuditEntry.objects.get(object_type="results.schoolstatus")
    assert (entry.action, entry.organisation_id, entry.changes["reason"]) == (
        "create", status.organisation_id, [None, "письмо региона"],
    )  # fmt: skip


def test_the_same_status_of_the_same_level_cannot_hold_twice(district: District) -> None:
    give(district)
    with pytest.raises(ValidationError, match=r"01\.09\.2025"):
        give(district, valid_from=dt.date(2026, 1, 1))


def test_a_status_may_come_back_after_it_ended(district: District) -> None:
    end_status(give(district), actor=SYSTEM, valid_to=dt.date(2026, 5, 31), reason="вышла")
    assert give(district, valid_from=dt.date(2026, 9, 1)).valid_to is None


def test_a_status_ends_with_a_reason_once(district: District) -> None:
    status = end_status(give(district), actor=SYSTEM, valid_to=dt.date(2026, 5, 31), reason="вышла из списка")
    assert (status.valid_to, status.end_reason) == (dt.date(2026, 5, 31), "вышла из списка")
    with pytest.raises(ValidationError):
        end_status(status, actor=SYSTEM, valid_to=dt.date(2026, 6, 1), reason="ещё раз")


@pytest.mark.parametrize(("day", "reason"), [(dt.date(2025, 8, 31), "рано"), (dt.date(2026, 5, 31), " ")])
def test_an_end_before_the_beginning_or_without_reason_is_refused(
    district: District, day: dt.date, reason: str
) -> None:
    status = give(district)
    with pytest.raises(ValidationError):
        end_status(status, actor=SYSTEM, valid_to=day, reason=reason)
    status.refresh_from_db()
    assert status.valid_to is None


def test_a_list_finds_schools_by_name_and_statuses_by_any_of_their_names(district: District) -> None:
    found = plan(
        district, ";А;ШНОР;региональный;01.09.2025;;;;\n;Б;школа-донор;федеральный;01.09.2025;31.08.2026;;;\n"
    )
    assert [(row.school, row.level, row.valid_to) for row in found.with_outcome(NEW)] == [
        ("А", "regional", None), ("Б", "federal", dt.date(2026, 8, 31)),
    ]  # fmt: skip
    assert [row.kind for row in found.rows] == [
        "Школа с низкими образовательными результатами",
        "Школа-лидер",
    ]


def test_a_trial_run_writes_nothing(district: District) -> None:
    plan(district, ";А;ШНОР;;01.09.2025;;;;\n")
    assert SchoolStatus.objects.count() == 0


def test_rows_that_cannot_be_taken_are_rejected_with_reasons(district: District) -> None:
    rows = (
        ";Нет такой;ШНОР;;01.09.2025;;;;\n;А;мудрая школа;;01.09.2025;;;;\n;Б;ШНОР;;вчера;;;;\n"
        ";В;ШНОР;космический;01.09.2025;;;;\n;Г;ШНОР;;01.09.2025;01.08.2025;;;\n;Д;ШНОР;;01.09.2025;;;;\n;Д;ШНОР;;01.09.2025;;;;\n"
    )
    found = plan(district, rows)
    assert [(row.row, row.outcome) for row in found.rows] == [
        (2, REJECTED), (3, REJECTED), (4, REJECTED), (5, REJECTED), (6, REJECTED), (7, NEW), (8, REJECTED),
    ]  # fmt: skip
    assert all(row.problem for row in found.with_outcome(REJECTED))


def test_a_status_that_is_borne_already_is_left_alone(district: District) -> None:
    give(district)
    assert [row.outcome for row in plan(district, ";А;ШНОР;региональный;01.09.2025;;;;\n").rows] == [
        UNCHANGED
    ]


def test_defaults_fill_rows_that_say_nothing(district: District) -> None:
    found = plan(
        district, ";А;;;;;;;\n", kind="lead_school", level="federal", valid_from=AUTUMN, source="contest"
    )
    key = apply_list(found, scope=district.scope, actor=SYSTEM)
    status = SchoolStatus.objects.get()
    assert (status.kind.code, status.level, status.source, status.valid_from, status.list_key) == (
        "lead_school", "federal", StatusSource.CONTEST, AUTUMN, key,
    )  # fmt: skip


def test_the_basis_is_the_registered_act_or_its_number_in_words(district: District) -> None:
    act = LegalActFactory.create(territory=district.territory, number="237", date=dt.date(2023, 6, 8))
    found = plan(district, ";А;ШНОР;;01.09.2025;;237;08.06.2023;\n;Б;ШНОР;;01.09.2025;;999;08.06.2023;\n")
    apply_list(found, scope=district.scope, actor=SYSTEM)
    first, second = SchoolStatus.objects.order_by("organisation__short_name")
    assert first.basis == act
    assert (second.basis, "999" in second.reason) == (None, True)


def test_a_list_survives_the_way_through_the_browser(district: District) -> None:
    found = plan(district, ";А;ШНОР;;01.09.2025;31.08.2026;;;список\n")
    assert plan_from_plain(plan_to_plain(found)) == found


def test_a_list_is_taken_back_as_a_whole(district: District) -> None:
    kept = give(district, 4)
    key = apply_list(
        plan(district, ";А;ШНОР;;01.09.2025;;;;\n;Б;ШНОР;;01.09.2025;;;;\n"),
        scope=district.scope,
        actor=SYSTEM,
    )
    assert undo_list(key, scope=district.scope, actor=SYSTEM) == 2
    assert list(SchoolStatus.objects.all()) == [kept]
    with pytest.raises(ValidationError):
        undo_list(key, scope=district.scope, actor=SYSTEM)


def test_a_list_with_nothing_new_is_refused(district: District) -> None:
    with pytest.raises(ValidationError):
        apply_list(plan(district, ";Нет;ШНОР;;01.09.2025;;;;\n"), scope=district.scope, actor=SYSTEM)


def test_a_school_of_a_neighbour_is_not_found(district: District) -> None:
    SchoolFactory.create(territory=MunicipalityFactory.create(), short_name="Чужая")
    assert [row.outcome for row in plan(district, ";Чужая;ШНОР;;01.09.2025;;;;\n").rows] == [REJECTED]


def test_two_schools_of_one_name_are_a_question(district: District) -> None:
    SchoolFactory.create(territory=district.territory, short_name="А")
    assert [row.outcome for row in plan(district, ";А;ШНОР;;01.09.2025;;;;\n").rows] == [REJECTED]


def test_a_workbook_with_real_dates_is_read(district: District) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Школа", "Статус", "Дата начала"])
    sheet.append(["А", "ШВР", dt.datetime(2025, 9, 1)])  # noqa: DTZ001  # as a spreadsheet keeps it
    stream = io.BytesIO()
    book.save(stream)
    rows = read_status_list("list.xlsx", stream.getvalue())
    assert [(row.row, row.name, row.status, row.valid_from) for row in rows] == [(2, "А", "ШВР", AUTUMN)]


def test_a_table_without_schools_is_refused() -> None:
    with pytest.raises(ImportProblem):
        read_status_list("list.csv", b"a;b\n1;2\n")


@pytest.mark.parametrize(("text", "found"), [("А", ["А"]), ("edu200001", ["Б"]), ("нет такой", []), ("", [])])
def test_a_school_is_found_by_login_or_name(district: District, text: str, found: list[str]) -> None:
    school = district.schools[1]
    school.fis_oko_login = "edu200001"
    school.save()
    assert [str(row) for row in find_schools(text, district.scope)] == found
