"""A large pairing of teachers by territories: each a job that any worker takes; whoever coordinates works along.

Only rows of the database are shared, so workers may stand on other machines. The coordinator never waits for a worker
that is not there: what nobody has begun it does itself, and what somebody began and did not end it does over. Doing a
part twice gives the same bytes.
"""

import datetime as dt
import time
from collections.abc import Callable, Sequence
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import SYSTEM
from mayak.kernel.jobs.services import enqueue_job, withdraw_jobs
from mayak.matching.algorithms.teachers.division import PART_NEEDS
from mayak.matching.algorithms.teachers.matching import match_teachers
from mayak.matching.algorithms.teachers.parts import Step, Task, match_by_parts, perform
from mayak.matching.algorithms.teachers.plan import TeacherPlan
from mayak.matching.algorithms.teachers.problem import TeacherProblem
from mayak.matching.models import MatchingPart, MatchingRun

PART_JOB: Final = "matching.part"
COORDINATOR: Final = "coordinator"
LOOK_EVERY: Final = 0.2
"""Seconds between two looks for answers of others while nothing is left to do."""
PATIENCE: Final = 10.0
"""Seconds that a begun part may take before the coordinator does it too, or thrice its own longest. Assumption."""
Begun = tuple[int, str, dt.datetime | None]
"""Part, who has it, since when."""
Say = Callable[[str], None]
Solve = Callable[[TeacherProblem], TeacherPlan]


def is_divided(problem: TeacherProblem) -> bool:
    """Whether the pairing is large enough to be computed by territories (hours and groups are one programme)."""
    rules = problem.settings
    large = len(problem.needs.mentee) >= settings.MATCHING_PARTS_FROM
    return large and not (rules.count_hours or rules.groups)


def solver_of(run: MatchingRun, problem: TeacherProblem, say: Say) -> Solve:
    """Return what solves this pairing and those derived from it: in one piece, or by territories as jobs."""
    if not is_divided(problem):
        return match_teachers
    work = TerritoryWork(run, say)
    seconds = settings.MATCHING_PARTS_SECONDS or None
    return lambda asked: match_by_parts(asked, compute=work, size=PART_NEEDS, seconds=seconds)


def solve_again(problem: TeacherProblem, parts: int) -> TeacherPlan:
    """Return the plan as it came out by so many parts, here and without jobs."""
    return match_by_parts(problem, size=PART_NEEDS) if parts else match_teachers(problem)


def forget_parts(run: MatchingRun) -> None:
    """Delete the parts of a pairing and the jobs that are still asked for them."""
    parts = MatchingPart.objects.filter(run=run)
    withdraw_jobs([one for one in parts.values_list("job_id", flat=True) if one is not None])
    parts.delete()


def do_part(part_id: int, *, by: str) -> bool:
    """Do one part unless it is done, gone or somebody else's; say whether it was done here."""
    part = MatchingPart.objects.filter(pk=part_id)
    if not _take(part_id, Q(taken_by__in=["", by]), by):
        return False
    row = part.select_related("base").first()
    if row is None:
        return False
    base = (bytes(row.base.input), bytes(row.base.output or b"")) if row.base is not None else (b"", b"")
    answer = perform(Step(row.step), bytes(row.input), *base)
    return bool(part.filter(done_at=None).update(output=answer, done_at=timezone.now()))


def _take(part_id: int, whose: Q, by: str) -> bool:
    """Mark a part as begun; only one of several can."""
    waiting = MatchingPart.objects.filter(whose, pk=part_id, done_at=None)
    return bool(waiting.update(taken_by=by, taken_at=timezone.now()))


class TerritoryWork:
    """Does tasks by jobs of territories, and works along; answers are kept as rows until `forget_parts`."""

    def __init__(self, run: MatchingRun, say: Say) -> None:
        self.run = run
        self.say = say
        self._round = 0
        self._longest = 0.0
        self._mine().filter(done_at=None, taken_by=COORDINATOR).update(taken_by="")

    def __call__(self, tasks: Sequence[Task]) -> list[bytes]:
        """The answers in the order of the tasks."""
        self._round = self._round + 1 if tasks[0].step is Step.IMPROVING else 0
        wanted = [task.fingerprint for task in tasks]
        self._ask(tasks)
        while left := list(
            self._mine()
            .filter(fingerprint__in=wanted, done_at=None)
            .order_by("pk")
            .values_list("pk", "taken_by", "taken_at")
        ):
            self.say(self._words(len(tasks) - len(left), len(tasks)))
            if not self._do_one(left):
                time.sleep(LOOK_EVERY)
        answers = dict(self._mine().filter(fingerprint__in=wanted).values_list("fingerprint", "output"))
        return [bytes(answers[one] or b"") for one in wanted]

    def _mine(self) -> QuerySet[MatchingPart]:
        return MatchingPart.objects.filter(run=self.run)

    @transaction.atomic
    def _ask(self, tasks: Sequence[Task]) -> None:
        """Keep the tasks and ask for a job for each; what an earlier attempt has kept stays as it is."""
        known = set(self._mine().values_list("fingerprint", flat=True))
        new = [task for task in tasks if task.fingerprint not in known]
        bases = {task.base.fingerprint for task in new if task.base is not None}
        base = dict(self._mine().filter(fingerprint__in=bases).values_list("fingerprint", "pk"))
        rows = [
            MatchingPart(
                run=self.run,
                base_id=None if task.base is None else base[task.base.fingerprint],
                step=task.step,
                number=task.number,
                fingerprint=task.fingerprint,
                input=task.data,
            )
            for task in new
        ]
        for row in rows:
            row.save(force_insert=True)
            job = enqueue_job(
                PART_JOB,
                actor=SYSTEM,
                title=_("Territory %(number)s of %(count)s: %(title)s")
                % {"number": row.number + 1, "count": len(tasks), "title": self.run.title},
                arguments={"part_id": row.pk},
            )
            MatchingPart.objects.filter(pk=row.pk).update(job_id=job.pk)

    def _do_one(self, left: list[Begun]) -> bool:
        """Do the last part that nobody has begun, else one that somebody has had for too long; false: neither."""
        late = timezone.now() - dt.timedelta(seconds=max(PATIENCE, 3 * self._longest))
        free = [pk for pk, by, _at in left if not by]
        stuck = [pk for pk, by, at in left if by and (at is None or at < late)]
        if free and _take(free[-1], Q(taken_by=""), COORDINATOR):
            chosen = free[-1]
        elif not free and stuck and _take(stuck[0], Q(taken_at__lt=late), COORDINATOR):
            chosen = stuck[0]
        else:
            return bool(free)
        started = time.monotonic()
        do_part(chosen, by=COORDINATOR)
        self._longest = max(self._longest, time.monotonic() - started)
        return True

    def _words(self, done: int, count: int) -> str:
        words = {"done": done + 1, "count": count, "round": self._round}
        if self._round:
            return _("Prices, round %(round)s: territory %(done)s of %(count)s") % words
        return _("Territory %(done)s of %(count)s") % words
