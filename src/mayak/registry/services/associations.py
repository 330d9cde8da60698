"""Subject associations of schools (ШМО) and districts (РМО)."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.registry.enums import SCHOOL_KINDS, AssociationLevel
from mayak.registry.models import Organisation, Person, SubjectAssociation
from mayak.registry.services.rows import create_row, update_row


def create_association(
    *,
    actor: Actor,
    organisation: Organisation,
    level: str,
    name: str,
    members: Iterable[Person] = (),
    **fields: Any,
) -> SubjectAssociation:
    """Create a subject association with its head and members.

    Raises:
        ValidationError: the name is taken in the organisation, or the level does not fit it.
    """
    association = SubjectAssociation(organisation=organisation, level=level, name=name, **fields)
    check_level(association)
    return create_row(association, actor=actor, related={"members": members})


def update_association(
    association: SubjectAssociation, *, actor: Actor, members: Iterable[Person] | None = None, **changes: Any
) -> SubjectAssociation:
    """Change an association; ``members`` replaces the list where it is given.

    Raises:
        ValidationError: as in ``create_association``.
    """
    for field, value in changes.items():
        setattr(association, field, value)
    check_level(association)
    related = None if members is None else {"members": members}
    return update_row(association, actor=actor, values=changes, related=related)


def check_level(association: SubjectAssociation) -> None:
    """Refuse a district association at a school and a school association elsewhere.

    Raises:
        ValidationError: at the field ``level``.
    """
    at_school = association.organisation.kind in SCHOOL_KINDS
    if at_school != (association.level == AssociationLevel.SCHOOL):
        raise ValidationError(
            {
                "level": _(
                    "A school has school associations; a district one belongs to an authority or a service."
                )
            }
        )
