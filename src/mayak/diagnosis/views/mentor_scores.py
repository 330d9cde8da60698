"""Pages of the choice of mentors: the sheet of a scorer, the result of a candidate, versions of the criteria."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.diagnosis.forms.mentor_scores import CriterionForm, ScoreForm
from mayak.diagnosis.models import MentorCriteria, MentorCriterion, MentorProfile, MentorScore
from mayak.diagnosis.permissions.schools import can_edit_catalogue, can_score_mentor, can_see_mentors
from mayak.diagnosis.selectors.passports import (
    current_criteria,
    mentors_seen_by,
    reasons_of,
    result_of,
    sheets_of,
)
from mayak.diagnosis.services.mentor_scores import (
    new_criteria_version,
    remove_criterion,
    save_criterion,
    score_mentor,
    use_criteria,
)
from mayak.diagnosis.views.school_pages import NO_CATALOGUE_RIGHT, person_key, show_errors, tell_error
from mayak.kernel.access.requests import request_actor, request_scope

NO_SCORES = gettext_lazy("Candidates are scored by coordinators and methodists; nobody scores oneself.")
NO_RESULT = gettext_lazy("The result is seen by the candidate and by the coordinators who score.")


@require_http_methods(["GET", "POST"])
def score(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill in the own sheet of a candidate."""
    found = _profile(request, pk)
    if not can_score_mentor(request_scope(request), found, person_key(request)):
        raise PermissionDenied(NO_SCORES)
    criteria = current_criteria()
    if criteria is None:
        raise Http404
    actor = request_actor(request)
    known = MentorScore.objects.filter(
        scoring__profile=found, scoring__criteria=criteria, scoring__scorer_id=actor.user_id or 0
    )
    form = ScoreForm(
        request.POST if request.method == "POST" else None, items=criteria.items.all(), known=known
    )
    if request.method == "POST" and form.is_valid():
        try:
            score_mentor(found, criteria, form.marks, actor=actor)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Your sheet is saved."))
            return redirect("diagnosis:mentor-result", pk=pk)
    context = {
        "profile": found,
        "criteria": criteria,
        "form": form,
        "proofs": found.proofs.order_by("-year", "pk"),
        "cancel_url": reverse("diagnosis:mentor", args=[pk]),
        "breadcrumbs": [*_crumbs(request, found), (_("Sheet of a scorer"), "")],
    }
    return render(request, "diagnosis/mentor_score.html", context, status=400 if form.errors else 200)


@require_GET
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the breakdown to the scorers and to the candidate; the candidate sees no names of scorers."""
    found, key = _profile(request, pk), person_key(request)
    is_scorer = can_score_mentor(request_scope(request), found, key)
    if not (is_scorer or found.person_id == key):
        raise PermissionDenied(NO_RESULT)
    versions = list(MentorCriteria.objects.filter(scorings__profile=found).distinct().order_by("-version"))
    sheets = {version.pk: sheets_of(found, version) for version in versions}
    context = {
        "profile": found,
        "is_scorer": is_scorer,
        "results": [
            (version, result_of(found, version), reasons_of(sheets[version.pk]), len(sheets[version.pk]))
            for version in versions
        ],
        "texts": dict(MentorCriterion.objects.filter(criteria__in=versions).values_list("pk", "text")),
        "breadcrumbs": [*_crumbs(request, found), (_("Result by the criteria"), "")],
    }
    return render(request, "diagnosis/mentor_result.html", context)


@require_GET
def criteria(request: HttpRequest) -> HttpResponse:
    """Show the version in use, or the one of the address."""
    versions = list(MentorCriteria.objects.annotate(sheets=Count("scorings")).order_by("-version"))
    asked = request.GET.get("version", "")
    chosen = next((one for one in versions if str(one.version) == asked), None) or next(
        (one for one in versions if one.is_current), None
    )
    groups: dict[str, list[MentorCriterion]] = {}
    for item in chosen.items.all() if chosen else []:
        groups.setdefault(item.group, []).append(item)
    scope = request_scope(request)
    context = {
        "versions": versions,
        "chosen": chosen,
        "groups": groups,
        "count": sum(len(items) for items in groups.values()),
        "can_edit": can_edit_catalogue(scope),
        "is_frozen": bool(chosen and chosen.sheets),  # type: ignore[attr-defined]  # annotated
        "breadcrumbs": [
            *([(_("Mentors"), reverse("diagnosis:mentors"))] if can_see_mentors(scope) else []),
            (_("Criteria for choosing mentors"), ""),
        ],
    }
    return render(request, "diagnosis/mentor_criteria.html", context)


@require_POST
def new_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a new version of the criteria."""
    found = _editable(request, pk)
    made = new_criteria_version(found, actor=request_actor(request))
    messages.success(
        request,
        _("Version %(version)s is made; change it, then bring it into use.") % {"version": made.version},
    )
    return _to_version(made)


@require_POST
def use_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a version into use."""
    found = _editable(request, pk)
    try:
        use_criteria(found, actor=request_actor(request))
    except ValidationError as error:
        tell_error(request, error)
    else:
        messages.success(request, _("Version %(version)s is in use.") % {"version": found.version})
    return _to_version(found)


def add_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a criterion to a version."""
    found = _editable(request, pk)
    return _item_page(request, MentorCriterion(criteria=found), _("Add a criterion"))


def edit_item(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """Change a criterion of a version."""
    item = get_object_or_404(MentorCriterion, criteria=_editable(request, pk), pk=item_pk)
    return _item_page(request, item, _("Change the criterion"))


@require_POST
def drop_item(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """Take a criterion out of a version."""
    found = _editable(request, pk)
    try:
        remove_criterion(
            get_object_or_404(MentorCriterion, criteria=found, pk=item_pk), actor=request_actor(request)
        )
    except ValidationError as error:
        tell_error(request, error)
    else:
        messages.success(request, _("The criterion is removed."))
    return _to_version(found)


@require_http_methods(["GET", "POST"])
def _item_page(request: HttpRequest, item: MentorCriterion, title: str) -> HttpResponse:
    form = CriterionForm(request.POST or None, instance=item)
    if request.method == "POST" and form.is_valid():
        try:
            save_criterion(form.instance, actor=request_actor(request))
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return _to_version(item.criteria)
    back = _version_url(item.criteria)
    context = {
        "title": title,
        "lead": item.criteria,
        "form": form,
        "cancel_url": back,
        "breadcrumbs": [(_("Criteria for choosing mentors"), back), (title, "")],
    }
    return render(request, "diagnosis/plain_form.html", context, status=400 if form.errors else 200)


def _editable(request: HttpRequest, pk: int) -> MentorCriteria:
    if not can_edit_catalogue(request_scope(request)):
        raise PermissionDenied(NO_CATALOGUE_RIGHT)
    return get_object_or_404(MentorCriteria, pk=pk)


def _profile(request: HttpRequest, pk: int) -> MentorProfile:
    return get_object_or_404(mentors_seen_by(request_scope(request), person_key(request)), pk=pk)


def _crumbs(request: HttpRequest, found: MentorProfile) -> list[tuple[Any, str]]:
    first = [(_("Mentors"), reverse("diagnosis:mentors"))] if can_see_mentors(request_scope(request)) else []
    return [*first, (found.person, reverse("diagnosis:mentor", args=[found.pk]))]


def _version_url(found: MentorCriteria) -> str:
    return reverse("diagnosis:mentor-criteria") + f"?version={found.version}"


def _to_version(found: MentorCriteria) -> HttpResponse:
    return redirect(_version_url(found))
