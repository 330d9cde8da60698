"""Roles of users."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a user does for an organisation (domain.md C1); later work adds the other roles of the field."""

    REGIONAL_COORDINATOR = "regional_coordinator", _("regional coordinator")
    MUNICIPAL_COORDINATOR = "municipal_coordinator", _("municipal coordinator")
    METHODIST = "methodist", _("methodist")
    SCHOOL_COORDINATOR = "school_coordinator", _("school coordinator")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("system administrator")


COORDINATORS = frozenset({Role.REGIONAL_COORDINATOR, Role.MUNICIPAL_COORDINATOR, Role.METHODIST})
"""Roles that see the whole territory of their organisation and may load results there."""

COORDINATOR_RIGHTS = frozenset(
    {
        "registry.edit",
        "results.load",
        "results.rules",
        "results.identify",
        "matching.edit",
        "matching.approve",
        "participants.read",
        "findings.waive",
        "audit.read",
    }
)
SCHOOL_RIGHTS = frozenset({"participants.read"})
ROLE_RIGHTS: dict[str, frozenset[str]] = {
    Role.REGIONAL_COORDINATOR: COORDINATOR_RIGHTS,
    Role.MUNICIPAL_COORDINATOR: COORDINATOR_RIGHTS,
    Role.METHODIST: frozenset({"findings.waive"}),
    Role.SCHOOL_COORDINATOR: SCHOOL_RIGHTS,
    Role.SYSTEM_ADMINISTRATOR: frozenset({"audit.read"}),
}
"""What a role may do within its scope, beyond reading."""

RIGHT_LABELS = {
    "registry.edit": _("change schools, people and the other lists of the registry"),
    "results.load": _("load results and undo an import"),
    "results.rules": _("change scales and rules"),
    "results.identify": _("find the schools that need help, approve the list, set statuses"),
    "matching.edit": _("prepare the matching of schools"),
    "matching.approve": _("approve the matching of schools"),
    "participants.read": _("read the results of participants by code; each reading is logged"),
    "findings.waive": _("waive a remark with a reason"),
    "audit.read": _("read the audit log"),
}
"""What a right means, in words of a person."""

DEMO_PASSWORD = "mayak-lighthouse"  # noqa: S105  # published on purpose: the accounts are closed without MAYAK_DEMO
"""Password of the demonstration accounts, which open only where the demonstration is switched on."""
