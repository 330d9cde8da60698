"""The rows from which a pairing of teachers is made, read as columns by a fixed number of queries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from mayak.accounts.enums import ConsentPurpose
from mayak.accounts.models import Consent
from mayak.diagnosis.enums.deficits import OPEN_REQUESTS, RequestMode
from mayak.diagnosis.enums.needs import NeedState
from mayak.diagnosis.enums.passports import MentoringForm, WorkFormat
from mayak.diagnosis.models import (
    Competence,
    HelpRequest,
    MentorProfile,
    MentorStrength,
    TeacherNeed,
)
from mayak.diagnosis.selectors import reference_day
from mayak.diagnosis.selectors.severities import severities_of
from mayak.diagnosis.selectors.table_words import table_words
from mayak.matching.models import MatchingRun
from mayak.registry.enums import SCHOOL_KINDS, TerritoryKind
from mayak.registry.models import Employment, Organisation

TEACHER, HEAD, SPECIALIST = 0, 1, 2
"""Codes of the role of a person, told from the words of the post."""
UNKNOWN: Final = -1
_REGION_LEVEL = 1


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """An open organisation with what the criteria need; ``municipality``, ``region`` are keys, -1 = unknown."""

    name: str
    municipality: int
    region: int
    latitude: float | None
    longitude: float | None
    kind: tuple[str, str]
    is_school: bool


@dataclass(slots=True)
class PersonRow:
    """Where a person works on the day: the main post first, that of the greatest rate, of equals the oldest."""

    name: str
    school: int
    role: int
    post: int
    rank: tuple[float, dt.date, int]
    organisations: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class CompetenceRow:
    """A competence with its subject and grades; 0..0 = all grades, -1 = of no subject."""

    code: str
    name: str
    subject: int
    grade_from: int
    grade_to: int


@dataclass(frozen=True, slots=True)
class MentorRow:
    """An accepted passport of a mentor who works in the territory."""

    profile: int
    person: int
    school: int
    places: int
    hours: int | None
    remote: bool
    strengths: tuple[tuple[int, int, int, int], ...]
    in_person: bool
    takes_groups: bool


@dataclass(frozen=True)
class TeacherRows:
    """Everything read, before it becomes columns.

    Attributes:
        needs: person -> (weight, competence) of the open needs, the heaviest first.
        severities: (person, competence) -> severity 0..3 of the needs of which a source says something.
        modes: (person, competence) -> mode of an open request.
        subjects: post -> subjects, in the order of the subjects.
        consented: people whose consent to mentoring is kept.
        not_employed, not_available: mentors left out, by name of the person where it is known.
    """

    day: dt.date
    schools: Mapping[int, SchoolRow]
    people: Mapping[int, PersonRow]
    competences: Mapping[int, CompetenceRow]
    needs: Mapping[int, list[tuple[float, int]]]
    severities: Mapping[tuple[int, int], float]
    modes: Mapping[tuple[int, int], str]
    subjects: Mapping[int, list[int]]
    mentors: list[MentorRow]
    consented: frozenset[int]
    not_employed: tuple[int, ...]
    not_available: tuple[int, ...]


def read_rows(run: MatchingRun) -> TeacherRows:
    """Read the people of the territory with their needs and passports as they are on the day of reference."""
    day = reference_day(run.school_year)
    path = run.territory.path or ""
    schools = _schools(path, day)
    posts = _posts(path, day)
    people = _people(posts, schools)
    competences = _competences()
    mentors, not_employed, not_available = _mentors(run, day, people, schools, competences)
    needs = _needs(run, posts, competences)
    asked = [(person, competence) for person, own in needs.items() for _weight, competence in own]
    return TeacherRows(
        day=day,
        schools=schools,
        people=people,
        competences=competences,
        needs=needs,
        severities=severities_of(posts.values("person"), asked),
        modes=_modes(run, posts),
        subjects=_subjects(posts),
        mentors=mentors,
        consented=_consented(run),
        not_employed=not_employed,
        not_available=not_available,
    )


def _schools(path: str, day: dt.date) -> dict[int, SchoolRow]:
    rows = Organisation.objects.filter(territory__path__under=path).filter(
        Q(closed_on__isnull=True) | Q(closed_on__gt=day)
    )
    names = (
        "pk", "short_name", "territory_id", "territory__kind", "territory__path", "latitude", "longitude",
        "locality", "school_type", "kind",
    )  # fmt: skip
    found = {}
    for (
        pk,
        name,
        territory,
        level,
        own,
        latitude,
        longitude,
        locality,
        kind,
        organisation,
    ) in rows.order_by().values_list(*names):
        keys = (own or "").strip("/").split("/")
        found[pk] = SchoolRow(
            name=name,
            municipality=territory if level == TerritoryKind.MUNICIPALITY else UNKNOWN,
            region=int(keys[_REGION_LEVEL]) if len(keys) > _REGION_LEVEL else UNKNOWN,
            latitude=None if latitude is None else float(latitude),
            longitude=None if longitude is None else float(longitude),
            kind=(locality, kind),
            is_school=organisation in SCHOOL_KINDS,
        )
    return found


def _posts(path: str, day: dt.date) -> QuerySet[Employment]:
    """The posts that are held on the day in the organisations of the territory."""
    return Employment.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=day),
        Q(valid_to__isnull=True) | Q(valid_to__gte=day),
        organisation__territory__path__under=path,
        person__archived_at__isnull=True,
    ).order_by()


def _people(posts: QuerySet[Employment], schools: Mapping[int, SchoolRow]) -> dict[int, PersonRow]:
    names = (
        "pk", "person_id", "organisation_id", "position", "rate", "valid_from",
        "person__family_name", "person__given_name", "person__patronymic",
    )  # fmt: skip
    found: dict[int, PersonRow] = {}
    roles: dict[str, int] = {}
    for pk, person, school, position, rate, since, *words in posts.values_list(*names):
        if school not in schools:
            continue
        rank = (-float(rate or 0), since or dt.date.min, pk)
        known = found.get(person)
        if known is not None:
            known.organisations.add(school)
            if rank >= known.rank:
                continue
        if position not in roles:
            roles[position] = role_of(position)
        organisations = {school} if known is None else known.organisations
        name = " ".join(word for word in words if word)
        found[person] = PersonRow(name, school, roles[position], pk, rank, organisations)
    return found


def role_of(position: str) -> int:
    """Return whether the words of a post are those of a head, of a specialist, or of a teacher."""
    text, words = position.lower(), table_words()
    if any(word in text for word in words["head_words"]):
        return HEAD
    return SPECIALIST if any(word in text for word in words["specialist_words"]) else TEACHER


def _competences() -> dict[int, CompetenceRow]:
    rows = Competence.objects.order_by().values_list(
        "pk", "code", "name", "subject_id", "grade_from", "grade_to"
    )
    return {
        pk: CompetenceRow(code, name, subject or UNKNOWN, *grades(first, last))
        for pk, code, name, subject, first, last in rows
    }


def grades(first: int | None, last: int | None) -> tuple[int, int]:
    """Return the grades as the solver takes them: 0..0 for all."""
    return (0, 0) if first is None else (first, last or first)


def _needs(
    run: MatchingRun, posts: QuerySet[Employment], competences: Mapping[int, CompetenceRow]
) -> dict[int, list[tuple[float, int]]]:
    """The open needs by person; of equal weights the first by name, as everywhere."""
    rows = (
        TeacherNeed.objects.filter(
            school_year=run.school_year_id,
            state=NeedState.OPEN,
            competence__archived_at__isnull=True,
            person__in=posts.values("person"),
        )
        .annotate(counted=Coalesce("stated_weight", "weight"))
        .order_by()
        .values_list("person_id", "competence_id", "counted")
    )
    found: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for person, competence, weight in rows:
        if weight > 0:
            found[person].append((weight, competence))
    for own in found.values():
        own.sort(key=lambda one: (-one[0], competences[one[1]].name, one[1]))
    return dict(found)


def _modes(run: MatchingRun, posts: QuerySet[Employment]) -> dict[tuple[int, int], str]:
    rows = HelpRequest.objects.filter(
        school_year=run.school_year_id, state__in=OPEN_REQUESTS, person__in=posts.values("person")
    ).exclude(mode=RequestMode.ANY)
    found = rows.order_by().values_list("person_id", "competence_id", "mode")
    return {(person, competence): mode for person, competence, mode in found}


def _subjects(posts: QuerySet[Employment]) -> dict[int, list[int]]:
    taught = Employment.subjects.through.objects.filter(employment__in=posts.values("pk"))
    rows = taught.order_by("subject__position", "subject_id").values_list("employment_id", "subject_id")
    found: dict[int, list[int]] = defaultdict(list)
    for post, subject in rows:
        found[post].append(subject)
    return dict(found)


def _mentors(
    run: MatchingRun,
    day: dt.date,
    people: Mapping[int, PersonRow],
    schools: Mapping[int, SchoolRow],
    competences: Mapping[int, CompetenceRow],
) -> tuple[list[MentorRow], tuple[int, ...], tuple[int, ...]]:
    """The accepted passports: who works where the passport says; who left; who has no time within the year."""
    accepted = MentorProfile.objects.accepted().filter(
        school_year=run.school_year_id, organisation__territory__path__under=run.territory.path or ""
    )
    names = (
        "pk", "person_id", "organisation_id", "pairs", "hours_per_month", "works_remotely",
        "available_from", "available_to",
    )  # fmt: skip
    strengths = _strengths(accepted, {row.code: key for key, row in competences.items()}, competences)
    found, left, away = [], [], []
    for profile, person, school, pairs, hours, remote, since, until in accepted.order_by("pk").values_list(
        *names
    ):
        if person not in people or school not in schools or school not in people[person].organisations:
            left.append(person)
        elif (until is not None and until < day) or (since is not None and since > run.school_year.ends_on):
            away.append(person)
        else:
            rows, in_person, takes_groups = strengths.get(profile, ((), True, False))
            found.append(
                MentorRow(profile, person, school, pairs, hours, remote, rows, in_person, takes_groups)
            )
    return found, tuple(left), tuple(away)


Strengths = tuple[tuple[tuple[int, int, int, int], ...], bool, bool]


def _strengths(
    accepted: QuerySet[MentorProfile], keys: Mapping[str, int], competences: Mapping[int, CompetenceRow]
) -> dict[int, Strengths]:
    """Profile -> rows (competence, subject, grades), whether in person, whether in groups."""
    names = ("profile_id", "competence", "subject_id", "grade_from", "grade_to", "form", "work_format")
    rows = MentorStrength.objects.filter(profile__in=accepted.values("pk")).order_by("pk").values_list(*names)
    offered: dict[int, list[Any]] = defaultdict(list)
    for profile, *offer in rows:
        offered[profile].append(offer)
    return {profile: _offer(own, keys, competences) for profile, own in offered.items()}


def _offer(
    own: Iterable[Any], keys: Mapping[str, int], competences: Mapping[int, CompetenceRow]
) -> Strengths:
    found, personal, groups = [], False, False
    for code, subject, first, last, form, work_format in own:
        personal |= work_format != WorkFormat.REMOTE and form != MentoringForm.VIRTUAL
        groups |= form == MentoringForm.GROUP
        topic = keys.get(code, UNKNOWN)
        named = subject or (competences[topic].subject if topic != UNKNOWN else UNKNOWN)
        if topic == UNKNOWN and named == UNKNOWN:
            continue
        found.append((topic, named, *grades(first, last)))
    return tuple(dict.fromkeys(found)), personal, groups


def _consented(run: MatchingRun) -> frozenset[int]:
    named = MentorProfile.objects.accepted().filter(school_year=run.school_year_id)
    rows = Consent.objects.live().filter(purpose=ConsentPurpose.MENTORING, person__in=named.values("person"))
    return frozenset(rows.order_by().values_list("person_id", flat=True))
