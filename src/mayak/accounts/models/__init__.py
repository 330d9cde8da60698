"""Tables of accounts, one file per noun."""

from mayak.accounts.models.consents import Consent, ConsentQuerySet, ConsentText
from mayak.accounts.models.requests import PersonRequest, PersonRequestQuerySet
from mayak.accounts.models.rules import CalendarDay, DeadlineRule
from mayak.accounts.models.terms import MentoringTerms, MentoringTermsQuerySet
from mayak.accounts.models.users import (
    Invitation,
    InvitationQuerySet,
    RoleAssignment,
    RoleAssignmentQuerySet,
    Throttle,
    User,
    UserManager,
    plain_email,
)

__all__ = [
    "CalendarDay",
    "Consent",
    "ConsentQuerySet",
    "ConsentText",
    "DeadlineRule",
    "Invitation",
    "InvitationQuerySet",
    "MentoringTerms",
    "MentoringTermsQuerySet",
    "PersonRequest",
    "PersonRequestQuerySet",
    "RoleAssignment",
    "RoleAssignmentQuerySet",
    "Throttle",
    "User",
    "UserManager",
    "plain_email",
]
