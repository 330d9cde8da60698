"""The computation: pairs, reasons, the proof, and the same result for the same input."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError

from mayak.kernel.models import AuditEntry
from mayak.matching.algorithms.matching import match
from mayak.matching.enums import Objective, PairOrigin
from mayak.matching.models import MatchingRun
from mayak.matching.selectors import (
    covered_needs,
    lead_loads,
    pair_list,
    reason_texts,
    settings_of,
    unmatched_texts,
)
from mayak.matching.selectors.problems import input_of, need_classes
from mayak.matching.selectors.snapshots import problem_from_dict
from mayak.matching.services import create_run, lock_pair, solve_run, update_run
from mayak.matching.services.solving import result_hash
from mayak.matching.validators import MatchingSettings
from mayak.results.models import SchoolStatus
from tests.factories.matching import LeadKindFactory, StatusFactory, mentee, result, school_year
from tests.matching.conftest import ACTOR, District


def pairs_of(run: MatchingRun) -> set[tuple[str, str]]:
    return {(str(pair.mentee), str(pair.lead)) for pair in pair_list(run)}


def test_each_school_gets_the_lead_that_is_strong_in_what_it_lacks(district: District) -> None:
    run = solve_run(district.run, actor=ACTOR)
    assert pairs_of(run) == {
        ("Северная СОШ", "Лицей"),
        ("Средняя СОШ", "Лицей"),
        ("Южная СОШ", "Гимназия"),
    }
    assert run.proof["is_proven"] is True
    assert run.proof["gap"] == 0
    assert (run.summary["served"], run.summary["mentees"]) == (3, 3)
    assert run.unmatched.count() == 0
    assert run.score == run.optimal_score


def test_a_pair_says_its_three_largest_reasons(district: District) -> None:
    pair = solve_run(district.run, actor=ACTOR).pairs.get(mentee=district.middle)
    assert reason_texts(pair) == [
        "strong in what the school lacks: Математика, grade 9: +50\u202f%",
        "10.0 km between the schools: +27\u202f%",
        "in the same municipality: +15\u202f%",
    ]
    assert pair.score == pytest.approx(0.97, abs=1e-5)
    assert sum(one["points"] for one in pair.contributions) == pytest.approx(pair.score, abs=1e-7)
    assert covered_needs(pair) == [{"subject": "math", "name": "Математика", "grade": 9}]


def test_an_unknown_distance_is_always_said(district: District) -> None:
    district.middle.latitude = district.middle.longitude = None
    district.middle.save()
    pair = solve_run(district.run, actor=ACTOR).pairs.get(mentee=district.middle)
    assert pair.distance_km is None
    assert reason_texts(pair) == [
        "strong in what the school lacks: Математика, grade 9: +50\u202f%",
        "in the same municipality: +15\u202f%",
        "in the same region: +5\u202f%",
        "distance unknown",
    ]


def test_a_school_without_a_pair_names_what_stopped_it_and_the_smallest_change(district: District) -> None:
    settings = replace(MatchingSettings(), max_distance_km=15.0)
    update_run(district.run, actor=ACTOR, objective=Objective.NOBODY_LEFT, settings=settings)
    district.run.refresh_from_db()
    run = solve_run(district.run, actor=ACTOR)
    left = run.unmatched.get()
    assert left.mentee == district.north
    assert unmatched_texts(left) == [
        "The distance limit of 15 km keeps 2 lead schools away. The nearest of them is Лицей, 20 km away.",
        "Smallest change: raise the distance limit by 5 km. Then Лицей will help.",
    ]


def test_full_lead_schools_are_named(district: District) -> None:
    district.maths_lead.lead_profiles.update(capacity=1)
    district.russian_lead.lead_profiles.update(capacity=1)
    run = solve_run(district.run, actor=ACTOR)
    assert run.summary["served"] == 2
    texts = unmatched_texts(run.unmatched.get())
    assert texts[0] == "Lead schools that would do are full: Гимназия (1 of 1), Лицей (1 of 1)."
    assert texts[1] in {
        "Smallest change: give Лицей one place more. Then Лицей will help.",
        "Smallest change: give Гимназия one place more. Then Гимназия will help.",
    }


def test_loads_show_how_many_of_how_many(district: District) -> None:
    run = solve_run(district.run, actor=ACTOR)
    assert [
        (load.name, load.load, load.capacity, load.is_overload) for load in lead_loads(run, run.pairs.all())
    ] == [
        ("Лицей", 2, 2, False),
        ("Гимназия", 1, 2, False),
    ]


def test_eight_to_one_is_an_overload(district: District) -> None:
    for number in range(14):
        mentee(district.territory, f"Школа {number}")
    district.maths_lead.lead_profiles.update(capacity=9)
    district.russian_lead.lead_profiles.update(capacity=9)
    run = solve_run(district.run, actor=ACTOR)
    loads = lead_loads(run, run.pairs.all())
    assert run.summary["served"] == 17
    assert sorted(load.load for load in loads) == [8, 9]
    assert all(load.is_overload for load in loads)


def test_where_places_are_short_the_neediest_come_first(district: District) -> None:
    district.maths_lead.lead_profiles.update(capacity=1)
    district.russian_lead.lead_profiles.update(capacity=0)
    update_run(
        district.run, actor=ACTOR, objective=Objective.NEEDIEST_FIRST, settings=settings_of(district.run)
    )
    district.run.refresh_from_db()
    run = solve_run(district.run, actor=ACTOR)
    assert pairs_of(run) == {("Северная СОШ", "Лицей")}


def test_the_same_input_gives_the_same_result_in_any_order_of_rows(district: District) -> None:
    problem = input_of(district.run).problem
    turned = replace(problem, mentees=problem.mentees[::-1], leads=problem.leads[::-1])
    run = solve_run(district.run, actor=ACTOR)
    assert result_hash(match(turned)) == result_hash(match(problem)) == run.summary["result_hash"]


def test_the_snapshot_is_the_whole_input(district: District) -> None:
    run = solve_run(district.run, actor=ACTOR)
    stored = MatchingRun.objects.get(pk=run.pk)
    assert result_hash(match(problem_from_dict(stored.snapshot["problem"]))) == stored.summary["result_hash"]
    assert set(stored.versions) == {"mayak", "ortools", "numpy", "scipy"}


def test_a_second_computation_changes_nothing_but_the_time(district: District) -> None:
    first = solve_run(district.run, actor=ACTOR)
    pairs, digest = pairs_of(first), first.snapshot_hash
    second = solve_run(first, actor=ACTOR)
    assert (pairs_of(second), second.snapshot_hash) == (pairs, digest)
    assert second.pairs.count() == 3


def test_a_computation_keeps_locks_and_shows_what_they_cost(district: District) -> None:
    lock_pair(district.run, district.north, district.russian_lead, actor=ACTOR)
    run = solve_run(district.run, actor=ACTOR)
    locked = run.pairs.get(mentee=district.north)
    assert (locked.lead, locked.origin) == (district.russian_lead, PairOrigin.LOCKED)
    assert run.summary["optimum"]["served"] == 3
    assert round(run.optimal_score - run.score, 6) == 0.5
    again = solve_run(run, actor=ACTOR)
    assert again.pairs.get(mentee=district.north).lead == district.russian_lead


def test_nothing_to_pair_is_refused_in_words(district: District) -> None:
    SchoolStatus.objects.all().delete()
    with pytest.raises(ValidationError, match=r"No school of the territory needs help on this day\."):
        solve_run(district.run, actor=ACTOR)
    assert district.run.pairs.count() == 0


def test_the_computation_is_in_the_audit_log(district: District) -> None:
    run = solve_run(district.run, actor=ACTOR)
    entry = AuditEntry.objects.get(action="solve")
    assert (entry.who, entry.territory_path) == ("anna@example.org", district.territory.path)
    assert entry.changes == {
        "pairs": 3,
        "without_pair": 0,
        "input": run.snapshot_hash,
        "result": run.summary["result_hash"],
    }


def test_classes_of_need_are_thirds_and_equals_share_one() -> None:
    assert need_classes({1: 0.9, 2: 0.5, 3: 0.1, 4: 0.9}) == {1: 1, 2: 2, 3: 3, 4: 1}
    assert need_classes({1: None, 2: 0.4}) == {1: 3, 2: 1}


def test_a_school_with_both_roles_is_helped_and_does_not_help(district: District) -> None:
    StatusFactory(organisation=district.south, kind=LeadKindFactory())
    found = input_of(district.run)
    assert found.both_roles == ("Южная СОШ",)
    assert len(found.leads) == 2


def test_a_pairing_gets_a_name_of_its_own(district: District) -> None:
    made = create_run(district.territory, school_year(), actor=ACTOR)
    assert made.title == "Pairs of Тестовский район, 2024/25"
    assert made.settings["weights"] == {"needs": 50.0, "distance": 30.0, "municipality": 15.0, "region": 5.0}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"weights": {"needs": 0}}, "At least one criterion needs a weight above zero."),
        (
            {"weights": {"beauty": 1}},
            "Unknown criteria: beauty. Known: needs, distance, municipality, region, level, kind, language, "
            "history, willing, preference, novelty.",
        ),
        ({"weights": {"needs": -1}}, "The weight of «needs» must be a number from 0 to 1000."),
        ({"leads_per_school": 0}, "«leads_per_school» must be a number from 1 to 5."),
        ({"within": "planet"}, "«within» must be one of: anywhere, region, municipality."),
        ({"colour": "red"}, "Unknown settings: colour."),
    ],
)
def test_wrong_rules_are_refused_in_words(settings: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        MatchingSettings.from_json(settings)
    assert caught.value.messages == [words]


def test_results_below_the_share_of_the_rules_are_no_need(district: District) -> None:
    result(district.south, district.maths, below=5)
    south = next(one for one in input_of(district.run).problem.mentees if one.key == str(district.south.pk))
    assert [need.subject for need in south.needs] == ["russian"]
