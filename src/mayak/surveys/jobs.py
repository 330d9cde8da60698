"""Background work of surveys: starting, letters, the last mixing, and what the calendar asks."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from mayak.kernel.access import Actor
from mayak.kernel.access.sources import scope_of_actor
from mayak.kernel.jobs.registry import JobError, JobHandle, job
from mayak.kernel.jobs.services import enqueue_job
from mayak.kernel.models import Job
from mayak.surveys.enums import MANAGE, RESULTS, ExportContent
from mayak.surveys.exports.making import Wanted, make_file
from mayak.surveys.models import Audience, Campaign
from mayak.surveys.permissions.results import may_export
from mayak.surveys.services.closing import SETTLE_JOB, keep_campaigns, settle_campaign
from mayak.surveys.services.export_files import folder
from mayak.surveys.services.starting import START_JOB, give_up_start, run_start
from mayak.surveys.services.summaries import COUNT_JOB, refresh_results, refresh_running
from mayak.surveys.services.survey_letters import LETTERS_JOB, send_letters

EXPORT_JOB = "surveys.export"


@job(START_JOB, title=gettext_lazy("Start of a survey"))
def start(handle: JobHandle, *, campaign: int) -> dict[str, Any]:
    """Invite everybody; a start that cannot succeed leaves a draft."""
    try:
        return {_("People invited"): run_start(campaign, handle, actor=_owner(handle))}
    except Exception as error:
        give_up_start(campaign)
        words = " ".join(error.messages) if isinstance(error, ValidationError) else error
        raise JobError(
            _("The start failed, and nothing of it was kept: %(error)s") % {"error": words}
        ) from error


@job(LETTERS_JOB, title=gettext_lazy("Letters of a survey"))
def letters(handle: JobHandle, *, campaign: int) -> dict[str, Any]:
    """Send what waits."""
    return {_("Letters sent"): send_letters(campaign, handle)}


@job(SETTLE_JOB, title=gettext_lazy("Last mixing of the answers of a survey"))
def settle(handle: JobHandle, *, campaign: int) -> dict[str, Any]:
    """Make all anonymous answers of a closed round permanent."""
    found = settle_campaign(
        Campaign.objects.get(pk=campaign),
        actor=_owner(handle),
    )
    return {
        pgettext("survey", "Answers"): found["answers"],
        _("Deleted unread, too few to hide each other"): found["deleted"],
    }


@job(
    "surveys.keep", title=gettext_lazy("Open and close surveys by their days"), every=dt.timedelta(minutes=5)
)
def keep(handle: JobHandle) -> dict[str, Any]:
    """Close what is over, send letters of what begins, mix what waits."""
    done = keep_campaigns()
    return {_("Surveys closed"): done["closed"], _("Letters asked for"): done["letters"]}


def _owner(handle: JobHandle) -> Actor:
    return Actor(user_id=handle.job.owner_id, label=handle.job.owner_label)


@job(COUNT_JOB, title=gettext_lazy("Counting the answers of a survey"))
def count(handle: JobHandle, *, audience: int) -> dict[str, Any]:
    """Count the answers that may be shown by now."""
    found = Audience.objects.select_related("campaign__owner__territory", "version").get(pk=audience)
    summary = refresh_results(
        found, progress=lambda done: handle.progress(done, stage=_("reading the answers"))
    )
    return {pgettext("survey", "Answers"): summary.counted}


@job(
    "surveys.count-running",
    title=gettext_lazy("Counting the answers of the surveys that run"),
    every=dt.timedelta(minutes=10),
)
def count_running(handle: JobHandle) -> dict[str, Any]:
    """Count what has changed; nobody need ask for it."""
    return {_("Surveys counted"): refresh_running()}


def ask_export(audience: Audience, wanted: Wanted, *, actor: Actor) -> Job:
    """Ask for a file of results or answers in the background."""
    return enqueue_job(
        EXPORT_JOB,
        actor=actor,
        title=_("Export: %(audience)s") % {"audience": audience},
        arguments={
            "audience": audience.pk,
            "content": wanted.content,
            "file_format": wanted.file_format,
            "texts": wanted.texts,
        },
    )


@job(EXPORT_JOB, title=gettext_lazy("Export of a survey"))
def export(
    handle: JobHandle, *, audience: int, content: str, file_format: str, texts: bool
) -> dict[str, Any]:
    """Make the file with the rights that the owner has now; a second run writes it anew."""
    actor = Actor(user_id=handle.job.owner_id, label=handle.job.owner_label)
    scope = scope_of_actor(actor, RESULTS if content == ExportContent.RESULTS else MANAGE)
    seen = Audience.objects.within(scope).select_related("campaign__owner__territory", "version")
    found = seen.filter(pk=audience).first()
    if found is None or not may_export(scope, found, content):
        raise JobError(_("The right to take these data is gone."))
    wanted = Wanted(content, file_format, texts)
    path = folder() / f"{handle.job.pk}.{wanted.ending}"
    try:
        made = make_file(
            found,
            wanted,
            path,
            actor=actor,
            progress=lambda done: handle.progress(done, stage=_("reading the answers")),
        )
    except ValidationError as problem:
        raise JobError(" ".join(problem.messages)) from problem
    if made.named_texts:
        handle.log(
            _("%(count)s free texts seem to name somebody: look through the file before you give it on.")
            % {"count": made.named_texts}
        )
    Job.objects.filter(pk=handle.job.pk).update(link=reverse("surveys:results-file", args=[handle.job.pk]))
    return {pgettext("survey", "Answers"): made.rows, _("Texts that seem to name somebody"): made.named_texts}
