"""Reads about users, their roles and what these allow."""

from mayak.accounts.selectors.access import AccessGroup, access_table, rights_table
from mayak.accounts.selectors.users import (
    ROLE_KEY,
    OwnRole,
    actor_of,
    chosen_role,
    current_roles,
    demonstration_sign_ins,
    own_roles,
    request_role,
    roles_seen_by,
    scope_of,
    scope_of_user_id,
    substitutes_for,
    users_of,
)

__all__ = [
    "ROLE_KEY",
    "AccessGroup",
    "OwnRole",
    "access_table",
    "actor_of",
    "chosen_role",
    "current_roles",
    "demonstration_sign_ins",
    "own_roles",
    "request_role",
    "rights_table",
    "roles_seen_by",
    "scope_of",
    "scope_of_user_id",
    "substitutes_for",
    "users_of",
]
