"""Every page that a municipal coordinator may open, on a telephone and on a wide screen.

The pages and their objects come from the table of addresses and roles, so that a new page is looked at by itself.
"""

import csv
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from mayak.web.middleware.limits import DOWNLOADS
from tests.architecture.access_objects import World, arguments_of, make_world
from tests.architecture.test_access_table import ADDRESSES, TABLE
from tests.e2e.conftest import WIDTHS, Axe, SignIn, scrolls_sideways

pytestmark = [pytest.mark.django_db(transaction=True)]

ROLE = "municipal_coordinator"
GROUPS = 4
"""The pages are shared out among so many tests, so that a parallel run is quick."""
FILES = DOWNLOADS | {"registry:options"}
"""Addresses that answer with a file or a part of a page."""


def pages() -> list[str]:
    """Names of the pages that the coordinator may open."""
    with TABLE.open(newline="") as file:
        return [
            row["address"]
            for row in csv.DictReader(file)
            if row["method"] == "GET" and row[ROLE] == "200" and row["address"] in ADDRESSES
        ]


def address_of(name: str, world: World) -> str:
    given = arguments_of(name, world, "own", world.visitors[ROLE]) if ADDRESSES[name] else {}
    return reverse(name, kwargs={key: value for key, value in given.items() if key in ADDRESSES[name]})


def faults_of(page: Page, axe: Axe) -> list[str]:
    """What is wrong with the page that is open, at each width."""
    found: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if scrolls_sideways(page):
            found.append(f"{width}: scrolls sideways")
        found += [f"{width}: {fault}" for fault in axe(page)]
    return found


@pytest.mark.parametrize("group", range(GROUPS))
def test_every_page_is_readable_on_a_telephone_and_by_a_screen_reader(
    group: int, page: Page, sign_in: SignIn, axe: Axe, live_server: Any
) -> None:
    world = make_world()
    visitor = world.visitors[ROLE]
    assert visitor is not None
    sign_in(page, visitor)
    wrong: dict[str, list[str]] = {}
    for name in [name for name in pages() if name not in FILES][group::GROUPS]:
        answer = page.goto(f"{live_server.url}{address_of(name, world)}")
        assert answer is not None
        faults = faults_of(page, axe) if answer.status == 200 else [f"status {answer.status}"]
        if faults:
            wrong[name] = faults
    assert wrong == {}
