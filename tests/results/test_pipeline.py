"""An import: trial, report, writing, a second import, replacing, undoing."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from mayak.kernel.models import AuditEntry
from mayak.registry.models import Organisation, Territory
from mayak.results.enums import BatchState, ResultBasis
from mayak.results.models import Assessment, ImportIssue, ParticipantResult, SchoolLink, SchoolResult
from mayak.results.services.batches import discard_batch
from mayak.results.services.undoing import undo_batch
from tests.factories.registry import MunicipalityFactory, OrganisationFactory
from tests.factories.results import ResultSubjectFactory, ScaleFactory
from tests.results.conftest import ACTOR, CREATE, RESULT_TABLES, Load, table_state

pytestmark = pytest.mark.django_db

SCHOOLS = """Логин;Наименование ОО;Кол-во участников;2;3;4;5
edu100001;СОШ № 1;40;4;16;15;5
edu100002;СОШ № 2;20;8;6;4;2
"""
VPR_2024 = {"kind": "vpr", "year": 2024, "grade": 5, "subject_text": "Математика"}


@pytest.fixture
def district() -> Territory:
    ResultSubjectFactory()
    district = MunicipalityFactory(name="Тосненский район")
    for number in (1, 2):
        OrganisationFactory(
            territory=district, short_name=f"СОШ № {number}", fis_oko_login=f"edu10000{number}"
        )
    return district


def result(login: str) -> SchoolResult:
    return SchoolResult.objects.visible().get(organisation__fis_oko_login=login)


def test_counts_of_marks_are_stored_with_their_place(district: Territory, load: Load) -> None:
    batch = load(district, {"vpr.csv": SCHOOLS}, defaults=VPR_2024)
    row = result("edu100002")
    assert (row.participants, row.marks_2, row.marks_3, row.marks_4, row.marks_5) == (20, 8, 6, 4, 2)
    assert (row.below, row.below_share) == (8, Decimal("0.4"))
    assert (row.file.name, row.sheet, row.row, row.basis) == ("vpr.csv", "", 3, ResultBasis.AGGREGATE)
    assert batch.report["results"] == {"created": 2, "updated": 0, "unchanged": 0}
    assert batch.report["rows"] == {"read": 3, "taken": 2, "rejected": 0, "skipped": {"header_row": 1}}


def test_the_trial_run_writes_nothing_but_its_report(country: Territory, load: Load) -> None:
    before = table_state(*RESULT_TABLES)
    text = "Область;Район;Код;Школа;Участников;Средний балл\nА;Б;0042;СОШ № 1;10;50,5\n"
    batch = load(
        country,
        {"ege-2024.csv": text},
        options=CREATE,
        defaults={"kind": "ege", "subject_text": "Физика"},
        only_trial=True,
    )
    assert table_state(*RESULT_TABLES) == before
    assert batch.report["results"]["created"] == 1
    assert batch.report["created"] == {"schools": 1, "territories": 2, "subjects": 1, "indicators": 0}


def test_a_second_import_of_the_same_file_changes_nothing(district: Territory, load: Load) -> None:
    load(district, {"vpr.csv": SCHOOLS}, defaults=VPR_2024)
    before = table_state(*RESULT_TABLES)
    second = load(district, {"vpr.csv": SCHOOLS}, defaults=VPR_2024)
    assert second.report["results"] == {"created": 0, "updated": 0, "unchanged": 2}
    assert second.state == BatchState.CHECKED
    assert table_state(*RESULT_TABLES) == before


def test_a_changed_row_replaces_the_old_one_and_undo_brings_it_back(district: Territory, load: Load) -> None:
    load(district, {"vpr.csv": SCHOOLS}, defaults=VPR_2024)
    second = load(district, {"vpr2.csv": SCHOOLS.replace("40;4;16", "40;6;14")}, defaults=VPR_2024)
    assert second.report["results"] == {"created": 0, "updated": 1, "unchanged": 1}
    assert result("edu100001").marks_2 == 6
    undo_batch(second, actor=ACTOR, reason="не тот файл")
    assert result("edu100001").marks_2 == 4
    assert second.settings["undo_reason"] == "не тот файл"


def test_undo_of_what_a_later_import_replaced_is_refused_with_its_number(
    district: Territory, load: Load
) -> None:
    first = load(district, {"vpr.csv": SCHOOLS}, defaults=VPR_2024)
    second = load(district, {"vpr2.csv": SCHOOLS.replace("40;4;16", "40;6;14")}, defaults=VPR_2024)
    with pytest.raises(ValidationError, match=f"№ {second.pk}"):
        undo_batch(first, actor=ACTOR, reason="ошибка")
    undo_batch(second, actor=ACTOR, reason="ошибка")
    undo_batch(first, actor=ACTOR, reason="ошибка")
    assert not SchoolResult.objects.visible().exists()


def test_undo_needs_a_reason(district: Territory, load: Load) -> None:
    batch = load(district, {"vpr.csv": SCHOOLS}, defaults=VPR_2024)
    with pytest.raises(ValidationError):
        undo_batch(batch, actor=ACTOR, reason="  ")
    assert SchoolResult.objects.visible().count() == 2


def test_writing_and_undoing_are_in_the_audit_log_with_range_and_hash(
    district: Territory, load: Load
) -> None:
    batch = load(district, {"vpr.csv": SCHOOLS}, defaults=VPR_2024)
    undo_batch(batch, actor=ACTOR, reason="проверка")
    entries = AuditEntry.objects.filter(object_type="results.schoolresult").order_by("pk")
    assert [(entry.action, entry.row_count) for entry in entries] == [("import", 2), ("undo import", 2)]
    ends = SchoolResult.objects.order_by("pk").values_list("pk", flat=True)
    assert (entries[0].row_first, entries[0].row_last) == (ends[0], ends[1])
    assert entries[0].content_hash == batch.content_hash
    assert len(batch.content_hash) == 64


def test_a_school_twice_with_other_numbers_is_rejected_with_both_places(
    district: Territory, load: Load
) -> None:
    text = SCHOOLS + "edu100001;СОШ № 1;41;4;16;15;5\n"
    batch = load(district, {"vpr.csv": text}, defaults=VPR_2024)
    line = ImportIssue.objects.get(batch=batch, code="row_twice")
    assert (line.row, line.params["row"]) == (4, 2)
    assert result("edu100001").participants == 40
    assert batch.report["rows"]["rejected"] == 1


def test_the_same_row_in_two_files_of_one_import_is_taken_once(district: Territory, load: Load) -> None:
    batch = load(district, {"a.csv": SCHOOLS, "b.csv": SCHOOLS}, defaults=VPR_2024)
    assert batch.report["results"]["created"] == 2
    assert batch.report["rows"]["rejected"] == 0
    assert ImportIssue.objects.filter(batch=batch, code="row_repeated").count() == 2


def test_an_unknown_school_is_a_question_and_its_rows_are_not_written(
    district: Territory, load: Load
) -> None:
    batch = load(district, {"vpr.csv": SCHOOLS + "edu100009;СОШ № 9;9;1;2;3;3\n"}, defaults=VPR_2024)
    question = ImportIssue.objects.get(batch=batch, code="school_question")
    assert question.params["ref"]["login"] == "edu100009"
    assert question.params["new"] is True
    assert batch.report["rows"]["taken"] == 2
    assert batch.report["rows"]["rejected"] == 1


def test_new_schools_are_created_with_their_codes_as_text(country: Territory, load: Load) -> None:
    text = (
        "Область;Район;Населённый пункт;Код;Школа;Участников;Средний балл\nА;Б;с. Луки;0042;СОШ № 1;10;50,5\n"
    )
    defaults = {"kind": "ege", "year": 2024, "subject_text": "Физика"}
    load(country, {"a.csv": text}, options=CREATE, defaults=defaults)
    school = Organisation.objects.get()
    assert (school.rcoi_code, school.settlement, school.territory.name, school.territory.parent.name) == (
        "0042",
        "с. Луки",
        "Б",
        "А",
    )
    assert SchoolLink.objects.filter(organisation=school).count() == 2


def test_the_threshold_comes_from_the_scale_where_the_file_does_not_say_it(
    district: Territory, load: Load
) -> None:
    ScaleFactory(grade=5)
    header = "Логин;Кол-во участников;" + ";".join(map(str, range(25)))
    counts = [0] * 25
    counts[8], counts[9], counts[10], counts[20] = 3, 2, 10, 5
    text = f"{header}\nedu100001;20;{';'.join(map(str, counts))}\n"
    load(district, {"scores.csv": text}, defaults={**VPR_2024, "max_score": 24})
    row = result("edu100001")
    assert (row.below, row.below_share, row.extra["below_from"]) == (5, Decimal("0.25"), "scale")


def test_without_a_scale_the_number_below_is_unknown_and_not_zero(district: Territory, load: Load) -> None:
    text = "Логин;Кол-во участников;Средний балл\nedu100001;20;61,5\n"
    load(district, {"mean.csv": text}, defaults=VPR_2024)
    row = result("edu100001")
    assert (row.below, row.below_share) == (None, None)


def test_participants_of_one_school_from_two_files_make_one_result(district: Territory, load: Load) -> None:
    head = "Логин;Код участника;Класс;Первичный балл;Отметка;Отметка по журналу\n"
    first = head + "edu100001;40001;5А;10;3;4\nedu100001;40002;5А;20;5;5\n"
    second = head + "edu100001;40003;5Б;5;2;3\n"
    batch = load(district, {"a.csv": first, "b.csv": second}, defaults=VPR_2024)
    row = result("edu100001")
    assert (row.basis, row.participants, row.marks_2, row.below) == (ResultBasis.INDIVIDUAL, 3, 1, 1)
    assert (row.journal_lowered, row.journal_confirmed, row.journal_raised) == (2, 1, 0)
    assert sorted(row.participant_rows.values_list("code", "class_label")) == [
        ("40001", "5А"),
        ("40002", "5А"),
        ("40003", "5Б"),
    ]
    assert batch.report["participants"]["created"] == 3


def test_participants_are_replaced_as_a_whole_and_undone_as_a_whole(district: Territory, load: Load) -> None:
    head = "Логин;Код участника;Класс;Первичный балл;Отметка\n"
    rows = [f"edu100001;{40000 + number};5А;{number};3\n" for number in range(5)]
    load(district, {"a.csv": head + "".join(rows)}, defaults=VPR_2024)
    second = load(district, {"b.csv": head + "".join(rows[:3])}, defaults=VPR_2024)
    assert second.report["results"]["updated"] == 1
    assert result("edu100001").participant_rows.count() == 3
    undo_batch(second, actor=ACTOR, reason="апелляция отозвана")
    assert result("edu100001").participant_rows.count() == 5


def test_a_code_twice_in_one_list_is_reported_and_counted_once(district: Territory, load: Load) -> None:
    text = (
        "Логин;Код участника;Класс;Первичный балл;Отметка\nedu100001;40001;5А;10;3\nedu100001;40001;5А;11;3\n"
    )
    batch = load(district, {"a.csv": text}, defaults=VPR_2024)
    assert ImportIssue.objects.get(batch=batch, code="participant_twice").row == 3
    assert ParticipantResult.objects.count() == 1
    assert batch.report["rows"]["taken"] == 1


def test_the_day_of_a_vpr_does_not_make_another_assessment(district: Territory, load: Load) -> None:
    head = "Логин;Дата;Код участника;Класс;Первичный балл;Отметка\n"
    text = head + "edu100001;20.04.2024;40001;5А;10;3\nedu100001;22.04.2024;40002;5Б;11;4\n"
    load(district, {"a.csv": text}, defaults=VPR_2024)
    assert Assessment.objects.count() == 1
    assert result("edu100001").participants == 2


def test_the_day_of_an_exam_does(district: Territory, load: Load) -> None:
    head = "Логин;Дата;Кол-во участников;Средний балл\n"
    text = head + "edu100001;28.05.2024;20;60\nedu100001;20.06.2024;3;50\n"
    load(district, {"a.csv": text}, defaults={"kind": "ege", "subject_text": "Математика"})
    assert sorted(str(day) for day in Assessment.objects.values_list("held_on", flat=True)) == [
        "2024-05-28",
        "2024-06-20",
    ]


def test_an_import_that_was_not_written_can_be_thrown_away_with_its_files(
    district: Territory, load: Load, media: object, django_capture_on_commit_callbacks: object
) -> None:
    batch = load(district, {"vpr.csv": SCHOOLS}, defaults=VPR_2024, only_trial=True)
    kept = batch.files.get().content.path
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture
        discard_batch(batch, actor=ACTOR)
    assert not Path(kept).exists()
    assert batch.state == BatchState.DISCARDED
    with pytest.raises(ValidationError):
        discard_batch(batch, actor=ACTOR)
