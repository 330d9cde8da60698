"""Typical measures for levels, and recommendations as lists show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from mayak.diagnosis.enums.measures import AddresseeKind, RecommendationState, TriggerKind, TriggerLevel
from mayak.diagnosis.models import (
    Competence,
    CompetenceGroup,
    DynamicsIndicator,
    MeasureTemplate,
    Recommendation,
    RiskFactor,
)
from mayak.diagnosis.permissions.measures import may_keep, may_read_measures, may_read_people
from mayak.diagnosis.selectors.level_sources import LevelTrigger
from mayak.diagnosis.selectors.survey_scales import SCALES
from mayak.kernel.access import Scope
from mayak.registry.models import Subject


@dataclass(frozen=True, slots=True)
class ProposedMeasure:
    """A typical measure and the level that proposes it."""

    trigger: LevelTrigger
    template: MeasureTemplate

    @property
    def key(self) -> str:
        """The proposal in a form: «risk_factor:parents:17»."""
        return f"{self.trigger.key}:{self.template.pk}"


def with_trigger_names(measures: QuerySet[MeasureTemplate]) -> QuerySet[MeasureTemplate]:
    """Annotate with ``trigger_name``: what the code of each names, the newest name of a factor; empty if nothing."""
    here = OuterRef("trigger_code")

    def name_of(rows: QuerySet[Any]) -> Subquery:
        return Subquery(rows.filter(code=here).values("name")[:1])

    competence = Coalesce(
        name_of(CompetenceGroup.objects.all()), name_of(Competence.objects.all()), output_field=CharField()
    )
    names = {
        TriggerKind.COMPETENCE: competence,
        TriggerKind.OBSERVATION: competence,
        TriggerKind.RISK_FACTOR: name_of(RiskFactor.objects.order_by("-year", "pk")),
        TriggerKind.RESULTS: name_of(Subject.objects.all()),
        TriggerKind.DYNAMICS: name_of(DynamicsIndicator.objects.all()),
    }
    cases = [When(trigger_kind=kind, then=name) for kind, name in names.items()]
    return measures.annotate(
        trigger_name=Coalesce(Case(*cases, output_field=CharField()), Value(""), output_field=CharField())
    )


def trigger_word(measure: MeasureTemplate) -> str:
    """Return what the measure answers in words: a row of ``with_trigger_names``; else the code as it is."""
    name = str(getattr(measure, "trigger_name", ""))
    if not name and measure.trigger_kind == TriggerKind.QUESTIONNAIRE:
        name = str(SCALES.get(measure.trigger_code, ""))
    return name or measure.trigger_code


def proposed_measures(triggers: Iterable[LevelTrigger]) -> list[ProposedMeasure]:
    """Return the typical measures for these levels in the order of the triggers; one query.

    A measure fits where its kind and its level do and its code is that of the trigger, of its group, or empty. For one
    addressee a measure for exactly this code goes before one for the group and that before a general one.
    """
    wanted = list(triggers)
    library = list(
        MeasureTemplate.objects.filter(is_active=True, trigger_kind__in={one.kind for one in wanted})
    )
    found = []
    for trigger in wanted:
        fitting = [row for row in library if _fits(row, trigger)]
        for addressee in AddresseeKind.values:
            rows = [row for row in fitting if row.addressee == addressee]
            best = max((_rank(row, trigger) for row in rows), default=0)
            found += [ProposedMeasure(trigger, row) for row in rows if _rank(row, trigger) == best]
    return found


def _fits(row: MeasureTemplate, trigger: LevelTrigger) -> bool:
    return (
        row.trigger_kind == trigger.kind
        and row.level in {trigger.level, TriggerLevel.ANY}
        and row.trigger_code in {"", trigger.code, trigger.group}
    )


def _rank(row: MeasureTemplate, trigger: LevelTrigger) -> int:
    if row.trigger_code == trigger.code and row.trigger_code:
        return 3
    return 2 if row.trigger_code else 1


def recommendation_list(scope: Scope, person_id: int | None) -> QuerySet[Recommendation]:
    """Return the recommendations that this person may read.

    Who keeps the diagnosis sees those of the scope; a school its own once they are issued; everybody what is addressed
    to them. One that names a teacher needs the right to read of single teachers besides.
    """
    own = Q(pk__in=[])
    if person_id is not None:
        own = Q(addressee_person=person_id) & ~Q(state=RecommendationState.DRAFT)
    rows = Recommendation.objects.all()
    if may_read_measures(scope):
        inside = Q(pk__in=Recommendation.objects.within(scope).values("pk"))
        if not may_read_people(scope):
            inside &= Q(addressee_person__isnull=True)
        if not may_keep(scope):
            inside &= ~Q(state=RecommendationState.DRAFT)
        own |= inside
    return rows.filter(own).select_related(
        "organisation__territory", "school_year", "addressee_person", "addressee_organisation", "basis"
    )


def open_recommendations(scope: Scope, person_id: int | None) -> QuerySet[Recommendation]:
    """Return those that wait for their execution."""
    return recommendation_list(scope, person_id).filter(state=RecommendationState.ISSUED)


def to_control(scope: Scope) -> QuerySet[Recommendation]:
    """Return those whose control date has come and that are not carried out."""
    return (
        Recommendation.objects.within(scope)
        .filter(state=RecommendationState.ISSUED, control_on__lte=timezone.localdate())
        .select_related("organisation__territory")
    )
