"""Steps in the life of a partnership, one page each."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.networks.enums import PartnershipState, Side
from mayak.networks.forms.partnerships import AnswerForm, BeginForm, PaperAnswerForm, PauseForm, TermsForm
from mayak.networks.models import Partnership
from mayak.networks.permissions import can_answer, can_keep_partnership
from mayak.networks.selectors import partnership_list
from mayak.networks.selectors.partnership_life import next_leads
from mayak.networks.services.consents import consent_to_partnership, propose_next, refuse_partnership
from mayak.networks.services.partnership_life import (
    begin_partnership,
    pause_partnership,
    resume_partnership,
    set_terms,
)
from mayak.registry.models import Organisation

NO_ANSWER = gettext_lazy(
    "A school answers through its head or coordinator, or a coordinator of the territory does."
)
NO_KEEP = gettext_lazy("Partnerships are kept by coordinators and methodists of the territory.")


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, pk: int, side: str) -> HttpResponse:
    """Write down whether the school of a side consents."""
    found = found_partnership(request, pk)
    if side not in Side:
        raise Http404
    scope = request_scope(request)
    if not can_answer(scope, found, side):
        raise PermissionDenied(NO_ANSWER)
    is_own = found.school_of(side).pk in scope.organisation_ids
    form = (AnswerForm if is_own else PaperAnswerForm)(request.POST or None)

    def act(values: dict[str, Any]) -> None:
        consents = values.pop("decision") == "consent"
        given = {**values, "actor": request_actor(request), "on_paper": not is_own}
        if consents:
            given.pop("reason")
            consent_to_partnership(found, side, **given)
        else:
            refuse_partnership(found, side, **given)

    title = _("Answer of the school: %(school)s") % {"school": found.school_of(side)}
    return _step(request, found, form, title, act, done=_("The answer is kept."))


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the joint work."""
    found = _kept(request, pk)
    form = BeginForm(request.POST or None, has_agreement=found.state == PartnershipState.AGREED)
    return _step(
        request,
        found,
        form,
        _("Begin the joint work"),
        lambda values: begin_partnership(found, actor=request_actor(request), **values),
        done=_("The schools work together now."),
    )


@require_http_methods(["GET", "POST"])
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop for a time, with a reason."""
    found = _kept(request, pk)
    return _step(
        request,
        found,
        PauseForm(request.POST or None),
        _("Pause the partnership"),
        lambda values: pause_partnership(found, actor=request_actor(request), **values),
        done=_("The partnership is paused."),
    )


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on after a pause."""
    found = _kept(request, pk)
    try:
        resume_partnership(found, actor=request_actor(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The partnership goes on."))
    return redirect("networks:detail", pk=pk)


@require_http_methods(["GET", "POST"])
def terms(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the term and the content lines."""
    found = _kept(request, pk)
    lines = "\n".join(
        f"{line['name']}; {line['grade']}" if line.get("grade") else str(line["name"])
        for line in found.content
    )
    form = TermsForm(
        request.POST or None,
        initial={"starts_on": found.starts_on, "ends_on": found.ends_on, "lines": lines},
    )

    def act(values: dict[str, Any]) -> None:
        known = {(str(line["name"]), str(line.get("grade") or "")): line for line in found.content}
        content = [known.get(line, {"name": line[0], "grade": line[1]}) for line in values.pop("lines")]
        set_terms(found, actor=request_actor(request), content=content, **values)

    return _step(request, found, form, _("Term and content of the help"), act, done=_("The terms are saved."))


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose another lead school after a refusal."""
    found = _kept(request, pk)
    if request.method == "POST":
        key = request.POST.get("lead", "")
        lead = get_object_or_404(Organisation.objects.schools(), pk=int(key) if key.isdecimal() else 0)
        try:
            made = propose_next(found, lead, actor=request_actor(request))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("%(lead)s is proposed; both schools are asked.") % {"lead": lead})
            return redirect("networks:detail", pk=made.pk)
    context = {
        "partnership": found,
        "leads": next_leads(found),
        "breadcrumbs": crumbs(found, _("Another lead school")),
    }
    return render(request, "networks/propose.html", context)


def found_partnership(request: HttpRequest, pk: int) -> Partnership:
    """Return a partnership of the scope; 404 for any other."""
    found: Partnership = get_object_or_404(partnership_list(request_scope(request)), pk=pk)
    return found


def crumbs(found: Partnership, title: Any = "") -> list[tuple[Any, str]]:
    """Return the way to a partnership, and on to one of its pages."""
    own = f"{found.mentee} ← {found.lead}"
    rows = [(_("Network pairs"), reverse("networks:list"))]
    if not title:
        return [*rows, (own, "")]
    return [*rows, (own, reverse("networks:detail", args=[found.pk])), (title, "")]


def _kept(request: HttpRequest, pk: int) -> Partnership:
    found = found_partnership(request, pk)
    if not can_keep_partnership(request_scope(request), found):
        raise PermissionDenied(NO_KEEP)
    return found


def _step(
    request: HttpRequest,
    found: Partnership,
    form: forms.Form,
    title: Any,
    act: Callable[[dict[str, Any]], object],
    *,
    done: Any,
) -> HttpResponse:
    own = reverse("networks:detail", args=[found.pk])
    if request.method == "POST" and form.is_valid():
        try:
            act(dict(form.cleaned_data))
        except ValidationError as error:
            _show(form, error)
        else:
            messages.success(request, done)
            return redirect(own)
    context = {
        "form": form,
        "title": title,
        "partnership": found,
        "cancel_url": own,
        "breadcrumbs": crumbs(found, title),
    }
    return render(request, "networks/step.html", context, status=400 if form.errors else 200)


def _show(form: forms.Form, error: ValidationError) -> None:
    for name, errors in getattr(error, "error_dict", {None: error}).items():
        form.add_error(name if name in form.fields else None, errors)
