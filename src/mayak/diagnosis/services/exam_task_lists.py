"""Catalogues of tasks from a file: a trial run that writes nothing and names each wrong cell."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from mayak.diagnosis.algorithms.task_codes import CODE_LENGTH, leaves_of, normal_code
from mayak.diagnosis.enums.exam_tasks import TASK_COLUMNS, TaskDifficulty
from mayak.diagnosis.models import TaskCatalogue
from mayak.diagnosis.selectors.exam_tasks import Image, image_of, points_text
from mayak.kernel.access import SYSTEM
from mayak.registry.models import Subject
from mayak.results.enums import AssessmentKind
from mayak.results.services.subjects import Subjects

NEW, CHANGED, SAME = "new", "changed", "same"
FIRST_YEAR, LAST_YEAR = 1990, 2049
POINTS_AT_MOST: Final = 100
_LENGTHS: Final = {"section": 200, "topic": 200, "skill": 1000, "source": 300}


@dataclass(frozen=True, slots=True)
class GivenTask:
    """A row as it stands: the texts by column, and what was read from them ("" or None: it could not be read)."""

    row: int
    texts: Mapping[str, str]
    kind: str = ""
    subject: str = ""
    grade: int | None = None
    year: int | None = None
    max_score: float | None = None
    complexity: str = ""
    is_date: bool = False

    def text(self, column: str) -> str:
        """The text of a column, empty where there is none."""
        return self.texts.get(column, "")


@dataclass(frozen=True, slots=True)
class Fault:
    """A wrong cell: where it stands, what stands there, what is wrong with it."""

    row: int
    column: str
    text: str
    problem: str


@dataclass(frozen=True, slots=True)
class PlannedCatalogue:
    """What becomes of one catalogue of the file; plain data, so that the report can be sent back with the consent.

    ``seen`` is what stood there at the trial run; ``changed`` and ``gone`` name the tasks that a consent would lose.
    """

    kind: str
    subject_id: int
    grade: int | None
    year: int
    title: str
    outcome: str
    source: str
    tasks: list[dict[str, Any]]
    seen: Image | None = None
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What tells the catalogues of a report apart."""
        return f"{self.kind}-{self.subject_id}-{self.grade or 0}-{self.year}"

    @property
    def points(self) -> str:
        """The most that the paper gives, in words of people: a task is not counted beside its parts."""
        codes = [task["task_code"] for task in self.tasks]
        total: float = sum(
            task["max_score"] for task in self.tasks if not leaves_of(task["task_code"], codes)
        )
        return points_text(total)


@dataclass(frozen=True, slots=True)
class CataloguePlan:
    """What the file would do; with a fault it may do nothing, for a catalogue without a task fits no paper."""

    catalogues: list[PlannedCatalogue]
    faults: list[Fault]


def plan_catalogues(rows: Iterable[GivenTask]) -> CataloguePlan:
    """Say what each catalogue of the file would do and which cells are wrong; reads only."""
    subjects = Subjects(actor=SYSTEM)
    drafts: dict[tuple[Any, ...], _Draft] = {}
    faults: list[Fault] = []
    for row in rows:
        subject = subjects.find(row.subject)
        wrong = [
            Fault(row.row, str(TASK_COLUMNS[name]), row.text(name), text)
            for name, text in _faults(row, subject)
        ]
        faults += wrong
        if not wrong and subject is not None:
            key = (row.kind, subject.pk, row.grade, row.year)
            draft = drafts.setdefault(key, _Draft(row, subject))
            faults += draft.take(row)
    if not faults:  # a catalogue is looked at as a whole when all its rows are there
        faults = [fault for draft in drafts.values() for fault in draft.finish()]
    return CataloguePlan([] if faults else _against_stored(drafts.values()), faults)


def plan_to_plain(planned: Iterable[PlannedCatalogue]) -> list[dict[str, Any]]:
    """The new and changed catalogues of a plan as plain data, to be signed and sent back."""
    return [asdict(row) for row in planned if row.outcome != SAME]


def plan_from_plain(plain: Iterable[Mapping[str, Any]]) -> list[PlannedCatalogue]:
    """Read what ``plan_to_plain`` wrote."""
    return [PlannedCatalogue(**row) for row in plain]


def differing(before: Image | None, after: Image | None) -> dict[str, list[str]]:
    """Return the codes that are added, changed and gone between two images."""
    old, new = _by_code(before), _by_code(after)
    return {
        "added": [code for code in new if code not in old],
        "changed": [code for code in new if code in old and new[code] != old[code]],
        "gone": [code for code in old if code not in new],
    }


class _Draft:
    """A catalogue as its rows come in."""

    def __init__(self, row: GivenTask, subject: Subject) -> None:
        self.row, self.subject = row, subject
        self.source = ""
        self.rows: dict[str, int] = {}
        self.tasks: list[dict[str, Any]] = []

    def take(self, row: GivenTask) -> Iterator[Fault]:
        """Take a row of the catalogue; a task stands in it once, and all rows name the same source."""
        code = normal_code(row.text("task"))
        if code in self.rows:
            problem = _("this task stands in row %(row)s already") % {"row": self.rows[code]}
            yield _fault(row, "task", problem)
            return
        source = row.text("source")
        self.source = self.source or source
        if source and source != self.source:
            yield _fault(row, "source", _("another row of this catalogue names another source"))
        self.rows[code] = row.row
        self.tasks.append(
            {
                "task_code": code,
                "max_score": row.max_score,
                **{name: row.text(name) for name in ("section", "topic", "skill")},
                "complexity": row.complexity,
            }
        )

    def finish(self) -> Iterator[Fault]:
        """Say what is wrong with the catalogue as a whole."""
        if not self.source:
            yield _fault(self.row, "source", _("no row of this catalogue names the document"))
        points = {task["task_code"]: task["max_score"] for task in self.tasks}
        for code, maximum in points.items():
            parts = leaves_of(code, list(points))
            total = sum(points[part] for part in parts)
            if parts and abs(total - maximum) > _NOTHING:
                words = {"parts": ", ".join(parts), "total": points_text(total)}
                problem = _("the parts %(parts)s give %(total)s together, the task another number") % words
                yield Fault(self.rows[code], str(TASK_COLUMNS["max_score"]), points_text(maximum), problem)


def _faults(row: GivenTask, subject: Subject | None) -> Iterator[tuple[str, str]]:
    """Yield (column, what is wrong) of the cells of one row."""
    yield from _paper_faults(row, subject)
    yield from _number_faults(row)
    if not row.text("topic"):
        yield "topic", _("no topic is named")
    if row.text("complexity") and row.complexity not in TaskDifficulty.values:
        yield "complexity", _("basic, advanced or high, or nothing")
    for name, limit in _LENGTHS.items():
        if len(row.text(name)) > limit:
            yield name, _("longer than %(limit)s letters") % {"limit": limit}


def _paper_faults(row: GivenTask, subject: Subject | None) -> Iterator[tuple[str, str]]:
    if not row.kind:
        yield "kind", _("no exam that the results know")
    if subject is None:
        yield "subject", _("the registry has no such subject") if row.subject else _("no subject is named")
    if row.year is None or not FIRST_YEAR <= row.year <= LAST_YEAR:
        yield "year", _("a year such as 2026 is wanted")
    if row.grade is None and row.text("grade"):
        yield "grade", _("a grade is a number from 1 to 12")
    elif row.grade is None and row.kind == AssessmentKind.VPR:
        yield "grade", _("the papers of ВПР differ by grade: name it")


def _number_faults(row: GivenTask) -> Iterator[tuple[str, str]]:
    if row.is_date:
        yield (
            "task",
            _("the spreadsheet made a date of it: set the column to “text” and write the number again"),
        )
    elif not normal_code(row.text("task")):
        yield (
            "task",
            _("a number such as 7, 9.1 or 1К1 is wanted, of at most %(limit)s signs")
            % {"limit": CODE_LENGTH},
        )
    if row.max_score is None:
        yield "max_score", _("this is not a number")
    elif not 0 < row.max_score <= POINTS_AT_MOST:
        yield "max_score", _("more than 0 and at most %(limit)s points") % {"limit": POINTS_AT_MOST}


def _against_stored(drafts: Iterable[_Draft]) -> list[PlannedCatalogue]:
    stored = {
        (one.kind, one.subject_id, one.grade, one.year): one
        for one in TaskCatalogue.objects.prefetch_related("tasks")
    }
    planned = []
    for draft in drafts:
        row, year = draft.row, draft.row.year or 0
        known = stored.get((row.kind, draft.subject.pk, row.grade, year))
        seen = image_of(known) if known else None
        after = {"source": draft.source, "tasks": draft.tasks}
        same = seen is not None and all(seen[name] == value for name, value in after.items())
        made = TaskCatalogue(kind=row.kind, subject=draft.subject, grade=row.grade, year=year)
        found = differing(seen, after)
        planned.append(
            PlannedCatalogue(
                kind=row.kind,
                subject_id=draft.subject.pk,
                grade=row.grade,
                year=year,
                title=str(made),
                outcome=NEW if seen is None else SAME if same else CHANGED,
                source=draft.source,
                tasks=draft.tasks,
                seen=seen,
                added=found["added"],
                changed=found["changed"],
                gone=found["gone"],
            )
        )
    return planned


def _by_code(image: Image | None) -> dict[str, dict[str, Any]]:
    return {task["task_code"]: task for task in image["tasks"]} if image else {}


def _fault(row: GivenTask, column: str, problem: str) -> Fault:
    return Fault(row.row, str(TASK_COLUMNS[column]), row.text(column), problem)


_NOTHING = 1e-6
