"""What the addresses of accounts lead to, for the table of addresses and roles."""

from typing import Any

from django.utils import timezone

from mayak.accounts.enums import Role
from mayak.accounts.models import RoleAssignment, User
from tests.architecture.access_objects import Side, World, provides
from tests.factories.accounts import RoleAssignmentFactory


def held(world: World, side: Side) -> RoleAssignment:
    """Return the role of a teacher of the side's school."""
    return RoleAssignmentFactory.create(role=Role.TEACHER, organisation=world.place(side).school)


@provides("accounts:user", "accounts:role-grant", "accounts:account-close")
def person(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a teacher of the side's school."""
    return {"pk": held(world, side).user_id}


@provides("accounts:account-open")
def closed(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a teacher whose account is closed."""
    user = held(world, side).user
    user.is_active = False
    user.save()
    return {"pk": user.pk}


@provides("accounts:role-end")
def role(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a role that may be ended."""
    return {"pk": held(world, side).pk, "body": {"reason": "уволен"}}


@provides("accounts:role-switch", "accounts:role-delegate")
def own_role(world: World, side: Side, visitor: User | None) -> dict[str, Any]:
    """Return a role of the visitor; on the other side one of a stranger."""
    mine = RoleAssignment.objects.filter(user=visitor).first() if side == "own" and visitor else None
    return {"pk": (mine or held(world, side)).pk}


@provides("accounts:role-take-back")
def delegated(world: World, side: Side, visitor: User | None) -> dict[str, Any]:
    """Return a delegation of the visitor's role; on the other side one of a stranger."""
    given_by = RoleAssignment.objects.get(pk=own_role(world, side, visitor)["pk"])
    given = RoleAssignmentFactory.create(
        role=given_by.role,
        organisation=given_by.organisation,
        delegated_from=given_by,
        valid_to=timezone.localdate(),
    )
    return {"pk": given.pk}
