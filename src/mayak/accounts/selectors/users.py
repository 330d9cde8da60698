"""Users: their roles, what these let them see, who acts."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F, Prefetch, QuerySet
from django.http import HttpRequest

from mayak.accounts.enums import COORDINATORS, ROLE_RIGHTS, TERRITORY_ROLES, Role
from mayak.accounts.models import RoleAssignment, RoleAssignmentQuerySet, User
from mayak.accounts.permissions import may_delegate
from mayak.kernel.access import Actor, Scope
from mayak.registry.enums import SCHOOL_KINDS
from mayak.registry.models import Organisation

ROLE_KEY = "role"
"""Where the session keeps the key of the chosen role."""


def request_role(request: HttpRequest) -> RoleAssignment | None:
    """Return the role in which the user of this request acts; None for a visitor without one."""
    held: RoleAssignment | None = getattr(request, "role", None)
    return held or None


def scope_of(user: User, assignment: RoleAssignment | None = None, *, right: str = "") -> Scope:
    """Return what the user may see in this role; without one, in all roles together that hold the right.

    Rights of one role never reach what only another role sees: without a right the sum of the roles is for reading.

    A role for an authority or a service sees its territory, a role for a school the school and its branches, an
    external expert what is shared, a system administrator no contents. Costs one query, two for a school.
    """
    if assignment is not None and assignment.user_id != user.pk:
        raise ValueError("the role of another user")
    roles = [assignment] if assignment else list(current_roles(user))
    if right:
        roles = [held for held in roles if right in ROLE_RIGHTS.get(held.role, frozenset())]
    paths: set[str] = set()
    own: set[int] = set()
    rights: set[str] = set()
    for held in roles:
        rights |= ROLE_RIGHTS.get(held.role, frozenset())
        if held.role == Role.SYSTEM_ADMINISTRATOR:
            continue
        if held.role == Role.EXTERNAL_EXPERT:
            own |= {organisation.pk for organisation in held.shared.all()}
        elif _sees_territory(held):
            paths.add(held.organisation.territory.path or "")
        else:
            own.add(held.organisation_id)
    if own:
        own |= set(Organisation.objects.filter(parent__in=own).values_list("pk", flat=True))
    return Scope(
        territory_paths=tuple(sorted(path for path in paths if path)),
        organisation_ids=frozenset(own),
        everything=user.is_superuser,
        rights=frozenset(rights & {right} if right else rights),
    )


def _sees_territory(held: RoleAssignment) -> bool:
    if held.role in COORDINATORS:
        return True
    return held.role in TERRITORY_ROLES and held.organisation.kind not in SCHOOL_KINDS


def chosen_role(user: User, key: object) -> RoleAssignment | None:
    """Return the current role with this key, else the first in the order of the roles; None where there is none."""
    held = sorted(current_roles(user), key=_rank)
    return next((role for role in held if str(role.pk) == str(key)), held[0] if held else None)


def _rank(held: RoleAssignment) -> tuple[bool, int, int]:
    return (held.delegated_from_id is not None, list(Role.values).index(held.role), held.pk)


def scope_of_user_id(user_id: int, right: str = "") -> Scope:
    """Return where this user holds the right, or what is seen; nothing where the account is closed or gone."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return Scope() if user is None else scope_of(user, right=right)


def current_roles(user: User) -> RoleAssignmentQuerySet:
    """Return the roles that the user holds today, with their organisations."""
    return (
        RoleAssignment.objects.current()
        .filter(user=user)
        .select_related("organisation__territory", "delegated_from__user")
    )


@dataclass(frozen=True, slots=True)
class OwnRole:
    """A role on the own profile: whether it is the one in use, may be handed over, and to whom it is."""

    role: RoleAssignment
    is_current: bool
    may_delegate: bool
    delegations: list[RoleAssignment]


def own_roles(user: User, acting: RoleAssignment | None) -> list[OwnRole]:
    """Return the roles of today with their substitutes (two queries)."""
    given = RoleAssignment.objects.current().filter(delegated_from__user=user).select_related("user")
    by_role: dict[int | None, list[RoleAssignment]] = defaultdict(list)
    for delegation in given:
        by_role[delegation.delegated_from_id].append(delegation)
    return [
        OwnRole(held, acting is not None and held.pk == acting.pk, may_delegate(held), by_role[held.pk])
        for held in current_roles(user)
    ]


def demonstration_sign_ins() -> list[User]:
    """Return the demonstration accounts with their roles, in the order in which they were made."""
    roles = Prefetch("roles", queryset=RoleAssignment.objects.select_related("organisation"))
    return list(User.objects.filter(is_demo=True, is_active=True).prefetch_related(roles).order_by("pk"))


def actor_of(user: User, *, address: str = "", role: str = "") -> Actor:
    """Return the user as the actor of a change, in this role."""
    return Actor(user_id=user.pk, label=user.email, address=address, role=role)


def users_of(scope: Scope) -> QuerySet[User]:
    """Return the users who hold or held a role in the scope, with ``shown_roles``: those of today in the scope."""
    held = RoleAssignment.objects.within(scope)
    now = held.current().select_related("organisation__territory").order_by("role", "pk")
    rows = User.objects.all() if scope.everything else User.objects.filter(pk__in=held.values("user"))
    return rows.prefetch_related(Prefetch("roles", queryset=now, to_attr="shown_roles"))


def roles_seen_by(user: User, scope: Scope) -> RoleAssignmentQuerySet:
    """Return all roles of the user in the scope, past ones too, the newest first."""
    return (
        RoleAssignment.objects.within(scope)
        .filter(user=user)
        .select_related("organisation__territory", "basis", "delegated_from__user", "user")
        .order_by(F("valid_to").desc(nulls_first=True), "-pk")
    )


def substitutes_for(held: RoleAssignment, scope: Scope) -> QuerySet[User]:
    """Return who may stand in: people with an open account and a role in the scope of the holder."""
    colleagues = RoleAssignment.objects.within(scope).current().values("user")
    return (
        User.objects.filter(pk__in=colleagues, is_active=True).exclude(pk=held.user_id).order_by("full_name")
    )
