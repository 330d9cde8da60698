"""Rounds with the supplied questionnaires for tests."""

import datetime as dt
import itertools
from pathlib import Path
from typing import Any

import yaml

from mayak.diagnosis.services.survey_reference import FOLDER
from mayak.registry.models import Organisation, Person
from mayak.surveys.enums import CampaignMode, CampaignState, VersionState
from mayak.surveys.models import (
    Answer,
    Audience,
    Campaign,
    NamedResponse,
    Questionnaire,
    QuestionnaireVersion,
    SurveyInvitation,
)
from tests.factories.registry import MunicipalityFactory, SchoolYearFactory, ServiceFactory

_numbers = itertools.count(1)


def files() -> list[Path]:
    """Return the supplied questionnaires."""
    return sorted(FOLDER.glob("*.yaml"))


def document(code: str) -> dict[str, Any]:
    """Return a supplied questionnaire as it stands in its file."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / f"{code}.yaml").read_text(encoding="utf-8"))
    return found


def supplied(code: str) -> QuestionnaireVersion:
    """Return a supplied questionnaire, frozen."""
    row = document(code)
    questionnaire, _made = Questionnaire.objects.get_or_create(
        code=code, defaults={"title_ru": row["title_ru"], "is_supplied": True}
    )
    found, _made = QuestionnaireVersion.objects.get_or_create(
        questionnaire=questionnaire,
        number=1,
        defaults={"state": VersionState.FROZEN, "document": {"sections": row["sections"]}},
    )
    return found


def make_round(owner: Organisation | None = None, *, named: bool = False, **values: Any) -> Campaign:
    """Return a running round of 2024/25 of a methodical service."""
    defaults = {
        "title": "Опрос сети",
        "owner": owner or ServiceFactory.create(territory=MunicipalityFactory.create()),
        "school_year": SchoolYearFactory.create(start_year=2024),
        "mode": CampaignMode.NAMED if named else CampaignMode.ANONYMOUS,
        "state": CampaignState.RUNNING,
        "opens_on": dt.date(2024, 11, 1),
        "closes_on": dt.date(2024, 11, 30),
    }
    return Campaign.objects.create(**(defaults | values))


def ask(campaign: Campaign, code: str, provider: str = "mentees", **values: Any) -> Audience:
    """Ask an audience of the round with a supplied questionnaire."""
    return Audience.objects.create(
        campaign=campaign, provider=provider, label=provider, version=supplied(code),
        position=campaign.audiences.count(), **values,
    )  # fmt: skip


def invite(audience: Audience, person: Person | None, role: str = "", **values: Any) -> SurveyInvitation:
    """Invite somebody."""
    number = next(_numbers)
    return SurveyInvitation.objects.create(
        audience=audience, person=person, token_hash=f"{number:064d}",
        groups={"role": role} if role else {}, **values,
    )  # fmt: skip


def respond(invitation: SurveyInvitation, **answers: Any) -> NamedResponse:
    """Return submitted named answers, without the signal."""
    return NamedResponse.objects.create(invitation=invitation, answers=answers, is_submitted=True)


def answer(
    audience: Audience,
    school: Organisation | None,
    count: int,
    groups: dict[str, str] | None = None,
    **answers: Any,
) -> None:
    """Save equal permanent answers."""
    Answer.objects.bulk_create(
        Answer(audience=audience, organisation=school, groups=groups or {}, answers=answers)
        for _number in range(count)
    )
