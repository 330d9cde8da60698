"""What the first screen says of networks."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.navigation import StepState
from mayak.kernel.ui.today import TodayFigure
from mayak.networks.models import Partnership
from mayak.registry.selectors.school_years import current_start_year


def step_state(request: HttpRequest) -> StepState | None:
    """How many pairs work this year, one query."""
    count = _count(request)
    if not count:
        return None
    return StepState(ngettext("%(count)s pair", "%(count)s pairs", count) % {"count": count}, "good")


def figures(request: HttpRequest) -> Iterator[TodayFigure]:
    """Yield the number of pairs that work together this year."""
    count = _count(request)
    if count:
        yield TodayFigure(count, _("Network pairs this year"), url=reverse("networks:list"), order=50)


def _count(request: HttpRequest) -> int:
    pairs = Partnership.objects.within(request_scope(request)).current()
    return pairs.filter(school_year__start_year=current_start_year()).count()
