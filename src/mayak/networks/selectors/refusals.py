"""Schools that refused to work together this year, for the next computation of pairs."""

from mayak.matching.models import MatchingRun
from mayak.matching.selectors.providers import BY_LEAD, BY_MENTEE, KnownPair
from mayak.networks.enums import Side
from mayak.networks.models import PartnershipConsent

_BY = {Side.MENTEE: BY_MENTEE, Side.LEAD: BY_LEAD}


def refused_pairs(run: MatchingRun) -> list[KnownPair]:
    """Return who refused whom in the school year of a pairing, with the reason and the side; one query."""
    rows = PartnershipConsent.objects.filter(
        is_consent=False,
        partnership__school_year=run.school_year_id,
        partnership__mentee__territory__path__under=run.territory.path or "",
    ).order_by("pk")
    found = rows.values_list("partnership__mentee", "partnership__lead", "reason", "side")
    return [KnownPair(mentee, lead, reason, by=_BY[Side(side)]) for mentee, lead, reason, side in found]
