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
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from mayak.accounts.models import User
from mayak.accounts.selectors import scope_of
from mayak.diagnosis.enums.risk import RiskSource
from mayak.diagnosis.models import (
    Certificate,
    Competence,
    Contest,
    LessonRound,
    MentorProfile,
    MentorScoring,
    ProblemGroup,
    Recommendation,
    RiskLine,
    RiskProfile,
)
from mayak.diagnosis.selectors.agreement_words import TENTATIVE
from mayak.diagnosis.selectors.lesson_rounds import round_table
from mayak.diagnosis.selectors.lessons import waiting_sheets
from mayak.diagnosis.selectors.matrix import territory_matrix
from mayak.diagnosis.selectors.sections import sections_of
from mayak.diagnosis.selectors.training import training_state
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
from mayak.surveys.enums import CampaignState
from mayak.surveys.models import Answer, Campaign, SurveyInvitation
from mayak.web.demonstration.build import Demonstration, NotEmptyError, build_demonstration
from mayak.web.demonstration.plans import Level, read_district
from mayak.web.demonstration.procedures import PROCEDURES, YEARS
from mayak.web.demonstration.scores import PASS_SCORES, Part, draw_participants
from tests.web.demonstration_rows import SHARE, low_schools, path_of, shares_below, variances

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.once,
    pytest.mark.xdist_group("demonstration"),
]
SEED = 2026
PUTILOVO, LENINGRAD = "МКОУ «Путиловская ООШ»", "Ленинградская область"
TOSNO, KIROVSK, REGION = "Тосненский район", "Кировский муниципальный район", "Светлоярская область"


@pytest.fixture(scope="module")
def built(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demonstration]:
    """The whole demonstration, built once for this file and rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_demonstration(seed=SEED, folder=tmp_path_factory.mktemp("demonstration"))
        transaction.set_rollback(True)


# --- the rule of domain.md B1.1, computed here from the rows alone ---


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


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    ("subject", "mean", "pupils", "schools", "school_years"),
    [("russian", 61.5, 181.2, 37.8, 8.9), ("mathematics-advanced", 42.0, 258.8, 36.3, 44.7)],
)
def test_the_variances_of_the_region_are_the_published_ones(
    subject: str, mean: float, pupils: float, schools: float, school_years: float
) -> None:
    measured = variances(subject, path_of(REGION))
    assert measured[0] == pytest.approx(mean, abs=0.8)
    assert measured[1] == pytest.approx(pupils, rel=0.04)
    assert measured[2] == pytest.approx(schools, rel=0.15)
    assert measured[3] == pytest.approx(school_years, rel=0.15)


@pytest.mark.usefixtures("built")
def test_in_mathematics_the_swing_of_a_year_is_larger_than_the_lasting_effect() -> None:
    _, _, lasting, yearly = variances("mathematics-advanced", path_of(REGION))
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


# --- surveys ---


@pytest.mark.usefixtures("built")
def test_the_region_has_closed_rounds_with_answers_and_the_one_of_the_year_before() -> None:
    rounds = {one.title: one for one in Campaign.objects.filter(state=CampaignState.CLOSED)}
    assert sorted(rounds) == [
        "Мониторинг сетевого наставничества, 2025/26",
        "Мониторинг сетевого наставничества, 2026/27",
        "Удовлетворённость директоров сетевым наставничеством, 2026/27",
        "Факторы риска школ с низкими результатами: учителя, 2026/27",
    ]
    now, before = (rounds[f"Мониторинг сетевого наставничества, {year}"] for year in ("2026/27", "2025/26"))
    assert now.previous == before
    assert {one.provider for one in now.audiences.all()} == {
        "methodical-services",
        "high-schools",
        "low-schools",
    }
    assert Answer.objects.filter(audience__campaign__in=rounds.values()).count() > 200
    assert RiskLine.objects.filter(source=RiskSource.SURVEY).exists()


@pytest.mark.usefixtures("built")
def test_the_mentee_and_the_mentor_have_something_to_answer() -> None:
    asked = {
        local: set(
            SurveyInvitation.objects.filter(
                user__email__startswith=f"{local}@", audience__campaign__state=CampaignState.RUNNING
            ).values_list("audience__version__questionnaire__code", flat=True)
        )
        for local in ("mentee", "mentor")
    }
    assert asked == {"mentee": {"satisfaction-mentee", "request-map"}, "mentor": {"satisfaction-mentor"}}
    assert User.objects.filter(email__startswith="mentee@", person__isnull=False).exists()


# --- diagnosis ---


@pytest.mark.usefixtures("built")
def test_six_schools_have_risk_profiles_of_two_years_with_measures_against_the_chosen_factors() -> None:
    profiles = RiskProfile.objects.filter(organisation__territory__name=KIROVSK)
    assert Counter(profiles.values_list("school_year__start_year", flat=True)) == {2025: 6, 2026: 6}
    chosen = RiskLine.objects.filter(profile__in=profiles, is_chosen=True)
    assert chosen.count() > 20
    assert not chosen.filter(measures="").exists()
    assert set(chosen.values_list("source", flat=True)) == {"data", "hand", "survey"}


@pytest.mark.usefixtures("built")
def test_the_festival_has_a_table_by_criterion_and_one_sheet_waits_for_the_mentor() -> None:
    table = round_table(LessonRound.objects.get())
    assert (table.lessons, table.rated, table.subjects) == (14, 12, ["Математика", "Русский язык"])
    assert (table.agreement[3].alpha or 0) > TENTATIVE
    waiting = waiting_sheets(User.objects.get(email__startswith="mentor@"))
    assert waiting.filter(lesson__held_on__lt=timezone.localdate()).count() == 1


@pytest.mark.usefixtures("built")
def test_the_matrix_of_a_district_shows_numbers_and_hides_small_groups() -> None:
    territory = Territory.objects.get(name=KIROVSK)
    shown, hidden = (
        territory_matrix(territory, list(Competence.objects.filter(code=code)))
        for code in ("formative-assessment", "ru-text")
    )
    assert {row.cells[0].is_hidden for row in hidden.rows} == {True}
    assert hidden.total.cells[0].known >= 20
    assert sum(not row.cells[0].is_hidden for row in shown.rows) >= 10
    groups = ProblemGroup.objects.filter(territory=territory)
    assert Counter(groups.values_list("organisation__short_name", flat=True)) == {None: 1, PUTILOVO: 1}


@pytest.mark.usefixtures("built")
def test_mentors_and_contests_stand_in_every_state() -> None:
    mentors = MentorProfile.objects.filter(organisation__territory__name=KIROVSK)
    assert Counter(mentors.values_list("state", flat=True)) == {"accepted": 6, "submitted": 3}
    assert {sheet.scores.count() for sheet in MentorScoring.objects.all()} == {17}
    until = Certificate.objects.filter(person__in=mentors.values("person")).values_list(
        "valid_until", flat=True
    )
    assert Counter(training_state(day, warn_days=90) for day in until) == {
        "valid": 2,
        "ending": 2,
        "expired": 1,
    }
    low, donors = (
        Contest.objects.get(kind=kind, territory__name=LENINGRAD) for kind in ("low_results", "donor")
    )
    decisions = Counter(low.applications.values_list("decision", flat=True))
    assert decisions == {"chosen": 3, "reserve": 2, "not_chosen": 1}
    assert (low.state, low.protocol_number, donors.state) == ("closed", "3", "scoring")


@pytest.mark.usefixtures("built")
def test_recommendations_wait_are_overdue_reported_and_one_is_for_the_mentee_alone() -> None:
    rows = Recommendation.objects.filter(organisation__territory__name=KIROVSK)
    assert set(rows.values_list("state", flat=True)) == {"draft", "issued", "done", "cancelled"}
    assert rows.overdue(timezone.localdate()).exists()
    assert rows.exclude(return_reason="").exists()
    person = User.objects.get(email__startswith="mentee@").person
    assert rows.filter(addressee_person=person, state="issued").count() == 2


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("local", ["kirovsk", "methodist", "school", "mentor", "mentee"])
def test_every_part_of_diagnosis_opens_and_something_waits_on_the_first_screen(
    client: Client, local: str
) -> None:
    user = User.objects.get(email=f"{local}@demo.mayak.example")
    client.force_login(user)
    answers = {
        section.url_name: client.get(reverse(section.url_name), follow=True).status_code
        for section in sections_of(scope_of(user))
    }
    assert set(answers.values()) == {200}
    assert "diagnosis:risk" in answers
    page = client.get(reverse("web:today")).content.decode()
    assert f'href="{reverse("diagnosis:index")}' in page.partition("<main")[2]
