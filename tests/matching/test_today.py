"""What the menu and the first screen say: approved pairs stay approved whatever drafts are begun after them."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import RequestFactory

from mayak.kernel.access import Scope
from mayak.matching.enums import MatchingLevel, MatchingState, RunPurpose
from mayak.matching.models import MatchingRun
from mayak.matching.selectors import teacher_today, today
from mayak.registry.models import Territory
from tests.factories.matching import MatchingRunFactory, school_year
from tests.factories.registry import MunicipalityFactory

pytestmark = pytest.mark.django_db
IN_THE_YEAR = dt.datetime(2024, 11, 5, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _november() -> Any:
    with time_machine.travel(IN_THE_YEAR, tick=False):
        yield


@pytest.fixture
def territory(db: None) -> Territory:
    return MunicipalityFactory()


def made(territory: Territory, **fields: Any) -> MatchingRun:
    summary = {"served": 1, "needs": 2}
    fields = {"solved_at": IN_THE_YEAR, "summary": summary} | fields
    return MatchingRunFactory(territory=territory, school_year=school_year(), **fields)


def request_of() -> Any:
    request: Any = RequestFactory().get("/")
    request.scope, request.user = Scope(everything=True, rights=frozenset({"matching.edit"})), None
    return request


def said(monkeypatch: pytest.MonkeyPatch, module: Any) -> list[tuple[str, str]]:
    request = request_of()
    monkeypatch.setattr(module, "request_scope", lambda one: one.scope)
    found = today.tasks if module is today else teacher_today.teacher_tasks
    return [(task.tone, task.url.rstrip("/").rsplit("/", 1)[-1]) for task in found(request)]


def tone(monkeypatch: pytest.MonkeyPatch) -> str | None:
    monkeypatch.setattr(today, "request_scope", lambda one: one.scope)
    state = today.step_state(request_of())
    return None if state is None else state.tone


def test_a_second_draft_does_not_take_the_approved_pairs_from_the_menu(
    territory: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(territory)
    assert tone(monkeypatch) == "warning"
    approved = made(territory, state=MatchingState.APPROVED)
    made(territory, title="Ещё один")
    assert tone(monkeypatch) == "good"
    assert said(monkeypatch, today) == [("good", str(approved.pk))]


def test_a_draft_of_another_territory_is_still_to_be_done(
    territory: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(territory, state=MatchingState.APPROVED)
    made(MunicipalityFactory())
    assert tone(monkeypatch) == "warning"


def test_the_repair_of_approved_pairs_is_a_task_while_the_pairs_hold(
    territory: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved = made(territory, state=MatchingState.APPROVED)
    repair = made(territory, purpose=RunPurpose.REPAIR, based_on=approved)
    assert tone(monkeypatch) == "good"
    assert [pk for _tone, pk in said(monkeypatch, today)] == [str(repair.pk)]


def test_an_approved_scenario_counts_as_the_pairing_of_the_year(
    territory: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(territory, purpose=RunPurpose.SCENARIO)
    assert tone(monkeypatch) is None
    made(territory, purpose=RunPurpose.SCENARIO, state=MatchingState.APPROVED)
    assert tone(monkeypatch) == "good"


def test_a_second_draft_of_teachers_does_not_ask_for_another_approval(
    territory: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(territory, level=MatchingLevel.SCHOOLS)
    approved = made(territory, level=MatchingLevel.TEACHERS, state=MatchingState.APPROVED)
    made(territory, level=MatchingLevel.TEACHERS)
    assert said(monkeypatch, teacher_today) == [("good", str(approved.pk))]
