"""Pages of the passport of a lead school beyond its subjects: nomination, offers, proofs, decision."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mayak.diagnosis.forms.passports import DecisionForm, LeadNominationForm, LeadOfferForm, LeadProofForm
from mayak.diagnosis.models import LeadOffer, LeadProfile, LeadProof
from mayak.diagnosis.permissions.schools import (
    can_decide_school,
    can_fill_own_school,
    can_fill_passport,
    can_submit_passport,
)
from mayak.diagnosis.selectors import profile_list
from mayak.diagnosis.selectors.risk import schools_in
from mayak.diagnosis.services.lead_passports import (
    add_offer,
    add_proof,
    nominate_school,
    remove_offer,
    remove_proof,
)
from mayak.diagnosis.services.nominations import decide_passport, submit_passport
from mayak.diagnosis.views.school_pages import (
    NO_COORDINATOR_RIGHT,
    NO_SCHOOL_RIGHT,
    show_errors,
    tell_error,
    year_choice,
)
from mayak.kernel.access.requests import request_actor, request_scope

PASSPORT = "diagnosis:profile"


@require_http_methods(["GET", "POST"])
def nominate(request: HttpRequest) -> HttpResponse:
    """Let the own school nominate itself as a lead school."""
    scope = request_scope(request)
    if not can_fill_own_school(scope):
        raise PermissionDenied(_("A school is nominated by its head or its coordinator."))
    school = schools_in(scope).filter(pk__in=scope.organisation_ids).first()
    year = year_choice(request).chosen
    if school is None or year is None:
        raise PermissionDenied(_("Only an open school can nominate itself."))
    known = LeadProfile.objects.filter(organisation=school, school_year=year).first()
    if known is not None:
        messages.info(request, _("The school has a passport for this year already."))
        return redirect(PASSPORT, pk=known.pk)
    form = LeadNominationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = nominate_school(school, year, actor=request_actor(request), **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The draft is saved. Say what the school gives, then send it."))
            return redirect(PASSPORT, pk=made.pk)
    context = {
        "title": _("Nominate the own school"),
        "lead": _(
            "%(school)s, school year %(year)s. Nobody but you sees it as an offer before it is accepted."
        )
        % {"school": school, "year": year},
        "form": form,
        "submit": _("Save the draft"),
        "cancel_url": reverse("diagnosis:profiles"),
        "breadcrumbs": [
            (_("Lead schools"), reverse("diagnosis:profiles")),
            (_("Nominate the own school"), ""),
        ],
    }
    return render(request, "diagnosis/plain_form.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Add what the school gives."""
    return _line_page(request, pk, LeadOfferForm, add_offer, _("What the school gives"))


@require_http_methods(["GET", "POST"])
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a proof."""
    return _line_page(request, pk, LeadProofForm, add_proof, _("Proved by what"))


@require_POST
def drop_offer(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """Take an offer out."""
    found = _fillable(request, pk)
    return _drop(request, found, remove_offer, get_object_or_404(LeadOffer, profile=found, pk=line_pk))


@require_POST
def drop_proof(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """Take a proof out."""
    found = _fillable(request, pk)
    return _drop(request, found, remove_proof, get_object_or_404(LeadProof, profile=found, pk=line_pk))


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the nomination to the coordinator."""
    found = _profile(request, pk)
    scope = request_scope(request)
    if not (can_submit_passport(scope, found) or can_fill_passport(scope, found)):
        raise PermissionDenied(NO_SCHOOL_RIGHT)
    try:
        submit_passport(found, actor=request_actor(request))
    except ValidationError as error:
        tell_error(request, error)
    else:
        messages.success(request, _("Sent. The coordinator accepts it or returns it with a reason."))
    return redirect(PASSPORT, pk=pk)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept a nomination or return it with a reason."""
    found = _profile(request, pk)
    if not can_decide_school(request_scope(request), found.organisation):
        raise PermissionDenied(NO_COORDINATOR_RIGHT)
    own = reverse(PASSPORT, args=[pk])
    crumbs = [
        (_("Lead schools"), reverse("diagnosis:profiles")),
        (found.organisation, own),
        (_("Decision"), ""),
    ]
    return decision_page(request, found, own, crumbs)


def decision_page(request: HttpRequest, found: Any, own: str, crumbs: list[tuple[Any, str]]) -> HttpResponse:
    """Show the form with two buttons and carry the decision out; for schools and for people."""
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        accept = request.POST.get("decision") == "accept"
        try:
            decide_passport(
                found, accept=accept, reason=form.cleaned_data["reason"], actor=request_actor(request)
            )
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Accepted.") if accept else _("Returned with the reason."))
            return redirect(own)
    context = {"profile": found, "form": form, "cancel_url": own, "breadcrumbs": crumbs}
    return render(request, "diagnosis/decision.html", context, status=400 if form.errors else 200)


def _line_page(request: HttpRequest, pk: int, form_class: Any, add: Any, title: str) -> HttpResponse:
    found = _fillable(request, pk)
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add(found, actor=request_actor(request), **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The passport is saved."))
            return redirect(PASSPORT, pk=pk)
    own = reverse(PASSPORT, args=[pk])
    context = {
        "title": title,
        "lead": found.organisation,
        "form": form,
        "cancel_url": own,
        "breadcrumbs": [
            (_("Lead schools"), reverse("diagnosis:profiles")),
            (found.organisation, own),
            (title, ""),
        ],
    }
    return render(request, "diagnosis/plain_form.html", context, status=400 if form.errors else 200)


def _drop(request: HttpRequest, found: LeadProfile, remove: Any, line: Any) -> HttpResponse:
    try:
        remove(line, actor=request_actor(request))
    except ValidationError as error:
        tell_error(request, error)
    else:
        messages.success(request, _("The line is removed."))
    return redirect(PASSPORT, pk=found.pk)


def _profile(request: HttpRequest, pk: int) -> LeadProfile:
    return get_object_or_404(profile_list(request_scope(request)), pk=pk)


def _fillable(request: HttpRequest, pk: int) -> LeadProfile:
    found = _profile(request, pk)
    if not can_fill_passport(request_scope(request), found):
        raise PermissionDenied(NO_SCHOOL_RIGHT)
    return found
