"""One address for pairings of both levels: each level has pages of its own behind it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from mayak.matching.enums import MatchingLevel
from mayak.matching.models import MatchingRun

View = Callable[..., HttpResponseBase]


def by_level(schools: View, teachers: View | None = None) -> View:
    """Return a view that shows a pairing of teachers by ``teachers`` (without one: 404), any other by ``schools``.

    It only looks which of the two it is: each of them finds the pairing within the scope of the user.
    """

    @wraps(schools)
    def chosen(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponseBase:
        level = MatchingRun.objects.filter(pk=pk).values_list("level", flat=True).first()
        if level != MatchingLevel.TEACHERS:
            return schools(request, pk=pk, **kwargs)
        if teachers is None:
            raise Http404
        return teachers(request, pk=pk, **kwargs)

    return chosen
