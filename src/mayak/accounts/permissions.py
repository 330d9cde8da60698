"""Who may let others in and give them roles: predicates over the own role, the scope and the object."""

from mayak.accounts.enums import (
    ANONYMISED,
    CONSENTS,
    GRANTS,
    MANAGE,
    RETENTION,
    SCHOOL_ROLES,
    TERRITORY_ROLES,
    Role,
)
from mayak.accounts.models import RoleAssignment
from mayak.kernel.access import Scope
from mayak.registry.enums import SCHOOL_KINDS, OrganisationKind
from mayak.registry.models import Organisation

_SCHOOL_LIKE = frozenset({*SCHOOL_KINDS, OrganisationKind.SUPPLEMENTARY})
_WITHIN_SCHOOL = SCHOOL_ROLES - {Role.MENTOR, Role.MENTEE, Role.TUTOR, Role.SPECIALIST}
"""School roles that make no sense outside a school; a mentor may work at a methodical service."""


def may_manage(scope: Scope) -> bool:
    """Whether people may be invited and given roles."""
    return scope.allows(MANAGE)


def account_scope(held: RoleAssignment | None, scope: Scope) -> Scope:
    """The organisations whose accounts are managed: all for an administrator, who sees no contents."""
    if scope.everything or (held is not None and held.role == Role.SYSTEM_ADMINISTRATOR):
        return Scope.of_everything()
    return scope if may_manage(scope) else Scope()


def grantable_roles(held: RoleAssignment | None, scope: Scope) -> frozenset[Role]:
    """Roles that may be given in this role."""
    if scope.everything:
        return frozenset(Role)
    return GRANTS.get(held.role, frozenset()) if held is not None and may_manage(scope) else frozenset()


def may_grant(held: RoleAssignment | None, scope: Scope, role: str, organisation: Organisation) -> bool:
    """Whether this role may be given for this organisation; who stands in for somebody gives no roles onward."""
    if held is not None and held.delegated_from_id is not None:
        return False
    path = organisation.territory.path or ""
    seen = account_scope(held, scope).covers_organisation(organisation.pk, path)
    return seen and role in grantable_roles(held, scope)


def may_end(held: RoleAssignment | None, scope: Scope, assignment: RoleAssignment) -> bool:
    """Whether a role may be taken away: who may give it, and the holder of a delegated role's original."""
    if assignment.delegated_from is not None and held is not None and assignment.delegated_from_id == held.pk:
        return True
    return may_grant(held, scope, assignment.role, assignment.organisation)


def may_delegate(held: RoleAssignment | None) -> bool:
    """Whether the role may be handed to a substitute: an expert's and a substitute's own may not."""
    return (
        held is not None
        and held.delegated_from_id is None
        and held.role not in {Role.EXTERNAL_EXPERT, Role.SYSTEM_ADMINISTRATOR}
    )


def fits(role: str, organisation: Organisation) -> bool:
    """Whether the role can be held for an organisation of this kind."""
    is_school = organisation.kind in _SCHOOL_LIKE
    if role in _WITHIN_SCHOOL:
        return is_school
    return not (is_school and role in TERRITORY_ROLES - {Role.COUNCIL_MEMBER, Role.DISTRICT_SUBJECT_LEAD})


_REGION_DEPTH = 2


def may_keep_consents(scope: Scope) -> bool:
    """Whether consents and papers of mentors are kept for people of the scope."""
    return scope.allows(CONSENTS)


def may_edit_texts(scope: Scope) -> bool:
    """Whether new versions of the texts are made: they hold for every territory, so the region decides."""
    depths = [path.strip("/").count("/") + 1 for path in scope.territory_paths]
    return scope.everything or (scope.allows(CONSENTS) and any(depth <= _REGION_DEPTH for depth in depths))


def request_scope_of(held: RoleAssignment | None, scope: Scope) -> Scope:
    """Whose requests on personal data are answered: a coordinator's territory, everybody's for an administrator.

    A school sees none: to correct the registry and to erase is not its right.
    """
    if scope.everything or (held is not None and held.role == Role.SYSTEM_ADMINISTRATOR):
        return Scope.of_everything()
    return Scope(territory_paths=scope.territory_paths) if may_keep_consents(scope) else Scope()


def may_see_retention(scope: Scope) -> bool:
    """Whether the report of what is older than its term is seen: it counts over all territories."""
    return scope.allows(RETENTION)


def may_take_anonymised(scope: Scope) -> bool:
    """Whether data without names may be taken."""
    return scope.allows(ANONYMISED)
