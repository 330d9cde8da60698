"""What the addresses of rounds, invitations and open links lead to, for the table of addresses and roles."""

import datetime as dt
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from mayak.accounts.models import User
from mayak.kernel.access import SYSTEM
from mayak.registry.models import SchoolYear
from mayak.surveys.enums import CampaignMode
from mayak.surveys.models import AnswerFile, Audience, SurveyInvitation, SurveyRule
from mayak.surveys.services.closing import close_campaign, settle_campaign
from mayak.surveys.services.rules import load_rules
from mayak.surveys.services.submitting import digest_of
from tests.architecture.access_objects import Side, World, provides, shared
from tests.factories.campaigns import campaign, invitation, open_link, running
from tests.factories.registry import SchoolYearFactory

SECRET = "the secret of a letter"  # a test's own


def audience_of(world: World, side: Side, **fields: Any) -> Audience:
    """Return the audience of a round that the school of the side holds."""
    return running(owner=world.place(side).school, **fields)


@provides("surveys:campaign", "surveys:participation", "surveys:links", "surveys:remind", "surveys:close")
def running_round(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a round that runs."""
    audience = audience_of(world, side)
    invitation(audience, world.place(side).school)
    return {"pk": audience.campaign_id}


@provides("surveys:campaign-edit", "surveys:campaign-delete", "surveys:start")
def draft_round(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a draft."""
    held = campaign(owner=world.place(side).school, title="Опрос школы")
    body = {"title": held.title, "mode": held.mode, "threshold": 5}
    return {"pk": held.pk, "body": body}


@provides("surveys:campaign-copy", "surveys:reopen")
def closed_round(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a closed round."""
    held = audience_of(world, side).campaign
    close_campaign(held, actor=SYSTEM)
    settle_campaign(held)
    day = timezone.localdate() + dt.timedelta(days=1)
    year = SchoolYear.objects.filter(is_closed=False).first() or SchoolYearFactory.create()
    return {
        "pk": held.pk,
        "body": {"closes_on": day.isoformat(), "reason": "Не все успели", "school_year": year.pk},
    }


@provides("surveys:who")
def answered_names(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the audience and the organisation of people who were asked."""
    school = world.place(side).school
    audience = audience_of(world, side)
    invitation(audience, school)
    return {"pk": audience.pk, "organisation": school.pk}


@provides("surveys:link-close", "surveys:link-expected")
def link(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return an open link of the side's round."""
    return {"pk": open_link(audience_of(world, side, by_link=True)).pk, "body": {"expected": "12"}}


@provides("surveys:answer-file")
def answer_file(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a file of a named answer."""
    one = invitation(audience_of(world, side, mode=CampaignMode.NAMED))
    kept = AnswerFile.objects.create(
        invitation=one, question="paper", name="plan.pdf", file=ContentFile(b"-", name="plan.pdf")
    )
    return {"key": kept.pk}


@provides("surveys:mine-answer", "surveys:mine-draft")
def own_invitation(world: World, side: Side, visitor: User | None) -> dict[str, Any]:
    """Return an invitation of the visitor to a named round, or somebody else's."""
    one = invitation(audience_of(world, side, mode=CampaignMode.NAMED), person=None)
    if side == "own" and visitor is not None:
        SurveyInvitation.objects.filter(pk=one.pk).update(user=visitor)
    return {"pk": one.pk, "body": {"q-q1": "a"}}


@shared("surveys:answer", "surveys:draft")
def personal_link(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a personal link to a named round: whoever has the letter may answer, signed in or not."""
    token = f"{SECRET} {SurveyInvitation.objects.count()}"
    one = invitation(audience_of(world, side, mode=CampaignMode.NAMED), token_hash=digest_of(token))
    return {"token": token, "pk": one.pk, "body": {"q-q1": "a"}}


@shared("surveys:open-answer")
def open_answer(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return an open link: whoever has it may answer."""
    found = open_link(audience_of(world, side, by_link=True))
    return {"token": found.token, "body": {"q-q1": "a", "page": "one"}}


@shared("surveys:rule-edit")
def rule(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a rule, which holds everywhere."""
    load_rules()
    found = SurveyRule.objects.first()
    assert found is not None
    return {"pk": found.pk, "body": {"value": "40", "source": "Приказ"}}
