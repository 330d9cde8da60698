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

from mayak.kernel.access import Scope
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import Action, ListPage
from mayak.matching.models import MatchPair
from mayak.matching.selectors import distance_text, reason_texts
from mayak.networks.enums import PartnershipState
from mayak.networks.filters.partnerships import PartnershipFilter
from mayak.networks.forms.partnerships import EndForm
from mayak.networks.models import Partnership
from mayak.networks.permissions import can_answer, can_end_partnership, can_keep_partnership, can_renew
from mayak.networks.permissions.agreements import can_keep_agreements
from mayak.networks.selectors import network_picture, partnership_list, places_picture
from mayak.networks.selectors.agreements import last_agreement_of
from mayak.networks.selectors.partnership_life import SideAnswer, answers_of, history_of
from mayak.networks.services import end_partnership
from mayak.networks.tables.partnerships import PartnershipTable, is_overloaded, state_tone
from mayak.registry.models import SchoolYear

HISTORY_SHOWN = 20
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
        """Offer the picture, and the next year to who keeps partnerships."""
        actions = [
            Action(_("Networks"), reverse("networks:networks")),
            Action(_("Picture of the network"), reverse("networks:picture")),
            Action(_("Mentor pairs and groups"), reverse("networks:pairs")),
            Action(_("Agreements"), reverse("networks:agreements")),
        ]
        if can_renew(request_scope(self.request)):
            actions.append(Action(_("Next school year"), reverse("networks:renew")))
            actions.append(Action(_("Letters to the schools"), reverse("networks:proposal-letters")))
            actions.append(Action(_("Load from a file"), reverse("networks:import")))
        return actions


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one partnership."""
    found = _partnership(request, pk)
    pair = MatchPair.objects.filter(run=found.run_id, mentee=found.mentee_id, lead=found.lead_id).first()
    scope = request_scope(request)
    context = {
        "partnership": found,
        "tone": state_tone(found),
        "overloaded": is_overloaded(found),
        "can_end": not found.is_over and can_end_partnership(scope, found),
        "can_keep": can_keep_partnership(scope, found),
        "answers": [(one, _may_answer(found, one, scope)) for one in answers_of(found)],
        "history": history_of(found, scope)[:HISTORY_SHOWN],
        "agreement": last_agreement_of(found),
        "may_make_agreement": not found.is_over and can_keep_agreements(scope),
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


def _may_answer(found: Partnership, one: SideAnswer, scope: Scope) -> bool:
    is_open = found.state == PartnershipState.PROPOSED and one.answer is None
    return is_open and can_answer(scope, found, one.side)


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
        (_("Term"), _term(found)),
        (_("Consent until"), found.consent_due if found.state == PartnershipState.PROPOSED else None),
        (_("Work began"), found.began_on),
        (_("On what ground without an agreement"), found.begin_note),
        (_("Paused since"), found.paused_on),
        (_("Why it is paused"), found.pause_reason),
        (_("Renewed from"), found.renewed_from),
        (_("What changes and why"), "" if found.not_renewed else found.renewal_note),
        (_("Why it does not go on next year"), found.renewal_note if found.not_renewed else ""),
        (_("Proposed after the refusal of"), found.instead_of.lead if found.instead_of else None),
        (_("Ended on"), found.ended_on),
        (_("Why it ended"), found.end_reason),
        (_("What remains"), found.remains),
    ]


def _term(found: Partnership) -> str:
    if not (found.starts_on or found.ends_on):
        return ""
    begins = f"{found.starts_on:%d.%m.%Y}" if found.starts_on else "…"
    ends = f"{found.ends_on:%d.%m.%Y}" if found.ends_on else "…"
    return f"{begins} – {ends}"
