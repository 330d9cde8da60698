"""What the first screen says of networks."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.today import TodayFigure
from mayak.networks.models import Partnership
from mayak.registry.selectors.school_years import current_start_year


def figures(request: HttpRequest) -> Iterator[TodayFigure]:
    """Yield the number of pairs that work together this year."""
    count = (
        Partnership.objects.within(request_scope(request))
        .current()
        .filter(school_year__start_year=current_start_year())
        .count()
    )
    if count:
        yield TodayFigure(count, _("Network pairs this year"), url=reverse("networks:list"), order=50)
