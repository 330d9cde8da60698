"""Background work of matching."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.kernel.access import Actor
from mayak.kernel.jobs.registry import JobError, JobHandle, job
from mayak.matching.models import MatchingRun
from mayak.matching.services import solve_run
from mayak.matching.services.runs import JOB


@job(JOB, title=gettext_lazy("Pair schools"))
def solve(handle: JobHandle, *, run_id: int) -> dict[str, Any]:
    """Compute the pairs of a draft; calling it twice gives the same pairs."""
    run = MatchingRun.objects.select_related("territory", "school_year").filter(pk=run_id).first()
    if run is None:
        raise JobError(_("The pairing is gone."))
    stages = [_("Reading schools"), _("Looking for the best pairs"), _("Explaining"), _("Writing"), _("Done")]

    def tell(done: int, total: int, _stage: str) -> None:
        handle.progress(done, total, stages[done])

    actor = Actor(handle.job.owner_id, handle.job.owner_label)
    solved = solve_run(run, actor=actor, progress=tell)
    handle.progress(4, 4, stages[4])
    pairs, unmatched = solved.pairs.count(), solved.unmatched.count()
    handle.log(
        _("Pairs: %(pairs)s, schools without a pair: %(unmatched)s.")
        % {"pairs": pairs, "unmatched": unmatched}
    )
    return {"pairs": pairs, "unmatched": unmatched, "result_hash": solved.summary["result_hash"]}
