"""Pages of the catalogue of competences."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.diagnosis.forms.competences import CompetenceForm, CompetenceGroupForm, DeficitRuleForm
from mayak.diagnosis.models import Competence, CompetenceGroup, DeficitRule
from mayak.diagnosis.permissions.deficits import can_edit_catalogue, can_edit_deficit_rules
from mayak.diagnosis.selectors.competences import competence_words, groups_with_competences, levels_of
from mayak.diagnosis.services.competences import (
    archive_competence,
    create_competence,
    restore_competence,
    update_competence,
    update_group,
    update_rule,
)
from mayak.diagnosis.views.school_pages import show_errors
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.exporting.responses import TableFormat, table_response

NO_RIGHT = gettext_lazy("The catalogue of competences is changed by coordinators and methodists.")
NO_RULE_RIGHT = gettext_lazy(
    "Weights and thresholds hold for everybody, so the coordinators of the region change them."
)
COLUMNS = (
    gettext_lazy("Code"),
    gettext_lazy("Group"),
    gettext_lazy("Name of the competence"),
    gettext_lazy("Description"),
    gettext_lazy("Subject"),
    gettext_lazy("Grades from"),
    gettext_lazy("Grades to"),
    gettext_lazy("Source"),
    gettext_lazy("Level 0"),
    gettext_lazy("Level 1"),
    gettext_lazy("Level 2"),
    gettext_lazy("Level 3"),
)


def catalogue_crumbs(*rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    """Return the way to a page of the catalogue."""
    start = (_("Diagnosis"), reverse("diagnosis:index"))
    return [start, (_("Competences"), reverse("diagnosis:competences") if rest else ""), *rest]


@require_GET
def competence_list(request: HttpRequest) -> HttpResponseBase:
    """Show the catalogue by group, with a search; ``?_export=xlsx`` gives it as a file that comes back."""
    _require_somebody(request)
    kind = request.GET.get("_export", "")
    if kind in {"xlsx", "csv"}:
        return _export("csv" if kind == "csv" else "xlsx")
    words = request.GET.get("q", "").strip()
    with_archived = request.GET.get("archived") == "1"
    shown = [
        (group, found)
        for group in groups_with_competences(with_archived=with_archived)
        if (found := [one for one in _shown(group) if _matches(one, words)]) or not words
    ]
    context = {
        "groups": shown,
        "words": words,
        "with_archived": with_archived,
        "count": sum(len(found) for _group, found in shown),
        "can_edit": can_edit_catalogue(request_scope(request)),
        "breadcrumbs": catalogue_crumbs(),
    }
    return render(request, "diagnosis/competence_list.html", context)


@require_GET
def competence(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one competence with its levels."""
    _require_somebody(request)
    found = _competence(pk)
    context = {
        "competence": found,
        "words": competence_words(found),
        "levels": levels_of(found),
        "can_edit": can_edit_catalogue(request_scope(request)),
        "breadcrumbs": catalogue_crumbs((found.name, "")),
    }
    return render(request, "diagnosis/competence.html", context)


@require_http_methods(["GET", "POST"])
def competence_create(request: HttpRequest) -> HttpResponse:
    """Add a competence."""
    _require(request)
    form = CompetenceForm(request.POST or None, initial={"group": request.GET.get("group")})
    if request.method == "POST" and form.is_valid():
        try:
            made = create_competence(actor=request_actor(request), levels=form.levels, **form.values)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The competence is added."))
            return redirect("diagnosis:competence", pk=made.pk)
    return _form(request, form, _("Add a competence"), reverse("diagnosis:competences"))


@require_http_methods(["GET", "POST"])
def competence_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a competence and its levels."""
    found = _competence(pk)
    _require(request)
    form = CompetenceForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            update_competence(found, actor=request_actor(request), levels=form.levels, **form.values)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The competence is saved."))
            return redirect("diagnosis:competence", pk=pk)
    return _form(request, form, found.name, reverse("diagnosis:competence", args=[pk]))


@require_POST
def competence_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a competence into the archive, or take it out again."""
    found = _competence(pk)
    _require(request)
    if found.is_archived:
        restore_competence(found, actor=request_actor(request))
        messages.success(request, _("The competence is in use again."))
    else:
        archive_competence(found, actor=request_actor(request))
        messages.success(request, _("The competence lies in the archive; what was recorded of it is kept."))
    return redirect("diagnosis:competence", pk=pk)


@require_http_methods(["GET", "POST"])
def group_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the name, the source and the levels of a group."""
    found = get_object_or_404(CompetenceGroup, pk=pk)
    _require(request)
    form = CompetenceGroupForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            update_group(found, actor=request_actor(request), levels=form.levels, **form.values)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The group is saved."))
            return redirect("diagnosis:competences")
    return _form(request, form, found.name, reverse("diagnosis:competences"))


@require_GET
def rule_list(request: HttpRequest) -> HttpResponse:
    """Show the weights and thresholds with their sources."""
    _require_somebody(request)
    context = {
        "rules": DeficitRule.objects.all(),
        "can_edit": can_edit_deficit_rules(request_scope(request)),
        "breadcrumbs": catalogue_crumbs((_("Rules of deficits"), "")),
    }
    return render(request, "diagnosis/deficit_rules.html", context)


@require_http_methods(["GET", "POST"])
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a weight or threshold."""
    rule = get_object_or_404(DeficitRule, pk=pk)
    if not can_edit_deficit_rules(request_scope(request)):
        raise PermissionDenied(NO_RULE_RIGHT)
    form = DeficitRuleForm(request.POST or None, rule=rule)
    if request.method == "POST" and form.is_valid():
        try:
            update_rule(rule, actor=request_actor(request), **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(
                request, _("The rule is saved. The combined view is computed anew in the background.")
            )
            return redirect("diagnosis:deficit-rules")
    return _form(request, form, rule.name, reverse("diagnosis:deficit-rules"))


def _form(request: HttpRequest, form: Any, title: Any, cancel: str) -> HttpResponse:
    context = {
        "title": title,
        "form": form,
        "cancel_url": cancel,
        "breadcrumbs": catalogue_crumbs((title, "")),
    }
    return render(request, "diagnosis/plain_form.html", context, status=400 if form.errors else 200)


def _export(kind: TableFormat) -> HttpResponseBase:
    rows = []
    for group in groups_with_competences():
        rows += [
            [one.code, group.name, one.name, one.description, one.subject.name if one.subject else "",
             one.grade_from, one.grade_to, one.source, *_own_levels(one)]
            for one in _shown(group)
        ]  # fmt: skip
    return table_response(COLUMNS, rows, file_format=kind, name="competences")


def _own_levels(one: Competence) -> list[str]:
    own = {row.level: row.description for row in one.levels.all()}
    return [own.get(level, "") for level in range(4)]


def _shown(group: CompetenceGroup) -> list[Competence]:
    found: list[Competence] = getattr(group, "shown", [])
    return found


def _matches(one: Competence, words: str) -> bool:
    text = f"{one.name} {one.description} {one.code} {one.subject or ''}".lower()
    return all(word in text for word in words.lower().split())


def _competence(pk: int) -> Competence:
    found = Competence.objects.select_related("group", "subject").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _require_somebody(request: HttpRequest) -> None:
    if request_scope(request).is_empty and getattr(request.user, "person_id", None) is None:
        raise PermissionDenied(_("Nothing here is open to your role."))


def _require(request: HttpRequest) -> None:
    if not can_edit_catalogue(request_scope(request)):
        raise PermissionDenied(NO_RIGHT)
