"""Background work of matching."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.kernel.access import Actor
from mayak.kernel.jobs.registry import JobError, JobHandle, job
from mayak.matching.enums import MatchingLevel
from mayak.matching.models import MatchingRun
from mayak.matching.services import solve_run
from mayak.matching.services.joint_solving import TOGETHER_JOB, solve_together
from mayak.matching.services.replay import REPLAY_JOB, replay_run, replay_texts
from mayak.matching.services.runs import JOB
from mayak.matching.services.teacher_parts import PART_JOB, do_part
from mayak.matching.services.teacher_solving import solve_teacher_run


@job(JOB, title=gettext_lazy("Pair schools"))
def solve(handle: JobHandle, *, run_id: int) -> dict[str, Any]:
    """Compute the pairs of a draft; calling it twice gives the same pairs."""
    run = MatchingRun.objects.select_related("territory", "school_year").filter(pk=run_id).first()
    if run is None:
        raise JobError(_("The pairing is gone."))
    is_teachers = run.level == MatchingLevel.TEACHERS
    reading = _("Reading teachers and mentors") if is_teachers else _("Reading schools")
    stages = [reading, _("Looking for the best pairs"), _("Explaining"), _("Writing"), _("Done")]

    def tell(done: int, total: int, stage: str) -> None:
        handle.progress(done, total, stage or stages[done])

    actor = Actor(handle.job.owner_id, handle.job.owner_label)
    if is_teachers:
        return _solve_teachers(handle, run, actor, tell)
    solved = solve_run(run, actor=actor, progress=tell)
    handle.progress(4, 4, stages[4])
    pairs, unmatched = solved.pairs.count(), solved.unmatched.count()
    handle.log(
        _("Pairs: %(pairs)s, schools without a pair: %(unmatched)s.")
        % {"pairs": pairs, "unmatched": unmatched}
    )
    return {"pairs": pairs, "unmatched": unmatched, "result_hash": solved.summary["result_hash"]}


def _solve_teachers(
    handle: JobHandle, run: MatchingRun, actor: Actor, tell: Callable[[int, int, str], None]
) -> dict[str, Any]:
    solved = solve_teacher_run(run, actor=actor, progress=tell)
    tell(4, 4, "")
    pairs, left = solved.teacher_pairs.count(), solved.uncovered.count()
    handle.log(
        _("Pairs: %(pairs)s, needs without a mentor: %(uncovered)s.") % {"pairs": pairs, "uncovered": left}
    )
    return {"pairs": pairs, "unmatched": left, "result_hash": solved.summary["result_hash"]}


@job(PART_JOB, title=gettext_lazy("Pair teachers of one territory"))
def part(handle: JobHandle, *, part_id: int) -> dict[str, Any]:
    """Do one territory's part of a pairing; doing it twice gives the same bytes."""
    handle.progress(0, 1)
    do_part(part_id, by=str(handle.job.pk))
    return {}


@job(TOGETHER_JOB, title=gettext_lazy("Pair schools and teachers together"))
def together(handle: JobHandle, *, run_id: int, justify: bool) -> dict[str, Any]:
    """Compute both levels as one plan; calling it twice gives the same pairs."""
    run = (
        MatchingRun.objects.select_related("territory", "school_year", "schools_run")
        .filter(pk=run_id)
        .first()
    )
    if run is None:
        raise JobError(_("The pairing is gone."))
    stages = [_("Reading"), _("Looking for the best pairs"), _("Explaining"), _("Writing"), _("Done")]

    def tell(done: int, total: int, _stage: str) -> None:
        handle.progress(done, total, stages[done])

    actor = Actor(handle.job.owner_id, handle.job.owner_label)
    solved = solve_together(run, actor=actor, justify=justify, progress=tell)
    tell(4, 4, "")
    pairs, left = solved.teacher_pairs.count(), solved.uncovered.count()
    handle.log(
        _("Pairs: %(pairs)s, needs without a mentor: %(uncovered)s.") % {"pairs": pairs, "uncovered": left}
    )
    return {"pairs": pairs, "unmatched": left, "result_hash": solved.summary["result_hash"]}


@job(REPLAY_JOB, title=gettext_lazy("Compute once more"))
def replay(handle: JobHandle, *, run_id: int) -> dict[str, Any]:
    """Compute a kept pairing from its snapshot and say whether the same comes out; nothing is written."""
    run = MatchingRun.objects.filter(pk=run_id).first()
    if run is None:
        raise JobError(_("The pairing is gone."))
    found = replay_run(run)
    for text in replay_texts(found):
        handle.log(text)
    return {"is_same": found.is_same, "then": found.then, "now": found.now}
