"""What a scenario, a repair or an import is, in words: shown on every page of it."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mayak.matching.enums import RunPurpose
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.scenarios import changes_in_words
from mayak.matching.selectors.side_by_side import PairChange, change_of


@dataclass(frozen=True, slots=True)
class PurposeWords:
    """Why the pairing was made and what was changed; ``change`` counts the pairs of a computed repair."""

    title: Any
    changes: list[str] = field(default_factory=list)
    base_url: str = ""
    change: PairChange | None = None


def purpose_of(run: MatchingRun) -> PurposeWords | None:
    """Return the words of a scenario, a repair or an import; None for an ordinary pairing, which costs no query."""
    if run.purpose == RunPurpose.PLAN:
        return None
    titles = {
        RunPurpose.SCENARIO: _("Scenario: what if"),
        RunPurpose.REPAIR: _("Repair of approved pairs"),
        RunPurpose.IMPORT: _("Ready pairs from a file"),
    }
    is_computed_repair = run.purpose == RunPurpose.REPAIR and run.solved_at is not None
    return PurposeWords(
        title=titles[RunPurpose(run.purpose)],
        changes=changes_in_words(run),
        base_url=reverse("matching:review", args=[run.based_on_id]) if run.based_on_id else "",
        change=change_of(run) if is_computed_repair else None,
    )
