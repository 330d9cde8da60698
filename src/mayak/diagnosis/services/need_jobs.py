"""Asking for the needs of all schools of a person to be computed in the background."""

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from mayak.diagnosis.services.guard import check_open
from mayak.kernel.access import Actor
from mayak.kernel.jobs.models import FINISHED
from mayak.kernel.jobs.services import enqueue_job
from mayak.kernel.models import Job
from mayak.registry.models import SchoolYear

COMPUTE_NEEDS = "diagnosis.compute_needs"


@transaction.atomic
def ask_to_compute(school_year: SchoolYear, *, actor: Actor) -> Job:
    """Return the job that computes the lists of all schools of the actor; one that is not finished is not asked twice.

    Raises:
        ValidationError: the school year is closed.
    """
    held = SchoolYear.objects.select_for_update(no_key=True).get(
        pk=school_year.pk
    )  # two clicks at one moment
    check_open(held)
    return unfinished_jobs(held, actor).first() or enqueue_job(
        COMPUTE_NEEDS,
        actor=actor,
        title=_("Needs of schools, %(year)s") % {"year": held},
        arguments={"school_year": held.pk},
        link=reverse("diagnosis:needs") + f"?year={held.start_year}",
    )


def unfinished_jobs(school_year: SchoolYear, actor: Actor) -> QuerySet[Job]:
    """Return the actor's own jobs that still compute the lists of this year."""
    jobs = Job.objects.filter(
        kind=COMPUTE_NEEDS, owner_id=actor.user_id, arguments={"school_year": school_year.pk}
    )
    return jobs.exclude(state__in=FINISHED).order_by("created_at")
