"""What the observers of one lesson found: by criterion, with their agreement; and who has read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from mayak.diagnosis.algorithms.agreement import Agreement, agreement_by_scale, far_apart
from mayak.diagnosis.algorithms.rubric import Item, Part, ResultLevel, Rubric
from mayak.diagnosis.algorithms.rubric_scores import PartResult, part_results
from mayak.diagnosis.models import Competence, LessonObservation, ObservationSheet
from mayak.diagnosis.models.lessons import MIN_OBSERVERS
from mayak.kernel.readings.models import Reading

FAR_APART = 2
"""Points between two observers that are worth a talk; on a scale of 0 and 1 every difference is."""


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """A criterion over all observers."""

    part: Part
    section: Part
    result: PartResult
    level: ResultLevel | None
    competence: str = ""


@dataclass(frozen=True, slots=True)
class ItemScores:
    """An item with the scores and examples of the observers; ``scores`` is «—» where one did not observe it."""

    item: Item
    scores: tuple[int | None, ...]
    evidence: tuple[tuple[str, str], ...]
    is_apart: bool


@dataclass(frozen=True)
class LessonResults:
    """What the finished sheets of a lesson say."""

    lesson: LessonObservation
    sheets: Sequence[ObservationSheet]

    @property
    def rubric(self) -> Rubric:
        """The form of the lesson."""
        return self.lesson.form.rubric

    @property
    def needed(self) -> int:
        """How many observers a rating needs."""
        found = self.lesson.round
        return found.min_observers if found else MIN_OBSERVERS

    @property
    def is_rating(self) -> bool:
        """Whether enough observers have finished."""
        return len(self.sheets) >= self.needed

    @cached_property
    def criteria(self) -> list[CriterionResult]:
        """The criteria in the order of the form."""
        found = part_results(self.rubric.criteria(), [sheet.scores for sheet in self.sheets])
        names = competence_names({part.competence for part in self.rubric.criteria()})
        return [
            CriterionResult(
                part,
                section,
                found[part.code],
                self.rubric.level_of(found[part.code].share),
                names.get(part.competence, ""),
            )
            for section in self.rubric.sections
            for part in section.parts
        ]

    @cached_property
    def strong(self) -> list[CriterionResult]:
        """The criteria of the highest level of the form."""
        top = self.rubric.levels[-1].code if self.rubric.levels else ""
        return [one for one in self.criteria if one.level and one.level.code == top]

    @cached_property
    def weak(self) -> list[CriterionResult]:
        """The criteria of the lowest level of the form."""
        low = self.rubric.levels[0].code if self.rubric.levels else ""
        return [one for one in self.criteria if one.level and one.level.code == low]

    @cached_property
    def items(self) -> list[ItemScores]:
        """All items with what each observer gave and wrote."""
        apart = self._apart()
        return [
            ItemScores(
                item,
                tuple(sheet.scores.get(item.code) for sheet in self.sheets),
                tuple(
                    (str(sheet.observer), text)
                    for sheet in self.sheets
                    if (text := sheet.evidence(item.code))
                ),
                item.code in apart,
            )
            for item in self.rubric.items()
        ]

    @cached_property
    def agreement(self) -> dict[int, Agreement]:
        """How far the observers agree, for each length of scale."""
        return agreement_by_scale(units_of(self.rubric, self.sheets))

    @property
    def advice(self) -> list[tuple[str, str]]:
        """What each observer recommends."""
        return [(str(sheet.observer), sheet.advice) for sheet in self.sheets if sheet.advice]

    def _apart(self) -> set[str]:
        scores = {
            item.code: [sheet.scores.get(item.code) for sheet in self.sheets] for item in self.rubric.items()
        }
        binary = {item.code for item in self.rubric.items() if item.max == 1}
        return {code for code in far_apart(scores, 1) if code in binary} | set(far_apart(scores, FAR_APART))


def lesson_results(lesson: LessonObservation) -> LessonResults:
    """Return what the finished sheets say (two queries)."""
    sheets = ObservationSheet.objects.finished().filter(lesson=lesson)
    return LessonResults(lesson, list(sheets.select_related("observer").order_by("pk")))


def units_of(rubric: Rubric, sheets: Sequence[ObservationSheet]) -> list[tuple[int, list[int | None]]]:
    """Return the items with the scores of all sheets, for the agreement."""
    return [(item.max, [sheet.scores.get(item.code) for sheet in sheets]) for item in rubric.items()]


def competence_names(codes: set[str]) -> dict[str, str]:
    """Return the names of competences by code; a code that the catalogue does not know is left out."""
    wanted = [code for code in codes if code]
    return dict(Competence.objects.filter(code__in=wanted).values_list("code", "name")) if wanted else {}


def lesson_readings(lesson: LessonObservation) -> list[Reading]:
    """Return who has read the results of the lesson, the newest first."""
    mine = Reading.objects.filter(
        subject=f"registry.person:{lesson.teacher_id}",
        object_type="diagnosis.lessonobservation",
        object_id=str(lesson.pk),
    )
    return list(mine.with_keys().order_by("-at", "-pk")[:50])
