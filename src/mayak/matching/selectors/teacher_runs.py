"""Pairs of teachers in a pairing, the load of the mentors, and names that come from the registry at each reading."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from mayak.diagnosis.enums.needs import NeedState
from mayak.diagnosis.models import MentorProfile, TeacherNeed
from mayak.kernel.access import Scope
from mayak.matching.enums import MatchingState
from mayak.matching.models import MatchingRun, TeacherPair
from mayak.registry.models import Employment, Person


@dataclass(frozen=True, slots=True)
class MentorLoad:
    """How many needs a mentor takes out of how many places («2 of 3»)."""

    mentor_id: int
    name: str
    school: str
    load: int
    places: int

    @property
    def free(self) -> int:
        """Places that are left."""
        return max(self.places - self.load, 0)


@dataclass(frozen=True, slots=True)
class Swap:
    """A teacher and a mentor who would both have more points with each other; the gain of the teacher, 0..1."""

    mentee: str
    mentor: str
    gain: float


def swaps_of(run: MatchingRun) -> list[Swap]:
    """Return the greatest of the swaps that both sides would like, one query."""
    pairs = run.summary.get("blocking", {}).get("pairs", [])
    if not pairs:
        return []
    names = names_of(person for mentee, _need, mentor, _gain in pairs for person in (mentee, mentor))
    return [
        Swap(names.get(mentee, "—"), names.get(mentor, "—"), gain) for mentee, _need, mentor, gain in pairs
    ]


def teacher_pair_list(run: MatchingRun) -> QuerySet[TeacherPair]:
    """Return the pairs with people and schools."""
    return run.teacher_pairs.select_related(
        "mentee", "mentor", "mentee_school", "mentor_school", "competence", "subject"
    ).order_by("mentor__sort_key", "mentee__sort_key", "pk")


def places_of(run: MatchingRun) -> dict[int, int]:
    """Return mentor -> places of the input."""
    mentors = run.snapshot.get("teachers", {}).get("mentors", {})
    return {
        int(key): places
        for key, places in zip(mentors.get("key", []), mentors.get("places", []), strict=True)
    }


def subjects_of(run: MatchingRun) -> Mapping[str, str]:
    """Return the names of the subjects of the input by key."""
    found: Mapping[str, str] = run.snapshot.get("subjects", {})
    return found


def mentor_loads(run: MatchingRun, *, only_used: bool = False) -> list[MentorLoad]:
    """Return the load of the mentors of the input, the heaviest first; two queries."""
    places = places_of(run)
    schools = run.snapshot.get("schools", {})
    mentors = run.snapshot.get("teachers", {}).get("mentors", {})
    school_of = dict(zip(mentors.get("key", []), mentors.get("school", []), strict=True))
    loads = Counter(run.teacher_pairs.order_by().values_list("mentor_id", flat=True))
    names = names_of(loads if only_used else {*loads, *places})
    found = [
        MentorLoad(
            mentor, names.get(mentor, "—"), schools.get(str(school_of.get(str(mentor))), ""), loads[mentor],
            places.get(mentor, 0),
        )
        for mentor in names
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.load, one.name, one.mentor_id))


def names_of(people: Iterable[int]) -> dict[int, str]:
    """Return the names of the people as the registry has them now, one query (snapshots keep no names)."""
    wanted = sorted(set(people))
    found = Person.objects.filter(pk__in=wanted).order_by()
    return {
        pk: " ".join(word for word in words if word)
        for pk, *words in found.values_list("pk", "family_name", "given_name", "patronymic")
    }


def approved_pairs(scope: Scope, person_id: int | None, *, sees_others: bool) -> QuerySet[TeacherPair]:
    """Return the approved pairs of the scope and one's own; without the right to see others only one's own."""
    seen = Q(pk__in=[])
    if sees_others:
        seen |= Q(pk__in=TeacherPair.objects.within(scope).order_by().values("pk"))
    if person_id is not None:
        seen |= Q(mentee=person_id) | Q(mentor=person_id)
    rows = TeacherPair.objects.filter(seen, run__state=MatchingState.APPROVED)
    return rows.select_related(
        "mentee", "mentor", "mentee_school", "mentor_school", "run__school_year", "competence", "subject"
    )


def people_of_run(run: MatchingRun) -> tuple[QuerySet[Person], QuerySet[Person]]:
    """Return whom a demand may name: people with an open need and mentors with an accepted passport."""
    path, year = run.territory.path or "", run.school_year_id
    working = Employment.objects.filter(organisation__territory__path__under=path).values("person")
    people = Person.objects.filter(archived_at__isnull=True, pk__in=working).order_by("sort_key", "pk")
    needs = TeacherNeed.objects.filter(school_year=year, state=NeedState.OPEN).values("person")
    passports = MentorProfile.objects.accepted().filter(
        school_year=year, organisation__territory__path__under=path
    )
    return people.filter(pk__in=needs), people.filter(pk__in=passports.values("person"))
