"""The own page of a teacher: what is known, the hint from pupils' results, the request map, who looked."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.diagnosis.enums.deficits import OPEN_REQUESTS, DeficitSource
from mayak.diagnosis.forms.deficits import HelpRequestForm, ObjectionForm, SelfAssessmentForm
from mayak.diagnosis.models import CompetenceGroup, DeficitEvidence, HelpRequest
from mayak.diagnosis.selectors.competences import suitable_competences
from mayak.diagnosis.selectors.deficits import (
    evidence_lines,
    needs_of_person,
    person_deficits,
    readings_of_deficits,
    requests_of,
)
from mayak.diagnosis.selectors.pupil_hints import hints_for
from mayak.diagnosis.selectors.teachers import work_of
from mayak.diagnosis.services.deficits import DeficitRow, object_to_evidence, record_deficits
from mayak.diagnosis.services.help_requests import state_request, update_request, withdraw_request
from mayak.diagnosis.views.school_pages import show_errors, tell_error
from mayak.kernel.access.requests import request_actor
from mayak.kernel.audit.words import role_word
from mayak.registry.models import Person, SchoolYear
from mayak.registry.selectors.school_years import school_year_of

View = Callable[..., HttpResponse]


def for_person(view: View) -> View:
    """Explain the page to an account that is not tied to a person of the registry: nothing is kept on it here."""

    @wraps(view)
    def explained(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        if user.person_id is not None:
            return view(request, *args, **kwargs)
        context = {"breadcrumbs": _crumbs()}
        return render(
            request,
            "diagnosis/my_deficits_nobody.html",
            context,
            status=200 if request.method == "GET" else 400,
        )

    return explained


@require_GET
@for_person
def mine(request: HttpRequest) -> HttpResponse:
    """Show what is known of the signed-in person, to this person alone."""
    person = _me(request)
    work = work_of(person)
    suitable = suitable_competences(person, work.subjects, is_head=work.is_head)
    groups = CompetenceGroup.objects.filter(pk__in=suitable.values("group"))
    context = {
        "person": person,
        "deficits": person_deficits(person),
        "requests": list(requests_of(person)),
        "open_states": OPEN_REQUESTS,
        "needs": [(need, evidence_lines(need)) for need in needs_of_person(person, _year())],
        "hints": hints_for(request.user, person),
        "readings": [(one, role_word(one.reader_role)) for one in readings_of_deficits(person)],
        "groups": groups,
        "breadcrumbs": _crumbs(),
    }
    return render(request, "diagnosis/my_deficits.html", context)


@require_http_methods(["GET", "POST"])
@for_person
def request_create(request: HttpRequest) -> HttpResponse:
    """State a line of the request map."""
    person = _me(request)
    initial = {"competence": request.GET.get("competence")}
    form = HelpRequestForm(request.POST or None, competences=_suitable(person), initial=initial)
    year = _year()
    if request.method == "POST" and year is None:
        form.add_error(None, _("The school year is not registered yet. Ask your coordinator."))
    if request.method == "POST" and year is not None and form.is_valid():
        try:
            state_request(person, year, actor=request_actor(request), **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Your request is written down."))
            return redirect("diagnosis:my-deficits")
    return _form(request, form, _("A request for help"))


@require_http_methods(["GET", "POST"])
def request_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an own open request."""
    found = _my_request(request, pk)
    form = HelpRequestForm(request.POST or None, instance=found, competences=_suitable(found.person))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            update_request(_my_request(request, pk), actor=request_actor(request), **values)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Your request is saved."))
            return redirect("diagnosis:my-deficits")
    return _form(request, form, _("Change the request"))


@require_POST
def request_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an own request back."""
    try:
        withdraw_request(_my_request(request, pk), actor=request_actor(request))
    except ValidationError as error:
        tell_error(request, error)
    else:
        messages.success(request, _("Your request is withdrawn."))
    return redirect("diagnosis:my-deficits")


@require_http_methods(["GET", "POST"])
@for_person
def self_assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """Say of the competences of a group how difficult they are."""
    person = _me(request)
    group = get_object_or_404(CompetenceGroup, pk=pk)
    competences = [one for one in _suitable(person) if one.group_id == group.pk]
    if not competences:
        raise Http404
    known = {
        row.competence_id: (round(row.severity), bool(row.wants_help))
        for row in DeficitEvidence.objects.filter(person=person, source=DeficitSource.SELF, is_newest=True)
    }
    form = SelfAssessmentForm(request.POST or None, competences=competences, known=known)
    if request.method == "POST" and form.is_valid():
        rows = [DeficitRow(one, float(severity), wants_help=wish) for one, severity, wish in form.stated()]
        day = timezone.localdate()
        record_deficits(
            person,
            rows,
            source=DeficitSource.SELF,
            actor=request_actor(request),
            instrument=_("own page"),
            reference=f"diagnosis.own:{day.isoformat()}",
        )
        messages.success(request, _("Saved: %(count)s competences.") % {"count": len(rows)})
        return redirect("diagnosis:my-deficits")
    context = {
        "group": group,
        "form": form,
        "cancel_url": reverse("diagnosis:my-deficits"),
        "breadcrumbs": _crumbs((group.name, "")),
    }
    return render(request, "diagnosis/self_assessment.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """Object to a statement about oneself, or take the objection back."""
    person = _me(request)
    found = get_object_or_404(
        DeficitEvidence.objects.select_related("competence", "person__territory"), person=person, pk=pk
    )
    form = ObjectionForm(request.POST or None, initial={"text": found.objection})
    if request.method == "POST" and form.is_valid():
        object_to_evidence(found, text=form.cleaned_data["text"], actor=request_actor(request))
        messages.success(request, _("Your objection is saved."))
        return redirect("diagnosis:my-deficits")
    return _form(request, form, _("Objection: %(name)s") % {"name": found.competence.name})


def _form(request: HttpRequest, form: Any, title: Any) -> HttpResponse:
    context = {
        "title": title,
        "form": form,
        "cancel_url": reverse("diagnosis:my-deficits"),
        "breadcrumbs": _crumbs((title, "")),
    }
    return render(request, "diagnosis/plain_form.html", context, status=400 if form.errors else 200)


def _crumbs(*rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    own = reverse("diagnosis:my-deficits") if rest else ""
    return [(_("Diagnosis"), reverse("diagnosis:index")), (_("My deficits and requests"), own), *rest]


def _me(request: HttpRequest) -> Person:
    user: Any = request.user
    found: Person = get_object_or_404(Person.objects.select_related("territory"), pk=user.person_id or 0)
    return found


def _suitable(person: Person) -> list[Any]:
    work = work_of(person)
    return list(suitable_competences(person, work.subjects, is_head=work.is_head))


def _year() -> SchoolYear | None:
    return school_year_of(timezone.localdate())


def _my_request(request: HttpRequest, pk: int) -> HelpRequest:
    rows = HelpRequest.objects.select_related("person__territory", "competence__group", "school_year")
    found: HelpRequest = get_object_or_404(rows, person=_me(request), pk=pk)
    return found
