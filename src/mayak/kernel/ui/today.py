"""What the first screen shows: tasks and key figures that the apps register in ``AppConfig.ready()``."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class TodayTask:
    """One thing to do.

    Attributes:
        title: begins with a verb («Загрузить результаты»).
        text: a plain sentence that says why or how much.
        url: where it is done.
        tone: state of the task (good = nothing left to do).
        done: how many of ``total`` are done, where that can be counted.
        order: place in the flow; the first unfinished task is the one to do next.
    """

    title: Any
    text: Any
    url: str
    tone: str = "neutral"
    done: int | None = None
    total: int | None = None
    order: int = 100

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        if self.done is not None and self.total is not None:
            return self.done >= self.total
        return self.tone == "good"


@dataclass(frozen=True, slots=True)
class TodayFigure:
    """One number of the health of the programme, with a plain sentence."""

    value: Any
    label: Any
    note: Any = ""
    tone: str = ""
    url: str = ""
    order: int = 100


TaskProvider = Callable[[HttpRequest], Iterable[TodayTask]]
FigureProvider = Callable[[HttpRequest], Iterable[TodayFigure]]

_tasks: list[TaskProvider] = []
_figures: list[FigureProvider] = []


def register_tasks(provider: TaskProvider) -> None:
    """Add a source of tasks; the same function is kept once."""
    if provider not in _tasks:
        _tasks.append(provider)


def register_figures(provider: FigureProvider) -> None:
    """Add a source of key figures; the same function is kept once."""
    if provider not in _figures:
        _figures.append(provider)


def tasks_for(request: HttpRequest) -> list[TodayTask]:
    """Return the tasks of this user: unfinished ones first, each group in the order of the flow."""
    found = [task for provider in _tasks for task in provider(request)]
    return sorted(found, key=lambda task: (task.is_done, task.order))


def figures_for(request: HttpRequest) -> list[TodayFigure]:
    """Return the key figures of this user in their order."""
    return sorted(
        (figure for provider in _figures for figure in provider(request)), key=lambda figure: figure.order
    )
