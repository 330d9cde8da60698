"""Which partnerships of the year before are pairs of last year for the next pairing."""

import datetime as dt

import pytest

from mayak.matching.selectors.providers import KnownPair, pairs_of_last_year
from mayak.networks.enums import PartnershipState
from mayak.networks.models import Partnership
from mayak.networks.selectors.last_year import last_year_pairs
from tests.factories.matching import MatchingRunFactory, PartnershipFactory
from tests.factories.registry import MunicipalityFactory, SchoolFactory, SchoolYearFactory

pytestmark = pytest.mark.django_db


def partnership(state: str = PartnershipState.ACTIVE, ended_on: dt.date | None = None) -> Partnership:
    year = SchoolYearFactory(start_year=2023)
    territory = MunicipalityFactory(name="Район")
    mentee = SchoolFactory(territory=territory)
    return PartnershipFactory(school_year=year, mentee=mentee, state=state, ended_on=ended_on)


@pytest.mark.parametrize(
    ("state", "ended_on", "holds"),
    [
        (PartnershipState.ACTIVE, None, True),
        (PartnershipState.ENDED, dt.date(2024, 6, 30), True),
        (PartnershipState.ENDED, dt.date(2024, 5, 30), False),
    ],
)
def test_a_pair_counts_if_it_lasted_to_the_end_of_the_year(
    state: str, ended_on: dt.date | None, holds: bool
) -> None:
    old = partnership(state, ended_on)
    run = MatchingRunFactory(territory=old.mentee.territory, school_year=SchoolYearFactory(start_year=2024))
    assert last_year_pairs(run) == [KnownPair(old.mentee_id, old.lead_id, holds=holds)]
    assert pairs_of_last_year(run) == (((str(old.mentee_id), str(old.lead_id)),) if holds else ())


def test_proposed_ones_other_years_and_other_territories_do_not_count() -> None:
    old, proposed = partnership(), partnership(PartnershipState.PROPOSED)
    this = SchoolYearFactory(start_year=2024)
    assert last_year_pairs(MatchingRunFactory(territory=proposed.mentee.territory, school_year=this)) == []
    assert last_year_pairs(MatchingRunFactory(territory=MunicipalityFactory(), school_year=this)) == []
    later = SchoolYearFactory(start_year=2025)
    assert last_year_pairs(MatchingRunFactory(territory=old.mentee.territory, school_year=later)) == []
