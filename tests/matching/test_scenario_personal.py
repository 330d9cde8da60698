"""Free words on a person in scenarios, repairs and lists: erased, shown to the person, never in the log."""

import json

import pytest
from django.core.exceptions import ValidationError

from mayak.accounts.services.erasure import erase_person
from mayak.kernel.access import SYSTEM
from mayak.kernel.jobs.models import Job
from mayak.kernel.models import AuditEntry
from mayak.kernel.personal.erasing import Target
from mayak.kernel.personal.holdings import Subjects
from mayak.matching.enums import MatchingState
from mayak.matching.models import MatchingRun
from mayak.matching.services import approve_run, archive_run
from mayak.matching.services.repair import create_repair
from mayak.matching.services.scenario_personal import erase_reasons, held_reasons
from mayak.matching.services.teacher_solving import solve_teacher_run
from mayak.registry.models import Person
from tests.matching.conftest import ACTOR
from tests.matching.teacher_world import TeacherWorld, consent, make_world

pytestmark = pytest.mark.django_db
REASON = "больна, лежит в областной больнице"


@pytest.fixture
def world(db) -> TeacherWorld:
    made = make_world()
    consent(made.galina, made.dmitry)
    return made


def leaves(side: str, person: Person) -> dict[str, object]:
    return {"kind": "leaves", "side": side, "key": str(person.pk)}


@pytest.fixture
def repaired(world: TeacherWorld) -> MatchingRun:
    """Boris left because of an illness; the repair is approved, the pairing before it is in the archive."""
    base = approve_run(solve_teacher_run(world.run, actor=ACTOR), actor=ACTOR)
    run = create_repair(base, [leaves("mentee", world.boris)], actor=ACTOR, reason=REASON)
    run = solve_teacher_run(run, actor=ACTOR)
    Job.objects.all().delete()
    return approve_run(run, actor=ACTOR)


def target(person: Person) -> Target:
    return Target(Subjects(None, person.pk, frozenset()), "—", {}, (), SYSTEM)


def test_an_erasure_takes_the_reason_of_the_leaving_everywhere(
    world: TeacherWorld, repaired: MatchingRun
) -> None:
    world.run.refresh_from_db()
    assert (world.run.state, world.run.archive_reason) == (MatchingState.ARCHIVED, REASON)
    assert [effect.count for effect in erase_reasons(target(world.boris))] == [1, 1]
    world.run.refresh_from_db()
    repaired.refresh_from_db()
    assert (repaired.scenario, world.run.archive_reason) == ([leaves("mentee", world.boris)], "")


def test_the_reason_of_somebody_else_stays(world: TeacherWorld, repaired: MatchingRun) -> None:
    assert [effect.count for effect in erase_reasons(target(world.anna))] == [0, 0]
    repaired.refresh_from_db()
    assert repaired.scenario[0]["reason"] == REASON


def test_words_given_to_two_at_once_go_with_the_first(world: TeacherWorld, repaired: MatchingRun) -> None:
    repaired.scenario = [
        {**leaves("mentee", world.boris), "reason": REASON},
        {**leaves("mentee", world.vera), "reason": REASON},
        {"kind": "places", "key": str(world.galina.pk), "amount": 1, "reason": "приказ 12"},
    ]
    repaired.save()
    assert [effect.count for effect in erase_reasons(target(world.vera))] == [1, 1]
    repaired.refresh_from_db()
    assert [one.get("reason", "") for one in repaired.scenario] == ["", "", "приказ 12"]


def test_the_erasure_of_a_person_does_it(world: TeacherWorld, repaired: MatchingRun) -> None:
    erase_person(world.boris, actor=ACTOR, reason="по заявлению")
    assert not MatchingRun.objects.filter(archive_reason=REASON).exists()
    repaired.refresh_from_db()
    assert "reason" not in repaired.scenario[0]


def test_the_log_keeps_no_words_on_people(world: TeacherWorld, repaired: MatchingRun) -> None:
    archive_run(repaired, actor=ACTOR, reason=f"{REASON}, снова")
    said = json.dumps(list(AuditEntry.objects.values_list("changes", flat=True)), ensure_ascii=False)
    assert REASON not in said
    assert f'"key": "{world.boris.pk}"' in said


def test_an_approved_pairing_of_teachers_still_needs_a_reason_to_end(repaired: MatchingRun) -> None:
    with pytest.raises(ValidationError):
        archive_run(repaired, actor=ACTOR)


def test_the_person_sees_the_words_of_approved_pairings(world: TeacherWorld, repaired: MatchingRun) -> None:
    def rows(person: Person) -> list[list[str]]:
        [held] = held_reasons(Subjects(None, person.pk, frozenset()))
        return [list(row) for row in held.rows]

    assert rows(world.boris) == [["2024/25", REASON]]
    assert rows(world.anna) == []
    MatchingRun.objects.filter(pk=repaired.pk).update(approved_at=None)
    assert rows(world.boris) == []
