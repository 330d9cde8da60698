"""Computing a kept pairing once more from its snapshot: does it still come out the same?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.jobs.models import Job
from mayak.kernel.jobs.services import enqueue_job
from mayak.matching.algorithms.matching import match
from mayak.matching.algorithms.plan import Matching
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.network_rules import line_settings_from_plain
from mayak.matching.selectors.problems import Input
from mayak.matching.selectors.snapshots import problem_from_dict
from mayak.matching.selectors.teacher_problems import problem_from_plain
from mayak.matching.services.guard import log_run
from mayak.matching.services.joint_solving import check_kept_together, replay_together
from mayak.matching.services.network_plans import plan_network
from mayak.matching.services.solving import result_hash, versions
from mayak.matching.services.teacher_parts import solve_again
from mayak.matching.services.teacher_solving import teacher_result_hash

REPLAY_JOB = "matching.replay"


@dataclass(frozen=True, slots=True)
class Replay:
    """The hash of the result then and now, and what computed it then and now."""

    then: str
    now: str
    versions_then: Mapping[str, str]
    versions_now: Mapping[str, str]

    @property
    def is_same(self) -> bool:
        """Whether the same pairs came out."""
        return self.then == self.now


def replay_run(run: MatchingRun) -> Replay:
    """Compute the stored snapshot again; nothing is written.

    The snapshot holds the locks and bans of its time, so that later changes by hand make no difference.

    Raises:
        ValidationError: it was never computed, so that there is nothing to compare with.
    """
    _check(run)
    if "joint" in run.snapshot:
        now = replay_together(run)
    elif "teachers" in run.snapshot:
        problem = problem_from_plain(run.snapshot["teachers"])
        now = teacher_result_hash(solve_again(problem, run.proof.get("parts", 0)))
    else:
        now = result_hash(_again(run))
    return Replay(run.summary["result_hash"], now, run.versions, versions())


def _again(run: MatchingRun) -> Matching:
    problem = problem_from_dict(run.snapshot["problem"])
    if "network" not in run.snapshot:
        return match(problem)
    structure = line_settings_from_plain(run.snapshot["network"])
    nameless = Input(problem, (), (), subjects=run.snapshot.get("subjects", {}))
    return plan_network(problem, structure, nameless).matching


@transaction.atomic
def request_replay(run: MatchingRun, *, actor: Actor) -> Job:
    """Ask for the computation of the snapshot in the background; its answer stands in the log of the job.

    Raises:
        ValidationError: it was never computed, so that there is nothing to compare with.
    """
    _check(run)
    log_run(run, actor=actor, action="request_replay")
    return enqueue_job(
        REPLAY_JOB,
        actor=actor,
        title=_("Compute once more: %(title)s") % {"title": run.title},
        arguments={"run_id": run.pk},
        link=reverse("matching:review", args=[run.pk]),
    )


def replay_texts(replay: Replay) -> list[str]:
    """Return what came out in words: the same or not, and the versions where they differ."""
    words: dict[str, Any] = {"then": replay.then, "now": replay.now}
    first = (
        _("The same pairs came out: result %(now)s.")
        if replay.is_same
        else _("Other pairs came out: result %(then)s then, %(now)s now.")
    ) % words
    return [first, *_version_texts(replay)]


def _check(run: MatchingRun) -> None:
    if run.solved_at is None or "result_hash" not in run.summary or not run.proof:
        raise ValidationError(_("Only pairs that were computed can be computed once more."))
    if "joint" in run.snapshot:
        check_kept_together(run)


def _version_texts(replay: Replay) -> list[str]:
    names = sorted({*replay.versions_then, *replay.versions_now})
    changed = [name for name in names if replay.versions_then.get(name) != replay.versions_now.get(name)]
    if not changed:
        return [_("The versions are the same: %(versions)s.") % {"versions": _versions(replay.versions_now)}]
    return [
        _("Versions then: %(versions)s.") % {"versions": _versions(replay.versions_then)},
        _("Versions now: %(versions)s.") % {"versions": _versions(replay.versions_now)},
    ]


def _versions(found: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(found.items()))
