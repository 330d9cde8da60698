"""The closing of a round: a job makes its numbers, levels are written for many schools in the same number of queries."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from mayak.accounts.enums import Role
from mayak.diagnosis.enums.risk import RiskLevel, RiskSource
from mayak.diagnosis.models import RiskFactor, RiskLine, RiskReading, SurveyScore
from mayak.diagnosis.services import survey_levels
from mayak.diagnosis.services.reference import load_diagnosis_reference
from mayak.diagnosis.services.risk import set_risk_level
from mayak.diagnosis.services.survey_round_jobs import TAKE_ROUND, ask_to_take
from mayak.diagnosis.services.survey_rounds import RoundReport, take_round
from mayak.kernel.access import Actor
from mayak.kernel.jobs.models import JobState
from mayak.kernel.jobs.services import run_now
from mayak.kernel.models import AuditEntry, Job
from mayak.registry.models import Organisation
from mayak.registry.services.reference import load_registry_reference
from mayak.results.services.reference import load_results_reference
from mayak.surveys.enums import CampaignState
from mayak.surveys.models import Campaign
from mayak.surveys.services.closing import settle_campaign
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.matching import school
from tests.factories.registry import ServiceFactory
from tests.factories.survey_content import answer, ask, make_round

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, label="anna@example.org")
RISKY = {"school_statements": {"likes": "no", "hurt": "yes", "calm": "no"}}
CALM = {"school_statements": {"likes": "yes", "hurt": "no", "calm": "yes"}}
FACTORS = ["low-motivation", "school-wellbeing"]


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _reference() -> None:
    load_registry_reference()
    load_results_reference()
    load_diagnosis_reference()


def risk_round(schools: int, **answers: Any) -> tuple[Campaign, list[Organisation]]:
    """Return a closed round in which six parents of each school agreed with the risks."""
    campaign = make_round(ServiceFactory.create())
    audience = ask(campaign, "risk-parents", "parents", by_link=True)
    found = [school(campaign.owner.territory, f"Школа {number}") for number in range(schools)]
    for one in found:
        answer(audience, one, 6, **(answers or RISKY))
    close(campaign)
    return campaign, found


def close(campaign: Campaign) -> None:
    campaign.state = CampaignState.CLOSED
    campaign.save()


def levels() -> list[tuple[Any, ...]]:
    """Return every line with what its sources say."""
    return [
        (
            line.profile.organisation_id, line.factor.code, line.level, line.source, line.score, line.evidence,
            [(one.source, one.level, one.score, one.evidence) for one in line.readings.order_by("source")],
        )
        for line in RiskLine.objects.order_by("profile__organisation", "factor__code")
    ]  # fmt: skip


def test_the_closing_asks_for_one_job_and_the_job_does_the_work() -> None:
    campaign, _schools = risk_round(2)
    settle_campaign(campaign, actor=ACTOR)
    ask_to_take(campaign, actor=ACTOR)
    job = Job.objects.get(kind=TAKE_ROUND)
    assert (job.owner_id, job.title, SurveyScore.objects.count()) == (
        7,
        "What the survey says: Опрос сети",
        0,
    )
    job = run_now(job)
    assert job.result == {"Levels of risk factors": 4, "Numbers of schools": 4, "Numbers of audiences": 0}
    assert (job.done, job.total) == (2, 2)
    assert job.link == reverse("diagnosis:survey-round", args=[campaign.pk])
    assert set(RiskLine.objects.values_list("factor__code", "level")) == {(code, "high") for code in FACTORS}


def test_a_round_that_says_nothing_of_schools_asks_for_no_job() -> None:
    campaign = make_round(ServiceFactory.create())
    ask(campaign, "event-reflection")
    close(campaign)
    settle_campaign(campaign, actor=ACTOR)
    assert not Job.objects.filter(kind=TAKE_ROUND).exists()


def test_a_round_that_was_opened_again_before_the_job_says_nothing() -> None:
    campaign, _schools = risk_round(1)
    ask_to_take(campaign, actor=ACTOR)
    Campaign.objects.update(state=CampaignState.RUNNING)
    assert run_now(Job.objects.get(kind=TAKE_ROUND)).state == JobState.DONE
    assert (SurveyScore.objects.count(), RiskLine.objects.count()) == (0, 0)


def test_many_at_once_are_written_as_one_by_one() -> None:
    campaign, schools = risk_round(3)
    factors = {one.code: one for one in RiskFactor.objects.filter(code__in=FACTORS)}
    set_risk_level(
        schools[0], factors["low-motivation"], campaign.school_year, level=RiskLevel.LOW, source=RiskSource.HAND,
        evidence="Протокол", actor=ACTOR,
    )  # fmt: skip
    assert take_round(campaign, actor=ACTOR) == RoundReport(risks=6, schools=6, audiences=0)
    written = levels()
    assert [(code, level, source) for _school, code, level, source, *_rest in written[:2]] == [
        ("low-motivation", "low", "hand"),
        ("school-wellbeing", "high", "survey"),
    ]
    RiskReading.objects.filter(source=RiskSource.SURVEY).delete()
    RiskLine.objects.exclude(source=RiskSource.HAND).delete()
    for score in SurveyScore.objects.filter(campaign=campaign):
        set_risk_level(
            score.organisation, factors[score.code], campaign.school_year, score=score.score,
            source=RiskSource.SURVEY, evidence=score.evidence, actor=ACTOR,
        )  # fmt: skip
    assert levels() == written


def test_writing_again_changes_nothing_and_leaves_no_entry() -> None:
    campaign, _schools = risk_round(2)
    take_round(campaign, actor=ACTOR)
    before, entries = levels(), AuditEntry.objects.count()
    assert take_round(campaign, actor=ACTOR).risks == 4
    assert (levels(), AuditEntry.objects.count()) == (before, entries)


def test_the_log_names_the_round_the_lines_and_the_levels_that_were_replaced() -> None:
    first, [one] = risk_round(1)
    take_round(first, actor=ACTOR)
    second = make_round(first.owner)
    answer(ask(second, "risk-parents", "parents", by_link=True), one, 5, **CALM)
    close(second)
    take_round(second, actor=ACTOR)
    entry = AuditEntry.objects.filter(action="set_risk").latest("pk")
    keys = list(RiskLine.objects.order_by("pk").values_list("pk", flat=True))
    assert (entry.cause_type, entry.object_id) == ("surveys.campaign", str(second.pk))
    assert (entry.row_count, entry.row_first, entry.row_last) == (2, keys[0], keys[-1])
    assert entry.territory_path == first.owner.territory.path
    assert entry.changes["levels"] == {"low": 2}
    assert list(entry.changes["replaced"].values()) == [["high", "low"], ["high", "low"]]


def test_a_portion_costs_the_same_for_few_and_for_many_schools(monkeypatch: pytest.MonkeyPatch) -> None:
    def queries(schools: int) -> int:
        campaign, _schools = risk_round(schools)
        take_round(campaign, actor=ACTOR)
        scores = list(SurveyScore.objects.filter(campaign=campaign))
        RiskLine.objects.all().delete()
        with CaptureQueriesContext(connection) as seen:
            survey_levels.write_levels(campaign, scores, actor=ACTOR, progress=lambda *_said: None)
        return len(seen)

    one, many = queries(1), queries(5)
    assert one == many
    monkeypatch.setattr(survey_levels, "AT_ONCE", 2)
    portion = queries(2)
    fixed = 2 * portion - queries(4)
    assert queries(6) == 3 * portion - 2 * fixed


def test_the_page_says_that_the_numbers_are_being_made(client: Client) -> None:
    campaign, _schools = risk_round(1)
    client.force_login(RoleAssignmentFactory.create(role=Role.METHODIST, organisation=campaign.owner).user)
    url = reverse("diagnosis:survey-round", args=[campaign.pk])
    assert "There are too few answers" in client.get(url).content.decode()
    ask_to_take(campaign, actor=ACTOR)
    assert "The numbers are being made" in client.get(url).content.decode()
    run_now(Job.objects.get(kind=TAKE_ROUND))
    page = client.get(url).content.decode()
    assert "The numbers are being made" not in page
    assert "Risk factors of schools" in page


def test_a_round_that_is_opened_again_while_its_answers_are_read_says_nothing() -> None:
    campaign, _schools = risk_round(1)

    def reopen(*_said: Any) -> None:
        Campaign.objects.update(state=CampaignState.RUNNING)

    assert take_round(campaign, actor=ACTOR, progress=reopen) == RoundReport()
    assert (SurveyScore.objects.count(), RiskLine.objects.count()) == (0, 0)
