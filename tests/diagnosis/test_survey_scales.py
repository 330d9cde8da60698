"""A scale of a questionnaire at the level «low»: from the closed round to the measure on the page of the school."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from mayak.diagnosis.models import MeasureThreshold, Recommendation
from mayak.diagnosis.selectors.level_sources import LevelTrigger, levels_of_school
from mayak.diagnosis.selectors.needs import needs_in
from mayak.diagnosis.selectors.survey_scales import levels_of_surveys, low_scales
from mayak.diagnosis.services.measure_reference import load_measure_reference
from mayak.diagnosis.services.measures import save_threshold
from mayak.diagnosis.services.needs import compute_needs
from mayak.diagnosis.services.survey_round_jobs import TAKE_ROUND
from mayak.diagnosis.services.survey_rounds import take_round
from mayak.kernel.access import Actor, Scope
from mayak.kernel.jobs.services import run_now
from mayak.kernel.models import Job
from mayak.registry.models import Organisation
from mayak.surveys.enums import CampaignState, VersionState
from mayak.surveys.models import Audience, Campaign, Questionnaire, QuestionnaireVersion
from mayak.surveys.services.closing import close_campaign, settle_campaign
from tests.factories.matching import school
from tests.factories.measures import methodist
from tests.factories.survey_content import answer, ask, make_round

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, label="anna@example.org")


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _library() -> None:
    load_measure_reference(actor=ACTOR)


def closed(campaign: Campaign) -> None:
    campaign.state = CampaignState.CLOSED
    campaign.save()
    take_round(campaign, actor=ACTOR)


def asked(place: Organisation | None = None, **values: Any) -> tuple[Audience, Organisation]:
    """Return a round on satisfaction and a school of its territory."""
    campaign = make_round(**values)
    return ask(campaign, "satisfaction-mentee"), place or school(campaign.owner.territory, "Школа")


def scales(place: Organisation, campaign: Campaign) -> list[LevelTrigger]:
    return list(levels_of_surveys(place, campaign.school_year))


def test_from_the_closed_round_to_the_recommendation_through_the_pages(client: Client) -> None:
    audience, low = asked()
    campaign = audience.campaign
    answer(audience, low, 5, satisfied=2)
    client.force_login(methodist(low.territory))
    year = campaign.school_year
    proposals = reverse("diagnosis:measure-proposals", args=[low.pk, year.pk])
    assert "No level calls for a measure" in client.get(proposals).content.decode()
    settle_campaign(close_campaign(campaign, actor=ACTOR), actor=ACTOR)
    run_now(Job.objects.get(kind=TAKE_ROUND))
    for name in ("diagnosis:needs-school", "diagnosis:risk-school"):
        own = client.get(reverse(name, args=[low.pk]) + f"?year={year.start_year}").content.decode()
        assert f'href="{proposals}"' in own
    page = client.get(proposals)
    [(trigger, [measure])] = page.context["groups"]
    shown = page.content.decode()
    assert trigger.label == "Survey: satisfaction with the joint work"
    assert f"25.0 points of 100, 5 answers. Survey «Опрос сети», {year}. Mentees: 5 answers." in shown
    assert measure.template.code == "scale-satisfaction"
    assert "Обсудить со сторонами пары причины неудовлетворённости" in shown
    client.post(proposals, {"measure": [measure.key], "controller": "главный специалист"})
    made = Recommendation.objects.get()
    assert (made.organisation, made.trigger_kind, made.trigger_code) == (low, "questionnaire", "satisfaction")
    assert made.trigger_label.startswith("Survey: satisfaction with the joint work. 25.0 points of 100")


def test_the_last_round_of_the_year_counts() -> None:
    audience, place = asked(closes_on=dt.date(2024, 11, 30))
    answer(audience, place, 5, satisfied=1)
    closed(audience.campaign)
    assert [one.code for one in scales(place, audience.campaign)] == ["satisfaction"]
    better, _place = asked(place, owner=audience.campaign.owner, closes_on=dt.date(2025, 4, 30))
    answer(better, place, 5, satisfied=5)
    closed(better.campaign)
    assert scales(place, audience.campaign) == []


def test_of_several_audiences_the_lowest_stands_for_the_scale() -> None:
    audience, place = asked()
    other = ask(audience.campaign, "satisfaction-head", "heads-low")
    answer(audience, place, 5, satisfied=2)
    answer(other, place, 5, satisfied=1)
    closed(audience.campaign)
    [found] = low_scales([place.pk], audience.campaign.school_year)
    assert (found.audience, found.score) == (other, 0.0)


def test_where_low_begins_is_a_threshold_of_the_year() -> None:
    audience, place = asked()
    answer(audience, place, 5, satisfied=3)
    closed(audience.campaign)
    assert scales(place, audience.campaign) == []
    row = MeasureThreshold.objects.get(code="scale-low")
    save_threshold(row, actor=ACTOR, values={"value": Decimal(60), "year_from": 2025, "source": "Приказ"})
    assert scales(place, audience.campaign) == []
    save_threshold(row, actor=ACTOR, values={"value": Decimal(60), "year_from": 2000, "source": "Приказ"})
    assert [one.code for one in scales(place, audience.campaign)] == ["satisfaction"]


def own_questionnaire() -> QuestionnaireVersion:
    """Return a questionnaire that somebody wrote with a scale of its own."""
    question = {
        "code": "q1", "kind": "scale", "scale": {"low": 1, "high": 5}, "meaning": {"scale": "trust"},
        "text": {"ru": "Доверяете ли вы партнёрам?", "en": "Do you trust your partners?"},
    }  # fmt: skip
    sections = [{"code": "s1", "title": {"ru": "Доверие", "en": ""}, "questions": [question]}]
    return QuestionnaireVersion.objects.create(
        questionnaire=Questionnaire.objects.create(code="trust", title_ru="Доверие"),
        number=1,
        state=VersionState.FROZEN,
        document={"sections": sections},
    )


def test_a_scale_of_ones_own_is_called_by_its_question_and_gets_the_general_measure() -> None:
    campaign = make_round()
    place = school(campaign.owner.territory, "Школа")
    audience = Audience.objects.create(
        campaign=campaign, provider="mentees", label="наставляемые", version=own_questionnaire(), position=0
    )
    answer(audience, place, 5, q1=1)
    closed(campaign)
    [found] = levels_of_school(place, campaign.school_year)
    assert (found.kind, found.code, found.label) == (
        "questionnaire",
        "trust",
        "Survey: Do you trust your partners?",
    )
    compute_needs([place], campaign.school_year, actor=ACTOR)
    [need] = needs_in(Scope.of_everything(), campaign.school_year)
    assert (need.key, need.title, need.weight) == ("survey:trust", "Survey: Do you trust your partners?", 1.0)


def test_many_schools_cost_as_much_as_one() -> None:
    audience, place = asked()
    places = [place, *(school(place.territory, f"Школа {number}") for number in range(3))]
    for one in places:
        answer(audience, one, 5, satisfied=1)
    closed(audience.campaign)
    counts = []
    for keys in ([place.pk], [one.pk for one in places]):
        with CaptureQueriesContext(connection) as seen:
            found = low_scales(keys, audience.campaign.school_year)
        counts.append((len(found) == len(keys), len(seen)))
    assert counts == [(True, 2), (True, 2)]
