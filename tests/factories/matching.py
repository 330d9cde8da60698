"""Fast rows of diagnosis, matching and networks for tests: a small district with statuses, results and passports."""

import datetime as dt
from typing import Any

import factory
from factory.django import DjangoModelFactory

from mayak.diagnosis.models import LeadProfile, LeadStrength
from mayak.matching.enums import Objective
from mayak.matching.models import MatchingRun, MatchPair
from mayak.matching.validators import MatchingSettings
from mayak.networks.enums import PartnershipState
from mayak.networks.models import Partnership
from mayak.registry.models import Organisation, SchoolYear, Subject, Territory
from mayak.results.enums import (
    AssessmentKind,
    BatchState,
    ResultBasis,
    StatusLevel,
    StatusRole,
    StatusSource,
)
from mayak.results.models import Assessment, ImportBatch, SchoolResult, SchoolStatus, StatusKind
from tests.factories.registry import (
    MunicipalityFactory,
    OrganisationFactory,
    SchoolYearFactory,
    SubjectFactory,
)

YEAR = 2024


class StatusKindFactory(DjangoModelFactory[StatusKind]):
    """A kind of status; the same code gives the same row."""

    class Meta:
        model = StatusKind
        django_get_or_create = ("code",)

    code = "low-results"
    name = "школа с низкими образовательными результатами"
    abbreviation = "ШНОР"
    role = StatusRole.NEEDS_HELP
    source = "test"


class LeadKindFactory(StatusKindFactory):
    """The status of a lead school."""

    code = "lead-school"
    name = "школа-лидер"
    abbreviation = ""
    role = StatusRole.GIVES_HELP


class StatusFactory(DjangoModelFactory[SchoolStatus]):
    """A school of low results through the school year 2024/25."""

    class Meta:
        model = SchoolStatus

    organisation = factory.SubFactory(OrganisationFactory)
    kind = factory.SubFactory(StatusKindFactory)
    level = StatusLevel.MUNICIPAL
    valid_from = dt.date(YEAR, 9, 1)
    valid_to = dt.date(YEAR + 1, 8, 31)
    source = StatusSource.IMPORT


class LeadProfileFactory(DjangoModelFactory[LeadProfile]):
    """A passport for three schools."""

    class Meta:
        model = LeadProfile

    organisation = factory.SubFactory(OrganisationFactory)
    school_year = factory.SubFactory(SchoolYearFactory)
    capacity = 3


class LeadStrengthFactory(DjangoModelFactory[LeadStrength]):
    """A strong subject in grade 9."""

    class Meta:
        model = LeadStrength

    profile = factory.SubFactory(LeadProfileFactory)
    subject = factory.SubFactory(SubjectFactory)
    grade_from = 9
    grade_to = 9
    level = 0.9


class MatchingRunFactory(DjangoModelFactory[MatchingRun]):
    """A draft with the rules that the product comes with."""

    class Meta:
        model = MatchingRun

    territory = factory.SubFactory(MunicipalityFactory)
    school_year = factory.SubFactory(SchoolYearFactory)
    title = factory.Sequence(lambda number: f"Подбор {number}")
    objective = Objective.NOBODY_LEFT
    settings = factory.LazyFunction(lambda: MatchingSettings().to_json())
    owner_label = "test"


class MatchPairFactory(DjangoModelFactory[MatchPair]):
    """A pair of two schools of the run's territory."""

    class Meta:
        model = MatchPair

    run = factory.SubFactory(MatchingRunFactory)
    mentee = factory.SubFactory(OrganisationFactory, territory=factory.SelfAttribute("..run.territory"))
    lead = factory.SubFactory(OrganisationFactory, territory=factory.SelfAttribute("..run.territory"))
    score = 0.5


class PartnershipFactory(DjangoModelFactory[Partnership]):
    """An active partnership of two schools of one district."""

    class Meta:
        model = Partnership

    school_year = factory.SubFactory(SchoolYearFactory)
    mentee = factory.SubFactory(OrganisationFactory)
    lead = factory.SubFactory(OrganisationFactory, territory=factory.SelfAttribute("..mentee.territory"))
    state = PartnershipState.ACTIVE


def school(territory: Territory, name: str, **fields: Any) -> Organisation:
    """Return a school of the territory."""
    return OrganisationFactory(territory=territory, short_name=name, **fields)


def mentee(territory: Territory, name: str, **fields: Any) -> Organisation:
    """Return a school that needs help in 2024/25."""
    made = school(territory, name, **fields)
    StatusFactory(organisation=made)
    return made


def lead(territory: Territory, name: str, *, capacity: int | None = 3, **fields: Any) -> Organisation:
    """Return a lead school in 2024/25 with a passport; without one where ``capacity`` is None."""
    made = school(territory, name, **fields)
    StatusFactory(organisation=made, kind=LeadKindFactory())
    if capacity is not None:
        LeadProfileFactory(
            organisation=made, school_year=SchoolYearFactory(start_year=YEAR), capacity=capacity
        )
    return made


def strength(school_: Organisation, subject: Subject, level: float, *, grade: int | None = 9) -> LeadStrength:
    """State what a lead school is strong in."""
    profile = LeadProfile.objects.get(organisation=school_)
    return LeadStrengthFactory(
        profile=profile, subject=subject, level=level, grade_from=grade, grade_to=grade
    )


def result(
    school_: Organisation, subject: Subject, *, below: int, participants: int = 20, **fields: Any
) -> SchoolResult:
    """Store a visible result of ОГЭ 2025 (fields: year, grade, mean, kind, basis)."""
    year, grade = fields.pop("year", YEAR + 1), fields.pop("grade", 9)
    kind = fields.pop("kind", AssessmentKind.OGE)
    assessment, _made = Assessment.objects.get_or_create(
        key=f"{kind}:{subject.code}:{grade}:{year}",
        defaults={"kind": kind, "subject": subject, "grade": grade, "year": year},
    )
    batch, _made = ImportBatch.objects.get_or_create(
        title="test",
        territory=school_.territory,
        defaults={"state": BatchState.APPLIED, "owner_label": "test"},
    )
    fields.setdefault("basis", ResultBasis.INDIVIDUAL)
    return SchoolResult.objects.create(
        organisation=school_,
        assessment=assessment,
        batch=batch,
        below=below,
        participants=participants,
        below_share=round(below / participants, 6),
        **fields,
    )


def school_year() -> SchoolYear:
    """Return 2024/25."""
    return SchoolYearFactory(start_year=YEAR)
