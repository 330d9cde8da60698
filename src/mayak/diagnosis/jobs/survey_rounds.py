"""Background work that follows the closing of a round."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.diagnosis.services.survey_round_jobs import TAKE_ROUND
from mayak.diagnosis.services.survey_rounds import take_round
from mayak.kernel.access import Actor
from mayak.kernel.jobs.registry import JobHandle, job
from mayak.surveys.models import Campaign


@job(TAKE_ROUND, title=gettext_lazy("What a survey says of schools"))
def take(handle: JobHandle, *, campaign: int) -> dict[str, Any]:
    """Write the numbers and the levels of risk factors; a second run changes nothing."""
    found = Campaign.objects.select_related("owner__territory", "school_year").get(pk=campaign)
    actor = Actor(user_id=handle.job.owner_id, label=handle.job.owner_label)
    report = take_round(found, actor=actor, progress=handle.progress)
    return {
        _("Levels of risk factors"): report.risks,
        _("Numbers of schools"): report.schools,
        _("Numbers of audiences"): report.audiences,
    }
