"""Making papers from a pairing."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.documents.enums import TemplateKind
from mayak.documents.forms import OrderForm
from mayak.documents.permissions import can_make_documents
from mayak.documents.selectors import documents_of_run, order_defaults, registered_order, run_with_documents
from mayak.documents.services import make_partnership_list, make_partnership_order
from mayak.documents.tables import state_tone, state_words
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.matching.enums import MatchingState
from mayak.matching.models import MatchingRun

NO_RIGHT = gettext_lazy("Papers are made by coordinators of the territory, and not of an archived pairing.")


@require_GET
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the papers of a pairing and what may be made."""
    found = get_run(request, pk)
    papers = documents_of_run(request_scope(request), found)
    context = {
        "run": found,
        "is_draft": found.state == MatchingState.DRAFT,
        "is_solved": found.solved_at is not None,
        "may_make": can_make_documents(request_scope(request), found),
        "known": registered_order(found),
        "papers": [(paper, state_words(paper), state_tone(paper)) for paper in papers],
        "order_kind": TemplateKind.PARTNERSHIP_ORDER,
        "breadcrumbs": crumbs(found),
    }
    return render(request, "documents/run.html", context)


@require_http_methods(["GET", "POST"])
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill in the order and make it."""
    found = get_run(request, pk)
    check_right(request, found)
    is_draft = found.state == MatchingState.DRAFT
    form = OrderForm(
        request.POST if request.method == "POST" else None, is_draft=is_draft, initial=order_defaults(found)
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = make_partnership_order(found, actor=request_actor(request), fields=form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The order is made."))
            return redirect("documents:detail", pk=made.pk)
    context = {
        "run": found,
        "form": form,
        "is_draft": is_draft,
        "cancel_url": reverse("documents:run", args=[pk]),
        "breadcrumbs": crumbs(found, _("The order")),
    }
    return render(request, "documents/order.html", context, status=400 if form.errors else 200)


@require_POST
def partnership_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the list of the pairs."""
    found = get_run(request, pk)
    check_right(request, found)
    try:
        made = make_partnership_list(found, actor=request_actor(request))
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return redirect("documents:run", pk=pk)
    messages.success(request, _("The list is made."))
    return redirect("documents:detail", pk=made.pk)


def get_run(request: HttpRequest, pk: int) -> MatchingRun:
    """Return the pairing if the user may see it; else the answer is 404."""
    return get_object_or_404(run_with_documents(request_scope(request)), pk=pk)


def check_right(request: HttpRequest, found: MatchingRun) -> None:
    """Refuse whoever may not make papers of the pairing.

    Raises:
        PermissionDenied: why not.
    """
    if not can_make_documents(request_scope(request), found):
        raise PermissionDenied(NO_RIGHT)


def crumbs(found: MatchingRun, last: Any = "") -> list[tuple[Any, str]]:
    """Return the way to a page of the pairing's papers."""
    start: list[tuple[Any, str]] = [(_("Documents"), reverse("documents:list"))]
    if not last:
        return [*start, (found.title, "")]
    return [*start, (found.title, reverse("documents:run", args=[found.pk])), (last, "")]
