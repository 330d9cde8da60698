"""The answers of single people of a named round."""

import datetime as dt
from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Coalesce
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from mayak.surveys.algorithms.answering import asked_questions
from mayak.surveys.algorithms.definition import Question, QuestionKind
from mayak.surveys.models import AnswerFile, Campaign, NamedResponse
from mayak.surveys.selectors.campaigns import definition_of


def submitted_responses(campaign: Campaign) -> QuerySet[NamedResponse]:
    """Return the submitted answers of a round with who gave them."""
    rows = NamedResponse.objects.filter(
        is_submitted=True, invitation__audience__campaign=campaign, invitation__audience__by_link=False
    )
    return (
        rows.select_related(
            "invitation__audience",
            "invitation__person",
            "invitation__user",
            "invitation__organisation__territory",
        )
        .defer("answers")
        .annotate(
            name_key=Coalesce("invitation__person__sort_key", "invitation__email", output_field=CharField())
        )
    )


def answer_rows(response: NamedResponse, language: str) -> list[tuple[str, str]]:
    """Return question and answer in words, as they were asked."""
    definition = definition_of(response.invitation.audience)
    files = {str(row.key): row.name for row in AnswerFile.objects.filter(invitation=response.invitation)}
    return [
        (
            question.text.of(language),
            _in_words(question, response.answers.get(question.code), language, files),
        )
        for question in asked_questions(definition, response.answers)
    ]


def _in_words(question: Question, value: Any, language: str, files: dict[str, str]) -> str:
    if value in (None, "", [], {}):
        return _("no answer")
    words = str(value)
    match question.kind:
        case QuestionKind.SINGLE | QuestionKind.MULTIPLE | QuestionKind.MATRIX:
            words = _chosen(question, value, language)
        case QuestionKind.NUMBER:
            words = str(number_format(value, use_l10n=True))
        case QuestionKind.SCALE if question.scale is not None:
            words = _("%(point)s of %(most)s") % {"point": value, "most": question.scale.high}
        case QuestionKind.DATE:
            words = date_format(dt.date.fromisoformat(words))
        case QuestionKind.FILE:
            words = files.get(words, _("a file"))
    return words


def _chosen(question: Question, value: Any, language: str) -> str:
    options = {option.code: option.text.of(language) for option in question.options}
    if question.kind == QuestionKind.MATRIX:
        lines = [(row.text.of(language), options.get(str(value.get(row.code)), "—")) for row in question.rows]
        return "; ".join(f"{text}: {word}" for text, word in lines)
    codes = value if isinstance(value, list) else [value]
    return "; ".join(options.get(str(code), str(code)) for code in codes)
