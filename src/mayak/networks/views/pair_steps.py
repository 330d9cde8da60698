"""The steps of a pair: the own consent or refusal, and what who keeps the pair decides."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.networks.forms.pair_steps import (
    ChangeMentorForm,
    EndPairForm,
    FormPairForm,
    PaperConsentForm,
    ReasonForm,
)
from mayak.networks.models import MentorPair
from mayak.networks.permissions.mentor_pairs import keeping_scope
from mayak.networks.selectors.free_mentors import FreeMentor, free_mentors
from mayak.networks.selectors.mentor_pairs import awaited_people, visible_pairs
from mayak.networks.services.pair_states import (
    change_mentor,
    consent_to_pair,
    end_pair,
    form_pair,
    pause_pair,
    propose_again,
    refuse_pair,
    resume_pair,
    start_pair,
)
from mayak.networks.views.pair_common import (
    NO_PART,
    add_errors,
    crumbs,
    keepable,
    me,
    pair_of,
    person_of,
    tell,
)
from mayak.registry.selectors.references import reference_text


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its words, its form (None: it only asks «are you sure») and its service."""

    title: Any
    submit: Any
    done: Any
    form: type[forms.Form] | None
    service: Callable[..., MentorPair]


STEPS: dict[str, Step] = {
    "paper": Step(
        gettext_lazy("Consent on paper"),
        gettext_lazy("Record the consent"),
        gettext_lazy("The consent is recorded."),
        PaperConsentForm,
        consent_to_pair,
    ),
    "again": Step(
        gettext_lazy("Propose the pair again"),
        gettext_lazy("Propose again"),
        gettext_lazy("The pair is proposed again."),
        ReasonForm,
        propose_again,
    ),
    "form": Step(
        gettext_lazy("Form the pair by an order"),
        gettext_lazy("Form the pair"),
        gettext_lazy("The pair is formed."),
        FormPairForm,
        form_pair,
    ),
    "start": Step(
        gettext_lazy("Begin the work"),
        gettext_lazy("Begin"),
        gettext_lazy("The pair is at work."),
        None,
        start_pair,
    ),
    "pause": Step(
        gettext_lazy("Pause the pair"),
        gettext_lazy("Pause"),
        gettext_lazy("The pair pauses."),
        ReasonForm,
        pause_pair,
    ),
    "resume": Step(
        gettext_lazy("Go on after the pause"),
        gettext_lazy("Go on"),
        gettext_lazy("The pair is at work."),
        None,
        resume_pair,
    ),
    "end": Step(
        gettext_lazy("End the pair"),
        gettext_lazy("End"),
        gettext_lazy("The pair has ended."),
        EndPairForm,
        end_pair,
    ),
    "change": Step(
        gettext_lazy("Another mentor"),
        gettext_lazy("Propose this mentor"),
        gettext_lazy("The old pair is closed, the new one is proposed."),
        ChangeMentorForm,
        change_mentor,
    ),
}


@require_POST
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Say yes to the own pair: one click."""
    pair, access = pair_of(request, pk)
    if not access.takes_part:
        raise PermissionDenied(NO_PART)
    try:
        consent_to_pair(pair, me(request), actor=request_actor(request))
    except ValidationError as error:
        tell(request, error)
    else:
        messages.success(request, _("Your consent is recorded."))
    return redirect("networks:pair", pk=pk)


@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no to the own pair, with a reason that only the coordinator reads."""
    pair, access = pair_of(request, pk)
    if not access.takes_part:
        raise PermissionDenied(NO_PART)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            refuse_pair(pair, me(request), actor=request_actor(request), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The pair goes back to the coordinator."))
            return redirect("networks:pair", pk=pk)
    context = {
        "lead": _(
            "The reason is read by the coordinator and the heads of the schools, not by the other side."
        ),
        "submit": _("Refuse"),
        "title": _("Refuse the pair"),
    }
    return _shown(request, pair, form, **context)


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Take a step of who keeps the pair."""
    pair, _access = keepable(request, pk)
    known = STEPS.get(step)
    if known is None:
        raise Http404
    scope = keeping_scope(request_scope(request))
    mentors = free_mentors(pair, scope) if step == "change" and request.method == "GET" else []
    form = _form(request, pair, step, known, mentors)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        people = [values.pop("person")] if step == "paper" else []
        try:
            after = known.service(pair, *people, actor=request_actor(request), **values)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, str(known.done))
            is_seen = visible_pairs(request_scope(request), person_of(request)).filter(pk=after.pk).exists()
            return redirect("networks:pair", pk=after.pk) if is_seen else redirect("networks:pairs")
    context: dict[str, Any] = {"title": known.title, "submit": known.submit}
    if step == "change":
        context |= {"mentors": mentors, "repair_run": pair.run}
    return _shown(request, pair, form, **context)


def _form(
    request: HttpRequest, pair: MentorPair, step: str, known: Step, mentors: list[FreeMentor]
) -> forms.Form:
    if known.form is None:
        return forms.Form(request.POST if request.method == "POST" else None)
    more: dict[str, Any] = {}
    if step in {"form", "change"}:
        more["scope"] = keeping_scope(request_scope(request))
    if step == "paper":
        more["people"] = awaited_people(pair)
    if step == "form":
        more["initial"] = {"ends_on": pair.ends_on or pair.school_year.ends_on}
    if step == "change" and (asked := request.GET.get("mentor", "")):
        chosen = [one.profile.person for one in mentors if str(one.profile.person_id) == asked]
        more["initial"] = {"mentor": reference_text(chosen[0]) if chosen else ""}
    return known.form(request.POST or None, **more)


def _shown(request: HttpRequest, pair: MentorPair, form: forms.Form, **context: Any) -> HttpResponse:
    own = reverse("networks:pair", args=[pair.pk])
    shown = {
        "form": form,
        "cancel_url": own,
        "breadcrumbs": [*crumbs(pair), (context["title"], "")],
        **context,
    }
    return render(request, "networks/pair_form.html", shown, status=400 if form.errors else 200)
