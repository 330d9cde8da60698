"""Participants of one result by code: personal data, so that each reading is written to the audit log."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import ListPage
from mayak.results.models import ParticipantResult, SchoolResult
from mayak.results.permissions import may_read_participants
from mayak.results.services.reading import log_reading
from mayak.results.tables.results import ParticipantTable
from mayak.results.views.common import crumbs


class ParticipantList(ListPage):
    """The rows of a result."""

    title = gettext_lazy("Results of participants")
    lead = gettext_lazy("Personal data even under a code: this reading is written to the audit log.")
    table_class = ParticipantTable
    export_name = "participants"
    empty_title = gettext_lazy("No rows of participants")
    empty_text = gettext_lazy("They were not loaded, or their term of storage is over.")

    result: SchoolResult

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Check the right, log the reading, show."""
        rows = SchoolResult.objects.visible().within(request_scope(request))
        self.result = get_object_or_404(
            rows.select_related("organisation__territory", "assessment__subject"), pk=kwargs["pk"]
        )
        if not may_read_participants(request_scope(request), self.result):
            raise PermissionDenied(
                _("Results of participants are read by the school itself and by coordinators.")
            )
        log_reading(self.result, actor=request_actor(request))
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        """Return the participants of the result."""
        return ParticipantResult.objects.filter(result=self.result)

    def get_title(self) -> Any:
        """Return the heading with the school."""
        return f"{self.result.organisation}: {self.result.assessment}"

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Return the way here."""
        own = reverse("results:result", args=[self.result.pk])
        return crumbs(
            (_("Results of schools"), reverse("results:list")), (str(self.result.organisation), own)
        )
