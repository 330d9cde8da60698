"""The numbers of pairs and the school holidays: read by the keepers, changed by coordinators."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.networks.forms.pair_work import HolidayForm, PairRuleForm
from mayak.networks.models import PairRule, SchoolHoliday
from mayak.networks.permissions.mentor_pairs import can_edit_pair_rules
from mayak.networks.services.pair_rules import save_pair_rule
from mayak.networks.views.pair_common import NO_KEEPING, add_errors, crumbs
from mayak.registry.models import Territory


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Show the numbers with their sources, and the holidays."""
    _require(request)
    context = {
        "rules": list(PairRule.objects.all()),
        "holidays": list(
            SchoolHoliday.objects.within(request_scope(request))
            .select_related("territory")
            .order_by("-starts_on")
        ),
        "breadcrumbs": [*crumbs(), (_("Rules of pairs"), "")],
    }
    return render(request, "networks/pair_rules.html", context)


@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a number with its source."""
    _require(request)
    row = get_object_or_404(PairRule, pk=pk)
    return _edit(request, PairRuleForm(request.POST or None, instance=row), str(row))


@require_http_methods(["GET", "POST"])
def create_holiday(request: HttpRequest) -> HttpResponse:
    """Enter holidays."""
    _require(request)
    form = HolidayForm(request.POST or None, territories=_territories(request))
    return _edit(request, form, _("School holidays"))


@require_http_methods(["GET", "POST"])
def holiday(request: HttpRequest, pk: int) -> HttpResponse:
    """Change holidays."""
    _require(request)
    row = get_object_or_404(SchoolHoliday.objects.within(request_scope(request)), pk=pk)
    form = HolidayForm(request.POST or None, instance=row, territories=_territories(request))
    return _edit(request, form, str(row))


def _edit(request: HttpRequest, form: Any, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            save_pair_rule(form.instance, actor=request_actor(request))
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("networks:pair-rules")
    context = {
        "form": form,
        "title": title,
        "submit": _("Save"),
        "cancel_url": reverse("networks:pair-rules"),
        "breadcrumbs": [*crumbs(), (_("Rules of pairs"), reverse("networks:pair-rules")), (title, "")],
    }
    return render(request, "networks/pair_form.html", context, status=400 if form.errors else 200)


def _territories(request: HttpRequest) -> Any:
    return Territory.objects.within(request_scope(request)).order_by("path")


def _require(request: HttpRequest) -> None:
    if not can_edit_pair_rules(request_scope(request)):
        raise PermissionDenied(NO_KEEPING)
