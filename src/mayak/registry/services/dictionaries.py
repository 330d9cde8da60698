"""Subjects and school years: dictionaries that all territories share."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.registry.algorithms.sort_keys import plain
from mayak.registry.models import SchoolYear, Subject
from mayak.registry.selectors.school_years import start_year_of
from mayak.registry.services.rows import create_row, update_row


def create_subject(
    *, actor: Actor, code: str, name: str, aliases: Iterable[str] = (), **fields: Any
) -> Subject:
    """Create a subject with the names under which files call it.

    Raises:
        ValidationError: the code or a name is taken.
    """
    subject = Subject(code=code, name=name, aliases=_aliases(aliases), **fields)
    check_aliases(subject)
    return create_row(subject, actor=actor)


def update_subject(subject: Subject, *, actor: Actor, **changes: Any) -> Subject:
    """Change a subject.

    Raises:
        ValidationError: the code or a name is taken.
    """
    if "aliases" in changes:
        changes["aliases"] = _aliases(changes["aliases"])
    for field, value in changes.items():
        setattr(subject, field, value)
    check_aliases(subject)
    return update_row(subject, actor=actor, values=changes)


def create_school_year(*, actor: Actor, start_year: int) -> SchoolYear:
    """Create the school year that begins on 1 September of ``start_year``.

    Raises:
        ValidationError: it is there already.
    """
    return create_row(SchoolYear(start_year=start_year), actor=actor)


def ensure_school_year(day: dt.date, *, actor: Actor) -> SchoolYear:
    """Return the school year to which the day belongs; create it where it is missing."""
    start_year = start_year_of(day)
    return SchoolYear.objects.filter(start_year=start_year).first() or create_school_year(
        actor=actor, start_year=start_year
    )


def close_school_year(school_year: SchoolYear, *, actor: Actor) -> SchoolYear:
    """Make a school year read-only."""
    return update_row(school_year, actor=actor, values={"is_closed": True}, action="close")


def reopen_school_year(school_year: SchoolYear, *, actor: Actor) -> SchoolYear:
    """Allow changes in a school year again."""
    return update_row(school_year, actor=actor, values={"is_closed": False}, action="reopen")


def check_aliases(subject: Subject) -> None:
    """Refuse a name in files that means another subject already.

    Raises:
        ValidationError: at the field ``aliases``; names the other subject.
    """
    own = {plain(name) for name in [subject.name, *subject.aliases]}
    for other in Subject.objects.exclude(pk=subject.pk):
        shared = own & {plain(name) for name in [other.name, *other.aliases]}
        if shared:
            message = _("“%(name)s” means the subject “%(other)s” already.")
            raise ValidationError({"aliases": message % {"name": min(shared), "other": other}})


def _aliases(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name.strip() for name in names if name.strip()))
