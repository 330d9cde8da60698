"""Changing people and the posts they hold."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.registry.algorithms.sort_keys import natural_key
from mayak.registry.models import Employment, Organisation, Person, Subject, Territory
from mayak.registry.services.rows import create_row, update_row


def person_key(person: Person) -> str:
    """Return the order of a person: family name first."""
    return natural_key(f"{person.family_name} {person.given_name} {person.patronymic}")


def create_person(
    *, actor: Actor, territory: Territory, family_name: str, given_name: str, **fields: Any
) -> Person:
    """Create an adult who works in education.

    Raises:
        ValidationError: a field or a constraint says no.
    """
    person = Person(territory=territory, family_name=family_name, given_name=given_name, **fields)
    person.email = person.email.strip().lower()
    person.sort_key = person_key(person)
    return create_row(person, actor=actor)


def update_person(person: Person, *, actor: Actor, **changes: Any) -> Person:
    """Change fields of a person.

    Raises:
        ValidationError: a field or a constraint says no.
    """
    if "email" in changes:
        changes["email"] = changes["email"].strip().lower()
    for field, value in changes.items():
        setattr(person, field, value)
    return update_row(person, actor=actor, values={**changes, "sort_key": person_key(person)})


def employ(
    person: Person,
    *,
    actor: Actor,
    organisation: Organisation,
    position: str,
    subjects: Iterable[Subject] = (),
    rate: Any = None,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> Employment:
    """Give a person a post.

    Raises:
        ValidationError: the post is registered already, or its end lies before its beginning.
    """
    post = Employment(
        person=person,
        organisation=organisation,
        position=position,
        rate=rate,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    return create_row(post, actor=actor, related={"subjects": subjects})


def update_employment(
    post: Employment, *, actor: Actor, subjects: Iterable[Subject] | None = None, **changes: Any
) -> Employment:
    """Change a post; ``subjects`` replaces the list where it is given.

    Raises:
        ValidationError: a field or a constraint says no.
    """
    related = None if subjects is None else {"subjects": subjects}
    return update_row(post, actor=actor, values=changes, related=related)


@transaction.atomic
def end_employment(post: Employment, *, actor: Actor, valid_to: dt.date) -> Employment:
    """End a post.

    Raises:
        ValidationError: the post has ended already.
    """
    if post.valid_to is not None:
        raise ValidationError(_("This post has ended already."))
    return update_row(post, actor=actor, values={"valid_to": valid_to}, action="end")
