"""Rows of contests, cards, recommendations and training for tests."""

import datetime as dt
from typing import Any

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from mayak.accounts.enums import Role
from mayak.accounts.models import User
from mayak.diagnosis.enums.contests import ApplicationOrigin, ApplicationState, ContestKind, ContestState
from mayak.diagnosis.enums.dynamics import Direction, IndicatorGroup, IndicatorSource, IndicatorUnit
from mayak.diagnosis.enums.measures import AddresseeKind, TriggerKind, TriggerLevel
from mayak.diagnosis.enums.training import IncentiveKind
from mayak.diagnosis.models import (
    Certificate,
    Contest,
    ContestApplication,
    ContestCriterion,
    ContestExpert,
    DynamicsCard,
    DynamicsIndicator,
    MeasureTemplate,
    MentorIncentive,
    Recommendation,
    TrainingCourse,
    TrainingTopic,
)
from mayak.registry.models import Organisation
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.registry import (
    EmploymentFactory,
    MunicipalityFactory,
    OrganisationFactory,
    PersonFactory,
    SchoolYearFactory,
    ServiceFactory,
)

PDF = b"%PDF-1.4 test"


def paper(name: str = "plan.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    """Return an uploaded paper."""
    return SimpleUploadedFile(name, content)


class ContestFactory(DjangoModelFactory[Contest]):
    """A contest of low-result schools that takes applications today, without criteria."""

    class Meta:
        model = Contest

    territory = factory.SubFactory(MunicipalityFactory)
    school_year = factory.SubFactory(SchoolYearFactory)
    kind = ContestKind.LOW_RESULTS
    title = factory.Sequence(lambda number: f"Конкурс школ {number}")
    applications_from = factory.LazyFunction(lambda: timezone.localdate() - dt.timedelta(days=3))
    applications_until = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=7))
    scores_until = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=14))
    state = ContestState.OPEN


class CriterionFactory(DjangoModelFactory[ContestCriterion]):
    """A criterion of ten points."""

    class Meta:
        model = ContestCriterion

    contest = factory.SubFactory(ContestFactory)
    name = factory.Sequence(lambda number: f"Критерий {number}")
    maximum = 10
    weight = 1
    source = "tests"


class ApplicationFactory(DjangoModelFactory[ContestApplication]):
    """A submitted application of a school of the contest's territory."""

    class Meta:
        model = ContestApplication

    contest = factory.SubFactory(ContestFactory)
    organisation = factory.SubFactory(
        OrganisationFactory, territory=factory.SelfAttribute("..contest.territory")
    )
    state = ApplicationState.SUBMITTED
    origin = ApplicationOrigin.SCHOOL
    reasons = "Низкие результаты по математике"
    submitted_at = factory.LazyFunction(timezone.now)


class ContestExpertFactory(DjangoModelFactory[ContestExpert]):
    """A methodist of the contest's territory."""

    class Meta:
        model = ContestExpert

    contest = factory.SubFactory(ContestFactory)
    user = factory.LazyAttribute(lambda row: methodist(row.contest.territory))


def methodist(territory: Any) -> User:
    """Return a methodist of the territory."""
    user: User = RoleAssignmentFactory(
        role=Role.METHODIST, organisation=ServiceFactory(territory=territory)
    ).user
    return user


def head_of(school: Organisation) -> User:
    """Return the head of the school as a user."""
    user: User = RoleAssignmentFactory(role=Role.HEAD_TEACHER, organisation=school).user
    return user


def teacher_of(school: Organisation, **fields: Any) -> User:
    """Return a teacher of the school with a person of the registry."""
    person = PersonFactory(territory=school.territory, **fields)
    EmploymentFactory(person=person, organisation=school)
    user: User = RoleAssignmentFactory(role=Role.TEACHER, organisation=school).user
    user.person = person
    user.save()
    return user


class IndicatorFactory(DjangoModelFactory[DynamicsIndicator]):
    """Share below the threshold in ВПР, less is better."""

    class Meta:
        model = DynamicsIndicator

    code = factory.Sequence(lambda number: f"indicator-{number}")
    name = factory.Sequence(lambda number: f"Показатель {number}")
    group = IndicatorGroup.RESULTS
    unit = IndicatorUnit.SHARE
    direction = Direction.DOWN
    data_source = IndicatorSource.BELOW
    assessment_kind = "vpr"
    source = "tests"


class CardFactory(DjangoModelFactory[DynamicsCard]):
    """Entry from the data of 2023/24, exit from those of 2024/25."""

    class Meta:
        model = DynamicsCard

    organisation = factory.SubFactory(OrganisationFactory)
    entry_year = factory.SubFactory(SchoolYearFactory, start_year=2023)
    exit_year = factory.SubFactory(SchoolYearFactory, start_year=2024)


class TemplateFactory(DjangoModelFactory[MeasureTemplate]):
    """A measure for the administration where the motivation of pupils is a factor of high significance."""

    class Meta:
        model = MeasureTemplate

    code = factory.Sequence(lambda number: f"measure-{number}")
    trigger_kind = TriggerKind.RISK_FACTOR
    trigger_code = "low-motivation"
    level = TriggerLevel.HIGH
    addressee = AddresseeKind.SCHOOL_ADMIN
    text = "Составить план событий."
    evidence = "План"
    days = 60
    source = "tests"


class RecommendationFactory(DjangoModelFactory[Recommendation]):
    """A whole draft for the administration of a school."""

    class Meta:
        model = Recommendation

    organisation = factory.SubFactory(OrganisationFactory)
    school_year = factory.SubFactory(SchoolYearFactory)
    text = "Провести педагогический совет."
    addressee = AddresseeKind.SCHOOL_ADMIN
    deadline = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=30))
    control_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=60))
    controller = "главный специалист"


class TopicFactory(DjangoModelFactory[TrainingTopic]):
    """A topic."""

    class Meta:
        model = TrainingTopic

    code = factory.Sequence(lambda number: f"topic-{number}")
    name = factory.Sequence(lambda number: f"Тема {number}")
    source = "tests"


class CourseFactory(DjangoModelFactory[TrainingCourse]):
    """A course of 36 hours."""

    class Meta:
        model = TrainingCourse

    territory = factory.SubFactory(MunicipalityFactory)
    title = factory.Sequence(lambda number: f"Школа наставника {number}")
    provider = "ЛОИРО"
    hours = 36
    topic = factory.SubFactory(TopicFactory)


class CertificateFactory(DjangoModelFactory[Certificate]):
    """A certificate that is valid for a year and more."""

    class Meta:
        model = Certificate

    person = factory.SubFactory(PersonFactory)
    title = "Школа наставника"
    number = factory.Sequence(lambda number: f"{number:05d}")
    issued_on = factory.LazyFunction(lambda: timezone.localdate() - dt.timedelta(days=30))
    valid_until = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=400))


class RewardKindFactory(DjangoModelFactory[MentorIncentive]):
    """A letter of thanks."""

    class Meta:
        model = MentorIncentive

    code = factory.Sequence(lambda number: f"reward-{number}")
    kind = IncentiveKind.REWARD
    name = "Благодарность"
    source = "tests"
