"""Filled questionnaires of the demonstration, drawn from the mood of a school."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mayak.surveys.algorithms.answering import clean_answers
from mayak.surveys.algorithms.definition import Definition, Question, QuestionKind
from mayak.web.demonstration.randomness import stream

_TEXTS = (
    "Не хватает времени на взаимопосещение уроков.",
    "Школа-партнёр далеко, выручают встречи по видеосвязи.",
    "Нужны готовые задания по темам, которые западают.",
    "Хотелось бы чаще разбирать уроки вместе.",
    "Мешает высокая нагрузка учителей.",
    "Пробные занятия в нашей школе оказались самыми полезными.",
)
DRIFT = 0.22
"""How far a single risk factor lies from the mood of its school; invented."""


@dataclass(frozen=True, slots=True)
class Mood:
    """How far on the scales the answers of a school lie (0..1, the greater the better); ``seed`` is for its factors."""

    level: float
    seed: int

    def of(self, factor: str) -> float:
        """Return the mood by one risk factor."""
        drift = float(stream(self.seed, factor).normal(0, DRIFT))
        return float(np.clip(self.level + drift, 0.02, 0.98))


def draw_mood(level: float, random: np.random.Generator) -> Mood:
    """Draw how a school stands: all in all, and by each risk factor a little else."""
    return Mood(float(np.clip(random.normal(level, 0.12), 0.05, 0.95)), int(random.integers(2**31)))


def draw_answers(definition: Definition, mood: Mood, random: np.random.Generator) -> Mapping[str, Any]:
    """Draw a filled questionnaire.

    Raises:
        ValueError: what was drawn is no answer.
    """
    given = {question.code: _drawn(question, mood, random) for question in definition.questions()}
    answers, faults = clean_answers(definition, given)
    if faults:
        raise ValueError(f"the drawn answers are no answers: {faults}")
    return answers


def _drawn(question: Question, mood: Mood, random: np.random.Generator) -> Any:
    """Draw an answer; a high mood means a high place on scales and, of statements on risks, a low one."""
    return _DRAWERS[question.kind](question, mood, random) if question.kind in _DRAWERS else None


def _of_scale(question: Question, mood: Mood, random: np.random.Generator) -> int:
    points = question.scale.points() if question.scale else range(1, 2)
    return int(
        np.clip(round(random.normal(points[0] + mood.level * (len(points) - 1), 0.8)), points[0], points[-1])
    )


def _of_options(question: Question, _mood: Mood, random: np.random.Generator) -> str:
    return question.options[_place(len(question.options), random.random(), random)].code


def _of_several(question: Question, _mood: Mood, random: np.random.Generator) -> list[str]:
    most = min(int(question.maximum or 3), len(question.options))
    places = random.choice(len(question.options), size=int(random.integers(1, most + 1)), replace=False)
    return [question.options[int(place)].code for place in sorted(places)]


def _of_matrix(question: Question, mood: Mood, random: np.random.Generator) -> dict[str, str]:
    return {row.code: _of_row(question, row.meaning, mood, random) for row in question.rows}


def _of_numbers(question: Question, _mood: Mood, random: np.random.Generator) -> int:
    return int(question.minimum or 0) + int(random.integers(1, 5))


def _of_texts(_question: Question, _mood: Mood, random: np.random.Generator) -> str:
    return str(random.choice(_TEXTS)) if random.random() < 0.35 else ""  # noqa: PLR2004  # invented share


def _of_row(question: Question, meaning: Mapping[str, Any], mood: Mood, random: np.random.Generator) -> str:
    good = mood.of(str(meaning["risk"])) if "risk" in meaning else mood.level
    if ("risk" in meaning and not meaning.get("reversed")) or question.meaning.get(
        "effectiveness"
    ) == "resource":
        good = 1 - good
    return question.options[_place(len(question.options), good, random)].code


def _place(count: int, good: float, random: np.random.Generator) -> int:
    return int(np.clip(round(random.normal(good * (count - 1), 0.9)), 0, count - 1))


_DRAWERS: dict[QuestionKind, Callable[[Question, Mood, np.random.Generator], Any]] = {
    QuestionKind.SCALE: _of_scale,
    QuestionKind.SINGLE: _of_options,
    QuestionKind.MULTIPLE: _of_several,
    QuestionKind.MATRIX: _of_matrix,
    QuestionKind.NUMBER: _of_numbers,
    QuestionKind.TEXT: _of_texts,
}
