"""Pages of the pairing of teachers: what each role sees and may do, the words, the number of queries."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from mayak.accounts.enums import Role
from mayak.accounts.models import User
from mayak.diagnosis.models import TeacherNeed
from mayak.kernel.access import SYSTEM, Actor, Scope
from mayak.kernel.jobs.models import Job, JobState
from mayak.kernel.jobs.services import run_now
from mayak.kernel.personal.erasing import Target
from mayak.kernel.personal.holdings import Subjects
from mayak.kernel.readings.models import Reading
from mayak.matching.enums import MatchingLevel, MatchingState, PairRuleKind
from mayak.matching.models import MatchingRun, TeacherRule
from mayak.matching.selectors.teacher_examples import examples_of
from mayak.matching.services import approve_run
from mayak.matching.services.teacher_personal import erase_pairs, held_in_pairs
from mayak.matching.services.teacher_solving import solve_teacher_run
from mayak.registry.models import Organisation, Person
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.people import TeacherNeedFactory, teacher
from tests.factories.registry import AuthorityFactory, MunicipalityFactory
from tests.matching.conftest import ACTOR
from tests.matching.teacher_world import TeacherWorld, consent, make_world

pytestmark = pytest.mark.django_db
PAGES = ["readiness", "rules", "review", "demands", "approve", "archive"]


def client_of(
    organisation: Organisation, role: str = Role.MUNICIPAL_COORDINATOR, person: Any = None
) -> Client:
    user: User = RoleAssignmentFactory(organisation=organisation, role=role).user
    if person is not None:
        user.person = person
        user.save()
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def _english() -> Any:
    with override_settings(LANGUAGE_CODE="en"):
        yield


@pytest.fixture
def world(db: None) -> TeacherWorld:
    return make_world()


@pytest.fixture
def coordinator(world: TeacherWorld) -> Client:
    return client_of(AuthorityFactory(territory=world.territory))


@pytest.fixture
def solved(world: TeacherWorld) -> MatchingRun:
    return solve_teacher_run(world.run, actor=ACTOR)


def words_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def need_of(person: Person) -> str:
    return f"competence:{TeacherNeed.objects.get(person=person).competence_id}"


@pytest.mark.parametrize("name", PAGES)
def test_the_coordinator_sees_every_page(coordinator: Client, solved: MatchingRun, name: str) -> None:
    assert coordinator.get(reverse(f"matching:{name}", args=[solved.pk])).status_code == 200


@pytest.mark.parametrize("name", ["comparison", "school"])
def test_pages_of_schools_are_not_there(
    coordinator: Client, solved: MatchingRun, world: TeacherWorld, name: str
) -> None:
    arguments = [solved.pk, world.village.pk] if name == "school" else [solved.pk]
    assert coordinator.get(reverse(f"matching:{name}", args=arguments)).status_code == 404


@pytest.mark.parametrize("name", [*PAGES, "person"])
def test_a_foreign_pairing_and_a_draft_for_schools_are_not_there(
    solved: MatchingRun, world: TeacherWorld, name: str
) -> None:
    address = reverse(f"matching:{name}", args=[solved.pk, world.anna.pk][: 2 if name == "person" else 1])
    stranger = client_of(AuthorityFactory(territory=MunicipalityFactory()))
    head = client_of(world.village, Role.HEAD_TEACHER)
    anna = client_of(world.village, Role.TEACHER, world.anna)
    analyst = client_of(AuthorityFactory(territory=world.territory), Role.PROGRAM_CURATOR)
    assert {client.get(address).status_code for client in (stranger, head, anna, analyst)} == {404}


def test_somebody_without_the_right_changes_nothing(world: TeacherWorld, solved: MatchingRun) -> None:
    methodist = client_of(AuthorityFactory(territory=world.territory), Role.METHODIST)
    assert methodist.get(reverse("matching:review", args=[solved.pk])).status_code == 200
    answers = {
        methodist.post(reverse(f"matching:{name}", args=arguments), {"mentor": world.galina.pk}).status_code
        for name, arguments in {
            "rules": [solved.pk],
            "solve": [solved.pk],
            "demands": [solved.pk],
            "examples": [solved.pk],
            "approve": [solved.pk],
            "person-lock": [solved.pk, world.anna.pk],
            "person-forbid": [solved.pk, world.anna.pk],
            "person-move": [solved.pk, world.vera.pk],
        }.items()
    }
    assert answers == {403}


def test_a_pairing_of_teachers_is_begun_beside_one_of_schools(
    coordinator: Client, world: TeacherWorld
) -> None:
    year = world.run.school_year
    answer = coordinator.post(
        reverse("matching:create"),
        {"level": "teachers", "territory": world.territory.pk, "school_year": year.pk, "title": "Наставники"},
    )
    run = MatchingRun.objects.get(title="Наставники")
    assert (answer.status_code, answer["Location"]) == (302, reverse("matching:readiness", args=[run.pk]))
    assert (run.level, run.schools_run) == (MatchingLevel.TEACHERS, None)
    assert run.settings["needs_per_mentee"] == 1


def test_a_pairing_of_schools_is_chosen_for_teachers_only(coordinator: Client, world: TeacherWorld) -> None:
    from tests.factories.matching import MatchingRunFactory

    schools = MatchingRunFactory(
        territory=world.territory, school_year=world.run.school_year, solved_at="2024-09-01T00:00:00Z"
    )
    body = {
        "level": "schools",
        "territory": world.territory.pk,
        "school_year": world.run.school_year.pk,
        "schools_run": schools.pk,
    }
    answer = coordinator.post(reverse("matching:create"), body)
    assert "This is chosen only where teachers are paired." in words_of(answer)
    coordinator.post(reverse("matching:create"), {**body, "level": "teachers", "title": "T"})
    assert MatchingRun.objects.get(title="T").schools_run == schools


def test_readiness_says_who_is_there_and_what_is_missing(coordinator: Client, world: TeacherWorld) -> None:
    text = words_of(coordinator.get(reverse("matching:readiness", args=[world.run.pk])))
    assert "3 teachers need help; 3 needs take part." in text
    assert "2 mentors can help." in text
    assert "3 places for 3 needs." in text
    assert "not approved without the consent of:" in text
    assert "Галина Галина, Дмитрий Дмитрий" in text
    assert "Next: rules and weights" in text
    TeacherNeed.objects.all().delete()
    empty = words_of(coordinator.get(reverse("matching:readiness", args=[world.run.pk])))
    assert "Nobody to pair yet" in empty
    assert "Next: rules and weights" not in empty


def test_the_rules_are_saved_and_the_pairs_computed(coordinator: Client, world: TeacherWorld) -> None:
    page = coordinator.get(reverse("matching:rules", args=[world.run.pk]))
    body = {
        name: value
        for name, value in page.context["form"].initial.items()
        if name in page.context["form"].fields and value is not None and value is not False
    }
    answer = coordinator.post(
        reverse("matching:rules", args=[world.run.pk]), {**body, "weight_distance": 0, "solve": "1"}
    )
    assert answer.status_code == 302, words_of(answer)
    world.run.refresh_from_db()
    assert world.run.settings["weights"]["distance"] == 0
    job = Job.objects.get()
    assert str(job.title) == "Pair teachers: Учителя"
    run_now(job)
    job.refresh_from_db()
    assert (job.state, job.result["pairs"], job.result["unmatched"]) == (JobState.DONE, 2, 1)


def test_wrong_rules_are_shown_at_the_form(coordinator: Client, world: TeacherWorld) -> None:
    page = coordinator.get(reverse("matching:rules", args=[world.run.pk]))
    body = {name: "" if value is None else value for name, value in page.context["form"].initial.items()}
    answer = coordinator.post(
        reverse("matching:rules", args=[world.run.pk]), {**body, "needs_per_mentee": 99}
    )
    assert answer.status_code == 400
    assert answer.context["form"].errors == {
        "needs_per_mentee": ["Ensure this value is less than or equal to 5."]
    }
    fragment = coordinator.post(
        reverse("matching:examples", args=[world.run.pk]), {**body, "needs_per_mentee": 99}
    )
    assert "Correct the marked fields first" in words_of(fragment)


def test_live_examples_change_with_the_weights_and_save_nothing(
    coordinator: Client, world: TeacherWorld, solved: MatchingRun
) -> None:
    first = examples_of(solved)[0]
    assert (first.mentee, first.mentor, first.saved) == ("Анна Анна", "Галина Галина", first.score)
    page = coordinator.get(reverse("matching:rules", args=[solved.pk]))
    body = {
        name: "" if value is None else value
        for name, value in page.context["form"].initial.items()
        if value is not False
    }
    only_near = {name: 0 for name in body if name.startswith("weight_")} | {"weight_distance": 10}
    for name, extra in (("examples", {}), ("rules", {"show": "1"})):
        answer = coordinator.post(
            reverse(f"matching:{name}", args=[solved.pk]), {**body, **only_near, **extra}
        )
        shown = answer.context["examples"][0]
        assert (answer.status_code, round(shown.saved, 2), shown.score) == (
            200,
            0.91,
            pytest.approx(0.8, abs=1e-4),
        )
    solved.refresh_from_db()
    assert solved.settings["weights"]["coverage"] == 30


def test_the_review_shows_tiles_pairs_reasons_loads_and_what_is_left(
    coordinator: Client, solved: MatchingRun
) -> None:
    text = words_of(coordinator.get(reverse("matching:review", args=[solved.pk])))
    assert "2 of 3" in text
    assert "Proven: by the aim «nobody without a pair» no better set of pairs exists." in text
    assert "strong in what is needed: Текстовые задачи" in text
    assert "1 of 2" in text
    assert "Вера Вера" in text
    assert "in person, 20.0 km" in text
    assert "From which school to which help goes" in text


def test_the_list_is_searched_and_exported(coordinator: Client, solved: MatchingRun) -> None:
    address = reverse("matching:review", args=[solved.pk])
    found = coordinator.get(address, {"q": "Диктанты"})
    assert found.context["table"].paginator.count == 1
    assert coordinator.get(address, {"is_remote": "true"}).context["table"].paginator.count == 0
    answer = coordinator.get(address, {"_export": "csv"})
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert rows[0].split(";")[:5] == [
        "Mentor",
        "School of the mentor",
        "Load",
        "Teacher who gets help",
        "School of the mentee",
    ]
    assert "Галина Галина;Лицей;1 of 1;Анна Анна;Сельская СОШ;Текстовые задачи;91" in rows[1]
    assert coordinator.get(address, {"_export": "xlsx"}).status_code == 200


def test_the_page_of_a_teacher_says_why_and_the_reading_is_logged(
    coordinator: Client, world: TeacherWorld, solved: MatchingRun
) -> None:
    text = words_of(coordinator.get(reverse("matching:person", args=[solved.pk, world.vera.pk])))
    assert "The need has no mentor" in text
    assert "no free place: 1 of 1" in text
    reading = Reading.objects.get()
    assert (reading.subject, reading.what) == (f"registry.person:{world.vera.pk}", "deficits")
    assert coordinator.get(reverse("matching:person", args=[solved.pk, world.galina.pk])).status_code == 404


def test_a_move_a_lock_and_a_ban_by_hand(
    coordinator: Client, world: TeacherWorld, solved: MatchingRun
) -> None:
    passport = world.passport(world.galina)
    passport.pairs = 2
    passport.save()
    TeacherNeed.objects.filter(person=world.vera).update(weight=0.01)
    run = solve_teacher_run(solved, actor=ACTOR)
    lock = reverse("matching:person-lock", args=[run.pk, world.anna.pk])
    answer = coordinator.post(lock, {"mentor": world.galina.pk, "back": "review"})
    assert answer["Location"] == reverse("matching:review", args=[run.pk])
    assert TeacherRule.objects.get().kind == PairRuleKind.LOCK
    forbid = reverse("matching:person-forbid", args=[run.pk, world.vera.pk])
    coordinator.post(forbid, {"mentor": world.galina.pk, "reason": "просьба"})
    assert run.uncovered.get().mentee == world.vera
    drop = TeacherRule.objects.get(mentee=world.vera)
    coordinator.post(reverse("matching:drop-demand", args=[run.pk, drop.pk]))
    assert not TeacherRule.objects.filter(mentee=world.vera).exists()
    # The stored demands count at once: after the ban is gone the place is free again.
    move = reverse("matching:person-move", args=[run.pk, world.vera.pk])
    coordinator.post(move, {"mentor": world.galina.pk, "need": need_of(world.vera)})
    assert run.teacher_pairs.filter(mentee=world.vera, mentor=world.galina).exists()
    assert coordinator.post(move, {"mentor": 0, "need": "x"}).status_code == 404


def test_demands_are_made_before_the_computation(coordinator: Client, world: TeacherWorld) -> None:
    address = reverse("matching:demands", args=[world.run.pk])
    body = {"kind": "forbid", "mentee": world.anna.pk, "mentor": world.galina.pk, "reason": ""}
    assert "Say why this pair must not be." in words_of(coordinator.post(address, body))
    assert coordinator.post(address, {**body, "reason": "r"}).status_code == 302
    solved = solve_teacher_run(world.run, actor=ACTOR)
    assert not solved.teacher_pairs.filter(mentee=world.anna).exists()


def test_approval_names_what_stands_against_it_and_then_participants_see_their_pair(
    coordinator: Client, world: TeacherWorld, solved: MatchingRun
) -> None:
    approve = reverse("matching:approve", args=[solved.pk])
    assert "The consent to mentoring of these people is not in the register" in words_of(
        coordinator.get(approve)
    )
    pairs = reverse("matching:teacher-pairs")
    clients = {
        "anna": client_of(world.village, Role.TEACHER, world.anna),
        "galina": client_of(world.lyceum, Role.MENTOR, world.galina),
        "head": client_of(world.village, Role.HEAD_TEACHER),
        "vera": client_of(world.town, Role.TEACHER, world.vera),
        "coordinator": coordinator,
    }
    assert {client.get(pairs).context["table"].paginator.count for client in clients.values()} == {0}
    consent(world.galina, world.dmitry)
    assert coordinator.post(approve).status_code == 302
    solved.refresh_from_db()
    assert solved.state == MatchingState.APPROVED
    seen = {name: client.get(pairs).context["table"].paginator.count for name, client in clients.items()}
    assert seen == {"anna": 1, "galina": 1, "head": 2, "vera": 0, "coordinator": 2}


def test_the_first_screen_tells_a_teacher_of_the_own_pair(world: TeacherWorld, solved: MatchingRun) -> None:
    from mayak.registry.selectors.school_years import current_start_year

    consent(world.galina, world.dmitry)
    year = solved.school_year
    year.start_year = current_start_year()
    year.save()
    anna = client_of(world.village, Role.TEACHER, world.anna)
    galina = client_of(world.lyceum, Role.MENTOR, world.galina)
    assert "Get to know your mentor" not in words_of(anna.get("/"))
    MatchingRun.objects.filter(pk=solved.pk).update(state=MatchingState.APPROVED)
    assert "With you work: Галина Галина." in words_of(anna.get("/"))
    assert "You help: Анна Анна." in words_of(galina.get("/"))


def test_the_own_data_hold_the_approved_pairs_only(world: TeacherWorld, solved: MatchingRun) -> None:
    subjects = Subjects(None, world.anna.pk, frozenset())
    assert list(next(iter(held_in_pairs(subjects))).rows) == []
    consent(world.galina, world.dmitry)
    approve_run(solved, actor=ACTOR)
    [row] = next(iter(held_in_pairs(subjects))).rows
    assert row[1:4] == ["Галина Галина", "Анна Анна", "Текстовые задачи"]


def test_an_erasure_takes_what_drafts_say_of_the_person(world: TeacherWorld, solved: MatchingRun) -> None:
    TeacherRule.objects.create(run=solved, mentee=world.anna, mentor=world.galina, kind=PairRuleKind.LOCK)
    target = Target(Subjects(None, world.anna.pk, frozenset()), "—", {}, (), SYSTEM)
    assert [effect.count for effect in erase_pairs(target)] == [1, 1]
    assert not solved.teacher_pairs.filter(mentee=world.anna).exists()
    assert not TeacherRule.objects.exists()
    assert solved.teacher_pairs.count() == 1


def test_the_list_of_pairings_counts_both_levels_and_hides_teachers_from_others(
    coordinator: Client, world: TeacherWorld, solved: MatchingRun
) -> None:
    rows = coordinator.get(reverse("matching:runs")).context["table"].data.data
    assert [(run.pair_count, run.unmatched_count) for run in rows] == [(2, 1)]
    analyst = client_of(AuthorityFactory(territory=world.territory), Role.PROGRAM_CURATOR)
    assert analyst.get(reverse("matching:runs")).context["table"].paginator.count == 0


@pytest.mark.parametrize("name", ["review", "readiness", "demands", "approve"])
def test_the_number_of_queries_does_not_grow(
    coordinator: Client, world: TeacherWorld, solved: MatchingRun, name: str
) -> None:
    address = reverse(f"matching:{name}", args=[solved.pk])
    coordinator.get(address)
    with CaptureQueriesContext(connection) as few:
        coordinator.get(address)
    profile = world.passport(world.dmitry)
    profile.pairs = 20
    profile.save()
    for number in range(8):
        person = teacher(world.village, f"Учитель{number}", subject=world.russian)
        TeacherNeedFactory(person=person, competence=world.dictations, school_year=world.run.school_year)
    solve_teacher_run(solved, actor=Actor(user_id=None, label="x"))
    with CaptureQueriesContext(connection) as many:
        coordinator.get(address)
    assert len(many) <= len(few)


def test_a_scope_of_nothing_sees_nothing(solved: MatchingRun) -> None:
    from mayak.matching.models import TeacherPair, UncoveredNeed

    assert not TeacherPair.objects.within(Scope()).exists()
    assert not UncoveredNeed.objects.within(Scope()).exists()
