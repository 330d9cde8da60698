"""Navigation and the first screen: apps register, the shell shows what the user may do."""

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from mayak.kernel.access import Scope
from mayak.kernel.ui import navigation, today
from mayak.kernel.ui.navigation import Step, StepState, register_step, shown_steps
from mayak.kernel.ui.today import (
    TodayFigure,
    TodayTask,
    figures_for,
    register_figures,
    register_tasks,
    tasks_for,
)


@pytest.fixture(autouse=True)
def _own_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_steps", {})
    monkeypatch.setattr(today, "_tasks", [])
    monkeypatch.setattr(today, "_figures", [])


def request_of(scope: Scope | None = None, path: str = "/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.resolver_match = None  # type: ignore[assignment]  # a request that no URL has matched
    request.scope = scope or Scope(territory_paths=("/1/",))  # type: ignore[attr-defined]  # the middleware's doing
    return request


def labels(request: HttpRequest) -> list[str]:
    return [step.label for step in shown_steps(request)]


def test_steps_stand_in_the_order_of_the_flow_with_numbers() -> None:
    register_step(Step("results", 20, "Results", "ui:glossary"))
    register_step(Step("registry", 10, "Schools", "ui:components"))
    assert [(step.number, step.label) for step in shown_steps(request_of())] == [
        (1, "Schools"),
        (2, "Results"),
    ]


def test_pages_that_serve_the_house_have_no_number() -> None:
    register_step(Step("jobs", 90, "Jobs", "ui:glossary"))
    register_step(Step("registry", 10, "Schools", "ui:components"))
    assert [(step.number, step.label) for step in shown_steps(request_of())] == [
        (1, "Schools"),
        (None, "Jobs"),
    ]


def test_a_step_without_the_right_is_hidden() -> None:
    register_step(Step("audit", 90, "Audit", "ui:glossary", right="audit.read"))
    assert labels(request_of()) == []
    assert labels(request_of(Scope(rights=frozenset({"audit.read"})))) == ["Audit"]


def test_whoever_sees_no_contents_is_shown_the_house_only() -> None:
    register_step(Step("registry", 10, "Schools", "ui:components"))
    register_step(Step("jobs", 90, "Jobs", "ui:glossary"))
    assert labels(request_of(Scope(rights=frozenset({"audit.read"})))) == ["Jobs"]


def test_a_step_whose_page_does_not_exist_yet_is_left_out() -> None:
    register_step(Step("later", 30, "Later", "later:page"))
    assert labels(request_of()) == []


def test_a_step_shows_its_state() -> None:
    register_step(
        Step("a", 10, "A", "ui:glossary", state=lambda request: StepState("5 files wait", "warning"))
    )
    state = shown_steps(request_of())[0].state
    assert state
    assert (state.text, state.icon) == ("5 files wait", "exclamation-triangle-fill")


def test_the_step_of_the_address_is_the_current_one() -> None:
    register_step(Step("a", 10, "A", "ui:components"))
    register_step(Step("b", 20, "B", "ui:glossary"))
    current = [step.label for step in shown_steps(request_of(path="/glossary/")) if step.is_current]
    assert current == ["B"]


def test_a_step_that_registers_twice_is_shown_once() -> None:
    for _round in range(2):
        register_step(Step("a", 10, "A", "ui:components"))
    assert labels(request_of()) == ["A"]


def test_unfinished_tasks_come_first_in_the_order_of_the_flow() -> None:
    register_tasks(lambda request: [TodayTask("Done", "", "/", done=3, total=3, order=1)])
    register_tasks(
        lambda request: [TodayTask("Second", "", "/", order=20), TodayTask("First", "", "/", order=10)]
    )
    assert [task.title for task in tasks_for(request_of())] == ["First", "Second", "Done"]


@pytest.mark.parametrize(
    ("task", "is_done"),
    [
        (TodayTask("t", "", "/", done=3, total=8), False),
        (TodayTask("t", "", "/", done=8, total=8), True),
        (TodayTask("t", "", "/", tone="good"), True),
        (TodayTask("t", "", "/", tone="good", done=1, total=2), False),
    ],
)
def test_a_task_is_done_when_nothing_is_left(task: TodayTask, is_done: bool) -> None:
    assert task.is_done is is_done


def test_figures_stand_in_their_order() -> None:
    register_figures(lambda request: [TodayFigure(2, "B", order=2), TodayFigure(1, "A", order=1)])
    assert [figure.label for figure in figures_for(request_of())] == ["A", "B"]


def test_the_same_source_is_asked_once() -> None:
    def provider(request: HttpRequest) -> list[TodayTask]:
        return [TodayTask("Load", "", "/")]

    register_tasks(provider)
    register_tasks(provider)
    assert len(tasks_for(request_of())) == 1
