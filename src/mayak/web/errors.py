"""Error pages: what happened, that nothing was lost, and the way out, in words."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from mayak.accounts.services.throttling import TooManyAttempts


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be read."""
    return _page(
        request,
        400,
        _("The request could not be read"),
        _("The address or the form holds something unexpected. Nothing was changed."),
        _("Go back, check what was entered and try again."),
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer where the right is missing; the reason in words comes with the exception."""
    return _page(
        request,
        403,
        _("No access"),
        str(exception) or _("Your role does not allow this."),
        _("If you need it for your work, ask the coordinator of your territory."),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer where there is no such page, or none that this user may see."""
    return _page(
        request,
        404,
        _("Page not found"),
        _("It may have been moved, or it belongs to another territory."),
        _("Check the address or begin from the first page."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of the program: needs neither the database nor the session."""
    context = _words(
        500,
        _("Something went wrong on our side"),
        _("The fault has been written down. What you had saved before is safe."),
        _("Try again in a minute; if it happens again, tell the administrator what you were doing."),
    )
    return HttpResponse(render_to_string("web/error.html", context), status=500)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was open too long or whose cookie is missing."""
    return _page(
        request,
        403,
        _("The form has expired"),
        _("The form was open for too long, or the browser does not keep cookies. Nothing was changed."),
        _("Go back, reload the page and send the form again."),
    )


def too_many_requests(request: HttpRequest, refusal: TooManyAttempts) -> HttpResponse:
    """Answer somebody who asks for more than the site can do at once."""
    context = {"wait": refusal.words, "is_heavy": True}
    response = render(request, "web/429.html", context, status=429)
    response["Retry-After"] = str(refusal.seconds)
    return response


def _page(request: HttpRequest, status: int, heading: str, text: str, way_out: str) -> HttpResponse:
    return render(request, "web/error.html", _words(status, heading, text, way_out), status=status)


def _words(status: int, heading: str, text: str, way_out: str) -> dict[str, Any]:
    return {"status": status, "heading": heading, "text": text, "way_out": way_out}
