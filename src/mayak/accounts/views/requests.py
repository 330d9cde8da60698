"""Requests of people about their data: answering, erasing after a trial; who looked at whose data."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.accounts.enums import RequestKind, RequestState
from mayak.accounts.filters import RequestFilter
from mayak.accounts.forms.own_data import AnswerForm, EraseForm
from mayak.accounts.models import PersonRequest, PersonRequestQuerySet, User
from mayak.accounts.permissions import request_scope_of
from mayak.accounts.selectors import request_role
from mayak.accounts.services.erasure import erase_person, try_erasure
from mayak.accounts.services.reading import note_reading
from mayak.accounts.services.requests import answer_request
from mayak.accounts.tables import ReadingTable, RequestTable
from mayak.accounts.views.people import may_close, show_errors
from mayak.kernel.access import Scope
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.audit.permissions import may_read_audit
from mayak.kernel.audit.words import kind_word
from mayak.kernel.models import Reading
from mayak.kernel.personal.erasing import Erasure
from mayak.kernel.ui.lists import ListPage
from mayak.registry.models import Person


def answering(request: HttpRequest) -> Scope:
    """Return whose requests this user answers.

    Raises:
        PermissionDenied: nobody's.
    """
    scope = request_scope_of(request_role(request), request_scope(request))
    if scope.is_empty:
        raise PermissionDenied(
            _("Requests on personal data are answered by coordinators and administrators.")
        )
    return scope


class RequestList(ListPage):
    """Requests, the most urgent first."""

    title = gettext_lazy("Requests of people on their data")
    lead = gettext_lazy("Each has a deadline. Do what is asked, or refuse with the reason.")
    table_class = RequestTable
    filter_class = RequestFilter
    export_name = "requests"
    empty_title = gettext_lazy("Nobody asks for anything")

    def get_queryset(self) -> PersonRequestQuerySet:
        """Return the requests of the people of the scope."""
        return PersonRequest.objects.within(answering(self.request)).select_related("user", "person")


@require_GET
def request_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a request; before an erasure what it would do."""
    asked = _asked(request, pk)
    note_reading(asked.person or asked.user, "request", actor=request_actor(request), instance=asked)
    is_open = asked.state == RequestState.OPEN and asked.user_id != request.user.pk
    context = {
        "asked": asked,
        "is_open": is_open,
        "may_erase": is_open and asked.kind == RequestKind.ERASE,
        "form": AnswerForm(),
        "breadcrumbs": [(_("Requests of people"), reverse("accounts:requests")), (str(asked.user), "")],
    }
    return render(request, "accounts/request.html", context)


@require_POST
def request_answer(request: HttpRequest, pk: int, state: str) -> HttpResponse:
    """Say that it is done, or refuse.

    Raises:
        Http404: no such answer.
        PermissionDenied: an erasure is done on its own page.
    """
    asked = _asked(request, pk)
    form = AnswerForm(request.POST)
    if state not in {RequestState.DONE, RequestState.REFUSED}:
        raise Http404
    if state == RequestState.DONE and asked.kind == RequestKind.ERASE:
        raise PermissionDenied(_("An erasure is done on its own page."))
    try:
        answer = form.cleaned_data["answer"] if form.is_valid() else ""
        answer_request(asked, actor=request_actor(request), state=state, answer=answer)
    except ValidationError as error:
        for words in error.messages:
            messages.error(request, words)
        return redirect("accounts:request", pk=pk)
    messages.success(request, _("The request is answered."))
    return redirect("accounts:requests")


@require_http_methods(["GET", "HEAD", "POST"])
def request_erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase who asked for it."""
    asked = _asked(request, pk)
    if asked.kind != RequestKind.ERASE or asked.state != RequestState.OPEN:
        raise PermissionDenied(_("This request asks for no erasure, or it is answered."))
    return _erase(request, asked.person or asked.user, asked)


@require_http_methods(["GET", "HEAD", "POST"])
def person_erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase a person of the registry who has no account, or whose paper asks for it."""
    person = get_object_or_404(Person.objects.within(answering(request)), pk=pk)
    user = User.objects.filter(person=person).exclude(pk=request_actor(request).user_id or 0).first()
    if user is not None and not may_close(request, user):
        raise PermissionDenied(
            _("This person holds a role that you cannot take away: a higher level erases.")
        )
    return _erase(request, person, None)


def _erase(request: HttpRequest, human: Person | User, asked: PersonRequest | None) -> HttpResponse:
    actor = request_actor(request)
    form = EraseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            done = erase_person(human, actor=actor, reason=form.cleaned_data["reason"])
            if asked is not None:
                asked.refresh_from_db()
                answer_request(asked, actor=actor, state=RequestState.DONE)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("It is done. The name is now %(name)s.") % {"name": done.pseudonym})
            return render(request, "accounts/erased.html", {"result": _shown(done), "is_done": True})
    try:
        trial = try_erasure(human, actor=actor)
    except ValidationError as error:
        raise PermissionDenied(" ".join(error.messages)) from error
    context = {
        "human": human,
        "form": form,
        "result": _shown(trial),
        "back": reverse("accounts:request", args=[asked.pk]) if asked else reverse("accounts:consents"),
        "breadcrumbs": [(_("Requests of people"), reverse("accounts:requests")), (_("Erase"), "")],
    }
    return render(request, "accounts/erase.html", context, status=400 if form.errors else 200)


def _shown(result: Erasure) -> dict[str, Any]:
    """What happens and what stays, in words."""
    effects = [
        (kind_word(one.what) if isinstance(one.what, str) and "." in one.what else one.what, one.count)
        for one in result.effects
    ]
    left = [(kind_word(one.model_label), one.text, one.reason) for one in result.left]
    return {"pseudonym": result.pseudonym, "effects": effects, "left": left}


def _asked(request: HttpRequest, pk: int) -> PersonRequest:
    rows = PersonRequest.objects.within(answering(request)).select_related("user__person", "person")
    return get_object_or_404(rows, pk=pk)


class ReadingList(ListPage):
    """Who looked at whose data."""

    title = gettext_lazy("Who looked at whose data")
    lead = gettext_lazy("The fact only: who, whose, when, in which role. The person concerned sees the same.")
    table_class = ReadingTable
    export_name = "readings"
    empty_title = gettext_lazy("Nobody has looked yet")

    def get_queryset(self) -> QuerySet[Reading]:
        """Return the readings of the scope.

        Raises:
            PermissionDenied: the user may not read the audit log.
        """
        scope = request_scope(self.request)
        if not may_read_audit(scope):
            raise PermissionDenied(_("Who looked is seen by coordinators and administrators."))
        return Reading.objects.within(request_scope_of(request_role(self.request), scope)).with_keys()
