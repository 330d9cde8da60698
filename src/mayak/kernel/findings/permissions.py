"""Who may let a finding stay."""

from mayak.kernel.access import Scope

WAIVE = "findings.waive"


def may_waive(scope: Scope) -> bool:
    """Whether findings may be waived, opened again and looked for anew."""
    return scope.allows(WAIVE)
