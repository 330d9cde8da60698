"""Page of the numbers on which the checks of surveys rest."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.surveys.forms.rules import RuleForm
from mayak.surveys.models import SurveyRule
from mayak.surveys.permissions.campaigns import may_change_rules, may_see_campaigns
from mayak.surveys.services.rules import change_rule


@require_http_methods(["GET", "HEAD"])
def rule_list(request: HttpRequest) -> HttpResponse:
    """Show the rules with their sources."""
    if not may_see_campaigns(request_scope(request)):
        raise PermissionDenied(_("Surveys are seen by those who hold them and those who read their results."))
    context = {
        "rules": SurveyRule.objects.all(),
        "may_change": may_change_rules(request_scope(request)),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "surveys/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a rule; its source must be named."""
    if not may_change_rules(request_scope(request)):
        raise PermissionDenied(_("Rules are changed by the coordinators of the region."))
    rule = get_object_or_404(SurveyRule, pk=pk)
    form = RuleForm(request.POST or None, instance=rule)
    if request.method == "POST" and form.is_valid():
        change_rule(rule, form.cleaned_data, actor=request_actor(request))
        messages.success(request, _("The changes are kept."))
        return redirect("surveys:rules")
    context = {
        "form": form,
        "rule": rule,
        "cancel_url": reverse("surveys:rules"),
        "breadcrumbs": [*_crumbs()[:-1], (_("Rules of surveys"), reverse("surveys:rules")), (rule.name, "")],
    }
    return render(request, "surveys/rule_form.html", context, status=400 if form.errors else 200)


def _crumbs() -> list[tuple[Any, str]]:
    return [(_("Surveys"), reverse("surveys:list")), (_("Rules of surveys"), "")]
