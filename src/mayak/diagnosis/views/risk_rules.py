"""Pages of the dictionary of risk factors, the cut-offs and the weights of needs."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from mayak.diagnosis.forms.risk import NeedRuleForm, RiskCutoffForm, RiskFactorForm
from mayak.diagnosis.models import NeedRule, RiskCutoff, RiskFactor
from mayak.diagnosis.permissions.schools import can_edit_catalogue
from mayak.diagnosis.services.rule_rows import save_rule_row
from mayak.diagnosis.views.school_pages import NO_CATALOGUE_RIGHT, show_errors
from mayak.kernel.access.requests import request_actor, request_scope

_KINDS: dict[str, tuple[Any, type[ModelForm[Any]]]] = {
    "factor": (RiskFactor, RiskFactorForm),
    "cutoff": (RiskCutoff, RiskCutoffForm),
    "weight": (NeedRule, NeedRuleForm),
}


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Show factors, cut-offs and weights with their sources."""
    context = {
        "factors": RiskFactor.objects.order_by("programme", "-year", "position", "pk"),
        "cutoffs": RiskCutoff.objects.select_related("factor").order_by(
            "basis", "factor__position", "-year_from"
        ),
        "weights": NeedRule.objects.all(),
        "can_edit": can_edit_catalogue(request_scope(request)),
        "breadcrumbs": [
            (_("Risk profiles of schools"), reverse("diagnosis:risk")),
            (_("Factors and thresholds"), ""),
        ],
    }
    return render(request, "diagnosis/risk_rules.html", context)


def add_factor(request: HttpRequest) -> HttpResponse:
    """Add a factor to the dictionary."""
    return _form_page(request, "factor", None, _("Add a risk factor"))


def edit_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a factor."""
    return _form_page(request, "factor", pk, _("Change the risk factor"))


def add_cutoff(request: HttpRequest) -> HttpResponse:
    """Add a cut-off."""
    return _form_page(request, "cutoff", None, _("Add cut-offs"))


def edit_cutoff(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a cut-off."""
    return _form_page(request, "cutoff", pk, _("Change the cut-offs"))


def edit_weight(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a number by which needs are weighed."""
    return _form_page(request, "weight", pk, _("Change the weight"))


@require_http_methods(["GET", "POST"])
def _form_page(request: HttpRequest, kind: str, pk: int | None, title: str) -> HttpResponse:
    if not can_edit_catalogue(request_scope(request)):
        raise PermissionDenied(NO_CATALOGUE_RIGHT)
    model, form_class = _KINDS[kind]
    row = get_object_or_404(model, pk=pk) if pk else None
    form = form_class(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            save_rule_row(form.instance, actor=request_actor(request))
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("diagnosis:risk-rules")
    back = reverse("diagnosis:risk-rules")
    context = {
        "title": title,
        "form": form,
        "cancel_url": back,
        "breadcrumbs": [(_("Factors and thresholds"), back), (title, "")],
    }
    return render(request, "diagnosis/plain_form.html", context, status=400 if form.errors else 200)
