"""The page of somebody who answers: what is asked, what is promised, and whether answers are taken now."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils import timezone

from mayak.surveys.algorithms.definition import Fault, QuestionKind
from mayak.surveys.enums import CampaignState
from mayak.surveys.models import Audience, Campaign, OpenLink, SurveyInvitation, SurveyInvitationQuerySet
from mayak.surveys.selectors.campaigns import definition_of
from mayak.surveys.selectors.fault_words import fault_words
from mayak.surveys.selectors.questionnaires import minutes_shown
from mayak.surveys.selectors.rendering import ShownSection, form_sections


class Openness(Enum):
    """Whether answers are taken."""

    NOT_YET = "not-yet"
    OPEN = "open"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """What the template of the answering page draws.

    Attributes:
        least: answers of a batch; what the promise of anonymity says.
        draft: name of the draft in the browser; says nothing of the secret of the link.
        faults: words and anchors for the summary of errors.
    """

    audience: Audience
    sections: Sequence[ShownSection]
    minutes: int
    least: int
    draft: str
    faults: Sequence[tuple[str, str]]
    has_files: bool

    @property
    def campaign(self) -> Campaign:
        """The round."""
        return self.audience.campaign


def openness(campaign: Campaign) -> Openness:
    """Return whether the round takes answers today."""
    if campaign.state == CampaignState.RUNNING:
        return Openness.OPEN if campaign.opens_on <= timezone.localdate() else Openness.NOT_YET
    return Openness.OVER if campaign.state == CampaignState.CLOSED else Openness.NOT_YET


def find_by_token(digest: str) -> SurveyInvitation | None:
    """Return the invitation of a personal link by the hash of its secret, one query."""
    return _with_round(SurveyInvitation.objects.filter(token_hash=digest)).first()


def with_round(invitation_id: int) -> SurveyInvitation:
    """Return the invitation with its round, one query."""
    return _with_round(SurveyInvitation.objects.filter(pk=invitation_id)).get()


def _with_round(rows: SurveyInvitationQuerySet) -> SurveyInvitationQuerySet:
    return rows.select_related("audience__campaign__owner", "audience__version__questionnaire").defer(
        "audience__version__document", "audience__breakdown_labels"
    )


def find_link(token: str) -> OpenLink | None:
    """Return the open link, one query."""
    rows = OpenLink.objects.filter(token=token).select_related(
        "audience__campaign__owner", "audience__version__questionnaire", "organisation"
    )
    return rows.defer("audience__version__document", "audience__breakdown_labels").first()


def answer_page(
    audience: Audience,
    *,
    secret: str,
    language: str,
    answers: Mapping[str, Any] | None = None,
    faults: Sequence[Fault] = (),
    least: int = 0,
) -> AnswerPage:
    """Return the page with the answers given so far."""
    definition = definition_of(audience)
    return AnswerPage(
        audience=audience,
        sections=form_sections(definition, answers, faults, language),
        minutes=minutes_shown(definition),
        least=least,
        draft=hashlib.sha256(f"draft {secret}".encode()).hexdigest()[:20],
        faults=[(f"q-{fault.place}", words) for fault, words in worded(audience, faults, language)],
        has_files=any(question.kind == QuestionKind.FILE for question in definition.questions()),
    )


def worded(audience: Audience, faults: Sequence[Fault], language: str) -> list[tuple[Fault, str]]:
    """Return the faults with their words, each begun by its question."""
    definition = definition_of(audience)
    found = []
    for fault in faults:
        question = definition.question(fault.place)
        name = question.text.of(language) if question else ""
        found.append(
            (fault, f"{name} — {fault_words(fault, definition, language)}" if name else fault_words(fault))
        )
    return found
