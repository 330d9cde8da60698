"""Scenarios, repairs and ready pairs of teachers with mentors."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse
from django.utils import translation

from mayak.kernel.jobs.models import Job
from mayak.matching.algorithms.teachers.canonical import canonical
from mayak.matching.algorithms.teachers.matching import match_teachers
from mayak.matching.algorithms.teachers.problem import FactKind, PairFact, TeacherProblem
from mayak.matching.enums import MatchingLevel, Objective, PairOrigin, RunPurpose
from mayak.matching.imports.pairs import read_pairs
from mayak.matching.models import MatchingRun, TeacherPair, TeacherRule
from mayak.matching.selectors.participants import participants_of
from mayak.matching.selectors.scenario_people import apply_teacher_changes, with_people_scenario
from mayak.matching.selectors.scenarios import changes_in_words
from mayak.matching.selectors.side_by_side import side_by_side
from mayak.matching.selectors.teacher_candidates import candidates_of_need
from mayak.matching.selectors.teacher_problems import teacher_input_of
from mayak.matching.services import approve_run, problems_of_approval
from mayak.matching.services.pair_people import import_people_pairs, plan_people_pairs
from mayak.matching.services.pair_rows import NEW, REJECTED, PairPlan
from mayak.matching.services.repair import create_repair
from mayak.matching.services.scenarios import create_scenario
from mayak.matching.services.teacher_demands import forbid_teachers
from mayak.matching.services.teacher_solving import solve_teacher_run
from tests.factories.matching import MatchingRunFactory
from tests.factories.registry import AuthorityFactory
from tests.matching.conftest import ACTOR
from tests.matching.teacher_world import TeacherWorld, consent, make_world
from tests.matching.test_pages import client_of
from tests.matching.test_teacher_solving import need_of

pytestmark = pytest.mark.django_db
HEADER = (
    "Наставляемый;Школа наставляемого;Наставник;Школа наставника;Компетенция или предмет;Почему оставить\n"
)


@pytest.fixture
def world(db) -> TeacherWorld:
    return make_world()


def served(problem: TeacherProblem) -> set[tuple[str, str]]:
    return {(pair.mentee, pair.mentor) for pair in match_teachers(problem).pairs()}


def test_a_mentor_who_leaves_takes_strengths_and_facts_along(world: TeacherWorld) -> None:
    TeacherRule.objects.create(run=world.run, mentee=world.anna, mentor=world.galina, kind="lock")
    problem = teacher_input_of(world.run).problem
    changed = apply_teacher_changes(
        problem, [{"kind": "leaves", "side": "lead", "key": str(world.galina.pk)}]
    )
    assert changed.mentors.key.tolist() == [str(world.dmitry.pk)]
    assert set(changed.strengths.mentor.tolist()) == {0}
    assert changed.facts == ()
    assert served(changed) == {(str(world.boris.pk), str(world.dmitry.pk))}


def test_a_mentee_who_leaves_takes_the_needs_along(world: TeacherWorld) -> None:
    problem = teacher_input_of(world.run).problem
    changed = apply_teacher_changes(
        problem, [{"kind": "leaves", "side": "mentee", "key": str(world.anna.pk)}]
    )
    assert set(changed.mentees.key.tolist()) == {str(world.vera.pk), str(world.boris.pk)}
    assert len(changed.needs.key) == 2
    assert served(changed) == {
        (str(world.vera.pk), str(world.galina.pk)),
        (str(world.boris.pk), str(world.dmitry.pk)),
    }


def test_one_place_more_serves_one_more(world: TeacherWorld) -> None:
    problem = teacher_input_of(world.run).problem
    more = {"kind": "places", "key": str(world.galina.pk), "amount": 1}
    assert len(served(problem)) == 2
    assert len(served(apply_teacher_changes(problem, [more]))) == 3
    fewer = apply_teacher_changes(problem, [{**more, "amount": -7}])
    assert dict(zip(fewer.mentors.key.tolist(), fewer.mentors.places.tolist(), strict=True)) == {
        str(world.galina.pk): 0,
        str(world.dmitry.pk): 2,
    }
    changed = apply_teacher_changes(
        problem, [{"kind": "max_distance", "km": 5.0}, {"kind": "objective", "objective": "best_pairs"}]
    )
    assert (changed.settings.max_distance_km, changed.settings.objective) == (5.0, "best_pairs")


def test_a_repair_keeps_the_pairs_that_nobody_left(world: TeacherWorld) -> None:
    base = solve_teacher_run(world.run, actor=ACTOR)
    run = MatchingRunFactory(
        territory=world.territory,
        school_year=base.school_year,
        level=MatchingLevel.TEACHERS,
        purpose=RunPurpose.REPAIR,
        based_on=base,
        objective=Objective.LEAST_CHANGE,
        settings=base.settings,
        scenario=[{"kind": "leaves", "side": "mentee", "key": str(world.anna.pk), "reason": "ушла"}],
    )
    changed = with_people_scenario(run, teacher_input_of(MatchingRun.objects.get(pk=base.pk)).problem)
    assert [one for one in changed.facts if one.kind == FactKind.LAST_YEAR] == [
        PairFact(str(world.boris.pk), str(world.dmitry.pk), FactKind.LAST_YEAR)
    ]


def test_a_scenario_names_people_and_keeps_only_their_keys(world: TeacherWorld) -> None:
    base = solve_teacher_run(world.run, actor=ACTOR)
    mentees, mentors = participants_of(base)
    assert [key for key, _name in mentors] == [str(world.galina.pk), str(world.dmitry.pk)]
    assert {key for key, _name in mentees} == {str(one.pk) for one in (world.anna, world.vera, world.boris)}
    run = create_scenario(
        base, [{"kind": "leaves", "side": "lead", "key": str(world.galina.pk)}], actor=ACTOR
    )
    assert changes_in_words(run) == [f"{world.galina} leaves"]
    assert str(world.galina) not in str(run.scenario) + run.title


def test_side_by_side_of_teachers(world: TeacherWorld) -> None:
    base = solve_teacher_run(world.run, actor=ACTOR)
    other = solve_teacher_run(
        MatchingRunFactory(
            territory=world.territory,
            school_year=base.school_year,
            title="Другой",
            level=MatchingLevel.TEACHERS,
            settings=base.settings,
        ),
        actor=ACTOR,
    )
    other.teacher_pairs.filter(mentee=world.boris).delete()
    shown = side_by_side([base, other])
    assert [(one.served, one.max_load) for one in shown.figures] == [(2, 1), (1, 1)]
    assert shown.changed[0].removed == (f"{world.boris} (Диктанты) ← {world.dmitry}",)
    assert dict(shown.load_rows)[str(world.dmitry)] == [("Учителя", "1"), ("Другой", "—")]


def planned(world: TeacherWorld, text: str) -> PairPlan:
    rows = read_pairs("pairs.csv", (HEADER + text).encode(), of_people=True)
    return plan_people_pairs(world.territory, world.run.school_year, rows)


def test_a_trial_run_of_people_writes_nothing_and_finds_need_by_competence_or_subject(
    world: TeacherWorld,
) -> None:
    plan = planned(
        world,
        f"{world.anna};Сельская СОШ;{world.galina};Лицей;Текстовые задачи;\n"
        f"{world.boris};;{world.dmitry};;Русский язык;\n",
    )
    assert [(row.outcome, row.mentee, row.lead, row.limits) for row in plan.rows] == [
        (NEW, world.anna.pk, world.galina.pk, ()),
        (NEW, world.boris.pk, world.dmitry.pk, ()),
    ]
    assert (plan.served, plan.wanted) == (2, 3)
    assert plan.score == pytest.approx(plan.optimal_score)
    assert TeacherPair.objects.count() == TeacherRule.objects.count() == 0


def test_each_refused_row_of_people_has_its_place_and_reason(world: TeacherWorld) -> None:
    plan = planned(
        world,
        f"Никто Никто;;{world.galina};;;\n{world.anna};Лицей;{world.galina};;;\n{world.anna};;{world.vera};;;\n"
        f"{world.anna};;{world.galina};;Диктанты;\n{world.anna};;{world.galina};;Пение;\n",
    )
    assert [(row.row, row.column, row.problem) for row in plan.of(REJECTED)] == [
        (2, "Наставляемый", "no teacher of this name has an open need in this year"),
        (3, "Наставляемый", "no teacher of this name has an open need in this year"),
        (4, "Наставник", "no mentor of this name has an accepted passport for this year"),
        (5, "Компетенция или предмет", "the teacher has no open need in “Диктанты”"),
        (6, "Компетенция или предмет", "no competence and no subject is called “Пение”"),
    ]


def test_the_pairs_of_people_stand_in_a_draft_beside_the_optimum(world: TeacherWorld) -> None:
    text = f"{world.anna};;{world.galina};;;\n{world.vera};;{world.galina};;;\n"
    plan = planned(world, text)
    assert [(row.row, row.limits) for row in plan.breaking] == [(3, ("no free place: 2 of 1",))]
    run, left_out = import_people_pairs(
        world.territory, world.run.school_year, plan.of(NEW), actor=ACTOR, title="Из приказа"
    )
    assert (run.purpose, run.level, left_out) == (RunPurpose.IMPORT, MatchingLevel.TEACHERS, 1)
    pair = run.teacher_pairs.get()
    assert (pair.mentee, pair.mentor, pair.origin) == (world.anna, world.galina, PairOrigin.IMPORTED)
    computed = solve_teacher_run(world.run, actor=ACTOR)
    assert pair.score == computed.teacher_pairs.get(mentee=world.anna).score
    assert run.optimal_score == computed.score
    assert {row.mentee for row in run.uncovered.all()} == {world.vera, world.boris}
    assert run.teacher_rules.get().kind == "lock"
    canonical(teacher_input_of(run).problem)
    _run, left_out = import_people_pairs(
        world.territory, world.run.school_year, plan.of(NEW), actor=ACTOR, reason="так в приказе"
    )
    assert left_out == 0


def test_imported_pairs_above_the_places_of_a_mentor_are_approved_with_the_reason(
    world: TeacherWorld,
) -> None:
    consent(world.galina)
    text = f"{world.anna};;{world.galina};;;\n{world.vera};;{world.galina};;;\n"
    run, _left = import_people_pairs(
        world.territory,
        world.run.school_year,
        planned(world, text).of(NEW),
        actor=ACTOR,
        reason="так в приказе",
    )
    assert run.scenario == [
        {"kind": "places", "key": str(world.galina.pk), "amount": 1, "reason": "так в приказе"}
    ]
    with translation.override("en"):
        assert changes_in_words(run) == ["Галина Галина: 1 place more (так в приказе)"]
    assert {(rule.mentee, rule.kind) for rule in run.teacher_rules.all()} == {
        (world.anna, "lock"),
        (world.vera, "lock"),
    }
    assert candidates_of_need(run, world.vera.pk, need_of(world.vera))[0].load == 2
    again = solve_teacher_run(run, actor=ACTOR)
    assert again.teacher_pairs.filter(mentor=world.galina).count() == 2
    consent(world.dmitry)
    assert problems_of_approval(again) == []
    assert approve_run(again, actor=ACTOR).teacher_pairs.count() == 3


def test_without_a_reason_kept_the_approval_names_the_mentor_the_pairs_and_the_ways_out(
    world: TeacherWorld,
) -> None:
    consent(world.galina)
    text = f"{world.anna};;{world.galina};;;\n{world.vera};;{world.galina};;;\n"
    run, _left = import_people_pairs(
        world.territory,
        world.run.school_year,
        planned(world, text).of(NEW),
        actor=ACTOR,
        reason="так в приказе",
    )
    run.scenario = []  # as in a draft that was written before reasons gave places
    run.save()
    with translation.override("en"):
        assert problems_of_approval(run) == [
            "Галина Галина has 2 needs, but places for 1: raise the places in the passport, or move or forbid one of "
            "these pairs: Анна Анна, Вера Вера."
        ]
    forbid_teachers(run, world.vera, world.galina, actor=ACTOR, reason="нет места")
    assert problems_of_approval(MatchingRun.objects.get(pk=run.pk)) == []


def test_a_scenario_of_a_repair_of_teachers_keeps_the_approved_pairs(world: TeacherWorld) -> None:
    consent(world.galina, world.dmitry)
    base = approve_run(solve_teacher_run(world.run, actor=ACTOR), actor=ACTOR)
    leaving = [{"kind": "leaves", "side": "mentee", "key": str(world.boris.pk)}]
    repair = solve_teacher_run(create_repair(base, leaving, actor=ACTOR, reason="уволился"), actor=ACTOR)
    run = create_scenario(repair, [{"kind": "places", "key": str(world.galina.pk), "amount": 1}], actor=ACTOR)
    kept = [one for one in teacher_input_of(run).problem.facts if one.kind == FactKind.LAST_YEAR]
    assert kept == [PairFact(str(world.anna.pk), str(world.galina.pk), FactKind.LAST_YEAR)]
    assert solve_teacher_run(run, actor=ACTOR).teacher_pairs.filter(is_kept=True).count() == 1


def test_the_plan_that_goes_through_the_browser_holds_no_names(world: TeacherWorld) -> None:
    with override_settings(LANGUAGE_CODE="en"):
        coordinator = client_of(AuthorityFactory(territory=world.territory))
        file = SimpleUploadedFile("pairs.csv", f"{HEADER}{world.anna};;{world.galina};;;\n".encode())
        report = coordinator.post(
            reverse("matching:import"),
            {
                "territory": world.territory.pk,
                "school_year": world.run.school_year_id,
                "level": "teachers",
                "file": file,
            },
        ).text
        plan = re.search(r'name="plan" value="([^"]+)"', report)
        assert plan is not None
        answer = coordinator.post(reverse("matching:import-confirm"), {"plan": plan[1]})
        run = MatchingRun.objects.get(purpose=RunPurpose.IMPORT)
        assert answer.headers["Location"] == reverse("matching:review", args=[run.pk])
        assert Job.objects.count() == 0
