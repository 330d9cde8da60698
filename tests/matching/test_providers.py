"""What later apps know: last year's pairs, refusals with their reason, schools that have not agreed."""

import pytest

from mayak.matching.enums import MatchingState, Objective, PairRuleKind
from mayak.matching.models import MatchingRun, PairRule
from mayak.matching.selectors import providers, settings_of, unmatched_texts
from mayak.matching.selectors.candidates import candidates_for
from mayak.matching.selectors.problems import input_of, stored_problem
from mayak.matching.selectors.providers import KnownPair, pairs_of_last_year
from mayak.matching.selectors.readiness import readiness_of
from mayak.matching.services import approve_run, solve_run, update_run
from tests.factories.matching import MatchingRunFactory, MatchPairFactory
from tests.factories.registry import SchoolYearFactory
from tests.matching.conftest import ACTOR, District


@pytest.fixture(autouse=True)
def _own_providers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers is forgotten after it."""
    monkeypatch.setattr(providers, "_pairs", {kind: dict(known) for kind, known in providers._pairs.items()})
    monkeypatch.setattr(providers, "_without_consent", {})


def last_year_run(district: District, state: str = MatchingState.APPROVED, **fields: object) -> MatchingRun:
    year = SchoolYearFactory(start_year=fields.pop("start_year", 2023))
    run = MatchingRunFactory(territory=district.territory, school_year=year, state=state, **fields)
    MatchPairFactory(run=run, mentee=district.north, lead=district.russian_lead)
    return run


def keys(*schools: object) -> tuple[str, ...]:
    return tuple(str(school.pk) for school in schools)


def test_the_approved_pairs_of_the_year_before_are_known(district: District) -> None:
    last_year_run(district)
    assert input_of(district.run).problem.last_year == (keys(district.north, district.russian_lead),)


@pytest.mark.parametrize(
    "fields", [{"state": MatchingState.DRAFT}, {"state": MatchingState.ARCHIVED}, {"start_year": 2022}]
)
def test_no_other_pairs_are(district: District, fields: dict[str, object]) -> None:
    last_year_run(district, **fields)
    assert pairs_of_last_year(district.run) == ()


def test_a_provider_that_knows_better_takes_a_pair_back(district: District) -> None:
    last_year_run(district)
    broken = KnownPair(district.north.pk, district.russian_lead.pk, holds=False)
    other = KnownPair(district.south.pk, district.maths_lead.pk)
    providers.register_last_year("test", lambda _run: [broken, other])
    assert pairs_of_last_year(district.run) == (keys(district.south, district.maths_lead),)


def test_with_few_changes_the_old_pair_stays_and_its_price_is_kept(district: District) -> None:
    last_year_run(district)
    update_run(
        district.run, actor=ACTOR, objective=Objective.LEAST_CHANGE, settings=settings_of(district.run)
    )
    district.run.refresh_from_db()
    run = solve_run(district.run, actor=ACTOR)
    kept = run.pairs.get(is_kept=True)
    assert (kept.mentee, kept.lead, kept.keep_price) == (district.north, district.russian_lead, 0.5)
    assert {pair.keep_price for pair in run.pairs.filter(is_kept=False)} == {None}
    assert run.proof["kept"] == {"pairs": 1, "bound": 1, "prices_exact": True}
    assert run.proof["is_proven"] is True


def test_readiness_counts_the_pairs_of_last_year_and_names_who_has_not_agreed(district: District) -> None:
    last_year_run(district)
    providers.register_without_consent("test", lambda _run: {district.maths_lead.pk})
    lines = {line.title: line for line in readiness_of(district.run).lines}
    assert lines["Pairs of last year"].text == "1 pair of last year is known; both schools take part again."
    assert lines["Consent of lead schools"].schools == ("Лицей",)


def test_readiness_warns_where_nothing_can_be_kept(district: District) -> None:
    MatchingRun.objects.filter(pk=district.run.pk).update(objective=Objective.LEAST_CHANGE)
    district.run.refresh_from_db()
    lines = {line.title: line.tone for line in readiness_of(district.run).lines}
    assert lines["Pairs of last year"] == "warning"


def refuse(district: District) -> None:
    refusals = [
        KnownPair(district.north.pk, district.maths_lead.pk, "спор о прошлом годе"),
        KnownPair(district.north.pk, district.russian_lead.pk),
    ]
    providers.register_refusals("test", lambda _run: refusals)


def test_a_refused_pair_is_never_made_and_the_reason_is_told(district: District) -> None:
    refuse(district)
    run = solve_run(district.run, actor=ACTOR)
    left = run.unmatched.get()
    assert left.mentee == district.north
    assert unmatched_texts(left) == [
        "2 pairs are forbidden by a refusal. Лицей: спор о прошлом годе. Гимназия."
    ]
    assert run.snapshot["refusals"] == [
        [*keys(district.north, district.maths_lead), "спор о прошлом годе"],
        [*keys(district.north, district.russian_lead), ""],
    ]
    assert {one.why_not for one in candidates_for(run, district.north.pk)} == {
        "one of the two schools refused"
    }


def test_a_refusal_is_no_ban_of_the_coordinator(district: District) -> None:
    """The optimum without locks and bans respects it, and demands made later leave it where it is."""
    refuse(district)
    run = solve_run(district.run, actor=ACTOR)
    assert run.summary["optimum"]["served"] == 2
    rule = {"mentee": district.south, "lead": district.maths_lead, "kind": PairRuleKind.FORBID, "reason": "х"}
    PairRule.objects.create(run=run, **rule)
    assert len(stored_problem(run).refused) == 2
    assert stored_problem(run).forbidden == (keys(district.south, district.maths_lead),)


def test_a_refusal_after_the_computation_stands_against_the_approval(district: District) -> None:
    run = solve_run(district.run, actor=ACTOR)
    refuse(district)
    with pytest.raises(Exception, match="one of the two schools refused"):
        approve_run(run, actor=ACTOR)
