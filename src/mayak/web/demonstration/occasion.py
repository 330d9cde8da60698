"""When, where and by whom diagnosis is held in the demonstration: the days, the districts, the accounts, the words."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from django.utils import timezone

from mayak.accounts.models import User
from mayak.accounts.selectors import actor_of
from mayak.kernel.access import Actor
from mayak.registry.models import Organisation, Person, SchoolYear, Subject
from mayak.results.enums import StatusRole
from mayak.results.models import SchoolStatus
from mayak.web.demonstration.plans import REGION_KEY, Level
from mayak.web.demonstration.procedures import YEARS
from mayak.web.demonstration.randomness import stream
from mayak.web.demonstration.staff import TODAY_YEAR, Staff
from mayak.web.demonstration.territories import BuiltDistrict, BuiltRegion

COORDINATOR_OF = {
    "S0": "tosno",
    "S1": "kirovsk",
    "S3": "sechenovo",
    "S4": "yeniseysk",
    REGION_KEY: "region",
}
"""Who does it: part of the demonstration -> the account (``users.py``)."""
MAIN = "S1"
"""The district with the accounts of a methodist, a school, a mentor and a mentee: there diagnosis is shown whole."""
MUNICIPALITIES = slice(1, 3)
"""Of the synthetic region only these: the demonstration stays quick."""
LOW_MOST, ELSEWHERE, LEADS_MOST = 6, 3, 3
"""Schools of a district that are shown at most: of those that get help here and elsewhere, of lead schools."""


@cache
def words() -> dict[str, Any]:
    """The texts of the demonstration of diagnosis."""
    with Path(__file__).with_name("diagnosis.yaml").open(encoding="utf-8") as file:
        found: dict[str, Any] = yaml.safe_load(file)
    return found


@dataclass(frozen=True, slots=True)
class Occasion:
    """The days and the accounts; everything is drawn from the seed.

    Attributes:
        seed: of the whole demonstration.
        year: the school year in which help is given, as in the main job.
        before: the school year before it.
        users: accounts by the part of the e-mail before the «@».
        actors: the same accounts as those who act.
        staff: the people of the schools.
        subjects: subjects by code.
        today: the day of the building.
    """

    seed: int
    year: SchoolYear
    before: SchoolYear
    users: Mapping[str, User]
    actors: Mapping[str, Actor]
    staff: Staff
    subjects: Mapping[str, Subject]
    today: dt.date

    def random(self, *purpose: str) -> np.random.Generator:
        """Return the stream of one purpose."""
        return stream(self.seed, "diagnosis", *purpose)

    def day(self, days: int) -> dt.date:
        """Return the day so many days from today; below zero in the past."""
        return self.today + dt.timedelta(days=days)

    def actor(self, local: str) -> Actor:
        """Return the account as the one who acts."""
        return self.actors[local]

    def person(self, local: str) -> Person | None:
        """Return the person of an account."""
        user = self.users.get(local)
        return user.person if user is not None else None

    def is_of(self, local: str, school: Organisation) -> bool:
        """Whether an account is held for this school."""
        user = self.users.get(local)
        return user is not None and user.roles.filter(organisation=school).exists()

    def teachers(self, school: Organisation, *codes: str) -> list[Person]:
        """Return who teaches the subjects at the school for more than a year, each once."""
        wanted = codes or sorted({code for key, code in self.staff.teachers if key == school.pk})
        found = [person for code in wanted for person in self.staff.teachers.get((school.pk, code), [])]
        known = {one.pk: one for one in found if (one.teaching_since or 0) < TODAY_YEAR}
        return list(known.values())


@dataclass(frozen=True, slots=True)
class Place:
    """A district with the schools that get help and those that give it, and who keeps its diagnosis."""

    district: BuiltDistrict
    coordinator: str
    low: list[Organisation]
    leads: list[Organisation]

    @property
    def key(self) -> str:
        """The part of the demonstration."""
        return self.district.plan.key

    @property
    def name(self) -> str:
        """The municipality, for the random streams."""
        return self.district.plan.municipality

    @property
    def is_main(self) -> bool:
        """Whether diagnosis is shown whole there."""
        return self.key == MAIN

    @property
    def shown(self) -> list[Organisation]:
        """The schools that get help and are shown whole."""
        return self.low[: LOW_MOST if self.is_main else ELSEWHERE]

    @property
    def others(self) -> list[Organisation]:
        """Schools that neither get help nor give it."""
        chosen = {school.pk for school in (*self.low, *self.leads)}
        return [school for school in self.district.schools if school.pk not in chosen]

    def good(self) -> list[Organisation]:
        """Return the other schools that do well by the plan; in the synthetic region any of them."""
        plans = {plan.name: plan.level for plan in self.district.plan.schools}
        good = {name for name, level in plans.items() if level in {Level.GOOD, Level.DRAWN}}
        names = {self.district.organisations[name].pk for name in good}
        return [school for school in self.others if school.pk in names]


def make_occasion(users: Iterable[User], staff: Staff, seed: int) -> Occasion:
    """Return the days of the main job and of today, and the accounts by name."""
    known = {user.email.split("@")[0]: user for user in users}
    roles = {local: user.roles.values_list("role", flat=True).first() or "" for local, user in known.items()}
    years = {year.start_year: year for year in SchoolYear.objects.filter(start_year__in=YEARS[-2:])}
    return Occasion(
        seed=seed,
        year=years[YEARS[-1]],
        before=years[YEARS[-2]],
        users=known,
        actors={local: actor_of(user, role=roles[local]) for local, user in known.items()},
        staff=staff,
        subjects={subject.code: subject for subject in Subject.objects.all()},
        today=timezone.localdate(),
    )


def places_of(region: BuiltRegion) -> Iterator[Place]:
    """Yield the districts in which diagnosis is held; schools in the order of the plan."""
    bearing = SchoolStatus.objects.filter(organisation__territory__path__under=region.territory.path or "-")
    held = bearing.filter(valid_to__isnull=True).values_list("organisation_id", "kind__role")
    roles: dict[str, set[int]] = {StatusRole.NEEDS_HELP: set(), StatusRole.GIVES_HELP: set()}
    for school, role in held:
        roles.setdefault(role, set()).add(school)
    drawn = [district for district in region.districts if district.plan.key == REGION_KEY]
    kept = {id(district) for district in drawn[MUNICIPALITIES] or drawn}
    for district in region.districts:
        if district.plan.key == REGION_KEY and id(district) not in kept:
            continue
        schools = district.schools
        yield Place(
            district,
            COORDINATOR_OF[district.plan.key],
            [school for school in schools if school.pk in roles[StatusRole.NEEDS_HELP]],
            [school for school in schools if school.pk in roles[StatusRole.GIVES_HELP]],
        )
