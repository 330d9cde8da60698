"""People whose deficits are looked at: where they work, what they teach, who may see them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from mayak.diagnosis.models.of_person import posts_on
from mayak.diagnosis.selectors.table_words import table_words
from mayak.kernel.access import Scope
from mayak.registry.enums import SCHOOL_KINDS
from mayak.registry.models import Organisation, Person, Subject


@dataclass(frozen=True, slots=True)
class Work:
    """Where a person works today, what is taught there, whether a post is one of a head."""

    schools: tuple[Organisation, ...]
    subjects: tuple[Subject, ...]
    is_head: bool


def readable_people(scope: Scope) -> QuerySet[Person]:
    """Return the people of a territory; a school sees those who work there today, not those who left."""
    found = Person.objects.filter(archived_at__isnull=True).select_related("territory")
    if scope.everything:
        return found
    territories = scope.territory_paths
    visible = (
        found.within(Scope(territory_paths=territories)).values("pk")
        if territories
        else found.none().values("pk")
    )
    present = posts_on(timezone.localdate()).filter(organisation__in=scope.organisation_ids).values("person")
    return found.filter(pk__in=visible) | found.filter(pk__in=present)


def work_of(person: Person) -> Work:
    """Return the present work of a person."""
    posts = list(
        posts_on(timezone.localdate())
        .filter(person=person)
        .select_related("organisation__territory")
        .prefetch_related("subjects")
    )
    schools = {post.organisation_id: post.organisation for post in posts}
    subjects = {subject.pk: subject for post in posts for subject in post.subjects.all()}
    is_head = any(word in post.position.lower() for post in posts for word in table_words()["head_words"])
    return Work(tuple(schools.values()), tuple(subjects.values()), is_head)


def main_posts(*, path: str = "", organisation: int | None = None) -> dict[int, int]:
    """Return person -> organisation of the main post of everybody whose main post lies there.

    The main post is the one with the greatest rate, of equals the oldest, in whatever school: so everybody is counted
    in one place, and the sums of schools add up to those of districts and of the region. Posts outside schools do not
    count.
    """
    posts = posts_on(timezone.localdate()).filter(
        person__archived_at__isnull=True, organisation__kind__in=SCHOOL_KINDS
    )
    here = (
        posts.filter(organisation=organisation)
        if organisation
        else posts.filter(organisation__territory__path__under=path)
    )
    there = Exists(here.filter(person=OuterRef("person")))  # a list of people would be sought for each school
    rows = (
        posts.filter(there)
        .order_by()
        .values_list(
            "pk", "person_id", "organisation_id", "organisation__territory__path", "rate", "valid_from"
        )
    )
    found: dict[int, tuple[tuple[float, dt.date, int], int, str]] = {}
    for pk, person, place, place_path, rate, since in rows:
        rank = (-float(rate or 0), since or dt.date.min, pk)
        known = found.get(person)
        if known is None or rank < known[0]:
            found[person] = (rank, place, place_path or "")
    return {
        person: place
        for person, (_rank, place, place_path) in found.items()
        if place == organisation or (organisation is None and place_path.startswith(path))
    }


def present_schools(people: Iterable[int]) -> dict[int, set[str]]:
    """Return person -> names of the organisations where the person works today, in lower case."""
    found: dict[int, set[str]] = {}
    rows = posts_on(timezone.localdate()).filter(person__in=list(people))
    for person, *names in rows.values_list("person_id", "organisation__short_name", "organisation__name"):
        found.setdefault(person, set()).update(
            " ".join(name.lower().replace("ё", "е").split()) for name in names
        )
    return found
