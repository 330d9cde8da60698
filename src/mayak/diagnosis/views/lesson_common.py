"""What the pages of lessons share: breadcrumbs, errors of services on forms, the user of a request."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from mayak.accounts.models import User

Crumbs = list[tuple[Any, str]]


def crumbs(*rest: tuple[Any, str]) -> Crumbs:
    """The way to a page of lesson observation."""
    return [(_("Diagnosis"), reverse("diagnosis:index")), *rest]


def lesson_crumbs(*rest: tuple[Any, str]) -> Crumbs:
    """The way to a page of the lessons."""
    return crumbs((_("Lesson observation"), reverse("diagnosis:lessons")), *rest)


def user_of(request: HttpRequest) -> User:
    """The signed-in user."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  # every page needs a sign-in
    return user


def show_errors(form: BaseForm, error: ValidationError) -> None:
    """Put the refusal of a service on the form: at its field where the form has it."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def form_response(
    request: HttpRequest, form: Any, *, title: Any, back: str, trail: Crumbs, lead: Any = "", submit: Any = ""
) -> HttpResponse:
    """Show a plain page with one form."""
    context = {
        "form": form,
        "title": title,
        "lead": lead,
        "submit": submit,
        "cancel_url": back,
        "breadcrumbs": [*trail, (title, "")],
    }
    return render(request, "diagnosis/plain_form.html", context, status=400 if form.errors else 200)
