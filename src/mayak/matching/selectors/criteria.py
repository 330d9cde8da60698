"""Which criteria the rules of a pairing of schools offer: none of which nothing can be known."""

from mayak.matching.enums import Criterion
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.providers import refusals_of, wishes_of
from mayak.matching.selectors.runs import settings_of


def hidden_criteria(run: MatchingRun) -> frozenset[str]:
    """Return the criteria that are not offered; one that has a weight already is always shown.

    The registry knows no language of teaching yet; refusals of one side and wishes come from later apps.
    """
    weights = settings_of(run).weights
    known = {
        Criterion.LANGUAGE: False,
        Criterion.WILLING: bool(refusals_of(run).by_one),
        Criterion.PREFERENCE: bool(wishes_of(run)),
    }
    return frozenset(name for name, is_known in known.items() if not is_known and not weights.get(name))
