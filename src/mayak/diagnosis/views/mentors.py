"""Pages of the passports of mentors: list, own passport, nomination, strengths, proofs, decision."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.diagnosis.enums.passports import STATE_TONES, PassportState
from mayak.diagnosis.filters.school_lists import MentorFilter
from mayak.diagnosis.forms.passports import MentorProfileForm, MentorProofForm, MentorStrengthForm
from mayak.diagnosis.models import MentorProfile, MentorProof, MentorStrength
from mayak.diagnosis.permissions.schools import (
    can_decide_mentor,
    can_fill_mentor,
    can_score_mentor,
    can_see_mentors,
)
from mayak.diagnosis.selectors.passports import (
    competence_names,
    current_criteria,
    mentors_of,
    mentors_seen_by,
)
from mayak.diagnosis.services.mentor_passports import (
    add_mentor_proof,
    add_mentor_strength,
    remove_mentor_proof,
    remove_mentor_strength,
    update_mentor,
)
from mayak.diagnosis.services.nominations import submit_passport
from mayak.diagnosis.tables.school_lists import MentorTable
from mayak.diagnosis.views.lead_passports import decision_page
from mayak.diagnosis.views.school_pages import person_key, show_errors, tell_error
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.personal.registry import subject_of
from mayak.kernel.readings.services import log_reading
from mayak.kernel.ui.lists import Action, ListPage

NO_LIST = gettext_lazy(
    "Passports of mentors are seen by their schools and by coordinators; you see your own."
)
NO_CHANGE = gettext_lazy(
    "A passport is changed by the person while it is a draft, later by the school or a coordinator."
)
NO_DECISION = gettext_lazy("A passport is confirmed by the school or a coordinator, never by the person.")


class MentorList(ListPage):
    """The passports that the user may see."""

    title = gettext_lazy("Mentors")
    lead = gettext_lazy(
        "What each mentor can give, to how many and when. Names stand in order, this is no rating."
    )
    table_class = MentorTable
    filter_class = MentorFilter
    export_name = "mentors"
    empty_title = gettext_lazy("No passports of mentors yet")
    empty_text = gettext_lazy("Teachers nominate themselves in two minutes, or their school nominates them.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse whoever keeps no passports, in words."""
        if not can_see_mentors(request_scope(request)):
            raise PermissionDenied(NO_LIST)
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[MentorProfile]:
        """Return the passports of the scope."""
        return mentors_of(request_scope(self.request))

    def get_actions(self) -> list[Action]:
        """Offer the nomination of a teacher and the criteria."""
        return [
            Action(_("Nominate a teacher"), reverse("diagnosis:mentor-nominate"), primary=True),
            Action(_("Criteria for choosing mentors"), reverse("diagnosis:mentor-criteria")),
        ]


@require_GET
def mentor(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one passport; a look at another person's is logged and shown to the person."""
    found = _profile(request, pk)
    own, scope = person_key(request), request_scope(request)
    is_own = found.person_id == own
    if not is_own:
        log_reading(
            actor=request_actor(request),
            subject=str(subject_of("registry.person", found.person_id)),
            name=str(found.person),
            what="mentor",
            instance=found,
            territory_path=found.organisation.territory.path or "",
            organisation_id=found.organisation_id,
        )
    strengths = list(found.strengths.select_related("subject").order_by("pk"))
    names = competence_names(one.competence for one in strengths)
    is_open = not found.school_year.is_closed
    context = {
        "profile": found,
        "is_own": is_own,
        "state_tone": STATE_TONES[PassportState(found.state)],
        "strengths": [(one, names.get(one.competence, "")) for one in strengths],
        "proofs": found.proofs.order_by("-year", "pk"),
        "can_fill": is_open and can_fill_mentor(scope, found, own),
        "can_submit": is_open
        and found.state in {PassportState.DRAFT, PassportState.RETURNED}
        and can_fill_mentor(scope, found, own),
        "can_decide": is_open
        and found.state == PassportState.SUBMITTED
        and can_decide_mentor(scope, found, own),
        "can_score": can_score_mentor(scope, found, own) and current_criteria() is not None,
        "sees_result": is_own or can_score_mentor(scope, found, own),
        "breadcrumbs": [*_crumbs(scope, found)[:-1], (found.person, "")],
    }
    return render(request, "diagnosis/mentor.html", context)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change capacity and time."""
    found = _fillable(request, pk)
    form = MentorProfileForm(request.POST or None, instance=found)
    return _form_page(
        request, found, form, lambda **values: update_mentor(found, **values), _("Capacity and time")
    )


@require_http_methods(["GET", "POST"])
def strength(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a strength."""
    found = _fillable(request, pk)
    form = MentorStrengthForm(request.POST or None)
    return _form_page(
        request, found, form, lambda **values: add_mentor_strength(found, **values), _("In what I can help")
    )


@require_http_methods(["GET", "POST"])
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a proof; ВПР is refused."""
    found = _fillable(request, pk)
    form = MentorProofForm(request.POST or None)
    return _form_page(
        request, found, form, lambda **values: add_mentor_proof(found, **values), _("Proved by what")
    )


@require_POST
def drop_strength(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """Take a strength out."""
    found = _fillable(request, pk)
    return _drop(
        request, found, remove_mentor_strength, get_object_or_404(MentorStrength, profile=found, pk=line_pk)
    )


@require_POST
def drop_proof(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """Take a proof out."""
    found = _fillable(request, pk)
    return _drop(
        request, found, remove_mentor_proof, get_object_or_404(MentorProof, profile=found, pk=line_pk)
    )


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the passport to the school."""
    found = _fillable(request, pk)
    try:
        submit_passport(found, actor=request_actor(request))
    except ValidationError as error:
        tell_error(request, error)
    else:
        messages.success(request, _("Sent. The school confirms it or returns it with a reason."))
    return redirect("diagnosis:mentor", pk=pk)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a passport or return it with a reason."""
    found = _profile(request, pk)
    scope = request_scope(request)
    if not can_decide_mentor(scope, found, person_key(request)):
        raise PermissionDenied(NO_DECISION)
    own = reverse("diagnosis:mentor", args=[pk])
    return decision_page(request, found, own, [*_crumbs(scope, found), (_("Decision"), "")])


def _form_page(request: HttpRequest, found: MentorProfile, form: Any, save: Any, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            save(actor=request_actor(request), **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The passport is saved."))
            return redirect("diagnosis:mentor", pk=found.pk)
    context = {
        "title": title,
        "lead": found.person,
        "form": form,
        "cancel_url": reverse("diagnosis:mentor", args=[found.pk]),
        "breadcrumbs": [*_crumbs(request_scope(request), found), (title, "")],
    }
    return render(request, "diagnosis/plain_form.html", context, status=400 if form.errors else 200)


def _drop(request: HttpRequest, found: MentorProfile, remove: Any, line: Any) -> HttpResponse:
    try:
        remove(line, actor=request_actor(request))
    except ValidationError as error:
        tell_error(request, error)
    else:
        messages.success(request, _("The line is removed."))
    return redirect("diagnosis:mentor", pk=found.pk)


def _crumbs(scope: Any, found: MentorProfile) -> list[tuple[Any, str]]:
    first = [(_("Mentors"), reverse("diagnosis:mentors"))] if can_see_mentors(scope) else []
    return [*first, (found.person, reverse("diagnosis:mentor", args=[found.pk]))]


def _profile(request: HttpRequest, pk: int) -> MentorProfile:
    return get_object_or_404(mentors_seen_by(request_scope(request), person_key(request)), pk=pk)


def _fillable(request: HttpRequest, pk: int) -> MentorProfile:
    found = _profile(request, pk)
    if not can_fill_mentor(request_scope(request), found, person_key(request)):
        raise PermissionDenied(NO_CHANGE)
    return found
