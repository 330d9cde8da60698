"""Surveys of the demonstration: a closed round of the region with the one of the year before, and rounds that run."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from mayak.accounts.enums import Role
from mayak.accounts.models import User
from mayak.diagnosis.services.survey_rounds import take_round
from mayak.kernel.access import Actor
from mayak.registry.models import Employment, Organisation, SchoolYear
from mayak.surveys.enums import CampaignMode, CampaignState
from mayak.surveys.models import Audience, Campaign, Questionnaire, SurveyInvitation
from mayak.surveys.selectors.campaigns import audiences_of, definition_of, people_of
from mayak.surveys.services.campaigns import add_audience, create_campaign
from mayak.surveys.services.closing import settle_campaign
from mayak.surveys.services.starting import freeze_audience
from mayak.surveys.services.submitting import submit_answers
from mayak.surveys.services.summaries import refresh_results
from mayak.web.demonstration.plans import REGION_KEY
from mayak.web.demonstration.procedures import YEARS
from mayak.web.demonstration.randomness import stream
from mayak.web.demonstration.survey_answers import Mood, draw_answers, draw_mood
from mayak.web.demonstration.territories import BuiltRegion

MONITORING = (
    ("methodical-services", "network-methodical-services"),
    ("high-schools", "network-high-results"),
    ("low-schools", "network-low-results"),
)
"""The three questionnaires of the regional monitoring (S2)."""
RISK = (("teachers-low", "risk-teachers"),)
HEADS = (("heads", "satisfaction-head"),)
RUNNING = (("mentors", "satisfaction-mentor"), ("mentees", "satisfaction-mentee"))
NAMED = (("mentees", "request-map"),)
PROFILED = "S1"
"""The part in whose region teachers are asked too: its risk profiles are shown whole."""
MOST = 220
"""Answers of one audience at most: the demonstration stays quick."""
POSITIONS: dict[str, str] = {
    Role.MENTOR: "учитель",
    Role.MENTEE: "учитель",
    Role.SCHOOL_COORDINATOR: "директор",
    Role.METHODIST: "методист",
}
"""Which post an account gets in its organisation, by its role."""
SITE = "http://localhost"
TARGET = 85
TARGET_SOURCE = (
    "Программа наставничества Сеченовской средней школы, «Планируемые результаты реализации программы»"
)


@dataclass(slots=True)
class Plan:
    """A round to hold: who is asked what, how far on the scales the answers lie, how many answer."""

    title: str
    purpose: str
    audiences: tuple[tuple[str, str], ...]
    mood: float
    share: float
    mode: str = CampaignMode.ANONYMOUS
    settings: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def build_surveys(
    regions: Mapping[str, BuiltRegion], users: Iterable[User], seed: int, *, actor: Actor
) -> list[Campaign]:
    """Hold the rounds of the synthetic region, and start those that the demonstration accounts see."""
    made: list[Campaign] = []
    for region in regions.values():
        owner = region.organisations.get("regional_authority")
        parts = {district.plan.key for district in region.districts}
        if owner is not None and REGION_KEY in parts:
            made += _hold_region(owner, seed, actor=actor)
        elif owner is not None and PROFILED in parts:
            made.append(_hold_risk(owner, seed, actor=actor))
            made += _hold_district(region, seed, actor=actor)
    made += _run_for_users(list(users), seed, actor=actor)
    return made


def _hold_region(owner: Organisation, seed: int, *, actor: Actor) -> list[Campaign]:
    before, now = YEARS[-2:]
    monitoring = Plan(
        "Мониторинг сетевого наставничества",
        "Узнать, как работают пары школ: структура сети, содержание работы, результаты относительно ресурсов.",
        MONITORING, mood=0.6, share=0.8,
    )  # fmt: skip
    first = _held(monitoring, owner, before, seed, actor=actor)
    monitoring.mood, monitoring.share = 0.72, 0.9
    monitoring.settings = {"previous": first, "shows_common_result": True}
    second = _held(monitoring, owner, now, seed, actor=actor)
    return [first, second, _hold_risk(owner, seed, actor=actor)]


def _hold_risk(owner: Organisation, seed: int, *, actor: Actor) -> Campaign:
    """Ask the teachers of the schools that get help: the answers become levels of the risk profiles."""
    risk = Plan(
        "Факторы риска школ с низкими результатами: учителя",
        "Уточнить рисковые профили школ. Отдельный учитель не оценивается.",
        RISK, mood=0.52, share=0.85,
    )  # fmt: skip
    return _held(risk, owner, YEARS[-1], seed, actor=actor)


def _hold_district(region: BuiltRegion, seed: int, *, actor: Actor) -> list[Campaign]:
    """Ask the heads of the schools of the district that the account of a methodist serves."""
    satisfied = Plan(
        "Удовлетворённость директоров сетевым наставничеством",
        "Понять, что директора хотят изменить в работе пар. Займёт меньше двух минут.",
        HEADS, mood=0.78, share=0.95,
        settings={"target_percent": TARGET, "target_source": TARGET_SOURCE, "shows_common_result": True},
    )  # fmt: skip
    services = [one.organisations.get("service") for one in region.districts if one.plan.key == PROFILED]
    return [_held(satisfied, owner, YEARS[-1], seed, actor=actor) for owner in services if owner is not None]


def _held(plan: Plan, owner: Organisation, year: int, seed: int, *, actor: Actor) -> Campaign:
    """Start a round, answer it from the seed, close it."""
    campaign = _started(plan, owner, year, dt.date(year, 10, 1), dt.date(year, 10, 20), actor=actor)
    random = stream(seed, owner.short_name, plan.title, str(year))
    for audience in audiences_of(campaign):
        _answer(audience, plan, random, actor=actor)
    Campaign.objects.filter(pk=campaign.pk).update(
        state=CampaignState.CLOSED, closed_at=dt.datetime(year, 10, 21, tzinfo=dt.UTC)
    )
    settle_campaign(campaign, actor=actor)
    campaign.refresh_from_db()
    take_round(campaign, actor=actor)
    for audience in audiences_of(campaign):
        refresh_results(audience)
    return campaign


def _run_for_users(users: list[User], seed: int, *, actor: Actor) -> list[Campaign]:
    """Start the rounds that the mentor and the mentee among the demonstration accounts find on their first screen."""
    mentees = [role.organisation for user in users for role in user.roles.filter(role=Role.MENTEE)]
    _tie_to_people(users)
    if not mentees:
        return []
    territory = mentees[0].territory
    owner = territory.organisations.filter(kind="methodical_service").first()
    if owner is None:
        return []
    today = timezone.localdate()
    first, last = today - dt.timedelta(days=7), today + dt.timedelta(days=60)
    satisfaction = Plan(
        "Удовлетворённость наставников и наставляемых",
        "Понять, что в парах работает, а что изменить. Займёт меньше двух минут.",
        RUNNING, mood=0.8, share=0.0,
        settings={"target_percent": TARGET, "target_source": TARGET_SOURCE, "shows_common_result": True},
    )  # fmt: skip
    requests = Plan(
        "Карта запросов наставляемых",
        "Собрать запросы, чтобы подобрать помощь. Ответы видит методист района.",
        NAMED, mood=0.5, share=0.0, mode=CampaignMode.NAMED,
    )  # fmt: skip
    return [_started(plan, owner, YEARS[-1], first, last, actor=actor) for plan in (satisfaction, requests)]


def _tie_to_people(users: list[User]) -> None:
    """Give accounts a person of the registry: what they answer by name, and what is known of them, is of somebody."""
    for user in users:
        role = user.roles.filter(role__in=list(POSITIONS)).first()
        if role is None or user.person_id is not None:
            continue
        posts = Employment.objects.filter(
            organisation=role.organisation,
            position__startswith=POSITIONS[role.role],
            person__user__isnull=True,
        )
        post = posts.select_related("person").order_by("pk").first()
        if post is not None:
            user.person = post.person
            user.save(update_fields=["person"])


def _started(
    plan: Plan, owner: Organisation, year: int, first: dt.date, last: dt.date, *, actor: Actor
) -> Campaign:
    """Make a round and invite everybody; no letter goes out, the accounts see it on their first screen."""
    school_year = SchoolYear.objects.get(start_year=year)
    values = {
        "title": f"{plan.title}, {school_year}",
        "purpose": plan.purpose,
        "owner": owner,
        "school_year": school_year,
        "mode": plan.mode,
        "opens_on": first,
        "closes_on": last,
        **plan.settings,
    }
    campaign = create_campaign(values, actor=actor)
    for provider, code in plan.audiences:
        version = Questionnaire.objects.get(code=code).versions.order_by("-number")[0]
        audience = add_audience(campaign, provider=provider, version=version, actor=actor)
        if not people_of(audience):
            audience.delete()
    for audience in audiences_of(campaign):
        freeze_audience(audience, actor=actor)
    Campaign.objects.filter(pk=campaign.pk).update(
        state=CampaignState.RUNNING,
        site=SITE,
        started_at=dt.datetime.combine(first, dt.time(6), tzinfo=dt.UTC),
    )
    campaign.refresh_from_db()
    return campaign


def _answer(audience: Audience, plan: Plan, random: np.random.Generator, *, actor: Actor) -> None:
    definition = definition_of(audience)
    rows = SurveyInvitation.objects.filter(audience=audience).select_related("audience__campaign__owner")
    moods: dict[int, Mood] = {}
    for invitation in rows.order_by("pk")[:MOST]:
        school = invitation.organisation_id or 0
        if school not in moods:
            moods[school] = draw_mood(plan.mood, random)
        if random.random() < plan.share:
            submit_answers(invitation, draw_answers(definition, moods[school], random), actor=actor)
