"""Risk profiles: levels from cut-offs and sources, what counts, data, choice of factors, years, pages."""

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings
from django.urls import reverse
from django.utils import translation

from mayak.accounts.enums import Role
from mayak.diagnosis.enums.risk import RiskBasis, RiskLevel, RiskMeasure, RiskSource
from mayak.diagnosis.models import RiskCutoff, RiskFactor, RiskLine, RiskProfile
from mayak.diagnosis.selectors.risk import cutoff_of, factors_of, matrix_of, years_of
from mayak.diagnosis.services.reference import load_diagnosis_reference
from mayak.diagnosis.services.risk import (
    compute_risk,
    copy_previous_year,
    plan_factor,
    set_risk_level,
    withdraw_level,
)
from mayak.diagnosis.services.rule_rows import save_rule_row
from mayak.kernel.models import AuditEntry
from mayak.registry.services.reference import load_registry_reference
from mayak.results.services.reference import load_results_reference
from tests.factories.matching import mentee, result
from tests.factories.registry import (
    AuthorityFactory,
    MunicipalityFactory,
    SchoolFactory,
    SchoolYearFactory,
    StaffingFactory,
    SubjectFactory,
)
from tests.factories.results import ContextFactory, IndicatorFactory
from tests.factories.schools import ACTOR, RiskCutoffFactory, RiskFactorFactory, client_of

pytestmark = pytest.mark.django_db
PROGRAMME = "500+"


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


@pytest.fixture
def year():
    return SchoolYearFactory(start_year=2024)


@pytest.fixture
def factor():
    RiskCutoffFactory()
    return RiskFactorFactory()


def state(school, factor, year, **values):
    given = {"source": RiskSource.HAND, "evidence": "3 вакансии"} | values
    return set_risk_level(school, factor, year, actor=ACTOR, **given)


@pytest.mark.parametrize(
    ("score", "level"), [(0, "low"), (29.9, "low"), (30, "medium"), (60, "high"), (100, "high")]
)
def test_a_score_becomes_a_level_by_the_cut_offs(factor, year, score, level) -> None:
    line = state(SchoolFactory(), factor, year, score=score, source=RiskSource.SURVEY)
    assert (line.level, line.score, line.source) == (level, score, RiskSource.SURVEY)


def test_the_cut_offs_of_a_factor_go_before_the_general_ones_and_new_years_before_old(factor, year) -> None:
    RiskCutoffFactory(factor=factor, medium_from=10, high_from=20, year_from=2010)
    assert cutoff_of(factor, RiskBasis.SCORE, year).high_from == 20
    RiskCutoffFactory(factor=factor, medium_from=50, high_from=80, year_from=2023)
    assert cutoff_of(factor, RiskBasis.SCORE, year).high_from == 80
    RiskCutoffFactory(factor=factor, medium_from=1, high_from=2, year_from=2025)
    assert cutoff_of(factor, RiskBasis.SCORE, year).high_from == 80
    assert cutoff_of(RiskFactorFactory(code="other"), RiskBasis.SCORE, year).high_from == 60


def test_without_cut_offs_the_level_must_be_chosen(year) -> None:
    factor = RiskFactorFactory()
    with pytest.raises(ValidationError, match="There are no cut-offs for"):
        state(SchoolFactory(), factor, year, score=50)
    assert state(SchoolFactory(), factor, year, level="high").level == "high"


@pytest.mark.parametrize(
    ("values", "code"),
    [({}, "nothing"), ({"score": 101}, "bounds"), ({"score": -1}, "bounds"), ({"level": "x"}, "choice")],
)
def test_what_is_no_level_is_refused(factor, year, values, code) -> None:
    with pytest.raises(ValidationError) as refusal:
        state(SchoolFactory(), factor, year, **values)
    assert refusal.value.code == code
    assert RiskProfile.objects.count() == 0


def test_a_person_must_say_what_it_rests_on(factor, year) -> None:
    with pytest.raises(ValidationError, match="Say what this rests on"):
        state(SchoolFactory(), factor, year, level="high", evidence="  ")


def test_a_person_counts_above_the_questionnaire_above_data(factor, year) -> None:
    school = SchoolFactory()
    state(school, factor, year, level="low", source=RiskSource.DATA, evidence="данные")
    state(school, factor, year, score=90, source=RiskSource.SURVEY, evidence="анкета")
    assert RiskLine.objects.get().level == "high"
    state(school, factor, year, level="medium")
    line = RiskLine.objects.get()
    assert (line.level, line.source, line.evidence) == ("medium", "hand", "3 вакансии")
    state(school, factor, year, score=10, source=RiskSource.SURVEY, evidence="анкета")
    assert RiskLine.objects.get().level == "medium"
    assert sorted(line.readings.values_list("source", "level")) == [
        ("data", "low"), ("hand", "medium"), ("survey", "low"),
    ]  # fmt: skip


def test_what_was_taken_back_lets_the_next_source_count(factor, year) -> None:
    school = SchoolFactory()
    state(school, factor, year, score=90, source=RiskSource.SURVEY, evidence="анкета")
    line = state(school, factor, year, level="low")
    withdraw_level(line, source=RiskSource.HAND, actor=ACTOR)
    assert (line.level, line.source, line.score) == ("high", "survey", 90)
    with pytest.raises(ValidationError, match="said nothing"):
        withdraw_level(line, source=RiskSource.HAND, actor=ACTOR)
    withdraw_level(line, source=RiskSource.SURVEY, actor=ACTOR)
    assert (line.level, line.source, line.score, line.evidence) == ("", "", None, "")


def test_saying_the_same_twice_changes_nothing_but_the_log_says_who_and_what(factor, year) -> None:
    school = SchoolFactory()
    for _round in range(2):
        state(school, factor, year, level="high")
    assert RiskLine.objects.count() == 1
    entry = AuditEntry.objects.filter(action="set_risk").order_by("pk").first()
    assert entry.changes["level"] == ["", "high"]
    assert entry.organisation_id == school.pk


def test_only_a_factor_with_a_level_can_be_chosen(factor, year) -> None:
    line = state(SchoolFactory(), factor, year, level="high")
    plan_factor(line, is_chosen=True, measures=" сетевой договор ", actor=ACTOR)
    assert (line.is_chosen, line.measures) == (True, "сетевой договор")
    withdraw_level(line, source=RiskSource.HAND, actor=ACTOR)
    with pytest.raises(ValidationError, match="First say how significant"):
        plan_factor(line, is_chosen=True, measures="", actor=ACTOR)


def test_a_closed_year_is_read_only(factor) -> None:
    closed = SchoolYearFactory(start_year=2020, is_closed=True)
    with pytest.raises(ValidationError, match="closed for changes"):
        state(SchoolFactory(), factor, closed, level="high")
    with pytest.raises(ValidationError, match="closed for changes"):
        compute_risk(SchoolFactory(), closed, PROGRAMME, actor=ACTOR)


def shares(**cutoff):
    RiskCutoffFactory(basis=RiskBasis.SHARE, **({"medium_from": 5, "high_from": 10} | cutoff))


def test_vacancies_and_categories_come_from_the_staffing(year) -> None:
    shares()
    vacancies = RiskFactorFactory(measure=RiskMeasure.VACANCIES)
    categories = RiskFactorFactory(code="competence", measure=RiskMeasure.WITHOUT_CATEGORY)
    school = SchoolFactory()
    StaffingFactory(organisation=school, school_year=year, teachers=18, vacancies=2, with_category=17)
    report = compute_risk(school, year, PROGRAMME, actor=ACTOR)
    assert (report.written, report.without_data) == (2, ())
    lines = {line.factor_id: line for line in RiskLine.objects.all()}
    assert (lines[vacancies.pk].level, lines[vacancies.pk].score) == ("high", 10.0)
    assert lines[vacancies.pk].evidence == "Staffing of 2024/25: 2 vacant posts of 20."
    assert (lines[categories.pk].level, lines[categories.pk].score) == ("medium", 5.6)


def test_results_speak_for_the_risk_of_failure(year) -> None:
    shares(medium_from=15, high_from=30)
    factor = RiskFactorFactory(code="failure-risk", measure=RiskMeasure.LOW_RESULTS)
    school = mentee(MunicipalityFactory(), "Школа")
    maths, russian = SubjectFactory(code="math"), SubjectFactory(code="russian")
    result(school, maths, below=9, participants=20)
    result(school, russian, below=1, participants=20)
    compute_risk(school, year, PROGRAMME, actor=ACTOR)
    line = RiskLine.objects.get(factor=factor)
    assert (line.level, line.score) == ("medium", 25.0)
    assert "25.0 per cent of 40 works below the threshold" in line.evidence


def test_few_children_give_a_level_and_no_number(year) -> None:
    shares(medium_from=1, high_from=2)
    RiskFactorFactory(code="special-needs", measure=RiskMeasure.SPECIAL_NEEDS)
    indicator = IndicatorFactory(code="special_needs", name="ОВЗ")
    school = SchoolFactory(pupils=100)
    ContextFactory(organisation=school, school_year=year, indicator=indicator, count=2, total=100)
    compute_risk(school, year, PROGRAMME, actor=ACTOR)
    line = RiskLine.objects.get()
    assert (line.level, line.score) == ("high", None)
    assert line.evidence == "Social passport of 2024/25, «ОВЗ»: few children, the number is not shown."


def test_a_factor_without_data_is_named_and_what_people_stated_stays(year) -> None:
    shares()
    factor = RiskFactorFactory(measure=RiskMeasure.VACANCIES, name="Дефицит кадров")
    school = SchoolFactory()
    state(school, factor, year, level="low")
    assert compute_risk(school, year, PROGRAMME, actor=ACTOR).without_data == ("Дефицит кадров",)
    StaffingFactory(organisation=school, school_year=year, teachers=10, vacancies=10)
    assert compute_risk(school, year, PROGRAMME, actor=ACTOR).written == 1
    assert RiskLine.objects.get().level == "low"


def test_the_previous_year_is_carried_over_without_replacing_anything(factor, year) -> None:
    school, other = SchoolFactory(), RiskFactorFactory(code="parents")
    before = SchoolYearFactory(start_year=2023)
    plan_factor(state(school, factor, before, level="high"), is_chosen=True, measures="план", actor=ACTOR)
    state(school, other, before, level="high")
    state(school, other, year, level="low")
    assert copy_previous_year(school, year, PROGRAMME, actor=ACTOR).written == 1
    lines = {line.factor.code: line for line in RiskLine.objects.filter(profile__school_year=year)}
    carried = lines["staff-shortage"]
    assert (carried.level, carried.source, carried.is_chosen, carried.measures) == (
        "high",
        "copy",
        True,
        "план",
    )
    assert carried.evidence == "Carried over from 2023/24. 3 вакансии"
    assert lines["parents"].level == "low"
    assert copy_previous_year(school, year, PROGRAMME, actor=ACTOR).written == 0


def test_without_a_previous_year_nothing_is_carried_over(factor, year) -> None:
    with pytest.raises(ValidationError, match="no risk profile of the previous"):
        copy_previous_year(SchoolFactory(), year, PROGRAMME, actor=ACTOR)


def test_the_dictionary_of_a_year_is_the_newest_that_holds() -> None:
    for begins in (2021, 2024):
        RiskFactorFactory(year=begins, code=f"factor-{begins}")
    RiskFactorFactory(year=2024, code="unused", is_active=False)
    codes = {
        start: [one.code for one in factors_of(SchoolYearFactory(start_year=start))]
        for start in (2019, 2021, 2023, 2024, 2026)
    }
    assert codes == {
        2019: ["factor-2021"], 2021: ["factor-2021"], 2023: ["factor-2021"],
        2024: ["factor-2024"], 2026: ["factor-2024"],
    }  # fmt: skip


def test_years_join_by_the_code_of_the_factor(year) -> None:
    school = SchoolFactory()
    old, new = RiskFactorFactory(year=2021, name="Кадры"), RiskFactorFactory(year=2024, name="Кадры новые")
    state(school, old, SchoolYearFactory(start_year=2022), level="high")
    state(school, new, year, level="low")
    years, found = years_of(school, PROGRAMME)
    assert [one.start_year for one in years] == [2022, 2024]
    assert list(found.values()) == [[3, 1]]


def test_the_supplied_dictionary_has_twelve_factors_and_says_what_is_an_assumption() -> None:
    for load in (load_registry_reference, load_results_reference, load_diagnosis_reference):
        load()
    assert RiskFactor.objects.count() == 12
    assert RiskFactor.objects.filter(is_assumption=False).count() == 3
    assert not RiskFactor.objects.filter(source="").exists()
    assert RiskCutoff.objects.filter(factor__isnull=True).count() == 2
    again = {count.model: (count.created, count.updated) for count in load_diagnosis_reference()}
    assert (again[RiskFactor], again[RiskCutoff]) == ((0, 0), (0, 0))


def test_a_factor_that_profiles_use_keeps_its_code(factor, year) -> None:
    state(SchoolFactory(), factor, year, level="high")
    factor.name = "Другое имя"
    save_rule_row(factor, actor=ACTOR)
    factor.code = "other"
    with pytest.raises(ValidationError, match="Profiles use this factor"):
        save_rule_row(factor, actor=ACTOR)


def test_cut_offs_turned_round_are_refused(factor) -> None:
    with pytest.raises(ValidationError, match="must begin above"):
        save_rule_row(
            RiskCutoff(factor=factor, basis="share", medium_from=30, high_from=20, source="x"), actor=ACTOR
        )


def test_the_pages_of_a_school(factor, year) -> None:
    school = SchoolFactory()
    client = client_of(school, Role.HEAD_TEACHER)
    query = f"?year={year.start_year}"
    page = reverse("diagnosis:risk-school", args=[school.pk]) + query
    assert "not known yet" in client.get(page).content.decode()
    form = reverse("diagnosis:risk-factor", args=[school.pk, factor.pk]) + query
    assert client.get(form).status_code == 200
    refused = client.post(form, {"level": "high", "evidence": "", "measures": ""})
    assert refused.status_code == 400
    assert "Say what this rests on." in refused.content.decode()
    values = {"level": "high", "evidence": "3 вакансии", "is_chosen": "on", "measures": "договор"}
    assert client.post(form, values).status_code == 302
    line = RiskLine.objects.get()
    assert (line.level, line.is_chosen, line.measures) == ("high", True, "договор")
    shown = client.get(page).content.decode()
    assert "3 вакансии" in shown
    assert "high significance" in shown
    for name in ("compute", "copy"):
        assert client.post(reverse(f"diagnosis:risk-{name}", args=[school.pk]) + query).status_code == 302
    back = reverse("diagnosis:risk-withdraw", args=[school.pk, factor.pk]) + query
    client.post(back)
    line.refresh_from_db()
    assert line.level == ""
    answer = client.get(reverse("diagnosis:risk-school-export", args=[school.pk]) + query)
    assert "spreadsheetml" in answer.headers["Content-Type"]


def test_a_teacher_reads_the_profile_of_the_school_and_does_not_change_it(factor, year) -> None:
    school = SchoolFactory()
    client = client_of(school, Role.TEACHER)
    query = f"?year={year.start_year}"
    assert client.get(reverse("diagnosis:risk-school", args=[school.pk]) + query).status_code == 200
    refused = client.post(reverse("diagnosis:risk-compute", args=[school.pk]) + query)
    assert refused.status_code == 403
    assert (
        client.get(reverse("diagnosis:risk-factor", args=[school.pk, factor.pk]) + query).status_code == 403
    )


def test_a_foreign_school_is_not_there(factor, year) -> None:
    client = client_of(AuthorityFactory(), Role.MUNICIPAL_COORDINATOR)
    school = SchoolFactory()
    for name, keys in (("risk-school", [school.pk]), ("risk-factor", [school.pk, factor.pk])):
        assert (
            client.get(reverse(f"diagnosis:{name}", args=keys) + f"?year={year.start_year}").status_code
            == 404
        )


def test_an_unknown_year_is_not_there(factor, year) -> None:
    school = SchoolFactory()
    client = client_of(school, Role.HEAD_TEACHER)
    assert client.get(reverse("diagnosis:risk") + "?year=1999").status_code == 404
    assert client.get(reverse("diagnosis:risk") + "?year=abc").status_code == 404


def test_the_matrix_shows_schools_in_the_order_of_the_register_at_a_constant_cost(
    factor, year, django_assert_num_queries
) -> None:
    territory = MunicipalityFactory()
    schools = [SchoolFactory(territory=territory, short_name=name) for name in ("Б", "А")]
    state(schools[0], factor, year, level="high")
    factors, rows = matrix_of(schools, year, PROGRAMME)
    assert [str(one) for one in factors] == [factor.name]
    assert [[line and line.level for line in row.lines] for row in rows] == [["high"], [None]]
    for _round in range(2):
        with django_assert_num_queries(3):  # the years of the dictionary, its factors, the lines
            matrix_of(schools, year, PROGRAMME)
        schools += [SchoolFactory(territory=territory) for _number in range(2)]
        for one in schools[2:]:
            state(one, factor, year, level="low")
    client = client_of(AuthorityFactory(territory=territory), Role.MUNICIPAL_COORDINATOR)
    page = client.get(reverse("diagnosis:risk") + f"?year={year.start_year}").content.decode()
    assert page.index("А</a>") < page.index("Б</a>")
    assert "this is no rating" in page
    answer = client.get(reverse("diagnosis:risk-export") + f"?year={year.start_year}")
    assert "spreadsheetml" in answer.headers["Content-Type"]


def test_the_page_of_the_matrix_costs_the_same_with_more_schools(
    factor, year, django_assert_max_num_queries
) -> None:
    territory = MunicipalityFactory()
    client = client_of(AuthorityFactory(territory=territory), Role.MUNICIPAL_COORDINATOR)
    url = reverse("diagnosis:risk") + f"?year={year.start_year}"
    SchoolFactory(territory=territory)
    client.get(url)
    with django_assert_max_num_queries(60) as first:
        client.get(url)
    SchoolFactory.create_batch(3, territory=territory)
    with django_assert_max_num_queries(60) as second:
        client.get(url)
    assert len(first) == len(second)


def test_factors_and_thresholds_are_changed_by_coordinators_only(factor, year) -> None:
    territory = MunicipalityFactory()
    coordinator = client_of(AuthorityFactory(territory=territory), Role.MUNICIPAL_COORDINATOR)
    head = client_of(SchoolFactory(territory=territory), Role.HEAD_TEACHER)
    page, form = reverse("diagnosis:risk-rules"), reverse("diagnosis:risk-factor-edit", args=[factor.pk])
    assert head.get(page).status_code == 200
    assert head.get(form).status_code == 403
    values = {
        "programme": PROGRAMME, "year": 2021, "code": factor.code, "name": "Кадры", "position": 10,
        "source": "Приказ", "is_active": "on",
    }  # fmt: skip
    assert coordinator.post(form, values).status_code == 302
    factor.refresh_from_db()
    assert (factor.name, factor.source, factor.is_assumption) == ("Кадры", "Приказ", False)
    new = {"basis": "share", "year_from": 2024, "medium_from": 30, "high_from": 20, "source": "x"}
    assert coordinator.post(reverse("diagnosis:risk-cutoff-add"), new).status_code == 400
    assert coordinator.post(reverse("diagnosis:risk-cutoff-add"), new | {"high_from": 40}).status_code == 302


def test_dynamics_are_drawn_from_two_years_on(factor, year) -> None:
    school = SchoolFactory()
    client = client_of(school, Role.HEAD_TEACHER)
    state(school, factor, SchoolYearFactory(start_year=2023), level=RiskLevel.HIGH)
    url = reverse("diagnosis:risk-school", args=[school.pk]) + f"?year={year.start_year}"
    assert "Over the years" not in client.get(url).content.decode()
    state(school, factor, year, level=RiskLevel.LOW)
    page = client.get(url).content.decode()
    assert "From 2023/24 to 2024/25 the significance grew for 0 factors and fell for 1." in page
