"""Working groups, teams and councils."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from mayak.kernel.access import Actor
from mayak.registry.models import GroupMembership, Organisation, Person, WorkingGroup
from mayak.registry.services.rows import create_row, update_row


def create_group(
    *,
    actor: Actor,
    organisation: Organisation,
    kind: str,
    name: str,
    members: Iterable[Person] = (),
    **fields: Any,
) -> WorkingGroup:
    """Create a group with its members and the act that founded it.

    Raises:
        ValidationError: the name is taken in the organisation, or the period is reversed.
    """
    group = WorkingGroup(organisation=organisation, kind=kind, name=name, **fields)
    return create_row(group, actor=actor, related={"members": members})


def update_group(
    group: WorkingGroup, *, actor: Actor, members: Iterable[Person] | None = None, **changes: Any
) -> WorkingGroup:
    """Change a group; ``members`` replaces the list where it is given, parts of those who stay are kept.

    Raises:
        ValidationError: a field or a constraint says no.
    """
    related = None if members is None else {"members": members}
    return update_row(group, actor=actor, values=changes, related=related)


def dissolve_group(group: WorkingGroup, *, actor: Actor, dissolved_on: dt.date) -> WorkingGroup:
    """End the work of a group.

    Raises:
        ValidationError: the day lies before the founding.
    """
    return update_row(group, actor=actor, values={"dissolved_on": dissolved_on}, action="dissolve")


@transaction.atomic
def set_part(membership: GroupMembership, *, actor: Actor, part: str) -> GroupMembership:
    """Say which part a member takes (chair, secretary)."""
    return update_row(membership, actor=actor, values={"part": part.strip()})
