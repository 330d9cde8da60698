"""Background work of the needs of schools."""

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from mayak.diagnosis.permissions.schools import EDIT, can_edit_schools
from mayak.diagnosis.selectors.risk import schools_in
from mayak.diagnosis.services.need_jobs import COMPUTE_NEEDS
from mayak.diagnosis.services.needs import compute_needs
from mayak.kernel.access import Actor
from mayak.kernel.access.sources import scope_of_actor
from mayak.kernel.bulk import let_others_write, portions
from mayak.kernel.jobs.registry import JobError, JobHandle, job
from mayak.registry.models import SchoolYear

AT_ONCE = 100
"""Schools in one portion, which is a transaction of its own with one entry in the audit log."""


@job(COMPUTE_NEEDS, title=gettext_lazy("Needs of schools"))
def compute(handle: JobHandle, *, school_year: int) -> dict[str, Any]:
    """Compute the lists with the rights that the owner has now; a second run changes nothing."""
    actor = Actor(user_id=handle.job.owner_id, label=handle.job.owner_label)
    scope = scope_of_actor(actor, EDIT)
    if not can_edit_schools(scope):
        raise JobError(_("The right to compute the needs of schools is gone."))
    year = SchoolYear.objects.get(pk=school_year)
    keys = list(schools_in(scope).values_list("pk", flat=True))
    stage, counts = _("Computing the lists"), Counter[str]()
    for portion in portions(keys, AT_ONCE):
        handle.progress(counts["schools"], len(keys), stage)
        report = compute_needs(list(schools_in(scope).filter(pk__in=portion)), year, actor=actor)
        counts.update(
            schools=report.schools, created=report.created, updated=report.updated, removed=report.removed,
            kept=report.kept,
        )  # fmt: skip
        let_others_write()
    handle.progress(counts["schools"], len(keys), stage)
    return {
        _("Schools"): counts["schools"],
        pgettext("needs", "New"): counts["created"],
        pgettext("needs", "Changed"): counts["updated"],
        pgettext("needs", "Gone"): counts["removed"],
        pgettext("needs", "Edited by people, without a ground now"): counts["kept"],
    }
