"""What becomes of the partnerships of a school year in the next one, on one page."""

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.networks.enums import RenewalChoice
from mayak.networks.forms.partnerships import RenewForm
from mayak.networks.models import Partnership
from mayak.networks.permissions import can_keep_partnership, can_renew
from mayak.networks.selectors.partnership_life import renewable
from mayak.networks.services.renewal import Renewal, renew_partnerships
from mayak.registry.models import SchoolYear

SHOWN = 100
"""Partnerships decided at once: more than a person looks through in one go."""
NO_RENEW = gettext_lazy("Partnerships are renewed by coordinators and methodists of the territory.")


@require_http_methods(["GET", "POST"])
def renew(request: HttpRequest) -> HttpResponse:
    """Show the partnerships at work with a choice for each, and carry out what was decided."""
    scope = request_scope(request)
    if not can_renew(scope):
        raise PermissionDenied(NO_RENEW)
    year, following = _years(request)
    rows = list(renewable(scope, year)[: SHOWN + 1]) if year else []
    more, rows = len(rows) > SHOWN, rows[:SHOWN]
    rows = [row for row in rows if can_keep_partnership(scope, row)]
    forms = [(row, RenewForm(request.POST or None, prefix=f"p{row.pk}")) for row in rows]
    if request.method == "POST" and all(form.is_valid() for _row, form in forms):
        decided = [_decision(row, form) for row, form in forms if form.cleaned_data["choice"]]
        if following is None:
            messages.error(request, _("The next school year is not in the registry yet."))
        elif _carried_out(request, decided, following):
            return redirect(f"{reverse('networks:renew')}?year={year.start_year if year else ''}")
    context = {
        "year": year,
        "following": following,
        "years": SchoolYear.objects.filter(pk__in=_years_at_work(scope)),
        "rows": forms,
        "more": more,
        "breadcrumbs": [(_("Network pairs"), reverse("networks:list")), (_("Next school year"), "")],
    }
    wrong = request.method == "POST" and any(form.errors for _row, form in forms)
    return render(request, "networks/renew.html", context, status=400 if wrong else 200)


def _decision(row: Partnership, form: RenewForm) -> Renewal:
    values = form.cleaned_data
    return Renewal(row, RenewalChoice(values["choice"]), values["note"])


def _carried_out(request: HttpRequest, decided: list[Renewal], following: SchoolYear) -> bool:
    try:
        made = renew_partnerships(decided, school_year=following, actor=request_actor(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    words = ngettext(
        "%(count)s partnership is proposed for %(year)s.",
        "%(count)s partnerships are proposed for %(year)s.",
        len(made),
    )
    messages.success(request, words % {"count": len(made), "year": following})
    return True


def _years_at_work(scope: Any) -> Any:
    return Partnership.objects.within(scope).current().order_by().values("school_year")


def _years(request: HttpRequest) -> tuple[SchoolYear | None, SchoolYear | None]:
    """The asked year (else the latest with partnerships), and the one that follows on it."""
    known = SchoolYear.objects.filter(pk__in=_years_at_work(request_scope(request))).order_by("-start_year")
    asked = re.fullmatch(r"\d{4}", request.GET.get("year", ""))
    year = (known.filter(start_year=int(asked[0])) if asked else known).first()
    if year is None:
        return None, None
    return year, SchoolYear.objects.filter(start_year=year.start_year + 1).first()
