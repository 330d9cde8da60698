"""Pages of networks."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import Action, ListPage
from mayak.matching.models import MatchPair
from mayak.matching.selectors import distance_text, reason_texts
from mayak.networks.enums import PartnershipState
from mayak.networks.filters import PartnershipFilter
from mayak.networks.forms import EndForm
from mayak.networks.models import Partnership
from mayak.networks.permissions import can_end_partnership
from mayak.networks.selectors import network_picture, partnership_list, places_picture
from mayak.networks.services import end_partnership
from mayak.networks.tables import PartnershipTable, is_overloaded, state_tone
from mayak.registry.models import SchoolYear

PICTURE_AT_MOST = 400
"""Pairs on one picture; more cannot be read."""


class PartnershipList(ListPage):
    """The partnerships that the user may see."""

    title = gettext_lazy("Network pairs")
    lead = gettext_lazy("Lead schools and the schools they help, by approved lists.")
    table_class = PartnershipTable
    filter_class = PartnershipFilter
    export_name = "network-pairs"
    empty_title = gettext_lazy("No network pairs yet")
    empty_text = gettext_lazy("They appear when a pairing is approved.")
    empty_url_name = "matching:runs"
    empty_label = gettext_lazy("To the pairings")

    def get_queryset(self) -> QuerySet[Partnership]:
        """Return the partnerships of the scope."""
        return partnership_list(request_scope(self.request))

    def get_actions(self) -> list[Action]:
        """Offer the picture with the filters of the list."""
        return [Action(_("Picture of the network"), reverse("networks:picture"))]


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one partnership."""
    found = _partnership(request, pk)
    pair = MatchPair.objects.filter(run=found.run_id, mentee=found.mentee_id, lead=found.lead_id).first()
    context = {
        "partnership": found,
        "tone": state_tone(found),
        "overloaded": is_overloaded(found),
        "can_end": found.state != PartnershipState.ENDED
        and can_end_partnership(request_scope(request), found),
        "reasons": reason_texts(pair) if pair else [],
        "rows": _rows(found, pair),
        "breadcrumbs": [
            (_("Network pairs"), reverse("networks:list")),
            (f"{found.mentee} ← {found.lead}", ""),
        ],
    }
    return render(request, "networks/detail.html", context)


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a partnership with a reason."""
    found = _partnership(request, pk)
    if not can_end_partnership(request_scope(request), found):
        raise PermissionDenied(_("Partnerships are ended by coordinators of the territory."))
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            end_partnership(found, actor=request_actor(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The partnership is ended."))
            return redirect("networks:detail", pk=pk)
    own = reverse("networks:detail", args=[pk])
    crumbs = [
        (_("Network pairs"), reverse("networks:list")),
        (f"{found.mentee} ← {found.lead}", own),
        (_("End"), ""),
    ]
    context = {"form": form, "partnership": found, "breadcrumbs": crumbs, "cancel_url": own}
    return render(request, "networks/end.html", context, status=400 if form.errors else 200)


def picture(request: HttpRequest) -> HttpResponse:
    """Show the network of a school year as a picture, a table and a map."""
    rows = partnership_list(request_scope(request)).current()  # type: ignore[attr-defined]  # a PartnershipQuerySet
    years = list(SchoolYear.objects.filter(pk__in=rows.order_by().values("school_year")))
    asked = request.GET.get("school_year", "")
    year = next((one for one in years if str(one.pk) == asked), years[0] if years else None)
    shown = list(rows.filter(school_year=year)) if year else []
    is_small = len(shown) <= PICTURE_AT_MOST
    context = {
        "year": year,
        "years": years,
        "count": len(shown),
        "network": network_picture(shown) if shown and is_small else None,
        "places": places_picture(shown) if is_small else None,
        "too_many": not is_small,
        "breadcrumbs": [(_("Network pairs"), reverse("networks:list")), (_("Picture of the network"), "")],
    }
    return render(request, "networks/picture.html", context)


def _partnership(request: HttpRequest, pk: int) -> Partnership:
    return get_object_or_404(partnership_list(request_scope(request)), pk=pk)


def _rows(found: Partnership, pair: MatchPair | None) -> list[tuple[Any, Any]]:
    needs = ", ".join(
        f"{need['name']}, {need['grade']}" if need.get("grade") else str(need["name"])
        for need in found.content
    )
    return [
        (_("School that gets help"), f"{found.mentee}, {found.mentee.territory}"),
        (_("Lead school"), f"{found.lead}, {found.lead.territory}"),
        (_("School year"), found.school_year),
        (_("What the help is about"), needs),
        (_("Distance"), distance_text(pair.distance_km) if pair else ""),
        (_("Pairing"), found.run),
        (_("Basis"), found.basis),
        (_("Ended on"), found.ended_on),
        (_("Why it ended"), found.end_reason),
    ]
