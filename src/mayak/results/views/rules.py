"""Scales, quality signs and retention as data with their sources."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.kernel.access import Scope
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.jobs.services import enqueue_job
from mayak.kernel.sourced import SourcedRule
from mayak.results.forms.rules import QualityRuleForm, RetentionForm, ScaleForm
from mayak.results.models import QualityRule, RetentionRule, ScoreScale
from mayak.results.permissions import may_edit_common_rules, may_edit_rules
from mayak.results.selectors.scales import scales_seen_by
from mayak.results.services.rules import delete_rule, save_rule
from mayak.results.views.common import crumbs

KINDS: dict[str, tuple[type[SourcedRule], Any]] = {
    "scale": (ScoreScale, gettext_lazy("Scale of an exam")),
    "sign": (QualityRule, gettext_lazy("Rule of a quality sign")),
    "retention": (RetentionRule, gettext_lazy("Term of storage")),
}


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """All rules with their sources; an assumption says that it is one."""
    scope = request_scope(request)
    context = {
        "scales": scales_seen_by(scope),
        "signs": QualityRule.objects.all(),
        "retention": RetentionRule.objects.all(),
        "may_edit": may_edit_rules(scope),
        "may_edit_common": may_edit_common_rules(scope),
        "breadcrumbs": crumbs((_("Scales and rules"), "")),
    }
    return render(request, "results/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rule_edit(request: HttpRequest, kind: str, pk: int | None = None) -> HttpResponse:
    """Change or add a rule; a changed scale counts the shares below the threshold again."""
    if kind not in KINDS:
        raise Http404
    model, title = KINDS[kind]
    rule = _seen(request, kind, pk) if pk else model()
    _require(request, rule)
    form = _form(request, kind, rule)
    if form.is_valid():
        try:
            _check_place(request_scope(request), form)
            save_rule(rule, actor=request_actor(request), values=form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            _follow(request, kind)
            return redirect("results:rules")
    context = {
        "form": form,
        "rule": rule,
        "kind": kind,
        "title": str(title),
        "breadcrumbs": crumbs((_("Scales and rules"), reverse("results:rules")), (str(title), "")),
    }
    return render(request, "results/rule_edit.html", context, status=400 if request.method == "POST" else 200)


@require_POST
def rule_delete(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Delete a rule."""
    if kind not in KINDS:
        raise Http404
    rule = _seen(request, kind, pk)
    _require(request, rule)
    delete_rule(rule, actor=request_actor(request))
    _follow(request, kind)
    return redirect("results:rules")


def _seen(request: HttpRequest, kind: str, pk: int) -> SourcedRule:
    """The rule, if it holds for the scope; a scale of a neighbour is as good as none."""
    if kind == "scale":
        return get_object_or_404(scales_seen_by(request_scope(request)), pk=pk)
    return get_object_or_404(KINDS[kind][0]._default_manager.all(), pk=pk)


def _require(request: HttpRequest, rule: SourcedRule) -> None:
    scope = request_scope(request)
    if not may_edit_rules(scope):
        raise PermissionDenied(_("Scales and rules are changed by coordinators."))
    if isinstance(rule, ScoreScale) and not rule.pk:
        allowed = True
    elif isinstance(rule, ScoreScale) and rule.territory is not None:
        allowed = scope.covers_territory(rule.territory.path or "")
    else:
        allowed = may_edit_common_rules(scope)
    if not allowed:
        raise PermissionDenied(
            _("This rule holds for more than your territory: a regional coordinator changes it.")
        )


def _form(request: HttpRequest, kind: str, rule: SourcedRule) -> forms.ModelForm[Any]:
    data = request.POST if request.method == "POST" else None
    if kind == "scale":
        scope = request_scope(request)
        return ScaleForm(data, instance=rule, scope=scope, is_common=may_edit_common_rules(scope))
    form: type[forms.ModelForm[Any]] = QualityRuleForm if kind == "sign" else RetentionForm
    return form(data, instance=rule)


def _check_place(scope: Scope, form: forms.ModelForm[Any]) -> None:
    if (
        "territory" in form.cleaned_data
        and form.cleaned_data["territory"] is None
        and not may_edit_common_rules(scope)
    ):
        raise ValidationError(_("Choose your territory: a scale for the whole country is set by the region."))


def _follow(request: HttpRequest, kind: str) -> None:
    messages.success(request, _("The rule is saved."))
    if kind == "scale":
        enqueue_job("results.below", actor=request_actor(request), link=reverse("results:rules"))
