"""Rows of the results for tests: saved directly, of a loaded import."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from mayak.registry.models import Subject
from mayak.results.algorithms.keys import assessment_key
from mayak.results.enums import AssessmentKind, BatchState, ResultBasis
from mayak.results.models import (
    Assessment,
    ContextIndicator,
    ContextValue,
    ImportBatch,
    ImportFile,
    ParticipantResult,
    QualityRule,
    RetentionRule,
    SchoolResult,
    ScoreScale,
)
from tests.factories.registry import MunicipalityFactory, OrganisationFactory, SchoolYearFactory


class ResultSubjectFactory(DjangoModelFactory[Subject]):
    """Mathematics, once."""

    class Meta:
        model = Subject
        django_get_or_create = ("code",)

    code = "mathematics"
    name = "Математика"


class AssessmentFactory(DjangoModelFactory[Assessment]):
    """ВПР in mathematics of grade 5, the year is up to you; the same parts give the same row."""

    class Meta:
        model = Assessment
        django_get_or_create = ("key",)

    kind = AssessmentKind.VPR
    subject = factory.SubFactory(ResultSubjectFactory)
    grade = 5
    year = 2024
    key = factory.LazyAttribute(
        lambda row: assessment_key(kind=row.kind, subject=row.subject.code, grade=row.grade, year=row.year)
    )


class BatchFactory(DjangoModelFactory[ImportBatch]):
    """A loaded import."""

    class Meta:
        model = ImportBatch

    territory = factory.SubFactory(MunicipalityFactory)
    title = factory.Sequence(lambda number: f"results-{number}.csv")
    state = BatchState.APPLIED
    owner_label = "tests"


class FileFactory(DjangoModelFactory[ImportFile]):
    """A file without content."""

    class Meta:
        model = ImportFile

    batch = factory.SubFactory(BatchFactory)
    name = "results.csv"
    format = "flat_schools"
    size = 1
    sha256 = "0" * 64


class SchoolResultFactory(DjangoModelFactory[SchoolResult]):
    """48 participants, six of them below the threshold."""

    class Meta:
        model = SchoolResult

    batch = factory.SubFactory(BatchFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    assessment = factory.SubFactory(AssessmentFactory)
    basis = ResultBasis.AGGREGATE
    participants = 48
    below = 6
    below_share = "0.125"
    mean = "12.5"
    content_hash = factory.Sequence(lambda number: f"hash-{number}")

    @classmethod
    def _create(cls, model_class: type[SchoolResult], *args: Any, **kwargs: Any) -> SchoolResult:
        row = model_class(*args, **kwargs)
        row.save()
        row.refresh_from_db()
        return row


class ParticipantFactory(DjangoModelFactory[ParticipantResult]):
    """One participant by code."""

    class Meta:
        model = ParticipantResult

    result = factory.SubFactory(SchoolResultFactory)
    code = factory.Sequence(lambda number: str(40000 + number))
    score = 11
    mark = 4


class IndicatorFactory(DjangoModelFactory[ContextIndicator]):
    """An indicator of the social passport."""

    class Meta:
        model = ContextIndicator
        django_get_or_create = ("code",)

    code = "low_income"
    name = "Малообеспеченные семьи"
    source = "tests"


class ContextFactory(DjangoModelFactory[ContextValue]):
    """20 of 100 pupils."""

    class Meta:
        model = ContextValue

    batch = factory.SubFactory(BatchFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    school_year = factory.SubFactory(SchoolYearFactory)
    indicator = factory.SubFactory(IndicatorFactory)
    count = 20
    total = 100


class ScaleFactory(DjangoModelFactory[ScoreScale]):
    """The scale of ВПР in grade 4: «3» from 10, «4» from 16, «5» from 21 of 24."""

    class Meta:
        model = ScoreScale

    kind = AssessmentKind.VPR
    subject = factory.SubFactory(ResultSubjectFactory)
    year_from = 2020
    max_score = 24
    pass_score = 10
    bound_3 = 10
    bound_4 = 16
    bound_5 = 21
    source = "tests"


class QualityRuleFactory(DjangoModelFactory[QualityRule]):
    """A threshold of a sign."""

    class Meta:
        model = QualityRule

    code = "few-participants"
    name = "Мало участников"
    value = 20
    unit = "участников"
    source = "tests"


class RetentionRuleFactory(DjangoModelFactory[RetentionRule]):
    """Participants are kept for five years."""

    class Meta:
        model = RetentionRule

    code = "participant-results"
    name = "Результаты участников"
    keep_years = 5
    source = "tests"
