"""What the first screen says to a school of its pairs."""

from collections.abc import Iterator

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.today import TodayTask
from mayak.networks.models import Partnership
from mayak.registry.selectors.school_years import current_start_year

_SHOWN = 10


def pair_tasks(request: HttpRequest) -> Iterator[TodayTask]:
    """Yield the pairs of the own school this year: who helps it, whom it helps; one query."""
    own = request_scope(request).organisation_ids
    if not own:
        return
    pairs = (
        Partnership.objects.within(request_scope(request))
        .current()
        .filter(Q(mentee__in=own) | Q(lead__in=own), school_year__start_year=current_start_year())
        .select_related("mentee", "lead")
    )
    for pair in pairs.order_by("pk")[:_SHOWN]:
        is_helped = pair.mentee_id in own
        title = _("Work with the lead school") if is_helped else _("Help a school")
        words = {"lead": pair.lead, "mentee": pair.mentee}
        text = (
            _("%(lead)s helps you. Look why you were paired and agree on the first meeting.") % words
            if is_helped
            else _("%(mentee)s waits for your help. Look why you were paired and agree on the first meeting.")
            % words
        )
        yield TodayTask(title, text, reverse("networks:detail", args=[pair.pk]), tone="info", order=50)
