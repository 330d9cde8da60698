"""Members of associations and groups, one at a time."""

from mayak.kernel.access import Actor
from mayak.registry.models import (
    AssociationMembership,
    GroupMembership,
    Person,
    SubjectAssociation,
    WorkingGroup,
)
from mayak.registry.services.rows import create_row, delete_row


def add_association_member(
    association: SubjectAssociation, *, actor: Actor, person: Person
) -> AssociationMembership:
    """Add a member.

    Raises:
        ValidationError: the person is a member already.
    """
    return create_row(AssociationMembership(association=association, person=person), actor=actor)


def add_group_member(group: WorkingGroup, *, actor: Actor, person: Person, part: str = "") -> GroupMembership:
    """Add a member with the part that the member takes.

    Raises:
        ValidationError: the person is a member already.
    """
    return create_row(GroupMembership(group=group, person=person, part=part), actor=actor)


def remove_member(member: AssociationMembership | GroupMembership, *, actor: Actor) -> None:
    """Remove a member."""
    delete_row(member, actor=actor)
