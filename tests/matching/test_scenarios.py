"""Scenarios: what the changes do to the input, what is copied, what the pages say; several pairings side by side."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mayak.accounts.enums import Role
from mayak.kernel.access import Scope
from mayak.kernel.jobs.models import Job
from mayak.kernel.jobs.services import run_now
from mayak.matching.enums import MatchingLevel, MatchingState, Objective, PairRuleKind, RunPurpose
from mayak.matching.models import MatchingRun
from mayak.matching.selectors import run_list
from mayak.matching.selectors.problems import input_of
from mayak.matching.selectors.scenarios import apply_changes, changes_in_words
from mayak.matching.selectors.side_by_side import preselected, side_by_side
from mayak.matching.selectors.today import latest_of_year
from mayak.matching.services import approve_run, forbid_pair, lock_pair, problems_of_approval, solve_run
from mayak.matching.services.scenarios import create_scenario
from mayak.registry.models import Organisation
from tests.factories.matching import MatchPairFactory
from tests.factories.registry import AuthorityFactory, MunicipalityFactory
from tests.matching.conftest import ACTOR, District
from tests.matching.test_pages import client_of


@pytest.fixture
def solved(district: District) -> MatchingRun:
    return solve_run(district.run, actor=ACTOR)


def leaves(side: str, school: Organisation) -> dict[str, object]:
    return {"kind": "leaves", "side": side, "key": str(school.pk)}


def pairs_of(run: MatchingRun) -> set[tuple[str, str]]:
    return {(str(pair.mentee), str(pair.lead)) for pair in run.pairs.select_related("mentee", "lead")}


def test_a_school_that_leaves_takes_its_locks_and_bans_with_it(district: District) -> None:
    lock_pair(district.run, district.north, district.russian_lead, actor=ACTOR)
    forbid_pair(district.run, district.south, district.maths_lead, actor=ACTOR, reason="далеко")
    problem = input_of(district.run).problem
    changed = apply_changes(
        problem, [leaves("lead", district.russian_lead), leaves("mentee", district.middle)]
    )
    assert [school.key for school in changed.leads] == [str(district.maths_lead.pk)]
    assert {school.key for school in changed.mentees} == {str(district.north.pk), str(district.south.pk)}
    assert changed.fixed == ()
    assert changed.forbidden == ((str(district.south.pk), str(district.maths_lead.pk)),)


def test_places_distance_and_aim_change_and_never_fall_below_zero(district: District) -> None:
    problem = input_of(district.run).problem
    key = str(district.maths_lead.pk)
    changed = apply_changes(
        problem,
        [
            {"kind": "places", "key": key, "amount": -5},
            {"kind": "max_distance", "km": 7.5},
            {"kind": "objective", "objective": "best_pairs"},
        ],
    )
    assert {school.key: school.capacity for school in changed.leads} == {
        key: 0,
        str(district.russian_lead.pk): 2,
    }
    assert (changed.settings.max_distance_km, changed.settings.objective) == (7.5, "best_pairs")
    assert problem.settings.max_distance_km is None


def test_a_scenario_is_a_draft_of_its_own_that_is_computed(solved: MatchingRun, district: District) -> None:
    lock_pair(solved, district.north, district.maths_lead, actor=ACTOR, reason="так решили")
    before = pairs_of(solved)
    run = create_scenario(solved, [leaves("lead", district.russian_lead)], actor=ACTOR)
    assert (run.purpose, run.based_on, run.state) == (RunPurpose.SCENARIO, solved, MatchingState.DRAFT)
    assert [(rule.kind, rule.reason) for rule in run.rules.all()] == [(PairRuleKind.LOCK, "так решили")]
    run_now(Job.objects.get())
    assert pairs_of(run) == {("Северная СОШ", "Лицей"), ("Средняя СОШ", "Лицей")}
    assert pairs_of(solved) == before
    assert changes_in_words(run) == ["Гимназия leaves"]


def test_rules_of_a_scenario_are_told_as_they_differ_now(solved: MatchingRun) -> None:
    run = create_scenario(
        solved,
        [{"kind": "max_distance", "km": 7.5}, {"kind": "objective", "objective": Objective.BEST_PAIRS}],
        actor=ACTOR,
        title="Ближе",
    )
    assert run.title == "Ближе"
    assert run.settings["max_distance_km"] == 7.5
    assert changes_in_words(run) == ["no pair farther apart than 7.5 km", "the aim is «the best pairs»"]
    run.settings = {**run.settings, "max_distance_km": None}
    assert changes_in_words(run) == ["the aim is «the best pairs»"]


def test_a_scenario_of_a_scenario_keeps_the_earlier_changes(solved: MatchingRun, district: District) -> None:
    first = create_scenario(solved, [leaves("mentee", district.south)], actor=ACTOR)
    solve_run(first, actor=ACTOR)
    first.refresh_from_db()
    second = create_scenario(
        first, [{"kind": "places", "key": str(district.maths_lead.pk), "amount": 1}], actor=ACTOR
    )
    assert changes_in_words(second) == ["Южная СОШ leaves", "Лицей: 1 place more"]


def test_a_scenario_that_contradicts_itself_is_not_made(solved: MatchingRun, district: District) -> None:
    lock_pair(solved, district.north, district.maths_lead, actor=ACTOR)
    with pytest.raises(ValidationError) as caught:
        create_scenario(
            solved, [{"kind": "places", "key": str(district.maths_lead.pk), "amount": -2}], actor=ACTOR
        )
    assert caught.value.messages == ["1 fixed pairs at Лицей, which has 0 places."]
    with pytest.raises(ValidationError, match="Change at least one thing"):
        create_scenario(solved, [], actor=ACTOR)


def test_places_that_exist_only_in_a_scenario_are_not_approved(
    solved: MatchingRun, district: District
) -> None:
    run = create_scenario(
        solved,
        [
            leaves("lead", district.russian_lead),
            {"kind": "places", "key": str(district.maths_lead.pk), "amount": 1},
        ],
        actor=ACTOR,
    )
    run = solve_run(run, actor=ACTOR)
    Job.objects.all().delete()
    assert run.pairs.count() == 3
    assert problems_of_approval(run) == ["3 fixed pairs at Лицей, which has 2 places."]


@pytest.mark.django_db
class TestPages:
    @pytest.fixture(autouse=True)
    def _english(self):
        with override_settings(LANGUAGE_CODE="en"):
            yield

    @pytest.fixture
    def coordinator(self, district: District) -> Client:
        return client_of(AuthorityFactory(territory=district.territory))

    def test_from_the_form_to_the_words_on_every_page(
        self, coordinator: Client, solved: MatchingRun, district: District
    ) -> None:
        url = reverse("matching:scenario", args=[solved.pk])
        assert (
            reverse("matching:scenario", args=[solved.pk])
            in coordinator.get(reverse("matching:review", args=[solved.pk])).text
        )
        answer = coordinator.post(url, {"leads_leave": [str(district.russian_lead.pk)]})
        run = MatchingRun.objects.get(purpose=RunPurpose.SCENARIO)
        assert answer.headers["Location"] == reverse("matching:review", args=[run.pk])
        run_now(Job.objects.get())
        for page in (
            "readiness",
            "rules",
            "review",
            "demands",
            "comparison",
            "approve",
            "fairness",
            "side-by-side",
        ):
            assert "Гимназия leaves" in coordinator.get(reverse(f"matching:{page}", args=[run.pk])).text, page

    def test_nothing_changed_is_said(self, coordinator: Client, solved: MatchingRun) -> None:
        answer = coordinator.post(reverse("matching:scenario", args=[solved.pk]), {"title": ""})
        assert answer.status_code == 400
        assert "Change at least one thing." in answer.text

    def test_places_need_a_school_and_a_number(
        self, coordinator: Client, solved: MatchingRun, district: District
    ) -> None:
        url = reverse("matching:scenario", args=[solved.pk])
        assert (
            "Say how many places more or fewer."
            in coordinator.post(url, {"places_of": str(district.maths_lead.pk)}).text
        )
        assert "Say at whom the places change." in coordinator.post(url, {"places_amount": "2"}).text

    def test_a_methodist_makes_no_scenario_and_a_stranger_sees_none(
        self, solved: MatchingRun, district: District
    ) -> None:
        methodist = client_of(AuthorityFactory(territory=district.territory), Role.METHODIST)
        stranger = client_of(AuthorityFactory(territory=MunicipalityFactory()))
        assert methodist.get(reverse("matching:scenario", args=[solved.pk])).status_code == 403
        assert methodist.get(reverse("matching:side-by-side", args=[solved.pk])).status_code == 200
        for page in ("scenario", "side-by-side", "fairness"):
            assert stranger.get(reverse(f"matching:{page}", args=[solved.pk])).status_code == 404

    def test_side_by_side_names_the_changed_pairs(
        self, coordinator: Client, solved: MatchingRun, district: District
    ) -> None:
        run = create_scenario(
            solved, [leaves("lead", district.russian_lead)], actor=ACTOR, title="Без гимназии"
        )
        solve_run(run, actor=ACTOR)
        page = coordinator.get(reverse("matching:side-by-side", args=[solved.pk])).text
        assert "3 of 3" in page
        assert "2 of 3" in page
        assert "Южная СОШ ← Гимназия" in page
        assert "Без гимназии" in page

    def test_one_pairing_alone_is_not_compared(self, coordinator: Client, solved: MatchingRun) -> None:
        page = coordinator.get(reverse("matching:side-by-side", args=[solved.pk])).text
        assert "Choose two computed pairings at least, or make a scenario." in page

    def test_pairings_of_another_territory_cannot_be_named(
        self, coordinator: Client, solved: MatchingRun
    ) -> None:
        foreign = MatchPairFactory(run__title="Чужой").run
        page = coordinator.get(
            reverse("matching:side-by-side", args=[solved.pk]), {"with": [solved.pk, foreign.pk, "x"]}
        ).text
        assert "Чужой" not in page


def test_figures_and_loads_of_two_pairings(solved: MatchingRun, district: District) -> None:
    run = create_scenario(solved, [leaves("lead", district.russian_lead)], actor=ACTOR)
    run = solve_run(run, actor=ACTOR)
    shown = side_by_side([solved, run])
    assert [(one.served, one.wanted, one.max_load, one.mean_load) for one in shown.figures] == [
        (3, 3, 2, 1.5),
        (2, 3, 2, 2.0),
    ]
    worst = min(solved.pairs.values_list("score", flat=True))
    assert shown.figures[0].worst == worst
    assert shown.load_rows == [
        ("Лицей", [(solved.title, "2 of 2"), (run.title, "2 of 2")]),
        ("Гимназия", [(solved.title, "1 of 2"), (run.title, "—")]),
    ]
    changed = shown.changed[0]
    assert (changed.added_count, changed.removed_count, changed.kept_count) == (
        len(changed.added),
        len(changed.removed),
        len(changed.kept),
    )
    assert changed.removed_count == changed.added_count + 1
    assert preselected(run, [run, solved]) == [solved, run]


def test_more_pairs_cost_no_more_queries(solved: MatchingRun) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            side_by_side([solved, solved])
        return len(seen)

    before = queries()
    for _number in range(3):
        MatchPairFactory(run=solved)
    assert queries() == before


def test_a_scenario_is_not_the_task_of_today(solved: MatchingRun, district: District) -> None:
    scope = Scope(territory_paths=(district.territory.path or "",))
    create_scenario(solved, [leaves("mentee", district.south)], actor=ACTOR)
    with time_machine.travel(dt.datetime(2024, 11, 5, 12, tzinfo=dt.UTC)):
        assert latest_of_year(run_list(scope), MatchingLevel.SCHOOLS) == solved


def test_an_approved_pairing_has_scenarios_too(solved: MatchingRun, district: District) -> None:
    approved = approve_run(solved, actor=ACTOR)
    run = solve_run(create_scenario(approved, [leaves("mentee", district.south)], actor=ACTOR), actor=ACTOR)
    Job.objects.all().delete()
    assert problems_of_approval(run) == [
        f"«{approved.title}» is approved for this territory and year; archive it first."
    ]
