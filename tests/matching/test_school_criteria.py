"""The criteria of schools besides needs and way: where each comes from, its words, switches, even load, travel time."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from mayak.diagnosis.selectors import levels_of
from mayak.matching.enums import Criterion, Objective
from mayak.matching.models import MatchingRun
from mayak.matching.selectors import providers, reason_texts, settings_of, unmatched_texts
from mayak.matching.selectors.candidates import candidates_for
from mayak.matching.selectors.criteria import hidden_criteria
from mayak.matching.selectors.problems import input_of
from mayak.matching.selectors.providers import BY_LEAD, BY_MENTEE, KnownPair, earlier_pairs, wishes_of
from mayak.matching.selectors.school_examples import school_examples_of
from mayak.matching.services import move_pair, solve_run, update_run
from mayak.matching.services.replay import replay_run
from mayak.matching.validators import DEFAULT_WEIGHTS, MatchingSettings
from mayak.networks.enums import PartnershipState
from mayak.registry.enums import Locality, SchoolType
from tests.factories.matching import PartnershipFactory, result
from tests.factories.registry import AuthorityFactory, SchoolYearFactory
from tests.matching.conftest import ACTOR, District
from tests.matching.test_pages import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_providers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers is forgotten after it."""
    monkeypatch.setattr(providers, "_pairs", {kind: dict(known) for kind, known in providers._pairs.items()})


def solved(district: District, **rules: Any) -> MatchingRun:
    """Compute by these rules; ``only`` gives one criterion all the weight."""
    only = rules.pop("only", None)
    if only:
        rules["weights"] = {only: 100.0}
    update_run(
        district.run,
        actor=ACTOR,
        objective=Objective.NOBODY_LEFT,
        settings=replace(MatchingSettings(), **rules),
    )
    district.run.refresh_from_db()
    return solve_run(district.run, actor=ACTOR)


def pair(district: District, run: MatchingRun, mentee: str = "north") -> Any:
    return run.pairs.get(mentee=getattr(district, mentee))


def key(*schools: Any) -> tuple[str, ...]:
    return tuple(str(school.pk) for school in schools)


# --- level ---


def test_the_level_is_the_share_not_below_the_threshold_over_all_procedures(district: District) -> None:
    result(district.north, district.russian, below=2, participants=80)
    result(district.maths_lead, district.maths, below=1, participants=9)
    assert levels_of(
        [district.north.pk, district.middle.pk, district.maths_lead.pk], district.run.school_year
    ) == {
        district.north.pk: 0.86,
        district.middle.pk: 0.6,
    }


def test_a_lead_that_stands_above_gives_points_and_says_the_shares(district: District) -> None:
    result(district.russian_lead, district.russian, below=2)
    result(district.maths_lead, district.maths, below=10)
    district.russian_lead.lead_profiles.update(capacity=3)
    run = solved(district, only=Criterion.LEVEL)
    north = pair(district, run)
    assert (north.lead, north.score) == (district.russian_lead, 1.0)
    assert reason_texts(north) == [
        "not below the threshold: 90\u202f% of its pupils, 40\u202f% in the school: +100\u202f%"
    ]


def test_from_which_difference_on_is_a_rule(district: District) -> None:
    result(district.maths_lead, district.maths, below=2)
    run = solved(district, only=Criterion.LEVEL, level_from=0.3, level_full=0.7)
    assert pair(district, run).score == pytest.approx(0.5, abs=1e-6)


def test_where_no_lead_has_results_the_criterion_is_left_out(district: District) -> None:
    run = solved(district, weights={**DEFAULT_WEIGHTS, Criterion.LEVEL: 100.0})
    assert pair(district, run, "middle").score == pytest.approx(0.97, abs=1e-5)
    assert "level" not in run.snapshot["problem"]["settings"]["weights"]


# --- kind ---


def like(school: Any, locality: str, kind: str, pupils: int | None) -> None:
    school.locality, school.school_type, school.pupils = locality, kind, pupils
    school.save()


def test_the_same_kind_is_place_type_and_size(district: District) -> None:
    like(district.north, Locality.RURAL, SchoolType.BASIC, 60)
    like(district.russian_lead, Locality.RURAL, SchoolType.BASIC, 99)
    like(district.maths_lead, Locality.RURAL, SchoolType.SECONDARY, 100)
    like(district.middle, "", "", None)
    like(district.south, Locality.URBAN, SchoolType.SECONDARY, 400)
    run = solved(district, only=Criterion.KIND)
    north, south = pair(district, run), pair(district, run, "south")
    assert (north.lead, north.score) == (district.russian_lead, 1.0)
    assert reason_texts(north) == ["of the same kind: rural, basic school, small school: +100\u202f%"]
    assert (south.lead, round(south.score, 4)) == (district.maths_lead, 0.6667)
    assert reason_texts(south) == ["of the same kind: secondary school, not a small school: +67\u202f%"]
    assert pair(district, run, "middle").score == 0


def test_which_school_is_small_is_a_rule(district: District) -> None:
    like(district.north, Locality.RURAL, SchoolType.BASIC, 60)
    district.run.settings = MatchingSettings(small_school_pupils=50).to_json()
    found = {school.key: school.kind for school in input_of(district.run).problem.mentees}
    assert found[str(district.north.pk)] == ("rural", "basic", "large")


# --- joint work of earlier years ---


def partners(district: District, lead: Any, *, year: int, ended: bool = False) -> None:
    school_year = SchoolYearFactory(start_year=year)
    fields = (
        {"state": PartnershipState.ENDED, "ended_on": school_year.starts_on.replace(month=12)}
        if ended
        else {}
    )
    PartnershipFactory(school_year=school_year, mentee=district.north, lead=lead, **fields)


def test_partnerships_of_all_years_before_are_known_and_a_broken_one_was_not_good(district: District) -> None:
    partners(district, district.russian_lead, year=2021)
    partners(district, district.maths_lead, year=2022, ended=True)
    partners(district, district.maths_lead, year=2024)
    assert earlier_pairs(district.run) == {
        key(district.north, district.russian_lead): 1.0,
        key(district.north, district.maths_lead): 0.0,
    }


def test_good_joint_work_gives_points(district: District) -> None:
    partners(district, district.russian_lead, year=2021)
    north = pair(district, solved(district, only=Criterion.HISTORY))
    assert north.lead == district.russian_lead
    assert reason_texts(north) == ["worked well together before: +100\u202f%"]


def test_whoever_knows_worse_of_the_joint_work_is_believed(district: District) -> None:
    partners(district, district.russian_lead, year=2021)
    said = KnownPair(district.north.pk, district.russian_lead.pk, value=0.4)
    providers.register_earlier("effects", lambda _run: [said])
    assert pair(district, solved(district, only=Criterion.HISTORY)).score == 0.4


def test_a_new_lead_gives_points_where_novelty_counts(district: District) -> None:
    partners(district, district.russian_lead, year=2021, ended=True)
    north = pair(district, solved(district, only=Criterion.NOVELTY))
    assert north.lead == district.maths_lead
    assert reason_texts(north) == ["a new lead school for it: +100\u202f%"]


# --- refusals and wishes ---


def refuse(district: District, *sides: str) -> None:
    said = [
        KnownPair(district.north.pk, district.maths_lead.pk, f"{side} said no", by=side) for side in sides
    ]
    providers.register_refusals("test", lambda _run: said)


def test_without_its_weight_the_refusal_of_one_side_forbids(district: District) -> None:
    refuse(district, BY_MENTEE)
    problem = input_of(district.run).problem
    assert (problem.refused, problem.doubted) == ((key(district.north, district.maths_lead),), ())


def test_with_its_weight_it_lowers_the_score_and_is_said(district: District) -> None:
    refuse(district, BY_LEAD)
    run = solved(district, weights={**DEFAULT_WEIGHTS, Criterion.WILLING: 25.0})
    north = pair(district, run)
    assert north.lead == district.maths_lead
    assert north.score == pytest.approx(0.94 * 0.8, abs=1e-5)
    assert reason_texts(north)[-1] == "one of the two schools refused"
    middle = pair(district, run, "middle")
    assert middle.score == pytest.approx(0.97 * 0.8 + 0.2, abs=1e-5)
    assert "neither of them refused: +20\u202f%" in reason_texts(middle)


@pytest.mark.parametrize("sides", [(BY_MENTEE, BY_LEAD), ("",)])
def test_where_both_refused_there_is_no_pair_whatever_the_weight(
    district: District, sides: tuple[str, ...]
) -> None:
    refuse(district, *sides)
    run = solved(district, weights={**DEFAULT_WEIGHTS, Criterion.WILLING: 25.0})
    assert pair(district, run).lead == district.russian_lead
    assert run.snapshot["refusals"] == [[*key(district.north, district.maths_lead), f"{sides[0]} said no"]]


def wish(district: District, *sides: str, value: float = 1.0) -> None:
    said = [KnownPair(district.north.pk, district.russian_lead.pk, by=side, value=value) for side in sides]
    providers.register_wishes("test", lambda _run: said)


@pytest.mark.parametrize(
    ("sides", "value", "expected"),
    [
        ((BY_MENTEE,), 1.0, 0.5),
        ((BY_MENTEE, BY_LEAD), 1.0, 1.0),
        (("",), 0.8, 0.8),
        ((BY_LEAD, BY_LEAD), 0.6, 0.3),
    ],
)
def test_wishes_of_both_sides_count_fully(
    district: District, sides: tuple[str, ...], value: float, expected: float
) -> None:
    wish(district, *sides, value=value)
    assert wishes_of(district.run) == {key(district.north, district.russian_lead): expected}


def test_a_wish_gives_points(district: District) -> None:
    wish(district, BY_MENTEE, BY_LEAD)
    north = pair(district, solved(district, only=Criterion.PREFERENCE))
    assert north.lead == district.russian_lead
    assert reason_texts(north) == ["they wish each other: +100\u202f%"]


# --- switches ---


def test_what_nothing_is_known_of_is_not_offered(district: District) -> None:
    assert hidden_criteria(district.run) == {Criterion.LANGUAGE, Criterion.WILLING, Criterion.PREFERENCE}
    refuse(district, BY_MENTEE)
    wish(district, BY_MENTEE)
    assert hidden_criteria(district.run) == {Criterion.LANGUAGE}


def test_a_criterion_with_a_weight_stays_on_the_page(district: District) -> None:
    district.run.settings = MatchingSettings(weights={"needs": 1, "willing": 3}).to_json()
    assert Criterion.WILLING not in hidden_criteria(district.run)


@pytest.fixture
def coordinator(district: District) -> Client:
    return client_of(AuthorityFactory(territory=district.territory))


def body(client: Client, run: MatchingRun, **changed: Any) -> dict[str, Any]:
    form = client.get(reverse("matching:rules", args=[run.pk])).context["form"]
    known = {name: form.initial.get(name) for name in form.fields}
    return {
        name: "" if value is None else value
        for name, value in (known | changed).items()
        if value is not False
    }


@override_settings(LANGUAGE_CODE="en")
def test_the_page_of_rules_keeps_every_new_rule(coordinator: Client, district: District) -> None:
    changed = {
        "weight_level": 20, "weight_kind": 10, "weight_history": 5, "weight_novelty": 2, "load_points": 3,
        "max_travel_minutes": 90, "travel_time": "on", "level_from_percent": 10, "level_full_percent": 40,
        "road_factor": 1.4, "road_speed_kmh": 45, "small_school_pupils": 120,
    }  # fmt: skip
    url = reverse("matching:rules", args=[district.run.pk])
    page = coordinator.get(url).content.decode()
    assert "weight_language" not in page
    assert coordinator.post(url, body(coordinator, district.run, **changed)).status_code == 302
    kept = settings_of(MatchingRun.objects.get(pk=district.run.pk))
    assert {name: kept.weights[name] for name in ("level", "kind", "history", "novelty")} == {
        "level": 20.0, "kind": 10.0, "history": 5.0, "novelty": 2.0,
    }  # fmt: skip
    assert (kept.load_points, kept.max_travel_minutes, kept.travel_time) == (3.0, 90.0, True)
    assert (kept.level_from, kept.level_full) == (0.1, 0.4)
    assert (kept.road_factor, kept.road_speed_kmh, kept.small_school_pupils) == (1.4, 45.0, 120)


@override_settings(LANGUAGE_CODE="en")
def test_differences_of_levels_that_contradict_each_other_come_back_with_words(
    coordinator: Client, district: District
) -> None:
    changed = {"level_from_percent": 40, "level_full_percent": 30}
    answer = coordinator.post(
        reverse("matching:rules", args=[district.run.pk]), body(coordinator, district.run, **changed)
    )
    assert answer.status_code == 400
    assert answer.context["form"].non_field_errors() == [
        "The difference of levels for all points must be above the one for the first."
    ]


def test_saving_rules_of_an_earlier_version_unchanged_changes_nothing(
    coordinator: Client, district: District
) -> None:
    run = solve_run(district.run, actor=ACTOR)
    before = dict(run.settings)
    assert set(before["weights"]) == set(DEFAULT_WEIGHTS)
    assert not {"load_points", "level_from", "travel_time"} & set(before)
    coordinator.post(reverse("matching:rules", args=[run.pk]), body(coordinator, run))
    stored = MatchingRun.objects.get(pk=run.pk)
    assert (stored.settings, stored.input_changed) == (before, False)


def test_live_examples_show_the_new_criteria_before_they_are_saved(district: District) -> None:
    result(district.maths_lead, district.maths, below=2)
    shown = school_examples_of(district.run, MatchingSettings(weights={"level": 10}, travel_time=True))
    north = next(one for one in shown if one.mentee == "Северная СОШ")
    assert north.reasons == [
        "not below the threshold: 90\u202f% of its pupils, 40\u202f% in the school: +100\u202f%"
    ]


def test_a_run_with_all_of_it_is_proven_and_replays_the_same(district: District) -> None:
    partners(district, district.russian_lead, year=2021)
    refuse(district, BY_MENTEE)
    wish(district, BY_LEAD)
    result(district.maths_lead, district.maths, below=2)
    like(district.north, Locality.RURAL, SchoolType.BASIC, 60)
    run = solved(
        district,
        weights=dict.fromkeys(Criterion.values, 10.0),
        load_points=4.0,
        max_travel_minutes=120.0,
        level_full=0.5,
    )
    assert run.proof["is_proven"] is True
    assert replay_run(MatchingRun.objects.get(pk=run.pk)).is_same


# --- even load ---


def test_an_even_load_spreads_the_schools_and_the_total_pays_for_it(district: District) -> None:
    """Two schools at the lyceum, one at the gymnasium: the total is that of the pairs less 10 points."""
    run = solved(district, load_points=10.0)
    assert sorted(run.pairs.values_list("lead", flat=True)) == sorted(
        [district.maths_lead.pk, district.maths_lead.pk, district.russian_lead.pk]
    )
    gross = sum(one.score for one in run.pairs.all())
    assert run.score == pytest.approx(gross - 0.1, abs=1e-6)
    assert run.optimal_score == run.score
    page = client_of(AuthorityFactory(territory=district.territory)).get(
        reverse("matching:review", args=[run.pk])
    )
    assert page.context["load_price"] == "10"
    assert "The rule of even load takes 10 points off the total" in page.content.decode()


def test_a_move_by_hand_says_what_it_does_to_the_load(district: District) -> None:
    """North leaves the lyceum (10 points of load less) for the gymnasium, which has one school (10 points more)."""
    run = solved(district, load_points=10.0)
    gymnasium = next(one for one in candidates_for(run, district.north.pk) if not one.is_current)
    assert gymnasium.effect == pytest.approx(gymnasium.score - pair(district, run).score, abs=1e-6)
    south = next(one for one in candidates_for(run, district.south.pk) if not one.is_current)
    assert "no free place" in south.why_not
    before = run.score
    moved = move_pair(
        run, district.north, actor=ACTOR, to_lead=district.russian_lead, from_lead=district.maths_lead
    )
    run.refresh_from_db()
    assert run.score == pytest.approx(before + gymnasium.effect, abs=1e-6)
    assert moved.lead == district.russian_lead


def test_the_best_pairs_say_why_a_school_is_not_worth_one_more(district: District) -> None:
    district.russian_lead.lead_profiles.update(capacity=0)
    district.maths_lead.lead_profiles.update(capacity=3)
    rules = replace(MatchingSettings(), load_points=60.0)
    update_run(district.run, actor=ACTOR, objective=Objective.BEST_PAIRS, settings=rules)
    district.run.refresh_from_db()
    run = solve_run(district.run, actor=ACTOR)
    assert run.pairs.count() == 2
    assert unmatched_texts(run.unmatched.get())[1] == (
        "These lead schools have places, but by the rule of even load one school more there costs more than the pair "
        "gives: Лицей."
    )


# --- time on the way ---


def test_the_time_on_the_way_stands_beside_the_kilometres_where_it_is_asked_for(
    coordinator: Client, district: District
) -> None:
    """20 km of straight line, 26 km of road at 50 km/h: 31 minutes."""
    run = solved(district, travel_time=True)
    assert (
        reason_texts(pair(district, run))[1] == "20.0 km, ≈ 31 min on the way between the schools: +24\u202f%"
    )
    page = coordinator.get(reverse("matching:review", args=[run.pk])).content.decode()
    assert "20.0 km, ≈ 31 min on the way" in page
    school = coordinator.get(reverse("matching:school", args=[run.pk, district.north.pk])).content.decode()
    assert "20.0 km, ≈ 31 min on the way" in school


def test_a_limit_of_time_keeps_a_pair_away_in_its_own_words(district: District) -> None:
    run = solved(district, max_travel_minutes=20.0)
    assert unmatched_texts(run.unmatched.get()) == [
        "The limit of 20 min on the way keeps 2 lead schools away. The nearest of them is Лицей, 20 km away.",
        "Smallest change: raise the limit of the time on the way by 11.2 min. Then Лицей will help.",
    ]


def test_where_both_limits_are_broken_both_are_named(district: District) -> None:
    run = solved(district, max_travel_minutes=30.0, max_distance_km=15.0)
    assert unmatched_texts(run.unmatched.get()) == [
        "The distance limit of 15 km keeps 2 lead schools away. The nearest of them is Лицей, 20 km away.",
        "Smallest change: raise the limit of the time on the way by 1.2 min and the distance limit by 5 km. "
        "Then Лицей will help.",
    ]


def test_a_faster_road_brings_the_school_in(district: District) -> None:
    assert solved(district, max_travel_minutes=20.0, road_speed_kmh=90.0).unmatched.count() == 0


# --- files ---


def test_the_command_reads_the_criteria_from_files_and_writes_their_points(tmp_path: Path) -> None:
    """North: level 0.4 beside 0.9 and 0.5; a pair of an earlier year; one kind; the load costs 5 points once."""
    files = {
        "needs.csv": "key,school_level,locality,school_type,pupils,language\n"
        "n,0.4,rural,basic,60,ru\ns,0.5,urban,secondary,500,tt\n",
        "leads.csv": "key,capacity,school_level,locality,school_type,pupils,language\n"
        "x,2,0.9,rural,secondary,90,ru\ny,0,0.5,urban,secondary,300,tt\n",
        "rules.yaml": "weights: {level: 40, kind: 30, language: 20, history: 10}\nload_points: 5\n"
        "earlier: [[n, x]]\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    call_command(
        "match",
        needs=[tmp_path / "needs.csv"],
        leads=[tmp_path / "leads.csv"],
        rules=tmp_path / "rules.yaml",
        out=tmp_path / "pairs.json",
    )
    found = json.loads((tmp_path / "pairs.json").read_text(encoding="utf-8"))
    zero = {"needs": 0.0, "distance": 0.0, "municipality": 0.0, "region": 0.0}
    assert {pair["mentee"]: pair["points"] for pair in found["pairs"]} == {
        "n": zero | {"level": 40.0, "kind": 20.0, "language": 20.0, "history": 10.0},
        "s": zero | {"level": 40.0, "kind": 10.0, "language": 0.0, "history": 0.0},
    }
    assert (found["score"], found["load_price"], found["proof"]["value"]) == (140.0, 5.0, 135_000_000)
    call_command(
        "match",
        needs=[tmp_path / "needs.csv"],
        leads=[tmp_path / "leads.csv"],
        rules=tmp_path / "rules.yaml",
        out=tmp_path / "pairs.csv",
    )
    header = (tmp_path / "pairs.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header.endswith(
        "points_needs,points_distance,points_municipality,points_region,points_level,points_kind,points_language,"
        "points_history"
    )
