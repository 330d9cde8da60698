"""What the browser tests share: Chromium of the system, signing in, axe, and a page that accepts no error.

Any test that takes ``page`` fails at its end when the console showed an error, the content security policy was
violated, or something else than the page itself could not be loaded.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

from mayak.accounts.models import User

os.environ.setdefault(
    "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
)  # playwright runs an event loop in the thread of the test

CHROMIUM = os.environ.get("MAYAK_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
AXE = Path(__file__).parent.parent / "data" / "vendor" / "axe" / "axe.min.js"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SERIOUS = {"serious", "critical"}
WIDTHS = (360, 1280)

SignIn = Callable[[Page, User], None]
Axe = Callable[[Page], list[str]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, and skip it visibly where there is no browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="no Chromium found (set MAYAK_CHROMIUM to its path)"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Use the Chromium of the system; it may run as root in a container."""
    return {"executable_path": CHROMIUM, "args": ["--no-sandbox", "--disable-dev-shm-usage"]}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """Speak Russian and show no motion, so that pictures and checks are the same every time."""
    return {"locale": "ru-RU", "reduced_motion": "reduce", "viewport": {"width": 1280, "height": 800}}


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Return a page that fails its test when anything went wrong behind the scene."""
    page = context.new_page()
    troubles: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            troubles.append(message.text)

    def look(response: Response) -> None:
        if response.status >= 400 and response.request.resource_type not in {"document", "xhr", "fetch"}:
            troubles.append(f"{response.status} {response.url}")

    page.on("console", hear)
    page.on("response", look)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    page.close()
    assert troubles == []


@pytest.fixture
def sign_in(live_server: Any) -> SignIn:
    """Return a function that signs a user in without the form, for tests of other pages."""

    def enter(page: Page, user: User) -> None:
        client = Client()
        client.force_login(user)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([cookie])

    return enter


@pytest.fixture
def axe() -> Axe:
    """Return a function that gives the serious and critical violations of a page as readable lines."""
    source = AXE.read_text()

    def check(page: Page) -> list[str]:
        size = page.viewport_size or {"width": 1280, "height": 800}
        # As tall as the page: what sticks to the lower edge then covers nothing, wherever the page was scrolled to.
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": size["width"], "height": max(height, size["height"])})
        page.evaluate(source)
        found = page.evaluate(
            "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", AXE_RULES
        )
        page.set_viewport_size(size)
        return [
            f"{violation['id']}: {node['target']} {node.get('failureSummary', '')}"
            for violation in found["violations"]
            if violation["impact"] in SERIOUS
            for node in violation["nodes"]
        ]

    return check


def scrolls_sideways(page: Page) -> bool:
    """Return whether the page as a whole is wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
