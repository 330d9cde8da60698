"""Pages of the passports of lead schools."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from mayak.diagnosis.enums.passports import STATE_TONES, PassportState
from mayak.diagnosis.filters.lead_profiles import LeadProfileFilter
from mayak.diagnosis.forms.lead_profiles import BuildForm, LeadProfileForm, StrengthForm
from mayak.diagnosis.models import LeadProfile, LeadStrength
from mayak.diagnosis.permissions import can_build_profiles, can_edit_profile, can_edit_profiles
from mayak.diagnosis.permissions.schools import (
    can_decide_school,
    can_fill_own_school,
    can_fill_passport,
    can_submit_passport,
)
from mayak.diagnosis.selectors import profile_list
from mayak.diagnosis.selectors.passports import competence_names, proof_by_results
from mayak.diagnosis.services import (
    BuildReport,
    build_lead_profiles,
    remove_strength,
    set_strength,
    update_lead_profile,
)
from mayak.diagnosis.tables.lead_profiles import LeadProfileTable
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import Action, ListPage
from mayak.registry.models import SchoolYear
from mayak.registry.selectors.school_years import current_start_year

NO_RIGHT = gettext_lazy("Passports of lead schools are changed by coordinators of the territory.")


class LeadProfileList(ListPage):
    """The passports that the user may see."""

    title = gettext_lazy("Lead schools")
    lead = gettext_lazy("What each lead school is strong in and how many schools it can help.")
    table_class = LeadProfileTable
    filter_class = LeadProfileFilter
    export_name = "lead-schools"
    empty_title = gettext_lazy("No passports of lead schools yet")
    empty_text = gettext_lazy(
        "They are made from the schools that have the status of a lead school and from their results."
    )

    def get_queryset(self) -> QuerySet[LeadProfile]:
        """Return the passports of the scope."""
        return profile_list(request_scope(self.request))

    def get_actions(self) -> list[Action]:
        """Offer the computation to whoever may start it."""
        scope = request_scope(self.request)
        found = []
        if can_edit_profiles(scope):
            found.append(
                Action(_("Compute strengths from results"), reverse("diagnosis:build"), primary=True)
            )
        if can_fill_own_school(scope):
            found.append(
                Action(_("Nominate the own school"), reverse("diagnosis:nominate"), primary=not found)
            )
        return found


@require_http_methods(["GET", "POST"])
def build(request: HttpRequest) -> HttpResponse:
    """Compute the passports of a territory and year."""
    scope = request_scope(request)
    if not can_edit_profiles(scope):
        raise PermissionDenied(NO_RIGHT)
    form = BuildForm(request.POST or None, scope=scope, initial=_build_initial(request))
    if request.method == "POST" and form.is_valid():
        if not can_build_profiles(scope, form.cleaned_data["territory"]):
            raise PermissionDenied(NO_RIGHT)
        try:
            report = build_lead_profiles(
                form.cleaned_data["territory"], form.cleaned_data["school_year"], actor=request_actor(request)
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _report_text(report))
            return redirect("diagnosis:profiles")
    crumbs = [(_("Lead schools"), reverse("diagnosis:profiles")), (_("Compute strengths"), "")]
    context = {"form": form, "breadcrumbs": crumbs, "cancel_url": reverse("diagnosis:profiles")}
    return render(request, "diagnosis/build.html", context, status=400 if form.errors else 200)


def profile(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one passport."""
    found = _profile(request, pk)
    return render(request, "diagnosis/profile.html", _context(request, found, StrengthForm()))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change capacity, remote help and the note."""
    found = _editable(request, pk)
    form = LeadProfileForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            update_lead_profile(found, actor=request_actor(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The passport is saved."))
            return redirect("diagnosis:profile", pk=pk)
    own = reverse("diagnosis:profile", args=[pk])
    crumbs = [
        (_("Lead schools"), reverse("diagnosis:profiles")),
        (found.organisation, own),
        (_("Change"), ""),
    ]
    context = {"form": form, "profile": found, "breadcrumbs": crumbs, "cancel_url": own}
    return render(request, "diagnosis/edit.html", context, status=400 if form.errors else 200)


@require_POST
def add_strength(request: HttpRequest, pk: int) -> HttpResponse:
    """State a strength."""
    found = _editable(request, pk)
    form = StrengthForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            set_strength(
                found,
                actor=request_actor(request),
                subject=values["subject"],
                level=values["percent"] / 100,
                grade_from=values["grade_from"],
                grade_to=values["grade_to"],
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The strength is saved."))
            return redirect("diagnosis:profile", pk=pk)
    return render(request, "diagnosis/profile.html", _context(request, found, form), status=400)


@require_POST
def drop_strength(request: HttpRequest, pk: int, strength_pk: int) -> HttpResponse:
    """Remove a stated strength."""
    found = _editable(request, pk)
    strength = get_object_or_404(LeadStrength, profile=found, pk=strength_pk)
    try:
        remove_strength(strength, actor=request_actor(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The strength is removed."))
    return redirect("diagnosis:profile", pk=pk)


def _profile(request: HttpRequest, pk: int) -> LeadProfile:
    return get_object_or_404(profile_list(request_scope(request)), pk=pk)


def _editable(request: HttpRequest, pk: int) -> LeadProfile:
    found = _profile(request, pk)
    if not can_edit_profile(request_scope(request), found):
        raise PermissionDenied(NO_RIGHT)
    return found


def _context(request: HttpRequest, found: LeadProfile, form: StrengthForm) -> dict[str, Any]:
    scope, is_open = request_scope(request), not found.school_year.is_closed
    offers = list(found.offers.select_related("subject", "risk_factor").order_by("pk"))
    names = competence_names(one.competence for one in offers)
    years, results = proof_by_results(found)
    return {
        "profile": found,
        "state_tone": STATE_TONES[PassportState(found.state)],
        "offers": [(one, names.get(one.competence, "")) for one in offers],
        "proofs": found.proofs.order_by("-year", "pk"),
        "years": years,
        "results": results,
        "can_fill": is_open and can_fill_passport(scope, found),
        "can_submit": is_open and can_submit_passport(scope, found),
        "can_decide": is_open
        and found.state == PassportState.SUBMITTED
        and can_decide_school(scope, found.organisation),
        "strengths": found.strengths.select_related("subject").order_by(
            "subject__position", "grade_from", "pk"
        ),
        "strength_form": form,
        "can_edit": is_open and can_edit_profile(scope, found),
        "breadcrumbs": [(_("Lead schools"), reverse("diagnosis:profiles")), (found.organisation, "")],
        "rows": [
            (_("School year"), found.school_year),
            (_("Territory"), found.organisation.territory),
            (_("Helps schools, at most"), found.capacity),
            (_("Hours a month"), found.hours_per_month),
            (_("Days of the week"), ", ".join(str(word) for word in found.weekday_words)),
            (_("Available"), _period(found)),
            (_("Can help remotely"), _("yes") if found.works_remotely else _("no")),
            (_("Note"), found.note),
        ],
    }


def _period(found: LeadProfile) -> str:
    days = [
        date_format(day, "SHORT_DATE_FORMAT") if day else "…"
        for day in (found.available_from, found.available_to)
    ]
    return "" if days == ["…", "…"] else " – ".join(days)


def _build_initial(request: HttpRequest) -> dict[str, Any]:
    wanted = {name: request.GET[name] for name in ("territory", "school_year") if request.GET.get(name)}
    if "school_year" not in wanted:
        year = SchoolYear.objects.filter(start_year=current_start_year()).first()
        wanted["school_year"] = str(year.pk) if year else ""
    return wanted


def _report_text(report: BuildReport) -> str:
    text = ngettext(
        "Passport of %(count)s lead school computed: %(strengths)s strengths.",
        "Passports of %(count)s lead schools computed: %(strengths)s strengths.",
        report.schools,
    ) % {"count": report.schools, "strengths": report.strengths}
    if report.without_results:
        text += " " + _("No results for: %(schools)s.") % {"schools": ", ".join(report.without_results)}
    return text
