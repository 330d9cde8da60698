"""Reads about users."""

from django.db.models import Prefetch

from mayak.accounts.enums import COORDINATORS, ROLE_RIGHTS, Role
from mayak.accounts.models import RoleAssignment, RoleAssignmentQuerySet, User
from mayak.kernel.access import Actor, Scope
from mayak.registry.models import Organisation


def scope_of(user: User) -> Scope:
    """Return what the user may see: the subtree of a coordinator's territory, the school of a school coordinator.

    A school coordinator sees the branches of the school too; a system administrator has no contents by default.
    Costs one query, two for a school.
    """
    paths: set[str] = set()
    own: set[int] = set()
    rights: set[str] = set()
    roles = (
        RoleAssignment.objects.current()
        .filter(user=user)
        .values_list("role", "organisation_id", "organisation__territory__path")
    )
    for role, organisation_id, path in roles:
        rights |= ROLE_RIGHTS.get(role, frozenset())
        if role in COORDINATORS and path:
            paths.add(path)
        elif role == Role.SCHOOL_COORDINATOR:
            own.add(organisation_id)
    if own:
        own |= set(Organisation.objects.filter(parent__in=own).values_list("pk", flat=True))
    return Scope(
        territory_paths=tuple(sorted(paths)),
        organisation_ids=frozenset(own),
        everything=user.is_superuser,
        rights=frozenset(rights),
    )


def scope_of_user_id(user_id: int) -> Scope:
    """Return what this user may see; nothing where the account is closed or gone."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return Scope() if user is None else scope_of(user)


def current_roles(user: User) -> RoleAssignmentQuerySet:
    """Return the roles that the user holds today, with their organisations."""
    return RoleAssignment.objects.current().filter(user=user).select_related("organisation__territory")


def demonstration_sign_ins() -> list[User]:
    """Return the demonstration accounts with their roles, in the order in which they were made."""
    roles = Prefetch("roles", queryset=RoleAssignment.objects.select_related("organisation"))
    return list(User.objects.filter(is_demo=True, is_active=True).prefetch_related(roles).order_by("pk"))


def actor_of(user: User, *, address: str = "") -> Actor:
    """Return the user as the actor of a change."""
    return Actor(user_id=user.pk, label=user.email, address=address)
