"""Models of questionnaires and their rounds, one file per noun."""

from mayak.surveys.models.answers import Answer, AnswerFile, AnswerPacket, AnswerPool, NamedResponse, Theme
from mayak.surveys.models.campaigns import Audience, Campaign, CampaignQuerySet
from mayak.surveys.models.participation import (
    LinkReceipt,
    OpenLink,
    SurveyInvitation,
    SurveyInvitationQuerySet,
    SurveyLetter,
)
from mayak.surveys.models.questionnaires import Block, Questionnaire, QuestionnaireVersion
from mayak.surveys.models.rules import SurveyRule
from mayak.surveys.models.summaries import ResultSummary

__all__ = [
    "Answer",
    "AnswerFile",
    "AnswerPacket",
    "AnswerPool",
    "Audience",
    "Block",
    "Campaign",
    "CampaignQuerySet",
    "LinkReceipt",
    "NamedResponse",
    "OpenLink",
    "Questionnaire",
    "QuestionnaireVersion",
    "ResultSummary",
    "SurveyInvitation",
    "SurveyInvitationQuerySet",
    "SurveyLetter",
    "SurveyRule",
    "Theme",
]
