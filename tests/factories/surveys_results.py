"""Rounds with answers for tests of results: rows saved directly, as the services of rounds leave them."""

import datetime as dt
import random
from collections.abc import Iterable, Mapping
from typing import Any

from mayak.registry.models import Organisation
from mayak.surveys.enums import CampaignMode, CampaignState, VersionState
from mayak.surveys.models import Answer, Audience, Campaign, Questionnaire, QuestionnaireVersion
from tests.factories.registry import MunicipalityFactory, SchoolFactory, SchoolYearFactory, ServiceFactory


def words(text: str) -> dict[str, str]:
    """Return a text in Russian."""
    return {"ru": text, "en": ""}


DOCUMENT: dict[str, Any] = {
    "sections": [
        {
            "code": "work",
            "title": words("О работе"),
            "questions": [
                {
                    "code": "help", "kind": "single", "text": words("Наставник помогает?"), "required": True,
                    "options": [
                        {"code": "yes", "text": words("да"), "value": 2}, {"code": "no", "text": words("нет"), "value": 1},
                    ],
                },
                {
                    "code": "mark", "kind": "scale", "text": words("Довольны ли вы?"), "required": True,
                    "scale": {"low": 1, "high": 5, "low_text": words("нет"), "high_text": words("да")},
                    "meaning": {"satisfaction": "overall"},
                },
                {
                    "code": "how", "kind": "multiple", "text": words("Как вы работали?"),
                    "options": [{"code": "visit", "text": words("уроки")}, {"code": "call", "text": words("созвоны")}],
                },
                {"code": "times", "kind": "number", "text": words("Сколько раз?"), "whole": True, "minimum": 0},
                {
                    "code": "each", "kind": "matrix", "text": words("Что удалось?"),
                    "options": [
                        {"code": "lo", "text": words("мало"), "value": 1}, {"code": "hi", "text": words("много"), "value": 2},
                    ],
                    "rows": [{"code": "plan", "text": words("план")}, {"code": "goal", "text": words("цель")}],
                },
                {"code": "since", "kind": "date", "text": words("С какого дня?")},
                {"code": "more", "kind": "text", "text": words("Что ещё?")},
            ],
        }
    ]
}  # fmt: skip

LABELS = {
    "category": {
        "label": "Категория школы",
        "values": {"low": "низкие результаты", "high": "высокие результаты"},
    },
    "pair_side": {"label": "Сторона пары", "values": {"mentor": "наставник", "mentee": "наставляемый"}},
}


def make_version(document: Mapping[str, Any] | None = None, code: str = "work") -> QuestionnaireVersion:
    """Return a frozen questionnaire."""
    questionnaire, _new = Questionnaire.objects.get_or_create(
        code=code, defaults={"title_ru": "О работе пары"}
    )
    number = questionnaire.versions.count() + 1
    return QuestionnaireVersion.objects.create(
        questionnaire=questionnaire, number=number, state=VersionState.FROZEN, document=document or DOCUMENT
    )


def make_audience(
    *,
    owner: Organisation | None = None,
    named: bool = False,
    closed: bool = True,
    document: Mapping[str, Any] | None = None,
    campaign: Campaign | None = None,
    label: str = "Наставляемые",
    **values: Any,
) -> Audience:
    """Return an audience of a round that was started, closed if nothing else is said."""
    if campaign is None:
        campaign = Campaign.objects.create(
            title="Опрос пар",
            owner=owner or ServiceFactory.create(territory=MunicipalityFactory.create()),
            school_year=SchoolYearFactory.create(),
            mode=CampaignMode.NAMED if named else CampaignMode.ANONYMOUS,
            state=CampaignState.CLOSED if closed else CampaignState.RUNNING,
            opens_on=dt.date(2026, 9, 1),
            closes_on=dt.date(2026, 9, 30),
            **values,
        )
    return Audience.objects.create(
        campaign=campaign,
        provider="-",
        label=label,
        version=make_version(document, code=f"work-{campaign.pk}-{campaign.audiences.count()}"),
        breakdown_labels=LABELS,
    )


def add_answers(
    audience: Audience,
    count: int,
    organisation: Organisation | None = None,
    groups: Mapping[str, str] | None = None,
    **answers: Any,
) -> list[Answer]:
    """Save so many equal answers."""
    rows = [
        Answer(audience=audience, organisation=organisation, groups=dict(groups or {}), answers=answers)
        for _number in range(count)
    ]
    return Answer.objects.bulk_create(rows)


def add_varied(audience: Audience, organisations: Iterable[Organisation], count: int, seed: int = 1) -> None:
    """Save answers to every question, from a seed."""
    chance = random.Random(seed)  # noqa: S311  # a seed for a test, no secret
    schools = list(organisations)
    for number in range(count):
        add_answers(
            audience, 1, schools[number % len(schools)],
            {"category": chance.choice(["low", "high"]), "pair_side": chance.choice(["mentor", "mentee"])},
            help=chance.choice(["yes", "no"]), mark=chance.randint(1, 5), how=chance.sample(["visit", "call"], 1),
            times=chance.randint(0, 40), each={"plan": "lo", "goal": chance.choice(["lo", "hi"])},
            since=f"2026-0{chance.randint(1, 9)}-15", more=f"Текст {number}",
        )  # fmt: skip


def make_schools(audience: Audience, count: int = 2) -> list[Organisation]:
    """Return schools of the owner's territory."""
    return [SchoolFactory.create(territory=audience.campaign.owner.territory) for _number in range(count)]
