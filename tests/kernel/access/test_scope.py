"""Scope: what a value lets see, and how querysets use it."""

import pytest
from django.http import HttpRequest

from mayak.kernel.access import SYSTEM, Actor, Scope
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.audit.models import AuditEntry

OWN = Scope(territory_paths=("/1/7/",), organisation_ids=frozenset({31}), rights=frozenset({"results.load"}))


def test_a_right_is_held_by_name() -> None:
    assert OWN.allows("results.load")
    assert not OWN.allows("registry.edit")
    assert Scope.of_everything().allows("registry.edit")


@pytest.mark.parametrize(
    ("path", "covered"), [("/1/7/", True), ("/1/7/9/", True), ("/1/", False), ("/1/70/", False)]
)
def test_a_territory_is_covered_with_all_below_it(path: str, covered: bool) -> None:
    assert OWN.covers_territory(path) is covered
    assert Scope.of_everything().covers_territory(path)


def test_an_organisation_is_covered_by_itself_or_by_its_territory() -> None:
    assert OWN.covers_organisation(31, "/2/")
    assert OWN.covers_organisation(99, "/1/7/9/")
    assert not OWN.covers_organisation(99, "/2/")


def test_emptiness() -> None:
    assert Scope().is_empty
    assert not OWN.is_empty
    assert not Scope.of_everything().is_empty


def test_without_a_middleware_nothing_is_seen() -> None:
    request = HttpRequest()
    assert request_scope(request).is_empty
    assert request_actor(request) == Actor(user_id=None, label="anonymous")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (OWN, {"own", "below", "organisation"}),
        (Scope(), set()),
        (Scope(territory_paths=("/1/",)), {"own", "below", "sibling", "similar"}),
        (Scope(organisation_ids=frozenset({31})), {"organisation"}),
        (Scope.of_everything(), {"own", "below", "sibling", "similar", "organisation", "nowhere"}),
    ],
)
def test_rows_within_a_scope(scope: Scope, seen: set[str]) -> None:
    places = {
        "own": ("/1/7/", None),
        "below": ("/1/7/9/", 5),
        "sibling": ("/1/8/", None),
        "similar": ("/1/70/", None),
        "organisation": ("/2/", 31),
        "nowhere": ("", None),
    }
    AuditEntry.objects.bulk_create(
        AuditEntry(
            actor_label=SYSTEM.label,
            action=name,
            object_type="-",
            territory_path=path,
            organisation_id=school,
        )
        for name, (path, school) in places.items()
    )
    assert set(AuditEntry.objects.within(scope).values_list("action", flat=True)) == seen
