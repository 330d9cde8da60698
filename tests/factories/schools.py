"""Fast rows of risk profiles, passports and needs for tests, and visitors of their pages."""

from typing import Any

import factory
from django.test import Client
from factory.django import DjangoModelFactory

from mayak.accounts.enums import Role
from mayak.accounts.models import User
from mayak.diagnosis.enums.needs import NeedKind
from mayak.diagnosis.enums.passports import PassportState, PersonProofKind
from mayak.diagnosis.enums.risk import RiskBasis
from mayak.diagnosis.models import (
    MentorCriteria,
    MentorCriterion,
    MentorProfile,
    MentorProof,
    MentorStrength,
    NeedRule,
    RiskCutoff,
    RiskFactor,
    SchoolNeed,
)
from mayak.kernel.access import Actor
from mayak.registry.models import Organisation, Person
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.registry import (
    EmploymentFactory,
    OrganisationFactory,
    PersonFactory,
    SchoolYearFactory,
    SubjectFactory,
)

ACTOR = Actor(user_id=7, label="anna@example.org")


class RiskFactorFactory(DjangoModelFactory[RiskFactor]):
    """A factor of the dictionary of 2021; the same code gives the same row."""

    class Meta:
        model = RiskFactor
        django_get_or_create = ("programme", "year", "code")

    programme = "500+"
    year = 2021
    code = "staff-shortage"
    name = factory.LazyAttribute(lambda row: f"Фактор {row.code}")
    source = "test"
    is_assumption = True


class RiskCutoffFactory(DjangoModelFactory[RiskCutoff]):
    """General cut-offs of questionnaires: medium from 30, high from 60."""

    class Meta:
        model = RiskCutoff

    basis = RiskBasis.SCORE
    medium_from = 30
    high_from = 60
    source = "test"


class NeedRuleFactory(DjangoModelFactory[NeedRule]):
    """A weight."""

    class Meta:
        model = NeedRule
        django_get_or_create = ("code",)

    code = "risk-high"
    name = "Вес"
    value = 0.8
    source = "test"


class SchoolNeedFactory(DjangoModelFactory[SchoolNeed]):
    """A need by hand that weighs 0.5."""

    class Meta:
        model = SchoolNeed

    organisation = factory.SubFactory(OrganisationFactory)
    school_year = factory.SubFactory(SchoolYearFactory)
    kind = NeedKind.HAND
    key = factory.Sequence(lambda number: f"hand:{number}")
    title = factory.Sequence(lambda number: f"Потребность {number}")
    stated_weight = 0.5
    reason = "так решил педсовет"


class MentorProfileFactory(DjangoModelFactory[MentorProfile]):
    """An accepted passport for two mentees and four hours, with the post of the person."""

    class Meta:
        model = MentorProfile
        skip_postgeneration_save = True

    organisation = factory.SubFactory(OrganisationFactory)
    person = factory.SubFactory(PersonFactory, territory=factory.SelfAttribute("..organisation.territory"))
    school_year = factory.SubFactory(SchoolYearFactory)
    state = PassportState.ACCEPTED
    pairs = 2
    hours_per_month = 4

    @factory.post_generation
    def post(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """Give the person a post."""
        EmploymentFactory(person=self.person, organisation=self.organisation)


class MentorStrengthFactory(DjangoModelFactory[MentorStrength]):
    """A subject."""

    class Meta:
        model = MentorStrength

    profile = factory.SubFactory(MentorProfileFactory)
    subject = factory.SubFactory(SubjectFactory)


class MentorProofFactory(DjangoModelFactory[MentorProof]):
    """A publication."""

    class Meta:
        model = MentorProof

    profile = factory.SubFactory(MentorProfileFactory)
    kind = PersonProofKind.PUBLICATION
    title = "Статья в сборнике"


class CriteriaFactory(DjangoModelFactory[MentorCriteria]):
    """The version in use."""

    class Meta:
        model = MentorCriteria
        django_get_or_create = ("version",)

    version = 1
    title = "Критерии"
    source = "test"
    is_current = True


class CriterionFactory(DjangoModelFactory[MentorCriterion]):
    """A criterion of two points."""

    class Meta:
        model = MentorCriterion

    criteria = factory.SubFactory(CriteriaFactory)
    code = factory.Sequence(lambda number: f"criterion-{number}")
    group = "Квалификация"
    text = factory.Sequence(lambda number: f"критерий {number}")
    max_points = 2


def client_of(organisation: Organisation, role: Role, person: Person | None = None) -> Client:
    """Return a browser in which somebody with this role is signed in."""
    held = RoleAssignmentFactory(organisation=organisation, role=role)
    if person is not None:
        User.objects.filter(pk=held.user_id).update(person=person)
    client = Client()
    client.force_login(User.objects.get(pk=held.user_id))
    return client
