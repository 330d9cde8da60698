"""From level to measure: what is proposed, the life of a recommendation, who sees it, CH-23."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone, translation

from mayak.accounts.enums import Role
from mayak.diagnosis.checks.measures import incomplete_recommendation
from mayak.diagnosis.enums.measures import AddresseeKind, RecommendationState, TriggerKind, TriggerLevel
from mayak.diagnosis.enums.risk import RiskLevel
from mayak.diagnosis.models import (
    Competence,
    CompetenceGroup,
    MeasureTemplate,
    Recommendation,
    RiskFactor,
    RiskLine,
    RiskProfile,
)
from mayak.diagnosis.selectors import level_sources
from mayak.diagnosis.selectors.level_sources import LevelTrigger, levels_of_school, register_level_source
from mayak.diagnosis.selectors.measures import (
    proposed_measures,
    recommendation_list,
    to_control,
    trigger_word,
    with_trigger_names,
)
from mayak.diagnosis.selectors.own_level_sources import dynamics_levels, result_levels, risk_levels
from mayak.diagnosis.services import dynamics
from mayak.diagnosis.services import measures as services
from mayak.diagnosis.services.measure_reference import supplied_templates
from mayak.kernel.access import Actor, Scope
from mayak.kernel.readings.models import Reading
from mayak.registry.models import SchoolYear
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.matching import result
from tests.factories.measures import (
    CardFactory,
    IndicatorFactory,
    RecommendationFactory,
    TemplateFactory,
    head_of,
    methodist,
    paper,
    teacher_of,
)
from tests.factories.registry import (
    AuthorityFactory,
    PersonFactory,
    SchoolFactory,
    SchoolYearFactory,
    SubjectFactory,
)

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, label="anna@example.org")
EVERYTHING = Scope.of_everything()
MOTIVATION = LevelTrigger(
    TriggerKind.RISK_FACTOR, "low-motivation", TriggerLevel.HIGH, "Низкая учебная мотивация", "Анкета"
)


@pytest.fixture(autouse=True)
def _english(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


def client_of(user) -> Client:
    """Return a signed-in client."""
    client = Client()
    client.force_login(user)
    return client


def risky_school(year: SchoolYear | None = None):
    """Return a school whose motivation is a factor of high significance."""
    school = SchoolFactory()
    year = year or SchoolYearFactory()
    factor = RiskFactor.objects.create(
        year=2020, code="low-motivation", name="Низкая учебная мотивация", source="-"
    )
    profile = RiskProfile.objects.create(organisation=school, school_year=year, programme="500+")
    RiskLine.objects.create(profile=profile, factor=factor, level=RiskLevel.HIGH, source="survey")
    return school


def test_every_supplied_measure_is_ours_and_has_an_addressee_and_evidence() -> None:
    rows = list(supplied_templates())
    assert len({row["code"] for row in rows}) == len(rows) == 47
    assert {row["addressee"] for row in rows} == set(AddresseeKind.values)
    assert all(row["is_assumption"] and row["evidence"] and row["source"] for row in rows)
    for row in rows:
        MeasureTemplate(**row).full_clean()


def test_a_measure_fits_by_kind_code_and_level() -> None:
    right = TemplateFactory()
    TemplateFactory(level=TriggerLevel.LOW)
    TemplateFactory(trigger_code="parents")
    TemplateFactory(trigger_kind=TriggerKind.RESULTS)
    TemplateFactory(is_active=False)
    assert [one.template for one in proposed_measures([MOTIVATION])] == [right]
    assert proposed_measures([]) == []


def test_a_measure_for_exactly_this_code_goes_before_a_general_one_of_the_same_addressee() -> None:
    exact = TemplateFactory(trigger_code="low-motivation")
    general = TemplateFactory(trigger_code="", addressee=AddresseeKind.TEACHER)
    TemplateFactory(trigger_code="")
    found = proposed_measures([MOTIVATION])
    assert {one.template for one in found} == {exact, general}


def test_a_competence_takes_the_measure_of_its_group() -> None:
    group = TemplateFactory(
        trigger_kind=TriggerKind.COMPETENCE, trigger_code="methods", level=TriggerLevel.ANY
    )
    trigger = LevelTrigger(TriggerKind.COMPETENCE, "lesson-goal", TriggerLevel.LOW, "-", group="methods")
    assert [one.template for one in proposed_measures([trigger])] == [group]


def test_a_source_registers_once_and_a_trigger_stands_once() -> None:
    def source(_school, _year):
        return [MOTIVATION, MOTIVATION]

    try:
        assert register_level_source(source) is register_level_source(source)
        found = [one for one in levels_of_school(SchoolFactory(), SchoolYearFactory()) if one == MOTIVATION]
        assert found == [MOTIVATION]
    finally:
        level_sources._schools.remove(source)


def test_the_risk_profile_gives_its_factors() -> None:
    school = risky_school()
    [found] = risk_levels(school, SchoolYearFactory())
    assert (found.code, found.level) == ("low-motivation", TriggerLevel.HIGH)
    assert "high significance" in found.evidence


def test_results_below_the_threshold_give_the_subject_once() -> None:
    school, subject = SchoolFactory(), SubjectFactory(code="math", name="Математика")
    result(school, subject, below=12, participants=20)
    [found] = result_levels(school, SchoolYearFactory())
    assert (found.kind, found.code, found.label) == (TriggerKind.RESULTS, "math", "Математика, grade 9")
    assert found.evidence == "Below the threshold: 60 per cent of 20 participants"


def test_a_worse_indicator_of_the_card_gives_a_level() -> None:
    card = CardFactory()
    indicator = IndicatorFactory(name_en="Below")
    for moment, value in (("entry", "0.2"), ("exit", "0.5")):
        dynamics.state_value(card, indicator, actor=ACTOR, moment=moment, value=value_of(value), n=200)
    [found] = dynamics_levels(card.organisation, card.exit_year)
    assert (found.label, found.evidence) == ("Below", "Card of dynamics: +30.0 p. p., worse")


def value_of(text: str):
    """Return a decimal number."""
    from decimal import Decimal

    return Decimal(text)


def test_accepted_proposals_become_whole_drafts_once() -> None:
    school = risky_school()
    TemplateFactory()
    proposals = proposed_measures([MOTIVATION])
    [row] = services.accept_proposals(
        school, SchoolYearFactory(), actor=ACTOR, proposals=proposals, controller="главный специалист"
    )
    today = timezone.localdate()
    assert (row.state, row.deadline, row.control_on) == (
        RecommendationState.DRAFT,
        today + dt.timedelta(days=60),
        today + dt.timedelta(days=90),
    )
    assert (row.trigger_code, row.trigger_label, row.missing) == (
        "low-motivation",
        "Низкая учебная мотивация. Анкета",
        [],
    )
    again = services.accept_proposals(school, SchoolYearFactory(), actor=ACTOR, proposals=proposals)
    assert again == []
    services.cancel_recommendation(row, actor=ACTOR, reason="Ошибка")
    assert len(services.accept_proposals(school, SchoolYearFactory(), actor=ACTOR, proposals=proposals)) == 1


def test_only_a_whole_recommendation_is_issued() -> None:
    row = RecommendationFactory(deadline=None, controller="")
    with pytest.raises(ValidationError, match="Still missing: deadline, controller"):
        services.issue_recommendation(row, actor=ACTOR)
    [found] = incomplete_recommendation(EVERYTHING)
    assert (found.group_key, found.reason) == ("CH-23", "Missing: deadline, controller.")
    services.update_recommendation(
        row, actor=ACTOR, deadline=timezone.localdate(), controller="главный специалист"
    )
    services.issue_recommendation(row, actor=ACTOR)
    assert (row.state, row.issued_on) == (RecommendationState.ISSUED, timezone.localdate())
    assert list(incomplete_recommendation(EVERYTHING)) == []


def test_issuing_many_names_what_stays() -> None:
    whole, half = RecommendationFactory(), RecommendationFactory(control_on=None)
    given, kept = services.issue_recommendations([whole, half], actor=ACTOR)
    assert given == 1
    assert kept == [f"{half}: control date"]


def test_the_control_cannot_lie_before_the_deadline() -> None:
    row = RecommendationFactory()
    with pytest.raises(ValidationError, match="cannot lie before the deadline"):
        services.update_recommendation(row, actor=ACTOR, control_on=row.deadline - dt.timedelta(days=1))


def test_an_issued_recommendation_keeps_its_words_but_not_its_dates() -> None:
    row = RecommendationFactory(state=RecommendationState.ISSUED)
    with pytest.raises(ValidationError, match="keeps its words"):
        services.update_recommendation(row, actor=ACTOR, text="Другое")
    row.refresh_from_db()
    later = row.deadline + dt.timedelta(days=10)
    services.update_recommendation(row, actor=ACTOR, deadline=later)
    assert row.deadline == later
    with pytest.raises(ValidationError, match="Only a draft"):
        services.remove_draft(row, actor=ACTOR)


def test_overdue_follows_from_the_deadline() -> None:
    day = timezone.localdate() - dt.timedelta(days=1)
    row = RecommendationFactory(state=RecommendationState.ISSUED, deadline=day, control_on=day)
    assert (row.is_overdue, str(row.state_word)) == (True, "overdue")
    assert list(Recommendation.objects.overdue(timezone.localdate())) == [row]
    assert list(to_control(EVERYTHING)) == [row]


def test_the_report_is_sent_back_with_a_reason() -> None:
    row = RecommendationFactory(state=RecommendationState.ISSUED)
    with pytest.raises(ValidationError, match="what was done"):
        services.report_done(row, actor=ACTOR, note=" ")
    services.report_done(row, actor=ACTOR, note="Провели совет", evidence=paper("protocol.pdf"))
    assert (row.state, row.done_on, len(row.evidence_hash)) == (
        RecommendationState.DONE,
        timezone.localdate(),
        64,
    )
    with pytest.raises(ValidationError, match="no longer changed"):
        services.update_recommendation(row, actor=ACTOR, controller="-")
    with pytest.raises(ValidationError, match="what is missing"):
        services.return_recommendation(row, actor=ACTOR, reason="")
    services.return_recommendation(row, actor=ACTOR, reason="Нет решения")
    assert (row.state, row.done_on, row.return_reason) == (RecommendationState.ISSUED, None, "Нет решения")
    with pytest.raises(ValidationError, match="Only a reported"):
        services.return_recommendation(row, actor=ACTOR, reason="ещё")


def test_a_named_person_works_in_the_school() -> None:
    row = RecommendationFactory()
    with pytest.raises(ValidationError, match="no post in the school"):
        services.update_recommendation(row, actor=ACTOR, addressee_person=PersonFactory())


def test_who_sees_which_recommendation() -> None:
    school = SchoolFactory()
    teacher = teacher_of(school)
    draft = RecommendationFactory(organisation=school)
    issued = RecommendationFactory(organisation=school, state=RecommendationState.ISSUED)
    named = RecommendationFactory(
        organisation=school, state=RecommendationState.ISSUED, addressee_person=teacher.person
    )
    RecommendationFactory(state=RecommendationState.ISSUED)  # of elsewhere
    keeper = Scope(
        territory_paths=(school.territory.path,), rights=frozenset({"diagnosis.edit", "diagnosis.people"})
    )
    blind = Scope(territory_paths=(school.territory.path,), rights=frozenset({"diagnosis.edit"}))
    own = frozenset({school.pk})
    head = Scope(organisation_ids=own, rights=frozenset({"diagnosis.own_school", "diagnosis.people"}))
    assert set(recommendation_list(keeper, None)) == {draft, issued, named}
    assert set(recommendation_list(blind, None)) == {draft, issued}
    assert set(recommendation_list(head, None)) == {issued, named}
    assert set(recommendation_list(Scope(organisation_ids=own), teacher.person_id)) == {named}
    assert set(recommendation_list(Scope(organisation_ids=own), None)) == set()


def test_from_the_levels_of_a_school_to_its_report_through_the_pages() -> None:
    school = risky_school()
    TemplateFactory(text="Составить план событий.")
    year = SchoolYearFactory()
    keeper = client_of(methodist(school.territory))
    chosen = keeper.get(reverse("diagnosis:measure-choose"), {"school": school.pk, "school_year": year.pk})
    page = keeper.get(chosen.url)
    [(_trigger, [proposal])] = page.context["groups"]
    answer = keeper.post(chosen.url, {"measure": [proposal.key], "controller": "главный специалист"})
    assert answer.status_code == 302
    row = Recommendation.objects.get()
    head = client_of(head_of(school))
    here = reverse("diagnosis:recommendation", args=[row.pk])
    assert head.get(here).status_code == 403  # a draft
    keeper.post(reverse("diagnosis:recommendations-issue"), {"row": [row.pk]})
    assert "Составить план" in head.get(here).content.decode()
    assert "Report on the recommendations" in head.get("/").content.decode()
    done = reverse("diagnosis:recommendation-done", args=[row.pk])
    assert head.post(done, {"note": ""}).status_code == 400
    head.post(done, {"note": "План составлен", "evidence": paper()})
    row.refresh_from_db()
    assert (row.state, row.done_note) == (RecommendationState.DONE, "План составлен")
    given = keeper.get(reverse("diagnosis:recommendation-evidence", args=[row.pk]))
    assert given.getvalue().startswith(b"%PDF")
    assert head.post(reverse("diagnosis:recommendation-cancel", args=[row.pk])).status_code == 403
    csv = keeper.get(reverse("diagnosis:recommendations"), {"_export": "csv", "state": "done"})
    assert "Составить план событий." in b"".join(csv.streaming_content).decode()


def test_choosing_nothing_makes_nothing() -> None:
    school = risky_school()
    TemplateFactory()
    url = reverse("diagnosis:measure-proposals", args=[school.pk, SchoolYearFactory().pk])
    page = client_of(methodist(school.territory)).post(url, {})
    assert "Choose at least one measure" in page.content.decode()
    assert Recommendation.objects.count() == 0


def test_reading_a_recommendation_that_names_a_teacher_is_logged() -> None:
    school = SchoolFactory()
    teacher = teacher_of(school)
    row = RecommendationFactory(
        organisation=school, state=RecommendationState.ISSUED, addressee_person=teacher.person
    )
    url = reverse("diagnosis:recommendation", args=[row.pk])
    assert client_of(teacher).get(url).status_code == 200
    assert Reading.objects.count() == 0
    assert client_of(head_of(school)).get(url).status_code == 200
    assert Reading.objects.get().subject == f"registry.person:{teacher.person_id}"
    regional = RoleAssignmentFactory(
        role=Role.REGIONAL_COORDINATOR, organisation=AuthorityFactory(territory=school.territory.parent)
    ).user
    assert client_of(regional).get(url).status_code == 403


def test_a_teacher_reports_the_own_recommendation_only() -> None:
    school = SchoolFactory()
    one, other = teacher_of(school), teacher_of(school)
    row = RecommendationFactory(
        organisation=school, state=RecommendationState.ISSUED, addressee_person=one.person
    )
    url = reverse("diagnosis:recommendation-done", args=[row.pk])
    assert client_of(other).post(url, {"note": "сделано"}).status_code == 403
    client_of(one).post(url, {"note": "сделано"})
    row.refresh_from_db()
    assert row.state == RecommendationState.DONE


def test_a_template_is_changed_by_who_keeps_the_catalogue_and_old_words_stay() -> None:
    school = SchoolFactory()
    template = TemplateFactory()
    row = RecommendationFactory(organisation=school, template=template, text=template.text)
    url = reverse("diagnosis:measure-template", args=[template.pk])
    assert client_of(head_of(school)).get(url).status_code == 403
    keeper = client_of(methodist(school.territory))
    keeper.post(
        url,
        {
            "code": template.code, "trigger_kind": "risk_factor", "trigger_code": "parents", "level": "high",
            "addressee": "teacher", "text": "Новые слова", "days": "10", "position": "1", "source": "приказ",
        },
    )  # fmt: skip
    template.refresh_from_db()
    row.refresh_from_db()
    assert (template.text, row.text) == ("Новые слова", "Составить план событий.")


def test_the_library_says_in_words_what_a_measure_answers() -> None:
    group = CompetenceGroup.objects.create(code="digital", name="Цифровые", position=1, source="-")
    Competence.objects.create(code="ai-tools", group=group, name="Инструменты ИИ")
    SubjectFactory(code="physics", name="Физика")
    for year, name in ((2020, "Прежнее название"), (2024, "Низкая мотивация")):
        RiskFactor.objects.create(year=year, code="low-motivation", name=name, source="-")
    rows = [
        ("competence", "digital", "Цифровые"),
        ("observation", "ai-tools", "Инструменты ИИ"),
        ("risk_factor", "low-motivation", "Низкая мотивация"),
        ("results", "physics", "Физика"),
        ("questionnaire", "joint_work", "how often the schools work together"),
        ("dynamics", "", ""),
        ("questionnaire", "own-scale", "own-scale"),
    ]
    for kind, code, _words in rows:
        TemplateFactory(trigger_kind=kind, trigger_code=code)
    shown = {
        (row.trigger_kind, row.trigger_code): trigger_word(row)
        for row in with_trigger_names(MeasureTemplate.objects.all())
    }
    assert shown == {(kind, code): words for kind, code, words in rows}


def test_only_who_changes_the_library_gets_links_to_its_forms() -> None:
    school, template = SchoolFactory(), TemplateFactory()
    url = reverse("diagnosis:measure-templates")
    link = f'href="{reverse("diagnosis:measure-template", args=[template.pk])}"'
    seen = {
        name: link in client_of(user).get(url).content.decode()
        for name, user in (("methodist", methodist(school.territory)), ("head", head_of(school)))
    }
    assert seen == {"methodist": True, "head": False}


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(count, django_assert_max_num_queries) -> None:
    school = SchoolFactory()
    for _number in range(count):
        RecommendationFactory(organisation=school)
    keeper = client_of(methodist(school.territory))
    keeper.get("/")
    with django_assert_max_num_queries(12):
        assert keeper.get(reverse("diagnosis:recommendations")).status_code == 200
