"""Invented people of schools and services, their posts, and the staffing of schools by year."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from django.db import transaction

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record_bulk
from mayak.registry.enums import OrganisationKind, QualificationCategory
from mayak.registry.models import (
    Employment,
    Organisation,
    Person,
    SchoolYear,
    StaffingRecord,
    Subject,
    Territory,
)
from mayak.registry.services.people import person_key
from mayak.web.demonstration.people_names import draw_name
from mayak.web.demonstration.plans import Level, SchoolPlan
from mayak.web.demonstration.randomness import stream
from mayak.web.demonstration.territories import BuiltDistrict, BuiltRegion

TODAY_YEAR = 2026
STAFFING_YEARS = (2022, 2023, 2024, 2025, 2026)
"""Calendar years in which the school years of the staffing begin."""

SMALL, MIDDLE, BIG, LARGE = 150, 300, 600, 900
"""Pupils from which a school has a deputy, a psychologist, a social teacher, a special-needs teacher; invented."""

_TAUGHT: tuple[tuple[str, ...], ...] = (
    ("russian", "literature"),
    ("mathematics",),
    ("primary-classes",),
    ("english",),
    ("history", "social-studies"),
    ("physics", "informatics"),
    ("biology", "geography"),
    ("russian", "literature"),
    ("mathematics", "informatics"),
    ("primary-classes",),
    ("primary-classes",),
    ("chemistry", "biology"),
    ("technology",),
    ("physical-education",),
)
_POSTS_ABOVE = {
    OrganisationKind.EDUCATION_AUTHORITY_MUNICIPAL: (
        "председатель комитета образования", "заместитель председателя комитета", "главный специалист",
    ),
    OrganisationKind.METHODICAL_SERVICE: ("руководитель методической службы", "методист", "методист", "методист"),
    OrganisationKind.EDUCATION_AUTHORITY_REGIONAL: ("министр образования", "главный специалист", "ведущий специалист"),
    OrganisationKind.REGIONAL_INSTITUTE: ("ректор института", "старший методист", "методист"),
    OrganisationKind.SUPPLEMENTARY: ("директор", "педагог дополнительного образования"),
    OrganisationKind.COORDINATION_CENTER: ("руководитель центра", "методист"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Post:
    """A post that is to be written."""

    organisation: Organisation
    position: str
    subjects: tuple[str, ...]
    since: int


@dataclass(slots=True)
class Staff:
    """People that were written: by organisation in the order of their posts, and teachers by subject."""

    by_organisation: dict[int, list[Person]] = field(default_factory=lambda: defaultdict(list))
    teachers: dict[tuple[int, str], list[Person]] = field(default_factory=lambda: defaultdict(list))


@transaction.atomic
def build_staff(regions: dict[str, BuiltRegion], seed: int, *, actor: Actor) -> Staff:
    """Write all people with their posts, and the staffing of the schools."""
    staff = Staff()
    subjects = {subject.code: subject for subject in Subject.objects.all()}
    for region in regions.values():
        random = stream(seed, region.territory.name, "people")
        _hire(region.territory, _posts_above(region.organisations), random, subjects, staff, actor=actor)
        for district in region.districts:
            random = stream(seed, district.plan.municipality, "people")
            posts = _posts_above(district.organisations)
            for plan in district.plan.schools:
                posts += _school_posts(plan, district.organisations[plan.name], random)
            _hire(district.territory, posts, random, subjects, staff, actor=actor)
            _write_staffing(district, seed, actor=actor)
    return staff


def _posts_above(organisations: dict[str, Organisation]) -> list[Post]:
    return [
        Post(organisation, position, (), 2012)
        for organisation in organisations.values()
        for position in _POSTS_ABOVE.get(OrganisationKind(organisation.kind), ())
    ]


def _school_posts(plan: SchoolPlan, school: Organisation, random: np.random.Generator) -> list[Post]:
    """Head, deputy, teachers of subjects and, in bigger schools, specialists."""
    head = "заведующий филиалом" if plan.parent else "директор"
    posts = [Post(school, head, (), 2008)]
    if plan.pupils >= SMALL:
        posts.append(Post(school, "заместитель директора по учебно-воспитательной работе", (), 2010))
    most = len(_TAUGHT) if plan.level != Level.DRAWN else 8
    count = int(np.clip(plan.pupils / 40 + 4, 5, most))
    posts += [
        Post(school, "учитель начальных классов" if taught == ("primary-classes",) else "учитель", taught, 0)
        for taught in _TAUGHT[:count]
    ]
    if plan.pupils >= MIDDLE and random.random() < 0.8:  # noqa: PLR2004  # invented share
        posts.append(Post(school, "педагог-психолог", (), 0))
    if plan.pupils >= BIG:
        posts += [Post(school, "социальный педагог", (), 0), Post(school, "учитель-логопед", (), 0)]
    return posts


def _hire(
    territory: Territory,
    posts: list[Post],
    random: np.random.Generator,
    subjects: dict[str, Subject],
    staff: Staff,
    *,
    actor: Actor,
) -> None:
    if not posts:
        return
    people = Person.objects.bulk_create([_person(territory, post, random) for post in posts])
    employments = Employment.objects.bulk_create(
        Employment(
            person=person,
            organisation=post.organisation,
            position=post.position,
            rate=1,
            valid_from=dt.date(max(person.teaching_since or 0, post.since, 2005), 9, 1),
        )
        for person, post in zip(people, posts, strict=True)
    )
    taught = Employment.subjects.through
    taught.objects.bulk_create(
        taught(employment_id=employment.pk, subject_id=subjects[code].pk)
        for employment, post in zip(employments, posts, strict=True)
        for code in post.subjects
        if code in subjects
    )
    for person, post in zip(people, posts, strict=True):
        staff.by_organisation[post.organisation.pk].append(person)
        for code in post.subjects:
            staff.teachers[post.organisation.pk, code].append(person)
    record_bulk(
        Person,
        actor=actor,
        action="create",
        row_count=len(people),
        row_first=people[0].pk,
        row_last=people[-1].pk,
        territory_path=territory.path or "",
        object_text=territory.name,
    )


def _person(territory: Territory, post: Post, random: np.random.Generator) -> Person:
    name = draw_name(random, share_of_women=0.6 if post.since else 0.87)
    since = int(random.integers(1984, 2027 if not post.since else 2009))
    category = QualificationCategory.NONE
    if TODAY_YEAR - since >= 3 and random.random() < 0.7:  # noqa: PLR2004  # attestation asks for some years of work
        category = QualificationCategory.HIGHEST if random.random() < 0.45 else QualificationCategory.FIRST  # noqa: PLR2004  # invented
    until = dt.date(TODAY_YEAR + int(random.integers(0, 5)), int(random.integers(1, 13)), 25)
    person = Person(
        territory=territory,
        family_name=name.family,
        given_name=name.given,
        patronymic=name.patronymic,
        category=category,
        category_until=None if category == QualificationCategory.NONE else until,
        teaching_since=since,
        is_early_career=TODAY_YEAR - since < 3,  # noqa: PLR2004  # the first three years (domain.md B4.5)
    )
    person.sort_key = person_key(person)
    return person


def _write_staffing(district: BuiltDistrict, seed: int, *, actor: Actor) -> None:
    """Write five years for each school; weak and remote schools lack people oftener."""
    years = {year.start_year: year for year in SchoolYear.objects.filter(start_year__in=STAFFING_YEARS)}
    random = stream(seed, district.plan.municipality, "staffing")
    rows = []
    for plan, school in zip(district.plan.schools, district.schools, strict=True):
        is_short = plan.level in (Level.LOW, Level.LOW_TWICE) or plan.is_adverse or random.random() < 0.2  # noqa: PLR2004  # invented
        for start in STAFFING_YEARS:
            teachers = max(4, (school.teachers or 6) + int(random.integers(-1, 2)))
            rows.append(
                StaffingRecord(
                    organisation=school,
                    school_year=years[start],
                    teachers=teachers,
                    vacancies=int(random.poisson(1.8 if is_short else 0.4)),
                    overloaded_share=round(
                        float(np.clip(random.normal(62 if is_short else 34, 9), 5, 95)), 2
                    ),
                    with_category=int(teachers * random.uniform(0.4, 0.6 if is_short else 0.9)),
                    early_career=int(random.binomial(teachers, 0.09)),
                    psychologists=int(plan.pupils >= MIDDLE),
                    speech_therapists=int(plan.pupils >= BIG),
                    special_teachers=int(plan.pupils >= LARGE),
                    social_teachers=int(plan.pupils >= BIG),
                    source="Демонстрация",
                )
            )
    saved = StaffingRecord.objects.bulk_create(rows)
    record_bulk(
        StaffingRecord,
        actor=actor,
        action="create",
        row_count=len(saved),
        row_first=saved[0].pk,
        row_last=saved[-1].pk,
        territory_path=district.territory.path or "",
        object_text=district.territory.name,
    )
