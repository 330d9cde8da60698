"""The demonstration: exact counts, the rule of low results found from the rows alone, calibrated variances."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from mayak.accounts.models import User
from mayak.accounts.selectors import scope_of
from mayak.registry.enums import AssociationLevel, OrganisationKind, TerritoryKind
from mayak.registry.models import (
    Employment,
    LegalAct,
    Organisation,
    OrganisationName,
    Person,
    Programme,
    ProgrammeParticipant,
    StaffingRecord,
    SubjectAssociation,
    Territory,
    WorkingGroup,
)
from mayak.results.enums import BatchState
from mayak.results.models import ContextValue, ImportBatch, ImportFile, ParticipantResult, SchoolResult
from mayak.web.demonstration.build import Demonstration, NotEmptyError, build_demonstration
from mayak.web.demonstration.plans import Level, read_district
from mayak.web.demonstration.procedures import PROCEDURES, YEARS
from mayak.web.demonstration.scores import PASS_SCORES, Part, draw_participants

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.once,
    pytest.mark.xdist_group("demonstration"),
]
SEED = 2026
SHARE, PROCEDURES_OF_A_YEAR = 0.30, 2
TOSNO, KIROVSK, REGION = "Тосненский район", "Кировский муниципальный район", "Светлоярская область"


@pytest.fixture(scope="module")
def built(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demonstration]:
    """The whole demonstration, built once for this file and rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_demonstration(seed=SEED, folder=tmp_path_factory.mktemp("demonstration"))
        transaction.set_rollback(True)


def path_of(name: str) -> str:
    return Territory.objects.get(name=name).path or ""


# --- the rule of domain.md B1.1, computed here from the rows alone ---


def shares_below(path: str) -> dict[tuple[str, tuple[Any, ...], int], float]:
    """Share below the threshold by school, procedure and year: mark «2», or a score under the minimum of ЕГЭ."""
    columns = ("kind", "subject__code", "grade", "year")
    rows = ParticipantResult.objects.filter(result__organisation__territory__path__under=path).values_list(
        "result__organisation__short_name",
        *(f"result__assessment__{name}" for name in columns),
        "mark",
        "score",
    )
    people: Counter[tuple[Any, ...]] = Counter()
    below: Counter[tuple[Any, ...]] = Counter()
    for school, kind, subject, grade, year, mark, score in rows:
        key = (school, (kind, subject, grade), year)
        people[key] += 1
        below[key] += score < PASS_SCORES[subject] if kind == "ege" else mark == 2
    return {key: below[key] / count for key, count in people.items()}


def low_schools(shares: dict[tuple[str, tuple[Any, ...], int], float], year: int) -> dict[str, str]:
    """Schools with 30 % and more below in two procedures of the year («A»), or in one of them in two years («B»)."""
    found: dict[str, str] = {}
    for school in {key[0] for key in shares}:
        bad = {
            (procedure, when)
            for (name, procedure, when), share in shares.items()
            if name == school and share >= SHARE
        }
        now = {procedure for procedure, when in bad if when == year}
        before = {procedure for procedure, when in bad if when == year - 1}
        reasons = ("A" if len(now) >= PROCEDURES_OF_A_YEAR else "") + ("B" if now & before else "")
        if reasons:
            found[school] = reasons
    return found


@pytest.mark.usefixtures("built")
def test_the_rule_finds_exactly_16_of_the_27_schools_of_tosno() -> None:
    schools = Organisation.objects.schools().filter(territory__name=TOSNO)
    low = low_schools(shares_below(path_of(TOSNO)), 2026)
    assert schools.count() == 27
    assert len(low) == 16
    assert Counter(low.values()) == {"AB": 13, "B": 3}


@pytest.mark.usefixtures("built")
def test_one_bad_procedure_in_one_year_is_not_enough() -> None:
    shares = shares_below(path_of(TOSNO))
    low = low_schools(shares, 2026)
    bad_once = {name for (name, _, year), share in shares.items() if year == 2026 and share >= SHARE} - set(
        low
    )
    assert bad_once == {"МБОУ «Озерковская СОШ»", "МБОУ «Калиновская СОШ»"}


@pytest.mark.usefixtures("built")
def test_the_rule_finds_the_six_schools_of_the_pairs_in_kirovsk() -> None:
    assert set(low_schools(shares_below(path_of(KIROVSK)), 2026)) == {
        "МКОУ «Путиловская ООШ»",
        "МКОУ «Синявинская СОШ»",
        "МКОУ «Шумская СОШ»",
        "МКОУ «Назиевская СОШ»",
        "МКОУ «Суховская ООШ»",
        "МБОУ «Отрадненская СОШ № 3»",
    }


@pytest.mark.parametrize("seed", range(1, 9))
def test_the_16_of_27_do_not_depend_on_the_seed(seed: int) -> None:
    schools = read_district("S0").schools
    part = Part(seed, "S0", schools, np.zeros(len(schools)))
    shares: dict[tuple[str, tuple[Any, ...], int], float] = {}
    for procedure in PROCEDURES:
        for year in YEARS:
            drawn = draw_participants(part, procedure, year)
            below = drawn.mark == 2 if procedure.bounds else drawn.score < PASS_SCORES[procedure.subject]
            people = np.bincount(drawn.school, minlength=27)
            failed = np.bincount(drawn.school[below], minlength=27)
            for number in np.flatnonzero(people):
                shares[schools[number].name, (procedure.key,), year] = failed[number] / people[number]
    low = low_schools(shares, 2026)
    assert set(low) == {school.name for school in schools if school.level in (Level.LOW, Level.LOW_TWICE)}


# --- calibration ---


def variances(subject: str) -> tuple[float, float, float, float]:
    """Mean, variance of pupils, of schools, of the years of a school; by the method of moments."""
    rows = ParticipantResult.objects.filter(
        result__assessment__kind="ege",
        result__assessment__subject__code=subject,
        result__organisation__territory__path__under=path_of(REGION),
    ).values_list("result__organisation", "result__assessment__year", "score")
    school, year, score = (np.array(column) for column in zip(*rows, strict=True))
    _, place = np.unique(school, return_inverse=True)
    cell = place * len(YEARS) + (year - YEARS[0])
    count = np.bincount(cell).reshape(-1, len(YEARS))
    mean = np.bincount(cell, weights=score).reshape(-1, len(YEARS)) / count
    inside = ((score - mean.ravel()[cell]) ** 2).sum() / (count.sum() - count.size)
    noise = inside * (1 / count).mean()
    yearly = mean.var(axis=1, ddof=1).mean() - noise
    lasting = mean.mean(axis=1).var(ddof=1) - (yearly + noise) / len(YEARS)
    return float(mean.mean()), float(inside), float(lasting), float(yearly)


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    ("subject", "mean", "pupils", "schools", "school_years"),
    [("russian", 61.5, 181.2, 37.8, 8.9), ("mathematics-advanced", 42.0, 258.8, 36.3, 44.7)],
)
def test_the_variances_of_the_region_are_the_published_ones(
    subject: str, mean: float, pupils: float, schools: float, school_years: float
) -> None:
    measured = variances(subject)
    assert measured[0] == pytest.approx(mean, abs=0.8)
    assert measured[1] == pytest.approx(pupils, rel=0.04)
    assert measured[2] == pytest.approx(schools, rel=0.15)
    assert measured[3] == pytest.approx(school_years, rel=0.15)


@pytest.mark.usefixtures("built")
def test_in_mathematics_the_swing_of_a_year_is_larger_than_the_lasting_effect() -> None:
    _, _, lasting, yearly = variances("mathematics-advanced")
    assert yearly > lasting


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    ("indicator", "published"),
    [
        ("parents_without_higher_education", 0.743),
        ("low_income", 0.171),
        ("single_parent", 0.215),
        ("large_family", 0.259),
        ("unemployed_parent", 0.114),
        ("special_needs", 0.052),
    ],
)
def test_the_medians_of_the_social_passports_are_the_published_ones(indicator: str, published: float) -> None:
    shares = ContextValue.objects.visible().filter(
        indicator__code=indicator,
        school_year__start_year=2025,
        organisation__territory__path__under=path_of(REGION),
    )
    values = [float(value) for value in shares.values_list("share", flat=True)]
    assert len(values) == 300
    assert median(values) == pytest.approx(published, abs=0.002)


@pytest.mark.usefixtures("built")
def test_a_hard_context_goes_with_lower_results() -> None:
    income = dict(
        ContextValue.objects.visible()
        .filter(indicator__code="low_income", school_year__start_year=2025)
        .filter(organisation__territory__path__under=path_of(REGION))
        .values_list("organisation", "share")
    )
    means = SchoolResult.objects.visible().filter(assessment__kind="ege", assessment__subject__code="russian")
    pairs = [
        (float(income[school]), float(mean))
        for school, mean in means.values_list("organisation", "mean")
        if school in income
    ]
    assert -0.6 < np.corrcoef(np.array(pairs).T)[0, 1] < -0.15


# --- what was written ---


@pytest.mark.usefixtures("built")
def test_schools_by_district() -> None:
    counts = Counter(
        Organisation.objects.schools()
        .exclude(territory__path__under=path_of(REGION))
        .values_list("territory__name", flat=True)
    )
    assert counts == {TOSNO: 27, KIROVSK: 15, "Сеченовский муниципальный район": 3, "Енисейский район": 2}
    assert Organisation.objects.schools().filter(territory__path__under=path_of(REGION)).count() == 300
    assert Territory.objects.filter(kind=TerritoryKind.REGION).count() == 4


@pytest.mark.usefixtures("built")
def test_results_by_year_and_their_imports() -> None:
    exams = SchoolResult.objects.visible().filter(assessment__kind__in=["vpr", "oge", "ege"])
    years = Counter(exams.values_list("assessment__year", flat=True))
    assert set(years) == {2023, 2024, 2025, 2026}
    assert len(set(years.values())) == 1
    assert Counter(ImportBatch.objects.values_list("state", flat=True)) == {BatchState.APPLIED: 4 * 4}


@pytest.mark.usefixtures("built")
def test_schools_of_s4_have_quarter_marks_and_pairs_of_diagnostics() -> None:
    own = SchoolResult.objects.visible().filter(assessment__kind__in=["quarter_mark", "internal"])
    assert set(own.values_list("organisation__territory__name", flat=True)) == {"Енисейский район"}
    parts = Counter(own.values_list("assessment__kind", "assessment__moment", "assessment__quarter"))
    assert parts == {
        **{("quarter_mark", "", quarter): 4 * 2 * 2 for quarter in (1, 2, 3, 4)},
        ("internal", "entry", None): 3 * 2 * 2,
        ("internal", "final", None): 3 * 2 * 2,
    }


@pytest.mark.usefixtures("built")
def test_every_number_names_its_file_and_row_and_the_original_is_kept() -> None:
    assert not SchoolResult.objects.filter(file__isnull=True).exists()
    assert not SchoolResult.objects.filter(row__isnull=True).exists()
    assert not ParticipantResult.objects.filter(row__isnull=True).exists()
    for file in ImportFile.objects.all()[:5]:
        assert hashlib.sha256(Path(file.content.path).read_bytes()).hexdigest() == file.sha256


@pytest.mark.usefixtures("built")
def test_a_participant_stands_in_the_row_of_the_file_that_it_names() -> None:
    row = ParticipantResult.objects.filter(result__assessment__kind="vpr").order_by("pk")[1000]
    file = row.result.file
    assert file is not None
    line = Path(file.content.path).read_text(encoding="utf-8-sig").splitlines()[(row.row or 0) - 1]
    cells = line.split(";")
    assert cells[3:5] == [row.code, row.class_label]
    assert cells[6:8] == [f"{row.score:.0f}", str(row.mark)]


@pytest.mark.usefixtures("built")
def test_the_branch_has_its_own_results_and_its_parent_signs() -> None:
    branch = Organisation.objects.get(kind=OrganisationKind.BRANCH)
    assert branch.short_name.startswith("Красновская основная школа")
    assert branch.signatory.short_name == "МБОУ «Болтинская основная школа»"
    assert branch.results.count() > 0


@pytest.mark.usefixtures("built")
def test_the_context_of_the_school_of_the_source_is_exact() -> None:
    values = ContextValue.objects.visible().filter(
        organisation__short_name="МБОУ «Высокогорская СОШ № 7»", school_year__start_year=2025
    )
    shares = {
        code: float(share)
        for code, share in values.exclude(share=None).values_list("indicator__code", "share")
    }
    assert (shares["low_income"], shares["single_mothers"], shares["large_family"]) == (0.78, 0.36, 0.264)


@pytest.mark.usefixtures("built")
def test_the_programme_of_kirovsk_has_its_stages_roles_schools_and_basis() -> None:
    programme = Programme.objects.get(kind="региональная инновационная программа")
    assert [stage.name for stage in programme.stages.all()] == [
        "Подготовительный", "Основной", "Практический", "Обобщающий",
    ]  # fmt: skip
    assert sorted(programme.legal_basis.values_list("number", flat=True)) == ["237", "273", "305", "94"]
    roles = Counter(
        ProgrammeParticipant.objects.filter(programme=programme).values_list("role__name", flat=True)
    )
    assert roles == {"школа-партнёр (школа-лидер)": 3, "школа с низкими результатами": 6, "координатор": 2}


@pytest.mark.usefixtures("built")
def test_the_orders_of_kirovsk_keep_their_broken_sequence() -> None:
    acts = LegalAct.objects.filter(territory__name=KIROVSK)
    assert acts.count() == 26
    assert acts.get(number="276").date > acts.get(number="277").date
    assert acts.get(number="263").replaced_by == acts.get(number="354")


@pytest.mark.usefixtures("built")
def test_names_by_which_papers_call_a_school_are_remembered() -> None:
    names = OrganisationName.objects.filter(organisation__short_name="МБОУ «Отрадненская СОШ № 3»")
    assert "МБОУ «ОСШ №3»" in names.values_list("name", flat=True)


@pytest.mark.usefixtures("built")
def test_everybody_has_a_post_and_every_school_a_head() -> None:
    assert not Person.objects.filter(employments__isnull=True).exists()
    heads = Employment.objects.filter(position__in=["директор", "заведующий филиалом"])
    schools = Organisation.objects.schools()
    assert set(schools.values_list("pk", flat=True)) <= set(heads.values_list("organisation", flat=True))
    assert Employment.objects.filter(position="учитель", subjects__code="russian").exists()


@pytest.mark.usefixtures("built")
def test_associations_groups_and_staffing_are_there() -> None:
    district = SubjectAssociation.objects.filter(
        level=AssociationLevel.DISTRICT, organisation__territory__name=TOSNO
    )
    assert district.count() == 4
    assert all(association.members.count() > 20 for association in district)
    assert WorkingGroup.objects.get(name="Команда управления проектом общего дела").members.count() == 8
    assert StaffingRecord.objects.count() == 347 * 5


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    ("local", "territory"),
    [("coordinator", "Ленинградская область"), ("tosno", TOSNO), ("kirovsk", KIROVSK), ("region", REGION)],
)
def test_each_coordinator_sees_the_own_territory(local: str, territory: str) -> None:
    user = User.objects.get(email=f"{local}@demo.mayak.example")
    assert user.is_demo
    assert scope_of(user).territory_paths == (path_of(territory),)


@pytest.mark.usefixtures("built")
def test_the_school_coordinator_sees_one_school_and_the_administrator_none() -> None:
    school = scope_of(User.objects.get(email="school@demo.mayak.example"))
    found = Organisation.objects.within(school)
    assert [str(row) for row in found] == ["МКОУ «Путиловская ООШ»"]
    administrator = scope_of(User.objects.get(email="admin@demo.mayak.example"))
    assert not Organisation.objects.within(administrator).exists()


@pytest.mark.usefixtures("built")
def test_the_demonstration_is_never_built_over_something() -> None:
    before = Organisation.objects.count()
    with pytest.raises(NotEmptyError, match="База данных не пуста"):
        build_demonstration()
    assert Organisation.objects.count() == before
