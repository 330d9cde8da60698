"""Writes of accounts: one function per action of a person."""

from mayak.accounts.services.roles import delegate_role, end_role, grant_role
from mayak.accounts.services.users import close_account, open_account

__all__ = ["close_account", "delegate_role", "end_role", "grant_role", "open_account"]
