"""Identification rules: the list, a rule in plain words, editing, copying, comparing, archiving."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import Action, ListPage
from mayak.results.filters.identification import RuleSetFilter
from mayak.results.forms.identification import CopyForm
from mayak.results.forms.rule_sets import (
    ConditionFormSet,
    RuleSetForm,
    condition_choices,
    condition_initial,
    definition_from,
    form_initial,
    show_problems,
)
from mayak.results.models import RuleSet
from mayak.results.permissions import may_edit_rule_set
from mayak.results.selectors.identification import default_territory, visible_rule_sets
from mayak.results.selectors.names import Names
from mayak.results.selectors.rule_words import differences, rule_words
from mayak.results.services.rule_sets import (
    RuleInvalidError,
    archive_rule_set,
    copy_rule_set,
    edit_rule_set,
)
from mayak.results.tables.identification import RuleSetTable
from mayak.results.views.identification import crumbs


def rule_crumbs(*rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    """The way to a page of the rules."""
    return crumbs((_("Rules"), reverse("identification:rules") if rest else ""), *rest)


class RuleSetList(ListPage):
    """All rules, each version a row."""

    title = gettext_lazy("Rules of identification")
    lead = gettext_lazy(
        "A rule says by which results a school gets a status. Rules are data with a source: copy one and change it to "
        "what holds in your region."
    )
    table_class = RuleSetTable
    filter_class = RuleSetFilter
    export_name = "identification-rules"
    empty_title = gettext_lazy("There are no rules yet")
    empty_text = gettext_lazy(
        "The rules that come with the product are loaded by the command load-reference."
    )

    def get_queryset(self) -> QuerySet[RuleSet]:
        """Rules that the user may see."""
        rows: QuerySet[RuleSet] = visible_rule_sets(request_scope(self.request)).annotate(used=Count("runs"))
        return rows

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """The step stands before."""
        return crumbs()

    def get_actions(self) -> list[Action]:
        """Compare two of them."""
        return [Action(_("Compare two rules"), reverse("identification:rule-compare"))]


@require_GET
def rule_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A rule in plain words, with its source and its assumptions."""
    scope = request_scope(request)
    rule_set = _get(request, pk)
    versions = visible_rule_sets(scope).filter(code=rule_set.code).order_by("-version")
    may_edit = may_edit_rule_set(scope, rule_set) and not rule_set.is_archived
    actions = []
    if may_edit:
        url = reverse("identification:rule-edit", args=[rule_set.pk])
        actions.append(Action(_("Edit"), url, primary=True))
    if may_edit_rule_set(scope):
        url = reverse("identification:rule-copy", args=[rule_set.pk])
        actions.append(Action(_("Make a copy of one's own"), url, primary=not may_edit))
    context = {
        "title": rule_set.name,
        "rule_set": rule_set,
        "words": rule_words(rule_set),
        "versions": versions,
        "runs": rule_set.runs.count(),
        "actions": actions,
        "may_edit": may_edit_rule_set(scope, rule_set),
        "breadcrumbs": rule_crumbs((rule_set.name, "")),
    }
    return render(request, "results/identification/rule.html", context)


@require_http_methods(["GET", "POST"])
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a rule by fields; a used one becomes its next version."""
    rule_set = _own(request, pk)
    data = request.POST if request.method == "POST" else None
    initial = form_initial(rule_set.definition)
    form = RuleSetForm(data, initial=initial)
    conditions = ConditionFormSet(
        data,
        initial=condition_initial(rule_set.definition),
        prefix="conditions",
        form_kwargs=condition_choices(),
    )
    if data is not None and form.is_valid() and conditions.is_valid():
        document = definition_from(form, conditions)  # type: ignore[arg-type]  # the factory's own class
        try:
            saved = edit_rule_set(rule_set, document, actor=request_actor(request))
        except RuleInvalidError as error:
            show_problems(error.problems, form, conditions, document)  # type: ignore[arg-type]  # the same
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved: %(rule)s.") % {"rule": saved})
            return redirect("identification:rule", pk=saved.pk)
    context = {
        "title": _("Edit the rule"),
        "rule_set": rule_set,
        "form": form,
        "conditions": conditions,
        "breadcrumbs": rule_crumbs(
            (rule_set.name, reverse("identification:rule", args=[rule_set.pk])), (_("Edit"), "")
        ),
    }
    status = 400 if data is not None else 200
    return render(request, "results/identification/rule_edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
def rule_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a rule of one's own from another."""
    scope = request_scope(request)
    rule_set = _get(request, pk)
    if not may_edit_rule_set(scope):
        raise PermissionDenied(_("Rules are written by the coordinators of a region or a municipality."))
    initial = {
        "name": _("%(name)s (copy)") % {"name": rule_set.name},
        "territory": default_territory(scope),
    }
    form = CopyForm(request.POST if request.method == "POST" else None, initial=initial, scope=scope)
    if form.is_valid():
        copy = copy_rule_set(rule_set, actor=request_actor(request), **form.cleaned_data)
        messages.success(request, _("The copy is made. Change what differs in your region."))
        return redirect("identification:rule-edit", pk=copy.pk)
    context = {
        "title": _("Make a copy of one's own"),
        "form": form,
        "submit": _("Make the copy"),
        "back": reverse("identification:rule", args=[rule_set.pk]),
        "breadcrumbs": rule_crumbs(
            (rule_set.name, reverse("identification:rule", args=[rule_set.pk])), (_("Copy"), "")
        ),
    }
    return render(request, "results/identification/form.html", context, status=400 if form.errors else 200)


@require_POST
def rule_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a rule away or take it back."""
    rule_set = _own(request, pk)
    archive_rule_set(rule_set, actor=request_actor(request), is_archived=not rule_set.is_archived)
    if rule_set.is_archived:
        messages.success(request, _("The rule is archived."))
    else:
        messages.success(request, _("The rule is in use again."))
    return redirect("identification:rule", pk=rule_set.pk)


@require_GET
def rule_compare(request: HttpRequest) -> HttpResponse:
    """Two rules side by side: only what differs, in words."""
    scope = request_scope(request)
    rules = visible_rule_sets(scope).order_by("name", "-version")
    chosen = [_chosen(request, name, rules) for name in ("left", "right")]
    left, right = chosen
    rows = None
    if left is not None and right is not None:
        names = Names.load()
        rows = differences(rule_words(left, names), rule_words(right, names))
    context = {
        "title": _("Compare two rules"),
        "rules": rules,
        "left": left,
        "right": right,
        "rows": rows,
        "breadcrumbs": rule_crumbs((_("Compare"), "")),
    }
    return render(request, "results/identification/rule_compare.html", context)


def _chosen(request: HttpRequest, name: str, rules: "QuerySet[RuleSet]") -> RuleSet | None:
    value = request.GET.get(name, "")
    return get_object_or_404(rules, pk=value) if value.isdigit() else None


def _get(request: HttpRequest, pk: int) -> RuleSet:
    found: RuleSet = get_object_or_404(visible_rule_sets(request_scope(request)), pk=pk)
    return found


def _own(request: HttpRequest, pk: int) -> RuleSet:
    rule_set = _get(request, pk)
    if not may_edit_rule_set(request_scope(request), rule_set):
        if rule_set.is_supplied:
            raise PermissionDenied(
                _("A rule that comes with the product is not edited. Make a copy of it and edit that.")
            )
        raise PermissionDenied(_("This rule is edited by the coordinator of its territory."))
    return rule_set
