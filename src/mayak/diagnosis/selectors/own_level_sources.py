"""The levels that diagnosis itself knows: risk factors, results by subject, competences, the card of dynamics."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.diagnosis.algorithms.changes import Change
from mayak.diagnosis.enums.deficits import DeficitSource, Severity
from mayak.diagnosis.enums.measures import LEVEL_PEOPLE, LEVEL_SHARE, TriggerKind, TriggerLevel
from mayak.diagnosis.enums.risk import RiskLevel
from mayak.diagnosis.models import DeficitEvidence, DynamicsCard, RiskLine
from mayak.diagnosis.selectors.dynamics import card_parts
from mayak.diagnosis.selectors.level_sources import (
    LevelTrigger,
    register_level_source,
    register_person_level_source,
)
from mayak.diagnosis.selectors.measure_thresholds import threshold
from mayak.diagnosis.selectors.strengths import needs_of
from mayak.diagnosis.selectors.survey_scales import levels_of_surveys
from mayak.kernel.ui.tables import number_text
from mayak.registry.models import Organisation, Person, SchoolYear, Subject

_PERCENT = 100


def register() -> None:
    """Register the sources; called once when the app is ready."""
    for source in (risk_levels, result_levels, competence_levels, dynamics_levels, levels_of_surveys):
        register_level_source(source)
    register_person_level_source(person_competences)


def risk_levels(school: Organisation, school_year: SchoolYear) -> Iterator[LevelTrigger]:
    """Yield the factors of high and of medium significance in the risk profile of the year."""
    lines = RiskLine.objects.filter(
        profile__organisation=school,
        profile__school_year=school_year,
        level__in=[RiskLevel.HIGH, RiskLevel.MEDIUM],
    ).select_related("factor")
    for line in lines.order_by("factor__position"):
        is_high = line.level == RiskLevel.HIGH
        yield LevelTrigger(
            kind=TriggerKind.RISK_FACTOR,
            code=line.factor.code,
            level=TriggerLevel.HIGH if is_high else TriggerLevel.MEDIUM,
            label=line.factor.name,
            evidence=_("Risk profile: %(level)s; %(source)s")
            % {"level": line.get_level_display(), "source": line.get_source_display() or "–"},
        )


def result_levels(school: Organisation, school_year: SchoolYear) -> Iterator[LevelTrigger]:
    """Yield the subjects in which many pupils stay below the threshold, the worst first; how many is a threshold."""
    share = threshold(LEVEL_SHARE, school_year.start_year)
    needs = needs_of([school.pk], school_year, share_from=share).get(school.pk, [])
    names = {row.pk: row for row in Subject.objects.filter(pk__in=[need.subject_id for need in needs])}
    seen: set[int] = set()
    for need in needs:
        subject = names[need.subject_id]
        if need.subject_id in seen:
            continue
        seen.add(need.subject_id)
        grade = ", " + _("grade %(grade)s") % {"grade": need.grade} if need.grade else ""
        yield LevelTrigger(
            kind=TriggerKind.RESULTS,
            code=subject.code,
            level=TriggerLevel.LOW,
            label=f"{subject}{grade}",
            evidence=_("Below the threshold: %(share)s per cent of %(count)s participants")
            % {"share": number_text(need.share * _PERCENT, 0), "count": need.participants},
        )


def competence_levels(school: Organisation, school_year: SchoolYear) -> Iterator[LevelTrigger]:
    """Yield the groups of competences in which enough teachers of the school have a deficit; nobody is named.

    How many are enough is a threshold: a group of fewer would name the teacher.
    """
    enough = int(threshold(LEVEL_PEOPLE, school_year.start_year))
    rows = _evidence(school_year).filter(person__employments__organisation=school).distinct()
    people: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for row in rows:
        group = row.competence.group
        people[_kind(row.source), group.code, group.name].add(row.person_id)
    for (kind, code, name), found in sorted(people.items()):
        if len(found) >= enough:
            yield LevelTrigger(
                kind=kind,
                code=code,
                level=TriggerLevel.LOW,
                label=name,
                evidence=ngettext("%(count)s teacher", "%(count)s teachers", len(found))
                % {"count": len(found)},
                group=code,
            )


def person_competences(person: Person, school_year: SchoolYear) -> Iterator[LevelTrigger]:
    """Yield the competences in which the teacher has a noticeable deficit, the greatest first."""
    for row in _evidence(school_year).filter(person=person).order_by("-severity", "competence_id"):
        yield LevelTrigger(
            kind=_kind(row.source),
            code=row.competence.code,
            level=TriggerLevel.LOW,
            label=row.competence.name,
            evidence=f"{row.get_source_display()}, {row.observed_on:%d.%m.%Y}",
            group=row.competence.group.code,
        )


def dynamics_levels(school: Organisation, school_year: SchoolYear) -> Iterator[LevelTrigger]:
    """Yield the indicators of the newest card that changed for the worse by more than chance."""
    card = (
        DynamicsCard.objects.filter(organisation=school, exit_year__start_year__lte=school_year.start_year)
        .order_by("-exit_year__start_year", "-pk")
        .first()
    )
    if card is None:
        return
    for line in (line for part in card_parts(card) for line in part.lines):
        found = line.difference
        if found.change == Change.WORSE and not found.is_small and not found.may_be_chance:
            yield LevelTrigger(
                kind=TriggerKind.DYNAMICS,
                code=line.indicator.code,
                level=TriggerLevel.LOW,
                label=line.name,
                evidence=_("Card of dynamics: %(delta)s, %(words)s")
                % {"delta": line.delta_text, "words": line.words},
            )


def _evidence(school_year: SchoolYear) -> QuerySet[DeficitEvidence]:
    return DeficitEvidence.objects.filter(
        is_newest=True, severity__gte=Severity.NOTICEABLE, observed_on__lte=school_year.ends_on
    ).select_related("competence__group")


def _kind(source: str) -> str:
    is_lesson = source == DeficitSource.LESSON
    return (TriggerKind.OBSERVATION if is_lesson else TriggerKind.COMPETENCE).value
