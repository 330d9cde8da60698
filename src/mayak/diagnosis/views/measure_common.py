"""What the pages of contests, cards, recommendations and training share."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from mayak.accounts.models import User
from mayak.diagnosis.permissions.measures import may_edit_catalogue
from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.lists import ListPage
from mayak.kernel.uploads.kinds import send_paper

Crumbs = Sequence[tuple[Any, str]]
FORM_PAGE = "diagnosis/measure_form.html"


class CatalogueList(ListPage):
    """A list that many read and few change: a row leads to its form, so only they get the link."""

    def may_open_rows(self) -> bool:
        """Who may change the catalogue."""
        return may_edit_catalogue(request_scope(self.request))


def form_page(
    request: HttpRequest,
    form: Any,
    act: Callable[[dict[str, Any]], Any],
    *,
    title: Any,
    crumbs: Crumbs,
    back: str,
    success: Any,
    lead: Any = "",
    submit: Any = "",
    target: Callable[[Any], str] | None = None,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show a form; where it is sent and valid, do the one thing and go on.

    Args:
        request: the request.
        form: bound where the request is a POST.
        act: the service; what it refuses is shown at the fields of the form.
        title: heading of the page.
        crumbs: the way to this page.
        back: where «cancel» leads, and success where no target is given.
        success: what is said then.
        lead: a sentence under the heading.
        submit: the word of the button.
        target: gives the address after success from what the service returned.
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
        "breadcrumbs": [*crumbs, (title, "")],
        **(context or {}),
    }
    return render(request, FORM_PAGE, values, status=400 if form.errors else 200)


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


def send_file(file: Any, name: str) -> HttpResponseBase:
    """Send a kept file as a download."""
    return send_paper(file, name, missing=_("This file is not kept any more."))


def posted(request: HttpRequest) -> Any:
    """Return what was sent, None where nothing was."""
    return request.POST if request.method == "POST" else None


def own_person_id(request: HttpRequest) -> int | None:
    """Return the person of the registry whom the user is."""
    user = request.user
    return user.person_id if isinstance(user, User) else None
