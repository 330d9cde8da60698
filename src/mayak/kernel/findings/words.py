"""How checks and states of findings are named on pages."""

from typing import Any

from mayak.kernel.findings import registry
from mayak.kernel.findings.models import FindingState

TONES: dict[str, str] = {
    FindingState.OPEN: "warning",
    FindingState.WAIVED: "neutral",
    FindingState.RESOLVED: "good",
}


def check_title(check_id: str) -> str:
    """Return the title of a check; its id where nobody registers it any more."""
    try:
        return str(registry.get(check_id).title)
    except KeyError:
        return check_id


def check_choices() -> list[tuple[str, Any]]:
    """Return the registered checks for a filter."""
    return [(check.id, check.title) for check in registry.all_checks()]
