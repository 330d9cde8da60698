"""Background work of the deficits."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.diagnosis.models import DeficitEvidence
from mayak.diagnosis.services.deficit_jobs import REFRESH
from mayak.diagnosis.services.deficit_summaries import refresh_people
from mayak.kernel.jobs.registry import JobHandle, job

PORTION = 300


@job(REFRESH, title=gettext_lazy("Combine the deficits anew"))
def refresh(handle: JobHandle, *, competence: int | None = None) -> dict[str, Any]:
    """Make the combined views again; calling it twice changes nothing."""
    rows = DeficitEvidence.objects.all()
    if competence is not None:
        rows = rows.filter(competence=competence)
    people = list(rows.order_by("person").values_list("person", flat=True).distinct())
    stage = _("Combining the sources")
    for start in range(0, len(people), PORTION):
        handle.progress(start, len(people), stage)
        refresh_people(people[start : start + PORTION])
    handle.progress(len(people), len(people), stage)
    return {"people": len(people)}
