"""What the review shows of a plan: the worst pair, the price of old pairs, who would both rather swap."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from mayak.accounts.enums import Role
from mayak.matching.enums import MatchingState, Objective, Total
from mayak.matching.models import MatchingRun, MatchPair
from mayak.matching.selectors import settings_of
from mayak.matching.selectors.quality import KeptPair, floor_words, kept_pairs, swaps_of
from mayak.matching.services import forbid_pair, lock_pair, solve_run, update_run
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.matching import MatchingRunFactory, MatchPairFactory
from tests.factories.registry import AuthorityFactory, SchoolYearFactory
from tests.matching.conftest import ACTOR, District
from tests.matching.test_pages import client_of


def solved(district: District, objective: str, **settings: object) -> MatchingRun:
    rules = replace(settings_of(district.run), **settings)
    update_run(district.run, actor=ACTOR, objective=objective, settings=rules)
    district.run.refresh_from_db()
    return solve_run(district.run, actor=ACTOR)


def old_pair(district: District) -> None:
    year = SchoolYearFactory(start_year=2023)
    run = MatchingRunFactory(territory=district.territory, school_year=year, state=MatchingState.APPROVED)
    MatchPairFactory(run=run, mentee=district.north, lead=district.russian_lead)


def test_the_worst_pair_is_said_with_its_proof(district: District) -> None:
    run = solved(district, Objective.WORST_FIRST)
    worst = min(pair.score for pair in run.pairs.all())
    assert run.proof["floor"]["value"] == pytest.approx(worst * 100, abs=1e-5)
    assert floor_words(run) == (
        "The weakest pair has 94.0 points of 100, and it cannot be better. "
        "Proven: with better pairs alone at most 2 places are served, the plan serves 3."
    )


def test_by_kilometres_the_farthest_pair_is_said(district: District) -> None:
    run = solved(district, Objective.WORST_FIRST, total=Total.DISTANCE.value)
    assert floor_words(run).startswith(
        "The farthest pair is 20.0 km long, and no pair can be brought nearer than that."
    )


def test_other_aims_have_no_floor_and_no_prices(district: District) -> None:
    old_pair(district)
    run = solved(district, Objective.NOBODY_LEFT)
    assert floor_words(run) == ""
    kept = kept_pairs(run)
    assert kept is not None
    assert (kept.count, kept.last_year, kept.rows) == (0, 1, ())


def test_a_kept_pair_shows_its_price(district: District) -> None:
    old_pair(district)
    kept = kept_pairs(solved(district, Objective.LEAST_CHANGE))
    assert kept is not None
    assert (kept.count, kept.last_year, kept.more, kept.is_exact) == (1, 1, 0, True)
    assert kept.rows == (KeptPair("Северная СОШ", "Гимназия", "50.0"),)


def test_a_pair_that_would_be_made_anyway_costs_nothing(district: District) -> None:
    old_pair(district)
    MatchPair.objects.update(lead=district.maths_lead)
    kept = kept_pairs(solved(district, Objective.LEAST_CHANGE))
    assert kept is not None
    assert kept.rows == (KeptPair("Северная СОШ", "Лицей", "costs nothing"),)


def test_without_pairs_of_last_year_there_is_nothing_to_show(district: District) -> None:
    assert kept_pairs(solved(district, Objective.LEAST_CHANGE)) is None


def test_who_would_both_rather_swap_is_named_with_what_they_would_leave(district: District) -> None:
    """North is locked with the Russian lead, while the maths lead has a free place."""
    lock_pair(district.run, district.north, district.russian_lead, actor=ACTOR)
    swaps = swaps_of(solved(district, Objective.NOBODY_LEFT))
    assert swaps is not None
    (swap,) = swaps.rows
    assert (swaps.count, swaps.more) == (1, 0)
    assert (swap.mentee, swap.lead, swap.leaves_lead, swap.leaves_mentee) == (
        "Северная СОШ",
        "Лицей",
        "Гимназия",
        "a free place",
    )
    assert (swap.score, swap.mentee_gain, swap.lead_gain) == ("94.0", "50.0", "94.0")


def test_a_run_of_an_earlier_version_shows_no_section(district: District) -> None:
    run = solved(district, Objective.NOBODY_LEFT)
    run.summary.pop("blocking")
    assert swaps_of(run) is None


@override_settings(LANGUAGE_CODE="en")
def test_the_review_shows_all_three_for_one_query_more(district: District) -> None:
    authority = AuthorityFactory(territory=district.territory)
    client = Client(headers={"accept-language": "en"})
    client.force_login(RoleAssignmentFactory(organisation=authority, role=Role.MUNICIPAL_COORDINATOR).user)
    old_pair(district)
    run = solved(district, Objective.LEAST_CHANGE)
    address = reverse("matching:review", args=[run.pk])
    page = client.get(address).content.decode()
    assert "Pairs of last year that stay: 1 of 1" in page
    assert "Who would both rather swap: 1" in page
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    MatchPair.objects.filter(run=run).update(is_kept=True, keep_price=0.1)
    with CaptureQueriesContext(connection) as three:
        client.get(address)
    assert len(three) == len(one)


@override_settings(LANGUAGE_CODE="en")
def test_the_rules_offer_both_aims_in_words(district: District) -> None:
    authority = AuthorityFactory(territory=district.territory)
    client = Client(headers={"accept-language": "en"})
    client.force_login(RoleAssignmentFactory(organisation=authority, role=Role.MUNICIPAL_COORDINATOR).user)
    page = client.get(reverse("matching:rules", args=[district.run.pk])).content.decode()
    assert "The worst served first: as many as possible get help" in page
    assert "As few changes as possible: as many as possible get help" in page


def test_the_price_of_an_aim_is_what_the_best_pairs_alone_would_have_more(district: District) -> None:
    # The lyceum has one place and is the only lead left for the southern school, which it cannot help in anything:
    # to leave nobody without a pair it gives up the one pair that has points.
    district.maths_lead.lead_profiles.update(capacity=1)
    forbid_pair(district.run, district.south, district.russian_lead, actor=ACTOR, reason="нет дороги")
    only_needs = {"needs": 100.0, "distance": 0.0, "municipality": 0.0, "region": 0.0}
    run = solved(district, Objective.NOBODY_LEFT, weights=only_needs)
    assert (run.summary["served"], run.score, run.summary["aim_price"]) == (3, 0.0, 100.0)
    assert solved(district, Objective.BEST_PAIRS, weights=only_needs).summary["aim_price"] is None


def test_the_page_says_what_the_aim_costs(district: District) -> None:
    run = solve_run(district.run, actor=ACTOR)
    MatchingRun.objects.filter(pk=run.pk).update(summary={**run.summary, "aim_price": 12.34})
    page = client_of(district.maths_lead).get(reverse("matching:review", args=[run.pk])).content.decode()
    assert "The aim has its price: the best pairs alone would have 12.3 points more." in page
