"""The table of a festival: by criterion and competence, never by person."""

from collections.abc import Mapping
from dataclasses import dataclass

from mayak.diagnosis.algorithms.agreement import Agreement, agreement_by_scale
from mayak.diagnosis.algorithms.lesson_groups import Spread, shown_groups, spread_of
from mayak.diagnosis.algorithms.rubric import Part
from mayak.diagnosis.algorithms.rubric_scores import part_results
from mayak.diagnosis.enums.lessons import LessonState
from mayak.diagnosis.models import LessonObservation, LessonRound, ObservationSheet
from mayak.diagnosis.selectors.lesson_results import competence_names, units_of


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A criterion over all rated lessons of the round.

    ``spread`` is None where fewer teachers than the threshold were rated; ``by_subject`` holds only what may be shown.
    """

    section: Part
    part: Part
    competence: str
    spread: Spread | None
    by_subject: Mapping[str, Spread]
    named_cells: tuple[tuple[str, Spread | None], ...] = ()
    """The subjects of the table in its order; None where a cell is hidden."""


@dataclass(frozen=True, slots=True)
class RoundTable:
    """The table of a round.

    Attributes:
        rows: one for each criterion.
        subjects: names of the subjects that may be shown apart.
        lessons: lessons of the round.
        rated: finished lessons with enough observers.
        too_few: finished lessons with too few.
        hidden_subjects: how many subjects are hidden because of small groups.
        agreement: how far observers agree over all rated lessons, for each length of scale; empty where hidden.
    """

    rows: list[RoundRow]
    subjects: list[str]
    lessons: int
    rated: int
    too_few: int
    hidden_subjects: int
    agreement: Mapping[int, Agreement]

    @property
    def width(self) -> int:
        """How many columns a hidden row leaves out."""
        return len(self.subjects) + 3


def round_table(found: LessonRound) -> RoundTable:
    """Return the table (four queries, whatever the number of lessons)."""
    rubric = found.form.rubric
    lessons = list(LessonObservation.objects.filter(round=found).select_related("subject"))
    finished = [lesson for lesson in lessons if lesson.state == LessonState.FINISHED]
    sheets: dict[int, list[ObservationSheet]] = {lesson.pk: [] for lesson in finished}
    for sheet in ObservationSheet.objects.finished().filter(lesson__in=finished).order_by("pk"):
        sheets[sheet.lesson_id].append(sheet)
    rated = [lesson for lesson in finished if len(sheets[lesson.pk]) >= found.min_observers]
    shares: dict[str, list[tuple[LessonObservation, float]]] = {part.code: [] for part in rubric.criteria()}
    for lesson in rated:
        results = part_results(rubric.criteria(), [sheet.scores for sheet in sheets[lesson.pk]])
        for code, result in results.items():
            if result.share is not None and result.observers >= found.min_observers:
                shares[code].append((lesson, result.share))
    teachers = {
        name: len({lesson.teacher_id for lesson in rated if str(lesson.subject) == name})
        for name in {str(lesson.subject) for lesson in rated}
    }
    # One subject alone would repeat the total.
    shown = sorted(shown_groups(teachers, found.min_group)) if len(teachers) > 1 else []
    names = competence_names({part.competence for part in rubric.criteria()})
    rows = [
        _row(
            _Head(section, part, names.get(part.competence, "")),
            shares[part.code],
            subjects=shown,
            threshold=found.min_group,
        )
        for section in rubric.sections
        for part in section.parts
    ]
    units = [unit for lesson in rated for unit in units_of(rubric, sheets[lesson.pk])]
    is_shown = len({lesson.teacher_id for lesson in rated}) >= found.min_group
    return RoundTable(
        rows=rows,
        subjects=shown,
        lessons=len(lessons),
        rated=len(rated),
        too_few=len(finished) - len(rated),
        hidden_subjects=len(teachers) - len(shown) if len(teachers) > 1 else 0,
        agreement=agreement_by_scale(units) if is_shown else {},
    )


@dataclass(frozen=True, slots=True)
class _Head:
    section: Part
    part: Part
    competence: str


def _row(
    head: _Head, rated: list[tuple[LessonObservation, float]], *, subjects: list[str], threshold: int
) -> RoundRow:
    whole = spread_of([(lesson.teacher_id, share) for lesson, share in rated])
    if whole is None or whole.teachers < threshold:
        return RoundRow(head.section, head.part, head.competence, None, {})
    groups: dict[str, list[tuple[int, float]]] = {}
    for lesson, share in rated:
        groups.setdefault(str(lesson.subject), []).append((lesson.teacher_id, share))
    # An item that was not observed may make a group of this criterion smaller than the group of the lessons.
    counts = {name: len({teacher for teacher, _share in group}) for name, group in groups.items()}
    shown = shown_groups(counts, threshold) & set(subjects)
    by_subject = {name: spread for name in sorted(shown) if (spread := spread_of(groups[name])) is not None}
    cells = tuple((name, by_subject.get(name)) for name in subjects)
    return RoundRow(head.section, head.part, head.competence, whole, by_subject, cells)
