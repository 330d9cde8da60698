"""ФИС ОКО layouts, Moscow and California as they came."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from mayak.registry.models import Organisation, Territory
from mayak.results.algorithms.keys import school_ref_key
from mayak.results.algorithms.records import SchoolRef
from mayak.results.enums import ResultBasis
from mayak.results.imports.stored import stored_sheets
from mayak.results.models import ContextValue, ImportIssue, SchoolResult
from tests.factories.registry import MunicipalityFactory, OrganisationFactory, RegionFactory
from tests.factories.results import ResultSubjectFactory
from tests.results.conftest import CREATE, Load

pytestmark = pytest.mark.django_db


@pytest.fixture
def vpr(shared_data: Path) -> Path:
    return shared_data / "vpr_fis_oko_layout"


@pytest.fixture
def school(db: None) -> Organisation:
    ResultSubjectFactory(code="russian", name="Русский язык")
    return OrganisationFactory(
        territory=MunicipalityFactory(name="г. Энск"),
        fis_oko_login="edu990001",
        short_name="МБОУ СОШ № 1 г. Энск",
    )


def load_vpr(load: Load, school: Organisation, path: Path) -> SchoolResult:
    load(school.territory, {path.name: path}, options={"create_subjects": True})
    return SchoolResult.objects.visible().select_related("assessment__subject").get()


def test_individual_results_declare_89_and_list_50(vpr: Path, load: Load, school: Organisation) -> None:
    row = load_vpr(load, school, vpr / "F1_individualnye_rezultaty.xlsx")
    assert (row.basis, row.participants, row.declared_participants) == (ResultBasis.INDIVIDUAL, 50, 89)
    assert row.participant_rows.count() == 50
    assert (row.assessment.kind, row.assessment.grade, row.assessment.year) == ("vpr", 4, 2026)
    assert row.marks_2 == row.below


def test_statistics_of_marks_are_kept_as_the_per_cents_of_the_file(
    vpr: Path, load: Load, school: Organisation
) -> None:
    row = load_vpr(load, school, vpr / "F3_statistika_po_otmetkam.xlsx")
    assert row.basis == ResultBasis.AGGREGATE
    assert set(row.percents) == {"2", "3", "4", "5"}
    assert row.marks_2 is None
    assert row.below_share == (Decimal(str(row.percents["2"])) / 100).quantize(Decimal("0.000001"))


def test_the_comparison_with_the_journal_is_a_result_of_its_own(
    vpr: Path, load: Load, school: Organisation
) -> None:
    row = load_vpr(load, school, vpr / "sravnenie_otmetok_s_zhurnalom.xlsx")
    assert row.basis == ResultBasis.JOURNAL
    assert None not in (row.journal_lowered, row.journal_confirmed, row.journal_raised)


def test_the_whole_sample_and_the_region_are_not_schools(vpr: Path, load: Load, school: Organisation) -> None:
    batch = load(
        school.territory,
        {"f3.xlsx": vpr / "F3_statistika_po_otmetkam.xlsx"},
        options={"create_subjects": True},
    )
    assert batch.report["rows"]["skipped"]["aggregate_row"] == 3


@pytest.fixture
def moscow(db: None) -> Territory:
    return RegionFactory(name="Москва")


MOSCOW = ("data-9722-2016-10-31.csv", "data-9722_2016-2018_Exam_results.json")


def test_names_of_moscow_are_linked_over_three_years(
    shared_data: Path, load: Load, moscow: Territory
) -> None:
    for name in MOSCOW:
        load(moscow, {name: shared_data / "moscow_ege" / name}, options={**CREATE, "create_schools": "new"})
    values = ContextValue.objects.visible().filter(indicator__code="ege_sum3_at_least_160")
    per_school: dict[int, set[int]] = {}
    for school, year in values.values_list("organisation_id", "school_year__start_year"):
        per_school.setdefault(school, set()).add(year)
    all_three = [school for school, years in per_school.items() if years == {2015, 2016, 2017}]
    assert len(all_three) > 250
    assert values.count() == len({(school, year) for school, years in per_school.items() for year in years})


def test_every_row_of_moscow_is_stored_or_reported(shared_data: Path, load: Load, moscow: Territory) -> None:
    name = MOSCOW[1]
    records = json.loads((shared_data / "moscow_ege" / name).read_text(encoding="utf-8"))
    batch = load(moscow, {name: shared_data / "moscow_ege" / name}, options=CREATE)
    rows = batch.report["rows"]
    assert rows["taken"] + rows["rejected"] == len(records)
    lost = set(ImportIssue.objects.filter(batch=batch, kind="rejected").values_list("row", flat=True))
    assert len(lost) == rows["rejected"]


def test_under_160_counts_those_with_at_least_160_and_is_flagged(
    shared_data: Path, load: Load, moscow: Territory
) -> None:
    batch = load(moscow, {MOSCOW[0]: shared_data / "moscow_ege" / MOSCOW[0]}, options=CREATE)
    mapping = stored_sheets(batch)[0].plan.guess.mapping
    assert mapping is not None
    column = next(
        column for column in mapping.columns if column.label.replace("_", " ") == "PASSER UNDER 160"
    )
    assert (column.role, column.indicator) == ("indicator", "ege_sum3_at_least_160")
    assert "label_contradicts_data" in column.notes
    assert not SchoolResult.objects.filter(below__isnull=False).exists()


def test_two_schools_with_one_number_are_never_joined(
    shared_data: Path, load: Load, moscow: Territory
) -> None:
    OrganisationFactory(territory=moscow, short_name="ГБПОУ 1-й МОК", name="ГБПОУ 1-й МОК")
    batch = load(moscow, {"a.csv": "Школа;Участников;Средний балл\nГКОУ КШИ № 1;40;50\n"}, defaults={
        "kind": "ege", "year": 2016, "subject_text": "Физика"}, options={"create_subjects": True})  # fmt: skip
    assert batch.report["results"]["created"] == 0
    assert batch.report["questions"]["schools"] == 1


def test_california_keeps_its_ids_as_text(shared_data: Path, load: Load, country: Territory) -> None:
    path = shared_data / "california_api_1999_2000" / "apipop.csv"
    head = path.read_text(encoding="utf-8").splitlines(keepends=True)[:301]
    batch = load(country, {"apipop.csv": "".join(head)}, options=CREATE, defaults={"year": 2000})
    assert batch.report["rows"]["taken"] == 300
    codes = set(Organisation.objects.values_list("rcoi_code", flat=True))
    assert "01611190130229" in codes
    assert len(codes) == 300
    meals = ContextValue.objects.visible().get(
        organisation__rcoi_code="01611190130229", indicator__code="free_meals"
    )
    assert (meals.share, meals.school_year.start_year) == (Decimal("0.14"), 1999)
    scores = SchoolResult.objects.visible().filter(organisation__rcoi_code="01611190130229")
    assert sorted(scores.values_list("assessment__year", "mean")) == [
        (1999, Decimal(693)),
        (2000, Decimal(731)),
    ]


def test_a_reference_is_told_apart_letter_by_letter() -> None:
    assert school_ref_key(SchoolRef(code="0042", name="А")) != school_ref_key(SchoolRef(code="42", name="А"))
