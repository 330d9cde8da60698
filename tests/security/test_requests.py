"""Hostile requests to every address of the site: no error of the server, nothing changed, nothing leaked."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from mayak.kernel.audit.models import AuditEntry
from tests.architecture.access_objects import World, arguments_of, make_world
from tests.architecture.test_access_table import ADDRESSES, EXPECTED

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]

#: What strangers put into addresses: injections, path tricks, broken encodings, absurd numbers and lengths.
HOSTILE = [
    "' OR 1=1 --",
    "1; DROP TABLE registry_organisation",
    "<script>alert(1)</script>",
    "{{ 7*7 }}{% debug %}",
    "../../../etc/passwd",
    "%00",
    "\x00",
    "💩" * 50,
    "9" * 400,
    "-1",
    "1e309",
    "٣",
    "0x10",
    "a" * 5000,
    "[]",
    "null",
    "=cmd|'/c calc'!A1",
    "\u202e\u2066",
]
PARAMETERS = [
    "q",
    "page",
    "per_page",
    "sort",
    "_export",
    "year",
    "state",
    "role",
    "kind",
    "school",
    "since",
    "next",
]
LINKS = {"accounts:reset-confirm", "mfa_remove_webauthn", "diagnosis:my-self"}
"""Addresses that answer a wrong key with words and no object: a dead link of a letter, the second factor first, an account
that belongs to nobody of the registry and so has nothing of its own."""
EVERY = int(os.environ.get("MAYAK_FUZZ_EVERY", "12"))
"""Each address gets every so-manieth hostile value, another one each; the nightly script sets 1: all of them."""
LESS = min(EVERY, 6)
"""Likewise each so-manieth of the six methods."""
METHODS = ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND"]
HUGE = [2**31, 2**63, 10**30]


@pytest.fixture
def world() -> World:
    return make_world()


def client_of(world: World, role: str = "regional", **options: Any) -> Client:
    client = Client(raise_request_exception=False, **options)
    visitor = world.visitors[role]
    if visitor is not None:
        client.force_login(visitor)
    return client


def addresses(world: World, method: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the address of an own object for everything that answers the method."""
    for name, asked in EXPECTED:
        if asked == method and name in ADDRESSES:
            given = arguments_of(name, world, "own", world.visitors["regional"]) if ADDRESSES[name] else {}
            body = given.get("body", {})
            kwargs = {key: value for key, value in given.items() if key in ADDRESSES[name]}
            yield reverse(name, kwargs=kwargs), body


def numbered(name: str, kwargs: dict[str, int]) -> str:
    """Return the address with this number; nothing where its key is no number."""
    try:
        return reverse(name, kwargs=kwargs)
    except NoReverseMatch:
        return ""


def changes_by(world: World) -> list[str]:
    """Return what the log says that the visitor changed."""
    visitor = world.visitors["regional"]
    assert visitor is not None
    mine = AuditEntry.objects.filter(actor_id=visitor.pk).exclude(action__in=("read", "export", "sign-in"))
    return [str(entry) for entry in mine]


def close(response: Any) -> Any:
    for stream in response._resource_closers:
        stream()
    return response


def test_nonsense_in_the_query_is_no_error_of_the_server(world: World) -> None:
    client = client_of(world)
    broken = {}
    for place, (url, _body) in enumerate(addresses(world, "GET")):
        for number, value in list(enumerate(HOSTILE))[place % EVERY :: EVERY]:
            query = dict.fromkeys(PARAMETERS[number % 3 :: 3], value)
            response = close(client.get(url, query))
            if response.status_code >= 500:
                broken[url, repr(value)[:30]] = response.status_code
    assert broken == {}


@pytest.mark.parametrize("number", HUGE)
def test_a_number_that_no_database_holds_is_not_found(world: World, number: int) -> None:
    client = client_of(world)
    wrong = {}
    for name, asked in EXPECTED:
        given = ADDRESSES.get(name, set())
        url = numbered(name, dict.fromkeys(given, number)) if asked == "GET" and given else ""
        if not url:
            continue
        response = close(client.get(url))
        if response.status_code not in {403, 404, 405} and name not in LINKS:
            wrong[name] = response.status_code
    assert wrong == {}


def test_other_methods_are_refused_and_change_nothing(world: World) -> None:
    client = client_of(world)
    wrong = {}
    for place, (url, _body) in enumerate(addresses(world, "GET")):
        for method in METHODS[place % LESS :: LESS]:
            response = close(client.generic(method, url))
            if response.status_code >= 500:
                wrong[method, url] = response.status_code
    assert wrong == {}
    assert not changes_by(world)


def test_a_forged_form_without_the_token_is_refused_everywhere(world: World) -> None:
    client = client_of(world, enforce_csrf_checks=True)
    passed = {}
    for url, body in addresses(world, "POST"):
        status = close(client.post(url, body)).status_code
        if status != 403:
            passed[url] = status
    assert passed == {}
    assert not changes_by(world)


def test_a_form_of_a_thousand_fields_of_nonsense_breaks_nothing(world: World) -> None:
    client = client_of(world)
    broken = {}
    for url, _body in addresses(world, "POST"):
        body = {f"{name}": value for name, value in zip(_FIELDS, HOSTILE * 3, strict=False)}
        response = close(client.post(url, body))
        if response.status_code >= 500:
            broken[url] = response.status_code
    assert broken == {}


_FIELDS = [
    "name", "title", "reason", "email", "username", "password", "territory", "organisation", "school", "kind", "year",
    "valid_from", "valid_to", "number", "date", "basis", "role", "user", "lead", "person", "note", "value", "code",
    "short_name", "latitude", "pupils", "grades", "is_superuser", "is_staff", "pk", "id", "state", "text", "school_year",
    "weights", "limit", "objective", "definition", "subject", "level", "source", "file", "files", "latest", "next",
]  # fmt: skip


def test_a_body_that_is_no_form_breaks_nothing(world: World) -> None:
    client = client_of(world)
    broken = {}
    for url, _body in addresses(world, "POST"):
        for kind, data in (
            ("application/json", b'{"a": [1, {"b": null}]}'),
            ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
            ("application/x-www-form-urlencoded", b"%ff%fe=\xff&a=%"),
            ("text/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
        ):
            response = close(client.generic("POST", url, data, content_type=kind))
            if response.status_code >= 500:
                broken[url, kind] = response.status_code
    assert broken == {}


def test_more_fields_than_a_form_has_are_refused(world: World) -> None:
    body = {f"field{number}": "1" for number in range(6000)}
    assert client_of(world).post("/account/sign-in/", body).status_code == 400


def test_a_hidden_field_makes_nobody_an_administrator(world: World) -> None:
    visitor = world.visitors["municipal"]
    client = client_of(world, "municipal")
    for url, body in addresses(world, "POST"):
        close(
            client.post(url, {**body, "is_superuser": "1", "is_active": "1", "role": "system_administrator"})
        )
    assert visitor is not None
    visitor.refresh_from_db()
    assert not visitor.is_superuser
    assert {held.role for held in visitor.roles.all()} == {"municipal_coordinator"}
