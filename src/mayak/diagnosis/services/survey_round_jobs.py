"""Asking for the background work that follows the closing of a round."""

from django.urls import reverse
from django.utils.translation import gettext as _

from mayak.diagnosis.services.survey_rounds import says_of_schools
from mayak.kernel.access import Actor
from mayak.kernel.jobs.models import FINISHED, JobState
from mayak.kernel.jobs.services import enqueue_job
from mayak.kernel.models import Job
from mayak.surveys.models import Campaign

TAKE_ROUND = "diagnosis.take_round"


def ask_to_take(campaign: Campaign, *, actor: Actor) -> None:
    """Ask for a job that writes what the round says, unless one waits or it says nothing of schools."""
    jobs = Job.objects.filter(kind=TAKE_ROUND, arguments={"campaign": campaign.pk})
    if jobs.filter(state=JobState.WAITING).exists() or not says_of_schools(campaign):
        return
    enqueue_job(
        TAKE_ROUND,
        actor=actor,
        title=_("What the survey says: %(title)s") % {"title": campaign.title},
        arguments={"campaign": campaign.pk},
        link=reverse("diagnosis:survey-round", args=[campaign.pk]),
    )


def is_being_taken(campaign: Campaign) -> bool:
    """Whether the numbers of the round are not all written yet."""
    jobs = Job.objects.filter(kind=TAKE_ROUND, arguments={"campaign": campaign.pk})
    return jobs.exclude(state__in=FINISHED).exists()
