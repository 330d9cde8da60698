"""What every page of the shell needs."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_info

from mayak.kernel.ui.navigation import ShownStep, shown_steps


@dataclass
class Navigation:
    """The left navigation; reads the states of the steps only when a page draws it."""

    request: HttpRequest

    @cached_property
    def steps(self) -> list[ShownStep]:
        """The steps that this user sees."""
        return shown_steps(self.request)

    @property
    def flow(self) -> list[ShownStep]:
        """The numbered steps of the work."""
        return [step for step in self.steps if step.number is not None]

    @property
    def house(self) -> list[ShownStep]:
        """What serves the work: checks, jobs, the log."""
        return [step for step in self.steps if step.number is None]

    @property
    def today_is_current(self) -> bool:
        """Whether this is the first screen."""
        match = self.request.resolver_match
        return bool(match and match.view_name == "web:today")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the values for the base template."""
    return {"demo": settings.DEMO, "navigation": Navigation(request), "languages": languages()}


def languages() -> list[tuple[str, str]]:
    """Return each language with its name in itself."""
    return [(code, str(get_language_info(code)["name_local"])) for code, _name in settings.LANGUAGES]
