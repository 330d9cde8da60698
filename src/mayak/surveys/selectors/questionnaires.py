"""Reads of questionnaires, their versions and blocks."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from mayak.kernel.access import Scope
from mayak.surveys.algorithms.checking import problems_of
from mayak.surveys.algorithms.definition import Definition, Fault, Words
from mayak.surveys.algorithms.durations import estimated_minutes
from mayak.surveys.enums import SHORT_MINUTES, VersionState
from mayak.surveys.models import Block, Questionnaire, QuestionnaireVersion
from mayak.surveys.selectors.fault_words import fault_words, place_words


def questionnaire_list(scope: Scope) -> QuerySet[Questionnaire]:
    """Return the questionnaires of the scope with their last version and how often they were used."""
    draft = QuestionnaireVersion.objects.filter(questionnaire=OuterRef("pk"), state=VersionState.DRAFT)
    rows: QuerySet[Questionnaire] = (
        Questionnaire.objects.within(scope)
        .select_related("owner__territory")
        .annotate(
            last_version=Max("versions__number"),
            used=Count("versions__audiences", filter=Q(versions__state=VersionState.FROZEN), distinct=True),
            draft_number=Subquery(draft.values("number")[:1]),
        )
    )
    return rows


def version_list(scope: Scope) -> QuerySet[QuestionnaireVersion]:
    """Return the versions whose questionnaire lies in the scope."""
    return QuestionnaireVersion.objects.within(scope).select_related("questionnaire__owner__territory")


def block_list(scope: Scope) -> QuerySet[Block]:
    """Return the blocks of the scope."""
    return Block.objects.within(scope).select_related("owner__territory")


def problems_of_version(version: QuestionnaireVersion) -> list[Fault]:
    """Return what keeps the version from being started, with what its questionnaire promises (short, for students)."""
    questionnaire = version.questionnaire
    return problems_of(
        version.definition,
        short_minutes=float(SHORT_MINUTES) if questionnaire.is_short else None,
        for_students=questionnaire.for_students,
    )


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """A problem in words; the codes lead to the form that mends it."""

    place: str
    words: str
    section: str = ""
    question: str = ""


def shown_problems(faults: list[Fault], definition: Definition, language: str = "") -> list[ShownProblem]:
    """Return the problems in words (of the active language) with the section and question they belong to."""
    shown = []
    for fault in faults:
        section, question = _codes(fault.place.split("."), definition)
        shown.append(
            ShownProblem(
                place=place_words(fault.place, definition, language),
                words=fault_words(fault, definition, language),
                section=section,
                question=question,
            )
        )
    return shown


def _codes(parts: list[str], definition: Definition) -> tuple[str, str]:
    numbers = [int(part) for part in parts if part.isdigit()]
    if parts[0] != "sections" or not numbers or numbers[0] > len(definition.sections):
        return "", ""
    section = definition.sections[numbers[0] - 1]
    if len(numbers) > 1 and parts[2] == "questions" and numbers[1] <= len(section.questions):
        return section.code, section.questions[numbers[1] - 1].code
    return section.code, ""


def minutes_shown(definition: Definition) -> int:
    """Return the estimated time in whole minutes, at least one: what the answerer reads."""
    return max(1, -(-int(estimated_minutes(definition) * 60) // 60))


def missing_english(definition: Definition) -> int:
    """Return how many texts have a Russian but no English wording: the Russian stands in their place."""
    texts: list[Words] = []
    for section in definition.sections:
        texts += [section.title, section.text]
        for question in section.questions:
            texts += [question.text, question.help]
            texts += [option.text for option in question.options]
            texts += [row.text for row in question.rows]
            if question.scale:
                scale = question.scale
                texts += [scale.low_text, scale.high_text, *scale.labels.values()]
    return sum(1 for words in texts if words.ru and not words.en)


def audit_place(row: Questionnaire | Block) -> dict[str, Any]:
    """Return for whom an audit entry about it is visible."""
    owner = row.owner
    if owner is None:
        return {}
    return {"territory_path": owner.territory.path or "", "organisation_id": owner.pk}
