"""The partnerships of the school years before, for the pairing of the next one."""

import datetime as dt
from typing import Final

from mayak.matching.models import MatchingRun
from mayak.matching.selectors.providers import KnownPair
from mayak.networks.enums import PartnershipState
from mayak.networks.models import Partnership

END_OF_YEAR: Final = dt.timedelta(days=92)
"""A partnership that ended in the last three months (June to August) ended with the year. Assumption."""


def last_year_pairs(run: MatchingRun) -> list[KnownPair]:
    """Return who worked together to the end of the year before; a pair that broke up earlier is taken back."""
    return _pairs(run, school_year__start_year=run.school_year.start_year - 1)


def earlier_pairs(run: MatchingRun) -> list[KnownPair]:
    """Return who worked together in any year before; what lasted to the end of a year counts as good joint work.

    Nothing else is known of its quality yet: an assumption. A pair that broke up each time is taken back.
    """
    return _pairs(run, school_year__start_year__lt=run.school_year.start_year)


def _pairs(run: MatchingRun, **years: int) -> list[KnownPair]:
    rows = Partnership.objects.filter(
        mentee__territory__path__under=run.territory.path or "", **years
    ).exclude(state__in=(PartnershipState.PROPOSED, PartnershipState.REFUSED))
    lasted: dict[tuple[int, int], bool] = {}
    for row in rows.select_related("school_year").order_by("pk"):
        key = (row.mentee_id, row.lead_id)
        lasted[key] = lasted.get(key, False) or _lasted(row)
    return [KnownPair(*key, holds=holds) for key, holds in lasted.items()]


def _lasted(row: Partnership) -> bool:
    if row.state != PartnershipState.ENDED or row.ended_on is None:
        return True
    return row.ended_on >= row.school_year.ends_on - END_OF_YEAR
