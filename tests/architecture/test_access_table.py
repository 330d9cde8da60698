"""One table for the whole site: every address, every role, the answer (access.csv).

A new address without a row fails. ``MAYAK_WRITE_ACCESS=1 pytest tests/architecture/test_access_table.py`` adds the
missing rows with the answers of today: read them as a reviewer before you commit them.
"""

import csv
import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from mayak.accounts.enums import GRANTS, STRONG_SIGN_IN_ROLES, Role
from mayak.accounts.models import User
from mayak.accounts.selectors import scope_of
from mayak.accounts.selectors.access import TABLE as ACCESS_TABLE
from tests.architecture.access_objects import ROLES, SHARED, Side, World, arguments_of, make_world

for _file in sorted(Path(__file__).parent.glob("access_objects_*.py")):  # each registers its objects
    import_module(f"tests.architecture.{_file.stem}")

TABLE = ACCESS_TABLE
COLUMNS = ["address", "method", *ROLES]
METHODS = ("GET", "POST")
FORBIDDEN, NOT_FOUND, WRONG_METHOD = 403, 404, 405
WRITES = os.environ.get("MAYAK_WRITE_ACCESS") == "1"  # a tool for whoever adds a page, not a setting

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def addresses(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, set[str]]]:
    """Yield the name of every address and the names of its arguments."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from addresses(pattern.url_patterns, inner)
        else:
            yield f"{prefix}{pattern.name}", set(pattern.pattern.regex.groupindex)


ADDRESSES = dict(addresses(get_resolver().url_patterns))


def read_table() -> dict[tuple[str, str], dict[str, int]]:
    with TABLE.open(newline="") as file:
        return {
            (row["address"], row["method"]): {role: int(row[role]) for role in ROLES}
            for row in csv.DictReader(file)
        }


EXPECTED = read_table()


def client_of(visitor: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if visitor is not None:
        client.force_login(visitor)
    return client


def visit(world: World, name: str, method: str, role: str, side: Side) -> int:
    visitor = world.visitors[role]
    kwargs = arguments_of(name, world, side, visitor) if ADDRESSES[name] else {}
    body = urlencode(kwargs.get("body", {}))
    kwargs = {argument: value for argument, value in kwargs.items() if argument in ADDRESSES[name]}
    client = client_of(visitor)
    form = "application/x-www-form-urlencoded"
    with pytest.MonkeyPatch.context() as patch:  # a status needs no drawn page; other tests read the pages
        patch.setattr("django.template.backends.django.Template.render", lambda *args, **kwargs: "")
        response = client.generic(method, reverse(name, kwargs=kwargs), body, content_type=form)
    for close in response._resource_closers:  # a kept file; response.close() would end the test's transaction
        close()
    return response.status_code


SAME = {
    Role.HEAD_TEACHER: Role.SCHOOL_COORDINATOR,
    Role.PROGRAM_CURATOR: Role.COUNCIL_MEMBER,
    Role.SCHOOL_CURATOR: Role.TEACHER,
    Role.MENTOR: Role.TUTOR,
    Role.MENTEE: Role.TEACHER,
    Role.SPECIALIST: Role.TEACHER,
}
"""Roles that see and may exactly what another one does: a test says so, and one visit stands for both."""
DIFFERENT = [role for role in ROLES if role not in SAME]

NEIGHBOURS = [key for key in EXPECTED if ADDRESSES.get(key[0]) and key[0] not in SHARED]
"""Rows whose addresses lead to an object of a place."""


def test_every_address_has_a_row() -> None:
    if WRITES:
        add_missing_rows()
    assert {name for name, _method in EXPECTED} == set(ADDRESSES)


@pytest.mark.parametrize(("role", "other"), SAME.items())
def test_a_role_that_is_not_visited_sees_and_may_the_same_as_another(role: Role, other: Role) -> None:
    world = make_world()
    scopes = [scope_of(visitor) for name in (role, other) if (visitor := world.visitors[name])]
    assert scopes[0] == scopes[1]
    assert (role in STRONG_SIGN_IN_ROLES) == (other in STRONG_SIGN_IN_ROLES)
    assert GRANTS.get(role) == GRANTS.get(other)
    assert {key: row[role] for key, row in EXPECTED.items()} == {
        key: row[other] for key, row in EXPECTED.items()
    }


@pytest.mark.parametrize("role", DIFFERENT)
def test_each_role_gets_its_answers(role: str) -> None:
    world = make_world()
    answers = {key: visit(world, *key, role, "own") for key in EXPECTED if key[0] in ADDRESSES}
    wrong = {
        key: (status, EXPECTED[key][role]) for key, status in answers.items() if status != EXPECTED[key][role]
    }
    assert wrong == {}, "(address, method): (answer, expected in access.csv)"


@pytest.mark.parametrize("role", [role for role in DIFFERENT if role != "anonymous"])
def test_a_neighbours_object_is_not_found(role: str) -> None:
    """404, as if it did not exist.

    What a role may not do at home it is not tried with abroad: the right is asked for without the object.
    Accounts are the one thing that an administrator of the system keeps everywhere (``permissions.account_scope``).
    """
    world = make_world()
    keeps = "accounts:" if role == Role.SYSTEM_ADMINISTRATOR else "-"
    narrowed = [
        key
        for key in NEIGHBOURS
        if not key[0].startswith(keeps) and EXPECTED[key][role] not in {WRONG_METHOD, FORBIDDEN}
    ]
    answers = {key: visit(world, *key, role, "foreign") for key in narrowed}
    assert {key: status for key, status in answers.items() if status != NOT_FOUND} == {}


def add_missing_rows() -> None:
    """Visit everything as the tests do: each role in a world of its own, in the order of the table."""
    keys = sorted({(name, method) for name in ADDRESSES for method in METHODS})
    found: dict[tuple[str, str], dict[str, int]] = {key: {} for key in keys}
    for role in DIFFERENT:
        point = transaction.savepoint()
        world = make_world()
        for key in keys:
            try:
                found[key][role] = visit(world, *key, role, "own")
            except LookupError as error:  # the assertion names it
                print(error)  # noqa: T201  # for whoever runs this by hand
        transaction.savepoint_rollback(point)
    for key, row in found.items():
        if key in EXPECTED or len(row) < len(DIFFERENT):
            continue
        if key[1] == "GET" or set(row.values()) - {row["anonymous"]} != {WRONG_METHOD}:
            EXPECTED[key] = {role: row[SAME.get(role, role)] for role in ROLES}
    for key in [key for key in EXPECTED if key[0] not in ADDRESSES]:
        del EXPECTED[key]
    write_table()


def write_table() -> None:
    with TABLE.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for (name, method), row in sorted(EXPECTED.items()):
            writer.writerow([name, method, *(row[role] for role in ROLES)])
