"""Needs of schools: computed from their sources, kept where a person said something, ranked for matching."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from mayak.accounts.enums import Role
from mayak.diagnosis.enums.needs import NeedKind, NeedState
from mayak.diagnosis.enums.risk import RiskSource
from mayak.diagnosis.jobs import needs as need_job
from mayak.diagnosis.models import NeedRule, SchoolNeed
from mayak.diagnosis.selectors.need_sources import NeedDraft, _sources, computed_needs, register_need_source
from mayak.diagnosis.selectors.needs import school_needs
from mayak.diagnosis.services.need_jobs import COMPUTE_NEEDS, ask_to_compute
from mayak.diagnosis.services.needs import add_need, compute_needs, drop_need, restore_need, weigh_need
from mayak.diagnosis.services.risk import plan_factor, set_risk_level
from mayak.kernel.access import Actor
from mayak.kernel.jobs.handle import RunningJob
from mayak.kernel.jobs.models import JobState
from mayak.kernel.jobs.services import run_now
from mayak.kernel.models import AuditEntry, Job
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.matching import mentee, result
from tests.factories.registry import (
    AuthorityFactory,
    MunicipalityFactory,
    SchoolFactory,
    SchoolYearFactory,
    SubjectFactory,
)
from tests.factories.schools import ACTOR, NeedRuleFactory, RiskFactorFactory, SchoolNeedFactory, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


@pytest.fixture
def year():
    return SchoolYearFactory(start_year=2024)


@pytest.fixture
def maths():
    return SubjectFactory(code="math", name="Математика")


@pytest.fixture
def school(maths):
    one = mentee(MunicipalityFactory(), "Школа")
    result(one, maths, below=9, participants=20)
    return one


def compute(school, year):
    return compute_needs([school], year, actor=ACTOR)


def choose(school, year, level="high", **fields):
    factor = RiskFactorFactory(**fields)
    line = set_risk_level(
        school, factor, year, level=level, source=RiskSource.HAND, evidence="3 вакансии", actor=ACTOR
    )
    return plan_factor(line, is_chosen=True, measures="", actor=ACTOR)


def test_a_subject_weighs_the_share_below_the_threshold(school, year) -> None:
    report = compute(school, year)
    assert (report.created, report.updated, report.removed) == (1, 0, 0)
    need = SchoolNeed.objects.get()
    assert (need.key, need.title, need.kind, need.weight) == (
        "subject:math:9", "Математика, grade 9", NeedKind.SUBJECT, 0.45,
    )  # fmt: skip
    assert need.evidence == [
        "Procedures of 2024 and 2025: 45.0 per cent of 20 participants below the threshold."
    ]


def test_a_subject_below_the_rule_is_no_need(school, year) -> None:
    NeedRuleFactory(code="subject-share-from", value=0.5)
    assert compute(school, year).created == 0


def test_only_chosen_risk_factors_become_needs_and_weigh_by_their_level(school, year) -> None:
    SchoolNeed.objects.all().delete()
    choose(school, year, code="parents", name="Родители")
    choose(school, year, level="medium", code="motivation")
    NeedRuleFactory(code="risk-high", value=0.9)
    set_risk_level(
        school, RiskFactorFactory(code="other"), year, level="high", source="hand", evidence="x", actor=ACTOR
    )
    compute(school, year)
    rows = SchoolNeed.objects.filter(kind=NeedKind.RISK).order_by("-weight")
    assert [(row.key, row.weight) for row in rows] == [
        ("risk:500+:parents", 0.9),
        ("risk:500+:motivation", 0.5),
    ]
    assert rows[0].evidence == [
        "Risk profile of 2024/25: high significance (stated by a person).",
        "3 вакансии",
    ]


def test_another_part_can_add_a_source_and_the_heavier_of_two_stays(school, year) -> None:
    def topics(schools, _year):
        return {
            one: [NeedDraft("task:1", NeedKind.TASK, "Дроби", weight) for weight in (0.2, 0.7)]
            for one in schools
        }

    register_need_source(topics)
    register_need_source(topics)
    try:
        found = computed_needs([school.pk], year)[school.pk]
        assert [draft.weight for draft in found if draft.key == "task:1"] == [0.7]
        assert _sources.count(topics) == 1
    finally:
        _sources.remove(topics)


def test_a_weight_outside_its_bounds_is_cut() -> None:
    assert NeedDraft("x", NeedKind.TASK, "x", 1.7).columns["weight"] == 1.0
    assert NeedDraft("x", NeedKind.TASK, "x", -1).columns["weight"] == 0.0


def test_computing_twice_changes_nothing(school, year) -> None:
    choose(school, year)
    compute(school, year)
    before = list(SchoolNeed.objects.order_by("pk").values())
    entries = AuditEntry.objects.filter(action="compute_needs").count()
    report = compute(school, year)
    assert (report.created, report.updated, report.removed, report.kept) == (0, 0, 0, 0)
    assert list(SchoolNeed.objects.order_by("pk").values()) == before
    assert AuditEntry.objects.filter(action="compute_needs").count() == entries == 1


def test_a_need_without_ground_goes_and_an_edited_one_stays_with_weight_0(school, year) -> None:
    line = choose(school, year)
    compute(school, year)
    math, risk = (
        SchoolNeed.objects.order_by("kind", "pk").filter(kind="subject").get(),
        SchoolNeed.objects.get(kind="risk"),
    )
    weigh_need(risk, weight=0.6, reason="решение педсовета", actor=ACTOR)
    plan_factor(line, is_chosen=False, measures="", actor=ACTOR)
    result(school, math.subject, below=0, participants=200, year=2024)
    report = compute(school, year)
    assert (report.removed, report.kept) == (1, 1)
    [kept] = SchoolNeed.objects.all()
    assert (kept.pk, kept.weight, kept.stated_weight, kept.evidence) == (risk.pk, 0, 0.6, [])


def test_a_new_computation_keeps_the_stated_weight_and_renews_the_evidence(school, year) -> None:
    compute(school, year)
    weigh_need(SchoolNeed.objects.get(), weight=0.9, reason="сменился учитель", actor=ACTOR)
    result(school, SubjectFactory(code="math"), below=20, participants=20, year=2024)
    assert compute(school, year).updated == 1
    need = SchoolNeed.objects.get()
    assert (need.stated_weight, need.reason, need.weight) == (0.9, "сменился учитель", 0.725)
    weigh_need(need, weight=None, reason="", actor=ACTOR)
    assert (need.counted_weight, need.reason) == (0.725, "")


def test_a_dropped_need_does_not_come_back_by_itself(school, year) -> None:
    compute(school, year)
    need = SchoolNeed.objects.get()
    with pytest.raises(ValidationError, match="Say why"):
        drop_need(need, reason=" ", actor=ACTOR)
    drop_need(need, reason="класс выпустился", actor=ACTOR)
    assert compute(school, year).created == 0
    assert school_needs([school.pk], year) == {}
    need.refresh_from_db()
    assert (need.state, need.reason) == (NeedState.DROPPED, "класс выпустился")
    with pytest.raises(ValidationError, match="taken out already"):
        drop_need(need, reason="ещё раз", actor=ACTOR)
    restore_need(need, actor=ACTOR)
    assert (need.state, need.reason) == (NeedState.OPEN, "")
    with pytest.raises(ValidationError, match="in the list already"):
        restore_need(need, actor=ACTOR)


def test_a_need_by_hand_needs_a_reason_and_a_weight(school, year) -> None:
    with pytest.raises(ValidationError, match="Say why"):
        add_need(school, year, title="Логопед", weight=0.5, reason="", actor=ACTOR)
    need = add_need(school, year, title="Логопед", weight=0.5, reason="нет ставки", actor=ACTOR)
    with pytest.raises(ValidationError, match="in the list already"):
        add_need(school, year, title="Логопед", weight=0.7, reason="нет ставки", actor=ACTOR)
    with pytest.raises(ValidationError, match="needs a weight of its own"):
        weigh_need(need, weight=None, reason="", actor=ACTOR)
    compute(school, year)
    assert SchoolNeed.objects.filter(kind=NeedKind.HAND).get() == need


def test_the_database_wants_a_reason_too(school, year) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SchoolNeedFactory(organisation=school, school_year=year, reason="")


def test_matching_takes_the_open_needs_the_heaviest_first(year, django_assert_num_queries) -> None:
    one, other = SchoolFactory(), SchoolFactory()
    for title, weight, stated in (("А", 0.9, None), ("Б", 0.1, 0.95), ("В", 0.3, None)):
        SchoolNeedFactory(
            organisation=one, school_year=year, title=title, weight=weight, stated_weight=stated,
            kind=NeedKind.SUBJECT, reason="педсовет" if stated else "",
        )  # fmt: skip
    SchoolNeedFactory(organisation=one, school_year=year, state=NeedState.DROPPED)
    SchoolNeedFactory(organisation=other, school_year=SchoolYearFactory(start_year=2023))
    with django_assert_num_queries(1):
        found = school_needs([one.pk, other.pk], year)
    assert [(need.title, need.counted_weight) for need in found[one.pk]] == [
        ("Б", 0.95),
        ("А", 0.9),
        ("В", 0.3),
    ]
    assert other.pk not in found
    assert [need.title for need in school_needs([one.pk], year, weight_from=0.5)[one.pk]] == ["Б", "А"]


def test_a_closed_year_is_read_only(school) -> None:
    closed = SchoolYearFactory(start_year=2020, is_closed=True)
    with pytest.raises(ValidationError, match="closed for changes"):
        compute(school, closed)
    with pytest.raises(ValidationError, match="closed for changes"):
        add_need(school, closed, title="x", weight=0.5, reason="y", actor=ACTOR)


def test_the_pages_of_a_school(school, year) -> None:
    client = client_of(school, Role.HEAD_TEACHER)
    query = f"?year={year.start_year}"
    page = reverse("diagnosis:needs-school", args=[school.pk]) + query
    assert "No needs in the list yet" in client.get(page).content.decode()
    assert client.post(reverse("diagnosis:needs-compute", args=[school.pk]) + query).status_code == 302
    need = SchoolNeed.objects.get()
    shown = client.get(page).content.decode()
    assert "Математика, grade 9" in shown
    assert "45.0 per cent of 20 participants" in shown
    add = reverse("diagnosis:need-add", args=[school.pk]) + query
    form = {"title": "Логопед", "percent": 70, "reason": "нет ставки"}
    assert client.post(add, form | {"reason": ""}).status_code == 400
    assert client.post(add, form).status_code == 302
    weigh = reverse("diagnosis:need-weigh", args=[need.pk])
    assert client.get(weigh).status_code == 200
    assert client.post(weigh, {"weight": 20, "reason": ""}).status_code == 400
    assert client.post(weigh, {"weight": 20, "reason": "сменился учитель"}).status_code == 302
    shown = client.get(page).content.decode()
    assert shown.index("Логопед") < shown.index("Математика, grade 9")
    drop = reverse("diagnosis:need-drop", args=[need.pk])
    assert client.post(drop, {"reason": ""}).status_code == 400
    assert client.post(drop, {"reason": "класс выпустился"}).status_code == 302
    assert "класс выпустился" in client.get(page).content.decode()
    assert client.post(reverse("diagnosis:need-restore", args=[need.pk])).status_code == 302
    answer = client.get(reverse("diagnosis:needs-school-export", args=[school.pk]) + query)
    assert "spreadsheetml" in answer.headers["Content-Type"]


def test_a_coordinator_computes_all_schools_and_a_school_does_not(school, year) -> None:
    query = f"?year={year.start_year}"
    url = reverse("diagnosis:needs-compute-all") + query
    assert client_of(school, Role.HEAD_TEACHER).post(url).status_code == 403
    client = client_of(AuthorityFactory(territory=school.territory), Role.MUNICIPAL_COORDINATOR)
    answer = client.post(url)
    job = Job.objects.get(kind=COMPUTE_NEEDS)
    assert (answer.status_code, answer.url) == (302, job.get_absolute_url())
    assert SchoolNeed.objects.count() == 0
    run_now(job)
    assert SchoolNeed.objects.count() == 1
    entry = AuditEntry.objects.get(action="compute_needs")
    assert entry.territory_path == school.territory.path
    page = client.get(reverse("diagnosis:needs") + query).content.decode()
    assert reverse("diagnosis:needs-school", args=[school.pk]) + query in page
    export = client.get(reverse("diagnosis:needs-export") + query)
    assert "spreadsheetml" in export.headers["Content-Type"]


def test_two_clicks_start_one_job_that_tells_how_far_it_is(school, year, monkeypatch) -> None:
    mentee(school.territory, "Вторая")
    monkeypatch.setattr(need_job, "AT_ONCE", 1)
    query = f"?year={year.start_year}"
    url = reverse("diagnosis:needs-compute-all") + query
    client = client_of(AuthorityFactory(territory=school.territory), Role.MUNICIPAL_COORDINATOR)
    first, second = client.post(url), client.post(url)
    job = Job.objects.get(kind=COMPUTE_NEEDS)
    assert first.url == second.url == job.get_absolute_url()
    page = client.get(reverse("diagnosis:needs") + query).content.decode()
    assert "The lists are being computed" in page
    assert "Compute the lists of all schools" not in page
    said = []
    monkeypatch.setattr(RunningJob, "progress", lambda _self, done, total, stage: said.append((done, total)))
    job = run_now(job)
    assert said == [(0, 2), (1, 2), (2, 2)]
    assert job.result == {
        "Schools": 2, "New": 1, "Changed": 0, "Gone": 0, "Edited by people, without a ground now": 0,
    }  # fmt: skip
    assert job.link == reverse("diagnosis:needs") + query
    assert "Compute the lists of all schools" in client.get(job.link).content.decode()
    client.post(url)
    again = run_now(Job.objects.filter(kind=COMPUTE_NEEDS).latest("created_at"))
    assert (again.pk == job.pk, again.result["New"], again.result["Changed"]) == (False, 0, 0)


def test_the_job_computes_with_the_rights_of_its_owner_at_that_time(school, year) -> None:
    elsewhere = mentee(MunicipalityFactory(), "Чужая")
    result(elsewhere, SubjectFactory(code="math"), below=9, participants=20)
    assignment = RoleAssignmentFactory(
        role=Role.MUNICIPAL_COORDINATOR, organisation=AuthorityFactory(territory=school.territory)
    )
    actor = Actor(user_id=assignment.user_id, label="anna@example.org")
    run_now(ask_to_compute(year, actor=actor))
    assert [need.organisation for need in SchoolNeed.objects.all()] == [school]
    job = ask_to_compute(year, actor=actor)
    assignment.delete()
    job = run_now(job)
    assert (job.state, job.error) == (JobState.FAILED, "The right to compute the needs of schools is gone.")


def test_no_job_is_asked_for_in_a_closed_year(school) -> None:
    SchoolYearFactory(start_year=2020, is_closed=True)
    client = client_of(AuthorityFactory(territory=school.territory), Role.MUNICIPAL_COORDINATOR)
    answer = client.post(reverse("diagnosis:needs-compute-all") + "?year=2020", follow=True)
    assert "closed for changes" in answer.content.decode()
    assert not Job.objects.filter(kind=COMPUTE_NEEDS).exists()


def test_a_teacher_reads_and_a_stranger_finds_nothing(school, year) -> None:
    need = SchoolNeedFactory(organisation=school, school_year=year)
    teacher = client_of(school, Role.TEACHER)
    query = f"?year={year.start_year}"
    assert teacher.get(reverse("diagnosis:needs-school", args=[school.pk]) + query).status_code == 200
    assert teacher.get(reverse("diagnosis:need-drop", args=[need.pk])).status_code == 403
    stranger = client_of(AuthorityFactory(), Role.MUNICIPAL_COORDINATOR)
    assert stranger.get(reverse("diagnosis:need-drop", args=[need.pk])).status_code == 404
    assert stranger.get(reverse("diagnosis:needs-school", args=[school.pk]) + query).status_code == 404


def test_the_list_and_the_computation_cost_the_same_with_more_schools(year) -> None:
    territory = MunicipalityFactory()
    client, counts = client_of(AuthorityFactory(territory=territory), Role.MUNICIPAL_COORDINATOR), []
    url = reverse("diagnosis:needs") + f"?year={year.start_year}"
    for _round in range(2):
        schools = SchoolFactory.create_batch(2, territory=territory)
        for one in schools:
            SchoolNeedFactory(organisation=one, school_year=year)
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            client.get(url)
        with CaptureQueriesContext(connection) as computed:
            computed_needs([one.pk for one in schools], year)
        counts.append((len(seen), len(computed)))
    assert counts[0] == counts[1]


def test_the_weights_are_data(year) -> None:
    rule = NeedRuleFactory()
    client = client_of(AuthorityFactory(), Role.METHODIST)
    url = reverse("diagnosis:need-weight-edit", args=[rule.pk])
    assert client.post(url, {"name": "Вес", "value": 1.4, "source": "x"}).status_code == 400
    assert client.post(url, {"name": "Вес", "value": 0.4, "source": "Приказ"}).status_code == 302
    assert NeedRule.objects.get().value == 0.4
