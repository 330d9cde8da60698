"""Fast rows of competences, deficits, requests and problem groups for tests."""

import datetime as dt
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from mayak.accounts.enums import Role
from mayak.accounts.models import User
from mayak.diagnosis.enums.deficits import DeficitSource, HelpForm
from mayak.diagnosis.models import (
    Competence,
    CompetenceGroup,
    CompetenceLevel,
    DeficitEvidence,
    DeficitRule,
    HelpRequest,
    ProblemGroup,
    TeacherNeed,
)
from mayak.diagnosis.selectors.deficit_rules import supplied_rules
from mayak.diagnosis.services.deficits import DeficitRow, record_deficits
from mayak.kernel.access import SYSTEM
from mayak.registry.models import Organisation, Person, SchoolYear, Subject, Territory
from mayak.registry.selectors.school_years import current_start_year
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.registry import EmploymentFactory, PersonFactory, SchoolFactory


def this_year() -> SchoolYear:
    """Return the present school year."""
    return SchoolYear.objects.get_or_create(start_year=current_start_year())[0]


class GroupFactory(DjangoModelFactory[CompetenceGroup]):
    """The group of methods; the same code gives the same row."""

    class Meta:
        model = CompetenceGroup
        django_get_or_create = ("code",)

    code = "methods"
    name = factory.LazyAttribute(lambda row: {"methods": "Методические"}.get(row.code, f"Группа {row.code}"))
    source = "Р-201"


class CompetenceFactory(DjangoModelFactory[Competence]):
    """A competence of methods that depends on no subject."""

    class Meta:
        model = Competence

    group = factory.SubFactory(GroupFactory)
    code = factory.Sequence(lambda number: f"competence-{number}")
    name = factory.Sequence(lambda number: f"Компетенция {number}")


class LevelFactory(DjangoModelFactory[CompetenceLevel]):
    """A level of a group."""

    class Meta:
        model = CompetenceLevel

    group = factory.SubFactory(GroupFactory)
    level = 0
    description = "Не проявляется."


class RuleFactory(DjangoModelFactory[DeficitRule]):
    """The weight of the self-assessment."""

    class Meta:
        model = DeficitRule

    code = "weight-self"
    name = "Вес самооценки"
    value = 0.5
    source = "Наше решение"
    is_assumption = True


class HelpRequestFactory(DjangoModelFactory[HelpRequest]):
    """An open request for a consultation; no evidence follows, for that use the service."""

    class Meta:
        model = HelpRequest

    person = factory.SubFactory(PersonFactory)
    competence = factory.SubFactory(CompetenceFactory)
    form = HelpForm.CONSULTATION
    asked_on = factory.LazyFunction(timezone.localdate)
    school_year = factory.LazyFunction(this_year)


class TeacherNeedFactory(DjangoModelFactory[TeacherNeed]):
    """A need of the present school year."""

    class Meta:
        model = TeacherNeed

    person = factory.SubFactory(PersonFactory)
    competence = factory.SubFactory(CompetenceFactory)
    school_year = factory.LazyFunction(this_year)
    weight = 0.6


class ProblemGroupFactory(DjangoModelFactory[ProblemGroup]):
    """An active group of a school."""

    class Meta:
        model = ProblemGroup
        skip_postgeneration_save = True

    organisation = factory.SubFactory(SchoolFactory)
    territory = factory.LazyAttribute(lambda row: row.organisation.territory)
    school_year = factory.LazyFunction(this_year)
    title = factory.Sequence(lambda number: f"Группа {number}")
    formed_on = factory.LazyFunction(timezone.localdate)


def teacher(
    school: Organisation, name: str = "Иванова", *, subject: Subject | None = None, **fields: Any
) -> Person:
    """Return a teacher of the school with one present post."""
    person = PersonFactory.create(territory=school.territory, family_name=name, **fields)
    post = EmploymentFactory.create(
        person=person, organisation=school, position="учитель", valid_from=dt.date(2020, 9, 1), valid_to=None
    )
    if subject is not None:
        post.subjects.add(subject)
    return person


def teachers(school: Organisation, count: int) -> list[Person]:
    """Return so many teachers of a school."""
    return [teacher(school, f"Учитель{number:02d}") for number in range(count)]


def say(
    person: Person,
    competence: Competence,
    severity: float,
    source: str = DeficitSource.TEST,
    *,
    days_ago: int = 0,
    wish: bool | None = None,
    **values: Any,
) -> DeficitEvidence:
    """Record one statement through the service."""
    day = timezone.localdate() - dt.timedelta(days=days_ago)
    return record_deficits(
        person,
        [DeficitRow(competence, severity, wish)],
        source=source,
        actor=SYSTEM,
        observed_on=day,
        **values,
    )[0]


def user_of(place: Organisation, role: Role, *, person: Person | None = None) -> User:
    """Return a user with one role at an organisation."""
    user = UserFactory.create(person=person)
    RoleAssignmentFactory.create(user=user, role=role, organisation=place)
    return user


def load_rules() -> None:
    """Write the rules that come with the product."""
    DeficitRule.objects.bulk_create(DeficitRule(**row) for row in supplied_rules())


def region_of(territory: Territory) -> Territory:
    """Return the region of a municipality."""
    assert territory.parent is not None
    return territory.parent
