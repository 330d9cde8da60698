"""The answers of single people of a named round, for those who hold it; each reading is logged."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import ListPage
from mayak.surveys.filters.responses import ResponseFilter
from mayak.surveys.models import Campaign, NamedResponse
from mayak.surveys.permissions.results import may_read_named
from mayak.surveys.selectors.responses import answer_rows, submitted_responses
from mayak.surveys.services.readings import log_response_reading
from mayak.surveys.tables.responses import ResponseTable
from mayak.surveys.views.campaigns import crumbs


def _named(request: HttpRequest, pk: int) -> Campaign:
    """Return a named round for whoever holds it.

    Raises:
        Http404: it is anonymous: there is nothing of the kind.
        PermissionDenied: others hold it.
    """
    rows = Campaign.objects.within(request_scope(request)).select_related("owner__territory")
    campaign = get_object_or_404(rows, pk=pk)
    if not may_read_named(request_scope(request), campaign):
        if campaign.is_anonymous:
            raise Http404
        raise PermissionDenied(_("The answers of single people are read by those who hold the round."))
    return campaign


class ResponseList(ListPage):
    """Who has answered a named round."""

    title = gettext_lazy("Answers of people")
    lead = gettext_lazy(
        "A named round: whom it asked was told so before the first question. Opening an answer is logged."
    )
    table_class = ResponseTable
    filter_class = ResponseFilter
    export_name = "answered"
    empty_title = gettext_lazy("Nobody has answered yet")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Look for the round first."""
        self.campaign = _named(request, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[NamedResponse]:
        """Return the submitted answers of the round."""
        return submitted_responses(self.campaign)

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Return the way here."""
        return crumbs(self.campaign, "-")[:-1]


@require_GET
def response(request: HttpRequest, pk: int) -> HttpResponse:
    """What one person has answered."""
    rows = NamedResponse.objects.filter(is_submitted=True).select_related(
        "invitation__audience__campaign",
        "invitation__person",
        "invitation__user",
        "invitation__organisation__territory",
    )
    found = get_object_or_404(rows, pk=pk)
    campaign = _named(request, found.invitation.audience.campaign_id)
    if found.invitation.audience.is_anonymous:
        raise Http404
    log_response_reading(found, actor=request_actor(request))
    who = found.invitation.person or found.invitation.user or found.invitation.email
    context = {
        "campaign": campaign,
        "invitation": found.invitation,
        "who": who,
        "rows": answer_rows(found, get_language() or "ru"),
        "breadcrumbs": [
            *crumbs(campaign, "-")[:-1],
            (_("Answers of people"), reverse("surveys:responses", args=[campaign.pk])),
            (str(who), ""),
        ],
    }
    return render(request, "surveys/response.html", context)
