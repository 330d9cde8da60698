"""The steps of the left navigation, in the order in which the data flows.

An app registers its step in ``AppConfig.ready()``; the shell draws them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.tones import ICON_OF_TONE, tone_of


@dataclass(frozen=True, slots=True)
class StepState:
    """Where a step stands, in words («27 школ», «2 файла ждут»)."""

    text: Any
    tone: str = "neutral"

    @property
    def icon(self) -> str:
        """The shape of the tone."""
        return ICON_OF_TONE[tone_of(self.tone)]


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the navigation.

    Attributes:
        key: name of the step; a page belongs to it when its address begins with the step's address.
        order: place in the flow (10 registry, 20 results, 30 and on for later apps); from ``HOUSE`` on the page
            serves the house, stands below the flow and has no number.
        label: what the user reads.
        url_name: where the step leads.
        right: the right without which the step is hidden; None shows it to everyone who has signed in.
        state: gives the state of the step for this request, or None; must cost at most one cheap query.
        namespaces: URL namespaces whose pages belong to the step; the one of ``url_name`` always does.
    """

    key: str
    order: int
    label: Any
    url_name: str
    right: str | None = None
    state: Callable[[HttpRequest], StepState | None] | None = None
    namespaces: tuple[str, ...] = ()
    icon: str = "circle"


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step as it is drawn for one request."""

    number: int | None
    label: Any
    url: str
    is_current: bool
    state: StepState | None
    icon: str


HOUSE = 80
_steps: dict[str, Step] = {}


def register_step(step: Step) -> None:
    """Add a step; a second one with the same key replaces the first."""
    _steps[step.key] = step


def steps() -> list[Step]:
    """Return all steps in the order of the flow."""
    return sorted(_steps.values(), key=lambda step: (step.order, step.key))


def shown_steps(request: HttpRequest) -> list[ShownStep]:
    """Return the steps that this user sees, with their states."""
    scope = request_scope(request)
    shown: list[ShownStep] = []
    for step in steps():
        if step.right and not scope.allows(step.right):
            continue
        if scope.is_empty and step.order < HOUSE:  # whoever sees no contents needs no way to them
            continue
        try:
            url = reverse(step.url_name)
        except NoReverseMatch:  # the page of a step that is still being built
            continue
        state = step.state(request) if step.state else None
        number = len(shown) + 1 if step.order < HOUSE else None
        shown.append(ShownStep(number, step.label, url, _is_current(request, step, url), state, step.icon))
    return shown


def _is_current(request: HttpRequest, step: Step, url: str) -> bool:
    match = request.resolver_match
    namespaces = {step.url_name.partition(":")[0], *step.namespaces}
    siblings = {other.url_name.partition(":")[0] for other in steps() if other.key != step.key}
    if step.order < HOUSE and match and match.namespace in namespaces - siblings:
        return True
    return request.path.startswith(url)
