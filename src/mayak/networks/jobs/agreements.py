"""Background work of agreements: made for all pairs, put in force and ended by their dates, letters before the end."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from mayak.kernel.access import Actor
from mayak.kernel.access.sources import scope_of_actor
from mayak.kernel.jobs.registry import JobError, JobHandle, job
from mayak.networks.models import Network
from mayak.networks.permissions.agreements import can_keep_agreements
from mayak.networks.permissions.partnerships import EDIT
from mayak.networks.services.agreement_life import keep_dates
from mayak.networks.services.agreement_mass import MASS_JOB, create_missing_agreements
from mayak.networks.services.agreement_reminders import send_due_reminders
from mayak.registry.models import SchoolYear


@job(MASS_JOB, title=gettext_lazy("Agreements of the pairs"))
def create_agreements(
    handle: JobHandle, *, school_year: int, network: int | None, kind: str
) -> dict[str, Any]:
    """Make the missing drafts with the rights that the owner has now; a second run makes none."""
    actor = Actor(user_id=handle.job.owner_id, label=handle.job.owner_label)
    scope = scope_of_actor(actor, EDIT)
    if not can_keep_agreements(scope):
        raise JobError(_("The right to make agreements is gone."))
    year = SchoolYear.objects.get(pk=school_year)
    chosen = Network.objects.within(scope).filter(pk=network).first() if network is not None else None
    if network is not None and chosen is None:
        raise JobError(_("The network is gone."))
    stage = _("Writing the agreements")
    done = create_missing_agreements(
        scope,
        year,
        actor=actor,
        network=chosen,
        kind=kind,
        progress=lambda count, total: handle.progress(count, total, stage),
    )
    for text in done["refused"]:
        handle.log(text)
    return {
        pgettext("agreements", "Made"): done["made"],
        pgettext("agreements", "Refused"): len(done["refused"]),
    }


@job(
    "networks.agreements_daily",
    title=gettext_lazy("Agreements: first and last days, letters before the end"),
    every=dt.timedelta(days=1),
)
def daily(handle: JobHandle) -> dict[str, Any]:
    """Keep the states true to the dates and send the letters that are due."""
    begun, over = keep_dates()
    return {
        _("Agreements that came into force"): begun,
        _("Agreements whose term is over"): over,
        _("Letters before the end"): send_due_reminders(),
    }
