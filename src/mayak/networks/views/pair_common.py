"""What the pages of a pair share: the pair of the user, refusals in words, the way back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.accounts.models import User
from mayak.kernel.access.requests import request_scope
from mayak.networks.models import MentorPair
from mayak.networks.permissions.mentor_pairs import PairAccess, access_to
from mayak.networks.selectors.mentor_pairs import pair_list, visible_pairs
from mayak.networks.tables.mentor_pairs import mentee_names
from mayak.registry.models import Person

NO_KEEPING = gettext_lazy("Pairs are kept by coordinators of the territory and by the heads of the schools.")
NO_PART = gettext_lazy("This is done by those who take part in the pair.")
NO_WORK = gettext_lazy("This is done by the pair and by those who keep it.")


def person_of(request: HttpRequest) -> int | None:
    """Return the key of the person of the registry to whom the account belongs."""
    return request.user.person_id if isinstance(request.user, User) else None


def me(request: HttpRequest) -> Person:
    """Return the person of the account.

    Raises:
        PermissionDenied: the account belongs to nobody of the registry.
    """
    if isinstance(request.user, User) and request.user.person is not None:
        return request.user.person
    raise PermissionDenied(NO_PART)


def pair_of(request: HttpRequest, pk: int) -> tuple[MentorPair, PairAccess]:
    """Return a pair that the user may open and what the user is in it; 404 for any other."""
    scope, person = request_scope(request), person_of(request)
    pair = get_object_or_404(pair_list(visible_pairs(scope, person)), pk=pk)
    return pair, access_to(scope, person, pair)


def keepable(request: HttpRequest, pk: int) -> tuple[MentorPair, PairAccess]:
    """Return a pair that the user keeps.

    Raises:
        PermissionDenied: the user takes part in it only.
    """
    pair, access = pair_of(request, pk)
    if not access.keeps:
        raise PermissionDenied(NO_KEEPING)
    return pair, access


def title_of(pair: MentorPair) -> str:
    """Return how a pair is called on its pages."""
    return f"{mentee_names(pair)} ← {pair.mentor}"


def crumbs(pair: MentorPair | None = None) -> list[tuple[Any, str]]:
    """Return the way to the pairs, or to one of them."""
    found: list[tuple[Any, str]] = [(_("Mentor pairs and groups"), reverse("networks:pairs"))]
    return [*found, (title_of(pair), reverse("networks:pair", args=[pair.pk]))] if pair else found


def add_errors(form: BaseForm, error: ValidationError) -> None:
    """Show a refusal at its fields, or above the form where it has no such field."""
    places = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    for place, texts in places.items():
        for text in texts:
            form.add_error(place if place in form.fields else None, text)


def tell(request: HttpRequest, error: ValidationError) -> None:
    """Show a refusal on the next page."""
    for text in error.messages:
        messages.error(request, text)
