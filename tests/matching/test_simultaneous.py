"""Two people, or two clicks, at once: one approval, one draft; a demand made during a computation is not lost."""

import datetime as dt
from typing import Any

import pytest
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mayak.matching.enums import MatchingLevel, MatchingState, PairOrigin, RunPurpose
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.teacher_settings import TeacherMatchingSettings
from mayak.matching.services import (
    approval,
    approve_run,
    create_run,
    forbid_pair,
    lock_pair,
    move_pair,
    once,
    problems_of_approval,
    solve_run,
    solving,
    teacher_solving,
)
from mayak.matching.services.once import made_once
from mayak.matching.services.teacher_demands import forbid_teachers, lock_teachers, move_teacher
from mayak.matching.services.teacher_solving import solve_teacher_run
from mayak.networks.enums import PartnershipState
from mayak.networks.models import Partnership
from tests.factories.matching import MatchingRunFactory
from tests.factories.registry import AuthorityFactory
from tests.matching.conftest import ACTOR, District
from tests.matching.teacher_world import TeacherWorld, consent, make_world
from tests.matching.test_pages import client_of
from tests.matching.test_teacher_solving import need_of

pytestmark = pytest.mark.django_db
CHANGED = "The rules were changed after the computation. Compute the pairs again."


@pytest.fixture
def world(db) -> TeacherWorld:
    return make_world()


@pytest.fixture
def coordinator(district: District) -> Client:
    return client_of(AuthorityFactory(territory=district.territory))


def unseen_rival(monkeypatch: pytest.MonkeyPatch, run: MatchingRun, level: str) -> MatchingRun:
    """Another draft that is approved between the look at what stands against it and the writing."""
    rival = MatchingRunFactory(
        territory=run.territory, school_year=run.school_year, level=level, title="Соперник"
    )
    look = approval.problems_of_approval

    def looked(one: MatchingRun) -> list[str]:
        found = look(one)
        MatchingRun.objects.filter(pk=rival.pk).update(
            state=MatchingState.APPROVED, approved_at=timezone.now(), approved_by_label="boris@example.org"
        )
        return found

    monkeypatch.setattr(approval, "problems_of_approval", looked)
    return rival


def test_a_draft_that_was_approved_a_moment_ago_says_by_whom(district: District) -> None:
    run = solve_run(district.run, actor=ACTOR)
    approve_run(run, actor=ACTOR)
    MatchingRun.objects.filter(pk=run.pk).update(approved_at=dt.datetime(2024, 9, 2, 7, 5, tzinfo=dt.UTC))
    with pytest.raises(ValidationError) as refused:
        approve_run(run, actor=ACTOR)
    assert refused.value.messages == ["The pairs are approved already: 02.09.2024 10:05, anna@example.org."]
    assert refused.value.code == "approved_already"
    assert Partnership.objects.count() == 3


def test_two_drafts_approved_at_once_give_words_and_no_half_of_an_approval(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = solve_run(district.run, actor=ACTOR)
    unseen_rival(monkeypatch, run, MatchingLevel.SCHOOLS)
    with pytest.raises(ValidationError) as refused:
        approve_run(run, actor=ACTOR)
    assert refused.value.messages == ["«Соперник» is approved for this territory and year; archive it first."]
    run.refresh_from_db()
    assert (run.state, Partnership.objects.count()) == (MatchingState.DRAFT, 0)


def test_two_drafts_of_teachers_approved_at_once_give_words(
    world: TeacherWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent(world.galina, world.dmitry)
    run = solve_teacher_run(world.run, actor=ACTOR)
    unseen_rival(monkeypatch, run, MatchingLevel.TEACHERS)
    with pytest.raises(ValidationError) as refused:
        approve_run(run, actor=ACTOR)
    assert refused.value.messages == ["«Соперник» is approved for this territory and year; archive it first."]


def test_the_second_click_on_approve_is_told_and_not_refused_as_an_error(
    coordinator: Client, district: District
) -> None:
    run = solve_run(district.run, actor=ACTOR)
    address = reverse("matching:approve", args=[run.pk])
    coordinator.post(address)
    answer = coordinator.post(address, follow=True)
    assert answer.status_code == 200
    assert [one.level_tag for one in answer.context["messages"]][-1] == "info"
    assert Partnership.objects.filter(state=PartnershipState.PROPOSED).count() == 3


def values_of(page: Any, **given: Any) -> dict[str, Any]:
    """What a browser sends: the hidden key of the page and what a person chose."""
    once = page.context["form"]["once"].value()
    assert once
    return {"once": str(once), **given}


def test_a_double_click_begins_one_pairing(coordinator: Client, district: District) -> None:
    address = reverse("matching:create")
    page = coordinator.get(address)
    values = values_of(
        page, level="schools", territory=district.territory.pk, school_year=district.run.school_year_id
    )
    answers = [coordinator.post(address, values) for _click in range(2)]
    made = MatchingRun.objects.exclude(pk=district.run.pk).get()
    assert {answer["Location"] for answer in answers} == {reverse("matching:readiness", args=[made.pk])}
    other = coordinator.post(address, values | {"title": "Другой"})  # back, and something else
    assert other["Location"] != answers[0]["Location"]
    again = coordinator.post(address, values_of(coordinator.get(address), **values) | {"once": "new"})
    assert again["Location"] != answers[0]["Location"]
    assert MatchingRun.objects.count() == 4


def test_a_double_click_makes_one_scenario_and_asks_for_one_computation(
    coordinator: Client, district: District
) -> None:
    run = solve_run(district.run, actor=ACTOR)
    address = reverse("matching:scenario", args=[run.pk])
    values = values_of(coordinator.get(address), objective="best_pairs")
    answers = [coordinator.post(address, values) for _click in range(2)]
    made = MatchingRun.objects.get(purpose=RunPurpose.SCENARIO)
    assert {answer["Location"] for answer in answers} == {reverse("matching:review", args=[made.pk])}


def test_a_double_click_makes_one_repair(coordinator: Client, district: District) -> None:
    run = approve_run(solve_run(district.run, actor=ACTOR), actor=ACTOR)
    address = reverse("matching:repair", args=[run.pk])
    values = values_of(coordinator.get(address), mentees_leave=[str(district.south.pk)], reason="статус снят")
    answers = [coordinator.post(address, values) for _click in range(2)]
    made = MatchingRun.objects.get(purpose=RunPurpose.REPAIR)
    assert {answer["Location"] for answer in answers} == {reverse("matching:review", args=[made.pk])}


def test_a_double_click_writes_ready_pairs_once(coordinator: Client, district: District) -> None:
    text = "Школа, которой помогают;Школа-лидер\nСеверная СОШ;Лицей\n"
    report = coordinator.post(
        reverse("matching:import"),
        {
            "territory": district.territory.pk,
            "school_year": district.run.school_year_id,
            "level": "schools",
            "file": SimpleUploadedFile("pairs.csv", text.encode()),
        },
    )
    plan = report.context["signed"]
    assert signing.loads(plan, salt="mayak.matching.pairs")["rows"]
    answers = [
        coordinator.post(reverse("matching:import-confirm"), {"plan": plan, "reason": ""})
        for _click in range(2)
    ]
    made = MatchingRun.objects.get(purpose=RunPurpose.IMPORT)
    assert {answer["Location"] for answer in answers} == {reverse("matching:review", args=[made.pk])}


def test_whoever_loses_the_race_gets_the_draft_of_the_first_and_leaves_nothing(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(title: str) -> MatchingRun:
        return create_run(district.territory, district.run.school_year, actor=ACTOR, title=title)

    first = made_once("k", lambda: make("Первый"))
    looked = iter([None, first])  # the first one is written after the look and before the writing
    monkeypatch.setattr(once, "_under", lambda _key: next(looked))
    assert made_once("k", lambda: make("Второй")) == first
    assert not MatchingRun.objects.filter(title="Второй").exists()
    assert made_once("", lambda: make("Без ключа")) != made_once("", lambda: make("Без ключа"))


def during(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, act: Any) -> None:
    """Let somebody act while the pairs are being looked for."""
    found = getattr(module, name)
    done: list[bool] = []

    def acted(*args: Any, **kwargs: Any) -> Any:
        if not done:
            done.append(True)
            act()
        return found(*args, **kwargs)

    monkeypatch.setattr(module, name, acted)


@pytest.mark.parametrize("kind", ["lock", "forbid", "move"])
def test_a_demand_on_schools_made_during_the_computation_stays_and_asks_for_another(
    district: District, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    run = solve_run(district.run, actor=ACTOR)
    acts = {
        "lock": lambda: lock_pair(run, district.south, district.maths_lead, actor=ACTOR),
        "forbid": lambda: forbid_pair(run, district.south, district.russian_lead, actor=ACTOR, reason="спор"),
        "move": lambda: move_pair(
            run,
            district.north,
            actor=ACTOR,
            to_lead=district.russian_lead,
            from_lead=district.maths_lead,
        ),
    }
    if kind == "lock":
        district.maths_lead.lead_profiles.update(capacity=3)
        run = solve_run(district.run, actor=ACTOR)
    during(monkeypatch, solving, "match", acts[kind])
    kept = solve_run(MatchingRun.objects.get(pk=run.pk), actor=ACTOR)
    assert kept.input_changed is True
    assert CHANGED in problems_of_approval(kept)
    assert kept.rules.count() == 1
    monkeypatch.undo()
    rule = kept.rules.get()
    again = solve_run(MatchingRun.objects.get(pk=run.pk), actor=ACTOR)
    assert again.input_changed is False
    pair = again.pairs.filter(mentee=rule.mentee_id, lead=rule.lead_id).first()
    assert (None if pair is None else pair.origin) == (None if kind == "forbid" else PairOrigin.LOCKED)


@pytest.mark.parametrize("kind", ["lock", "forbid", "move"])
def test_a_demand_on_teachers_made_during_the_computation_stays_and_asks_for_another(
    world: TeacherWorld, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    world.passport(world.galina).__class__.objects.filter(person=world.galina).update(pairs=2)
    run = solve_teacher_run(world.run, actor=ACTOR)
    acts = {
        "lock": lambda: lock_teachers(run, world.vera, world.galina, actor=ACTOR),
        "forbid": lambda: forbid_teachers(run, world.anna, world.galina, actor=ACTOR, reason="спор"),
        "move": lambda: move_teacher(
            run, world.vera, need_of(world.vera), actor=ACTOR, to_mentor=world.galina
        ),
    }
    if kind == "move":
        forbid_teachers(run, world.vera, world.galina, actor=ACTOR, reason="потом снят")
        run.teacher_rules.all().delete()
    during(monkeypatch, teacher_solving, "reasons_of_plan", acts[kind])
    kept = solve_teacher_run(MatchingRun.objects.get(pk=run.pk), actor=ACTOR)
    assert kept.input_changed is True
    assert CHANGED in problems_of_approval(kept)
    assert kept.teacher_rules.count() == 1
    monkeypatch.undo()
    rule = kept.teacher_rules.get()
    again = solve_teacher_run(MatchingRun.objects.get(pk=run.pk), actor=ACTOR)
    assert again.input_changed is False
    pair = again.teacher_pairs.filter(mentee=rule.mentee_id, mentor=rule.mentor_id).first()
    assert (None if pair is None else pair.origin) == (None if kind == "forbid" else PairOrigin.LOCKED)


def test_a_demand_made_before_the_computation_asks_for_nothing(
    district: District, world: TeacherWorld
) -> None:
    lock_pair(district.run, district.north, district.maths_lead, actor=ACTOR)
    forbid_pair(district.run, district.south, district.maths_lead, actor=ACTOR, reason="спор")
    assert solve_run(district.run, actor=ACTOR).input_changed is False
    forbid_teachers(world.run, world.anna, world.galina, actor=ACTOR, reason="спор")
    assert solve_teacher_run(world.run, actor=ACTOR).input_changed is False
    assert TeacherMatchingSettings.from_json(world.run.settings) == TeacherMatchingSettings()
