"""What the pages of networks share: a network of the scope, who may change it, a page with a form, a single deed."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.kernel.access.requests import request_scope
from mayak.networks.models import Network
from mayak.networks.permissions.networks import can_edit_network
from mayak.networks.selectors.networks import network_list

Crumbs = Sequence[tuple[Any, str]]
NO_RIGHT = gettext_lazy("Networks are kept by the coordinators and methodists of their territory.")


def find_network(request: HttpRequest, pk: int) -> Network:
    """Return a network of the scope; a foreign one is not there."""
    found: Network = get_object_or_404(network_list(request_scope(request)), pk=pk)
    return found


def kept_network(request: HttpRequest, pk: int) -> Network:
    """Return a network that the user keeps.

    Raises:
        PermissionDenied: the user sees it and may not change it.
    """
    found = find_network(request, pk)
    if not can_edit_network(request_scope(request), found):
        raise PermissionDenied(NO_RIGHT)
    return found


def network_url(network: Network) -> str:
    """The page of a network."""
    return reverse("networks:network", args=[network.pk])


def crumbs(network: Network | None = None) -> list[tuple[Any, str]]:
    """The way to a page of a network."""
    found: list[tuple[Any, str]] = [
        (_("Network pairs"), reverse("networks:list")),
        (_("Networks"), reverse("networks:networks")),
    ]
    if network is not None:
        if network.parent is not None:
            found.append((network.parent.name, network_url(network.parent)))
        found.append((network.name, network_url(network)))
    return found


def form_page(
    request: HttpRequest,
    form: Any,
    act: Callable[[dict[str, Any]], Any],
    *,
    title: Any,
    way: Crumbs,
    back: str,
    success: Any,
    lead: Any = "",
    submit: Any = "",
    target: Callable[[Any], str] | None = None,
    template: str = "networks/network_form.html",
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show a form; where it is sent and valid, do the one thing and go on.

    Args:
        request: the request.
        form: bound where the request is a POST.
        act: the service; what it refuses is shown at the fields of the form.
        title: heading of the page.
        way: the crumbs before this page.
        back: where «cancel» leads, and success where no target is given.
        success: what is said then.
        lead: a sentence under the heading.
        submit: the word of the button.
        target: gives the address after success from what the service returned.
        template: of the page.
        context: further values for the template.
    """
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
        "back": back,
        "breadcrumbs": [*way, (title, "")],
        **(context or {}),
    }
    return render(request, template, values, status=400 if form.errors else 200)


def do_post(request: HttpRequest, act: Callable[[], Any], *, success: Any, back: str) -> HttpResponse:
    """Do one thing without a form and go back with what became of it."""
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, success)
    return redirect(back)


def show_errors(form: Any, error: ValidationError) -> None:
    """Put the refusal of a service at the fields of the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def posted(request: HttpRequest) -> Any:
    """Return what was sent, None where nothing was."""
    return request.POST if request.method == "POST" else None
