"""A large pairing of teachers by territories, as jobs: the same plan, nothing left behind, nothing done in vain."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from mayak.kernel.access import Scope
from mayak.kernel.jobs.models import Job, JobState
from mayak.kernel.jobs.services import run_now
from mayak.matching.algorithms.teachers.parts import Step, Task, perform
from mayak.matching.enums import Objective, PairOrigin
from mayak.matching.models import MatchingPart, MatchingRun
from mayak.matching.services import teacher_parts
from mayak.matching.services.replay import replay_run
from mayak.matching.services.runs import request_solve
from mayak.matching.services.teacher_demands import lock_teachers
from mayak.matching.services.teacher_parts import COORDINATOR, TerritoryWork, do_part
from mayak.matching.services.teacher_solving import solve_teacher_run
from mayak.matching.views.teacher_review import teacher_proof_words
from mayak.registry.models import Person
from tests.matching.conftest import ACTOR
from tests.matching.teacher_country import make_country

pytestmark = pytest.mark.django_db
Done = list[tuple[str, int]]


@pytest.fixture(autouse=True)
def _source_language():
    with translation.override("en"):
        yield


@pytest.fixture
def divided(monkeypatch: pytest.MonkeyPatch, settings) -> None:
    """Parts of four needs, from five needs on."""
    monkeypatch.setattr(teacher_parts, "PART_NEEDS", 4)
    settings.MATCHING_PARTS_FROM = 5


@pytest.fixture
def country(divided) -> MatchingRun:
    """Three municipalities, each a part of its own."""
    return make_country()


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Done:
    """What was done in this process."""
    found: Done = []

    def watched(step: Step, data: bytes, base: bytes = b"", known: bytes = b"") -> bytes:
        found.append((step.value, len(data)))
        return perform(step, data, base, known)

    monkeypatch.setattr(teacher_parts, "perform", watched)
    return found


def steps(done: Done) -> list[str]:
    return [step for step, _size in done]


def in_one_piece(run: MatchingRun, settings) -> MatchingRun:
    settings.MATCHING_PARTS_FROM = 1_000
    return solve_teacher_run(run, actor=ACTOR)


def tasks_of(count: int = 3) -> list[Task]:
    return [Task(Step.BEST, number, -1, bytes([number])) for number in range(count)]


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Work that gives its input back twice."""
    seen: list[bytes] = []

    def twice(_step: Step, data: bytes, base: bytes = b"", known: bytes = b"") -> bytes:
        seen.append(data)
        return data + data + base + known

    monkeypatch.setattr(teacher_parts, "perform", twice)
    return seen


def test_by_territories_the_same_pairs_come_out(country: MatchingRun, settings) -> None:
    run = solve_teacher_run(country, actor=ACTOR)
    proof, result = dict(run.proof), run.summary["result_hash"]
    assert (proof["parts"], proof["rounds"], proof["is_proven"]) == (3, 1, True)
    assert (run.summary["served"], run.summary["remote"]) == (7, 1)
    whole = in_one_piece(run, settings)
    assert whole.summary["result_hash"] == result
    assert whole.proof == {**proof, "parts": 0}


def test_the_page_says_by_how_many_territories(country: MatchingRun, settings) -> None:
    run = solve_teacher_run(country, actor=ACTOR)
    assert teacher_proof_words(run) == (
        f"Proven: by the aim «{Objective(run.objective).label}» no better set of pairs exists. "
        "Computed by territories: parts 3, rounds of prices 1."
    )
    assert "territories" not in teacher_proof_words(in_one_piece(run, settings))


def test_the_job_tells_the_territories_and_leaves_neither_parts_nor_jobs(
    country: MatchingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    words = TerritoryWork._words
    monkeypatch.setattr(TerritoryWork, "_words", lambda *given: said.append(words(*given)) or said[-1])
    with translation.override("en"):
        job = run_now(request_solve(country, actor=ACTOR))
    assert job.state == JobState.DONE
    assert said == [
        *(f"Territory {number} of 3" for number in (1, 2, 3)),
        *(f"Prices, round 1: territory {number} of 3" for number in (1, 2, 3)),
        # The best pairs alone, for the price of the aim: the same close pairs, only the prices are new.
        *(f"Prices, round 1: territory {number} of 3" for number in (1, 2, 3)),
    ]
    assert not MatchingPart.objects.exists()
    assert list(Job.objects.values_list("kind", flat=True)) == ["matching.solve"]
    assert DBTaskResult.objects.count() == 1


def test_while_it_lasts_each_territory_is_a_job_of_nobody_with_a_title(country: MatchingRun, echo) -> None:
    TerritoryWork(country, lambda _stage: None)(tasks_of())
    jobs = Job.objects.order_by("pk")
    assert sorted(jobs.values_list("title", "owner_id", "state")) == [
        (f"Territory {number} of 3: Область", None, JobState.WAITING) for number in (1, 2, 3)
    ]
    assert not Job.objects.visible_to(ACTOR, Scope()).exists()


def test_a_lock_changes_the_work_of_its_own_territory_only(country: MatchingRun, done: Done) -> None:
    solve_teacher_run(country, actor=ACTOR)
    assert steps(done) == ["best"] * 3 + ["improving"] * 6
    mentee, mentor = (
        Person.objects.get(family_name="Ученикова00"),
        Person.objects.get(family_name="Наставникова20"),
    )
    lock_teachers(country, mentee, mentor, actor=ACTOR)
    del done[:]
    country.refresh_from_db()
    again = solve_teacher_run(country, actor=ACTOR)
    # The plan, the plan without the lock, the best pairs alone: their close pairs are the same.
    assert steps(done).count("best") == 3
    assert again.teacher_pairs.get(mentee=mentee).origin == PairOrigin.LOCKED


def test_closed_territories_are_each_solved_by_themselves(divided, done: Done, settings) -> None:
    run = solve_teacher_run(make_country(allow_remote=False), actor=ACTOR)
    assert steps(done) == ["whole"] * 6  # the aim and, for its price, the best pairs alone
    found = run.proof["parts"], run.proof["value"], run.proof["bound"], run.summary["served"]
    assert replay_run(run).is_same
    whole = in_one_piece(run, settings)
    assert found == (3, whole.proof["value"], whole.proof["bound"], whole.summary["served"])


def test_a_computation_again_from_the_snapshot_gives_the_same(country: MatchingRun) -> None:
    assert replay_run(solve_teacher_run(country, actor=ACTOR)).is_same


def test_hours_and_groups_are_never_divided(divided) -> None:
    run = solve_teacher_run(make_country(count_hours=True), actor=ACTOR)
    assert (run.proof["method"], run.proof["parts"]) == ("mip", 0)
    assert not Job.objects.exists()


def test_a_small_pairing_is_not_divided(country: MatchingRun, settings) -> None:
    settings.MATCHING_PARTS_FROM = 13
    assert solve_teacher_run(country, actor=ACTOR).proof["parts"] == 0


def test_what_an_earlier_attempt_has_done_is_not_done_again(country: MatchingRun, echo: list[bytes]) -> None:
    work = TerritoryWork(country, lambda _stage: None)
    assert work(tasks_of()) == [b"\0\0", b"\1\1", b"\2\2"]
    assert echo == [b"\2", b"\1", b"\0"], "the coordinator begins where the workers end"
    assert TerritoryWork(country, lambda _stage: None)(tasks_of()) == [b"\0\0", b"\1\1", b"\2\2"]
    assert len(echo) == 3
    assert Job.objects.count() == 3


def test_what_a_killed_coordinator_had_in_hand_is_free_again(country: MatchingRun, echo) -> None:
    _asked(country)
    MatchingPart.objects.update(taken_by=COORDINATOR, taken_at=timezone.now())
    assert TerritoryWork(country, lambda _stage: None)(tasks_of(1)) == [b"\0\0"]


def test_a_part_that_somebody_has_for_too_long_is_done_over(
    country: MatchingRun, echo: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    part = _asked(country)
    MatchingPart.objects.update(taken_by="x", taken_at=timezone.now())
    naps: list[float] = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 2:
            MatchingPart.objects.update(taken_at=timezone.now() - dt.timedelta(seconds=11))

    monkeypatch.setattr(teacher_parts.time, "sleep", nap)
    assert TerritoryWork(country, lambda _stage: None)(tasks_of(1)) == [b"\0\0"]
    assert (len(naps), len(echo)) == (2, 1)
    assert do_part(part.pk, by="x") is False, "the one that was late finds it done"


def test_a_worker_does_what_is_free_or_its_own(country: MatchingRun, echo: list[bytes]) -> None:
    part = _asked(country)
    MatchingPart.objects.update(taken_by=COORDINATOR)
    assert do_part(part.pk, by="me") is False
    MatchingPart.objects.update(taken_by="me")  # it was killed and comes back
    assert do_part(part.pk, by="me") is True
    assert do_part(part.pk, by="me") is False
    part.refresh_from_db()
    assert (bytes(part.output), len(echo)) == (b"\0\0", 1)
    part.delete()
    assert do_part(part.pk, by="me") is False, "the pairs were kept meanwhile"


def test_a_run_that_is_no_draft_any_more_keeps_no_parts(
    country: MatchingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_named: Any) -> None:
        raise ValidationError("no draft")

    monkeypatch.setattr("mayak.matching.services.teacher_solving.keep_teacher_pairs", refuse)
    with pytest.raises(ValidationError):
        solve_teacher_run(country, actor=ACTOR)
    assert not MatchingPart.objects.exists()
    assert not Job.objects.exists()


def _asked(run: MatchingRun) -> MatchingPart:
    """One part that is asked for and not begun."""
    TerritoryWork(run, lambda _stage: None)._ask(tasks_of(1))
    return MatchingPart.objects.get()
