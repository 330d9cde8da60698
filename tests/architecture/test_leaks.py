"""Nothing of a neighbour shows: every page, list, export and download that a role opens, searched for the neighbour's names."""

import pytest
from django.test import Client
from django.urls import reverse

from mayak.kernel.audit.models import AuditEntry
from mayak.registry.models import Organisation, Territory
from tests.architecture.access_objects import World, _providers, arguments_of, make_world
from tests.architecture.test_access_table import ADDRESSES, EXPECTED

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.heavy]

MARK = "Чужеградск"
ROLES = [
    "regional_coordinator", "municipal_coordinator", "school_coordinator", "external_expert",
]  # fmt: skip
"""One role of each way to see; the administrator sees no contents (the table of addresses says so)."""

EXPORTS = ("_export=csv", "format=csv", "format=xlsx")


@pytest.fixture
def world() -> World:
    """Both places with everything that a provider makes; whatever is the neighbour's bears the mark."""
    made = marked(make_world())
    for name in sorted(_providers):
        for side in ("own", "foreign"):
            arguments_of(name, made, side, made.visitors["municipal"])  # type: ignore[arg-type]  # literals
    return marked(made)


@pytest.fixture
def bare_world() -> World:
    """Both places with their schools and people alone."""
    return marked(make_world())


def marked(made: World) -> World:
    """Name whatever is the neighbour's by the mark."""
    foreign = made.foreign
    Territory.objects.filter(pk__in=[foreign.region.pk, foreign.municipality.pk]).update(
        name=f"{MARK}ий район"
    )
    foreign.school.name = foreign.school.short_name = f"МБОУ «{MARK}ая СОШ»"
    foreign.school.save()
    inside = Organisation.objects.filter(territory__path__startswith=foreign.region.path)
    for row in inside.exclude(pk=foreign.school.pk):
        row.name = row.short_name = f"{MARK} {row.pk}"
        row.save()
    return made


def pages(world: World, role: str) -> list[str]:
    """Return the addresses that answer this role with a page, lists with their exports."""
    found: list[str] = []
    for (name, method), answers in EXPECTED.items():
        if method != "GET" or answers[role] != 200 or name not in ADDRESSES:
            continue
        given = arguments_of(name, world, "own", world.visitors[role]) if ADDRESSES[name] else {}
        url = reverse(name, kwargs={key: value for key, value in given.items() if key in ADDRESSES[name]})
        found.append(url)
        found += [f"{url}?{export}" for export in EXPORTS if not ADDRESSES[name]]
    return found


@pytest.mark.parametrize("role", ROLES)
def test_no_page_and_no_export_shows_a_neighbour(world: World, role: str) -> None:
    client = Client()
    visitor = world.visitors[role]
    assert visitor is not None
    client.force_login(visitor)
    leaks = []
    for url in pages(world, role):
        response = client.get(url)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        if MARK.encode() in body:
            leaks.append(url)
    assert leaks == []
    assert not AuditEntry.objects.within(request_scope(client)).filter(object_text__contains=MARK).exists()


def request_scope(client: Client) -> object:
    """Return the scope of the client as the middleware gives it."""
    return client.get("/").wsgi_request.scope


@pytest.mark.parametrize("role", ROLES)
def test_no_search_finds_a_neighbour(bare_world: World, role: str) -> None:
    client = Client()
    visitor = bare_world.visitors[role]
    assert visitor is not None
    client.force_login(visitor)
    for url in ("/registry/options/organisations/", "/registry/options/people/"):
        assert MARK not in client.get(url, {"text": MARK}).content.decode().replace(f'value="{MARK}"', "")
