"""Deficits of a school by task: points by topic and skill, from the rows of participants and the catalogue of tasks."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from mayak.diagnosis.algorithms.task_results import Task, TaskShare, read_rows, shares
from mayak.diagnosis.enums.deficits import Rule
from mayak.diagnosis.models import TaskCatalogue
from mayak.diagnosis.selectors.deficit_rules import rule_values
from mayak.registry.models import Organisation
from mayak.results.models import Assessment, ParticipantResult, SchoolResult

TOPIC, SKILL = 0, 1


@dataclass(frozen=True, slots=True)
class PaperTasks:
    """One paper of a school. ``problem`` says why nothing can be shown: «catalogue», «fits-not», «few»."""

    title: str
    kind: str
    subject_code: str
    grade: int | None
    year: int
    participants: int
    left_out: int
    problem: str
    topics: tuple[TaskShare, ...]
    skills: tuple[TaskShare, ...]
    source: str
    catalogue_id: int | None
    weak_below: float

    @property
    def weak_topics(self) -> list[TaskShare]:
        """Topics that fall behind."""
        return [one for one in self.topics if one.share < self.weak_below]

    @property
    def weak_skills(self) -> list[TaskShare]:
        """Skills that fall behind."""
        return [one for one in self.skills if one.share < self.weak_below]


def school_task_deficits(school: Organisation, *, year: int | None = None) -> list[PaperTasks]:
    """Return the papers of which rows of participants with points by task are loaded, the newest first.

    The points are of the school, never of a class or a teacher. The caller checked that the school is visible.
    """
    values = rule_values()
    found = (
        SchoolResult.objects.visible()
        .filter(organisation=school, participant_rows__isnull=False)
        .exclude(participant_rows__tasks="")
        .select_related("assessment__subject")
        .order_by("-assessment__year", "assessment__subject__position", "assessment__grade")
        .distinct()
    )
    results = list(found if year is None else found.filter(assessment__year=year))
    rows: dict[int, list[str]] = defaultdict(list)
    stored = ParticipantResult.objects.filter(result__in=[one.pk for one in results]).exclude(tasks="")
    for key, tasks in stored.values_list("result_id", "tasks"):
        rows[key].append(tasks)
    catalogues = _Catalogues({one.assessment.year for one in results})
    return [_paper(one, rows[one.pk], catalogues, values) for one in results]


def weak_topics_of(school: Organisation) -> list[tuple[str, int | None, TaskShare]]:
    """Return (code of the subject, grade, topic) of the newest papers that fall behind, for the needs of a school."""
    return [
        (paper.subject_code, paper.grade, topic)
        for paper in school_task_deficits(school)
        for topic in paper.weak_topics
    ]


class _Catalogues:
    """The catalogues of some years; all are read with two queries."""

    def __init__(self, years: set[int]) -> None:
        self._of: dict[tuple[Any, ...], list[TaskCatalogue]] = defaultdict(list)
        for one in TaskCatalogue.objects.filter(year__in=years).prefetch_related("tasks"):
            self._of[one.kind, one.subject_id, one.year].append(one)

    def of(self, exam: Assessment) -> TaskCatalogue | None:
        """The catalogue of the grade; where the exam or the catalogue names none (ОГЭ, ЕГЭ), the only one there is."""
        found = self._of.get((exam.kind, exam.subject_id, exam.year), [])
        exact = [one for one in found if one.grade == exam.grade]
        loose = [one for one in found if one.grade is None or exam.grade is None]
        for fitting in (exact, loose):
            if len(fitting) == 1:
                return fitting[0]
        return None


def _paper(
    result: SchoolResult, texts: list[str], catalogues: _Catalogues, values: dict[str, float]
) -> PaperTasks:
    exam = result.assessment
    catalogue = catalogues.of(exam)
    tasks = list(catalogue.tasks.all()) if catalogue else []
    plain = [Task(one.task_code, one.max_score, (one.topic, one.skill)) for one in tasks]
    columns, read = read_rows(texts, plain)
    problem = "catalogue" if not tasks else "fits-not" if columns is None else ""
    if not problem and len(read) < values[Rule.TASK_LIMIT]:
        problem = "few"
    shown = columns if columns and not problem else []
    return PaperTasks(
        title=str(exam),
        kind=exam.kind,
        subject_code=exam.subject.code,
        grade=exam.grade,
        year=exam.year,
        participants=len(read) if not problem else len(texts),
        left_out=len(texts) - len(read) if not problem else 0,
        problem=problem,
        topics=tuple(shares(read, shown, TOPIC)) if shown else (),
        skills=tuple(shares(read, shown, SKILL)) if shown else (),
        source=catalogue.source if catalogue else "",
        catalogue_id=catalogue.pk if catalogue else None,
        weak_below=values[Rule.TASK_WEAK],
    )
