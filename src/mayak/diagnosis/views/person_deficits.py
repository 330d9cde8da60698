"""The deficits of one teacher as others see them: only with the right, every reading is logged."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from mayak.accounts.services.reading import note_reading
from mayak.diagnosis.enums.deficits import OPEN_REQUESTS
from mayak.diagnosis.forms.deficits import AnswerForm, TeacherNeedForm
from mayak.diagnosis.models import HelpRequest, TeacherNeed
from mayak.diagnosis.permissions.deficits import can_read_people
from mayak.diagnosis.selectors.deficits import (
    READING,
    evidence_lines,
    needs_of_person,
    person_deficits,
    requests_of,
)
from mayak.diagnosis.selectors.teachers import readable_people, work_of
from mayak.diagnosis.services.help_requests import answer_request
from mayak.diagnosis.services.teacher_needs import change_teacher_need
from mayak.diagnosis.views.school_pages import show_errors
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.registry.models import Person
from mayak.registry.selectors.school_years import school_year_of

NO_RIGHT = gettext_lazy(
    "Deficits of single teachers are read by those who help them: methodists, heads of schools and of associations."
)


@require_GET
def person_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the deficits, requests and needs of a teacher; results of pupils are never here."""
    if getattr(request.user, "person_id", None) == pk:
        return redirect("diagnosis:my-deficits")
    person = _person(request, pk)
    note_reading(person, READING, actor=request_actor(request))
    work = work_of(person)
    context = {
        "person": person,
        "work": work,
        "deficits": person_deficits(person),
        "requests": list(requests_of(person)),
        "open_states": OPEN_REQUESTS,
        "needs": [
            (need, evidence_lines(need))
            for need in needs_of_person(person, school_year_of(timezone.localdate()))
        ],
        "breadcrumbs": _crumbs((str(person), "")),
    }
    return render(request, "diagnosis/person_deficits.html", context)


@require_http_methods(["GET", "POST"])
def need_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """State another weight of a need of a teacher or take it out, with a reason."""
    rows = TeacherNeed.objects.within(request_scope(request)).select_related(
        "person__territory", "competence", "school_year"
    )
    need: TeacherNeed = get_object_or_404(rows, pk=pk)
    person = _person(request, need.person_id)
    note_reading(person, READING, actor=request_actor(request))
    own = reverse("diagnosis:person", args=[person.pk])
    form = TeacherNeedForm(request.POST or None, need=need)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        weight = None if values["weight"] is None else values["weight"] / 100
        try:
            change_teacher_need(
                need,
                weight=weight,
                is_dropped=values["is_dropped"],
                reason=values["reason"],
                actor=request_actor(request),
            )
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The need is saved."))
            return redirect(own)
    return _form(request, form, need.competence.name, person, own)


@require_http_methods(["GET", "POST"])
def request_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up a request of a teacher or say that help was given."""
    rows = HelpRequest.objects.within(request_scope(request)).select_related(
        "person__territory", "competence"
    )
    found: HelpRequest = get_object_or_404(rows, pk=pk)
    person = _person(request, found.person_id)
    note_reading(person, READING, actor=request_actor(request))
    own = reverse("diagnosis:person", args=[person.pk])
    form = AnswerForm(request.POST or None, initial={"state": found.state, "answer": found.answer})
    if request.method == "POST" and form.is_valid():
        try:
            answer_request(found, actor=request_actor(request), **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The teacher sees your answer."))
            return redirect(own)
    return _form(request, form, found.competence.name, person, own)


def _form(request: HttpRequest, form: Any, title: str, person: Person, own: str) -> HttpResponse:
    context = {
        "title": title,
        "lead": str(person),
        "form": form,
        "cancel_url": own,
        "breadcrumbs": _crumbs((str(person), own), (title, "")),
    }
    return render(request, "diagnosis/plain_form.html", context, status=400 if form.errors else 200)


def _person(request: HttpRequest, pk: int) -> Person:
    """Return a person of the scope whose deficits may be read.

    Raises:
        PermissionDenied: the person is in the scope, the right is missing.
    """
    scope = request_scope(request)
    found: Person = get_object_or_404(readable_people(scope), pk=pk)
    if not can_read_people(scope):
        raise PermissionDenied(NO_RIGHT)
    return found


def _crumbs(*rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [
        (_("Diagnosis"), reverse("diagnosis:index")),
        (_("Deficit matrix"), reverse("diagnosis:matrix")),
        *rest,
    ]
