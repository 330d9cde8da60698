"""What the pages of agreements share: finding one, the rights, a page with a form, one thing by a button."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.accounts.models import User
from mayak.kernel.access.requests import request_scope
from mayak.networks.models import Agreement, AgreementClause, AgreementParty
from mayak.networks.permissions.agreements import can_keep_agreement
from mayak.networks.selectors.agreements import agreement_list

NO_RIGHT = gettext_lazy(
    "Agreements are kept by coordinators of the territory and by heads and coordinators of the schools that are "
    "parties."
)
FORM_PAGE = "networks/agreement_form.html"


def agreement_or_404(request: HttpRequest, pk: int) -> Agreement:
    """Return the agreement if the user may see it; else the answer is 404."""
    rows = agreement_list(request_scope(request)).prefetch_related("parties")
    found: Agreement = get_object_or_404(rows, pk=pk)
    return found


def kept_agreement(request: HttpRequest, pk: int) -> Agreement:
    """Return the agreement that the user may change.

    Raises:
        PermissionDenied: only looking is allowed.
    """
    found = agreement_or_404(request, pk)
    if not can_keep_agreement(request_scope(request), found):
        raise PermissionDenied(NO_RIGHT)
    return found


def kept_party(request: HttpRequest, pk: int, party_pk: int) -> AgreementParty:
    """Return a party of the agreement that the user may change."""
    found: AgreementParty = get_object_or_404(kept_agreement(request, pk).parties, pk=party_pk)
    return found


def kept_clause(request: HttpRequest, pk: int, clause_pk: int) -> AgreementClause:
    """Return a clause of the agreement that the user may change."""
    rows = AgreementClause.objects.filter(version__agreement=kept_agreement(request, pk))
    found: AgreementClause = get_object_or_404(rows.select_related("version__agreement"), pk=clause_pk)
    return found


def form_page(
    request: HttpRequest,
    form: Any,
    act: Callable[[dict[str, Any]], Any],
    *,
    title: Any,
    success: Any,
    agreement: Agreement | None = None,
    submit: Any = "",
    lead: Any = "",
    target: Callable[[Any], str] | None = None,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show a form; where it is sent and valid, do the one thing and go on.

    Args:
        request: the request.
        form: bound where the request is a POST.
        act: the service; what it refuses is shown at the fields of the form.
        title: heading of the page.
        success: what is said then.
        agreement: whose page «cancel» and success lead to; the list where there is none yet.
        submit: the word of the button.
        lead: a sentence under the heading.
        target: gives the address after success from what the service returned.
        context: further values for the template.
    """
    back = reverse("networks:agreement", args=[agreement.pk]) if agreement else reverse("networks:agreements")
    if request.method == "POST" and form.is_valid():
        try:
            made = act(dict(form.cleaned_data))
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, success)
            return redirect(target(made) if target else back)
    values = {
        "form": form,
        "title": title,
        "lead": lead,
        "submit": submit,
        "cancel_url": back,
        "breadcrumbs": [*crumbs(agreement), (title, "")],
        **(context or {}),
    }
    return render(request, FORM_PAGE, values, status=400 if form.errors else 200)


def do_post(
    request: HttpRequest, agreement: Agreement, act: Callable[[], Any], *, success: Any
) -> HttpResponse:
    """Do one thing without a form and go back to the agreement with what became of it."""
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, success)
    return redirect("networks:agreement", pk=agreement.pk)


def show_errors(form: Any, error: ValidationError) -> None:
    """Put the refusal of a service at the fields of the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def crumbs(agreement: Agreement | None = None) -> list[tuple[Any, str]]:
    """Return the way to a page of an agreement."""
    start: list[tuple[Any, str]] = [
        (_("Network pairs"), reverse("networks:list")),
        (_("Agreements"), reverse("networks:agreements")),
    ]
    if agreement is None:
        return start
    return [*start, (str(agreement), reverse("networks:agreement", args=[agreement.pk]))]


def posted(request: HttpRequest) -> Any:
    """Return what was sent, None where nothing was."""
    return request.POST if request.method == "POST" else None


def own_person_id(request: HttpRequest) -> int | None:
    """Return the person of the registry whom the user is."""
    user = request.user
    return user.person_id if isinstance(user, User) else None
