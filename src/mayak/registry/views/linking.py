"""Pages of the decisions about names found in files."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import ListPage
from mayak.registry.filters import DecisionFilter
from mayak.registry.models import NameLinkDecision
from mayak.registry.permissions import can_edit_territory
from mayak.registry.selectors.linking import decisions_of
from mayak.registry.services.linking import forget_decision
from mayak.registry.tables import DecisionTable
from mayak.registry.views.generic import overview_crumb


class DecisionList(ListPage):
    """Every remembered decision of the scope."""

    title = gettext_lazy("Decisions about names")
    lead = gettext_lazy(
        "What a name in a file means here; decided once by a person and used for every later file."
    )
    table_class = DecisionTable
    filter_class = DecisionFilter
    export_name = "name-decisions"
    empty_title = gettext_lazy("No decisions yet")
    empty_text = gettext_lazy(
        "When a file names a school that is not found for sure, the decision appears here."
    )

    def get_queryset(self) -> Any:
        """Return the decisions of the scope."""
        return decisions_of(request_scope(self.request))

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Return the crumb of the registry."""
        return [overview_crumb()]


class DecisionPage(View):
    """One decision; POST forgets it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the decision."""
        decision = self._decision(request, pk)
        context = {
            "decision": decision,
            "may_edit": can_edit_territory(request_scope(request), decision.territory),
            "rows": [
                (_("Name in the file"), decision.raw_name),
                (_("Decision"), decision.get_verdict_display()),
                (_("Organisation"), decision.organisation),
                (_("Territory"), decision.territory),
                (_("Who"), decision.decided_by_label),
                (_("When"), decision.decided_at),
            ],
            "breadcrumbs": [
                overview_crumb(),
                (_("Decisions about names"), reverse("registry:decisions")),
                (decision.raw_name, ""),
            ],
        }
        return render(request, "registry/decision.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Forget the decision."""
        decision = self._decision(request, pk)
        if not can_edit_territory(request_scope(request), decision.territory):
            raise PermissionDenied(_("You may look at this, but not change it."))
        forget_decision(decision, actor=request_actor(request))
        messages.success(request, _("The decision is forgotten; the next file asks again."))
        return redirect("registry:decisions")

    def _decision(self, request: HttpRequest, pk: int) -> NameLinkDecision:
        return get_object_or_404(decisions_of(request_scope(request)), pk=pk)
