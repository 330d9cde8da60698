"""Who may read the audit log."""

from mayak.kernel.access import Scope

READ = "audit.read"


def may_read_audit(scope: Scope) -> bool:
    """Whether the log, within the scope, may be read."""
    return scope.allows(READ)
