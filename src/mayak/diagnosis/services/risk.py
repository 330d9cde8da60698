"""Risk profiles: levels from questionnaires, data and people; chosen factors and measures; a year carried over."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.diagnosis.algorithms.risk_levels import level_of, speaking
from mayak.diagnosis.enums.risk import SOURCE_PRIORITY, RiskBasis, RiskLevel, RiskSource
from mayak.diagnosis.models import RiskFactor, RiskLine, RiskProfile, RiskReading
from mayak.diagnosis.selectors.risk import cutoff_of, factors_of
from mayak.diagnosis.selectors.risk_data import measured
from mayak.diagnosis.services.guard import check_open
from mayak.diagnosis.services.school_log import log_school
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import snapshot
from mayak.registry.models import Organisation, SchoolYear

SHOWN = ("level", "source", "score", "evidence")
"""What a line shows of the source that counts."""


@dataclass(frozen=True, slots=True)
class RiskReport:
    """What a computation or a copy did: lines written, factors for which there was nothing."""

    written: int
    without_data: tuple[str, ...] = ()


@transaction.atomic
def set_risk_level(
    school: Organisation,
    factor: RiskFactor,
    school_year: SchoolYear,
    *,
    score: float | None = None,
    level: str = "",
    source: str,
    evidence: str,
    actor: Actor,
    basis: str = RiskBasis.SCORE,
) -> RiskLine:
    """Write what one source says of a factor of a school; the survey app calls it with the score of a questionnaire.

    What each source said is kept apart (``RiskReading``); the line shows the one that counts: a person above a
    questionnaire above data above the previous year. The profile is made where there is none. Calling it twice
    with the same values changes nothing.

    Args:
        school: whose profile.
        factor: a factor of the dictionary (``selectors.risk.factors_of`` gives those of a year).
        school_year: of the profile.
        score: 0..100, the greater the riskier; the level comes from the cut-offs of the year.
        level: a value of ``RiskLevel`` instead of a score; stands above it where both are given.
        source: a value of ``RiskSource``.
        evidence: what it rests on, in words; a person must give it.
        actor: who.
        basis: what the score is (points of a questionnaire, or a share in per cent).

    Raises:
        ValidationError: neither score nor level, a score out of bounds, no cut-offs, no evidence, a closed year.
    """
    check_open(school_year)
    chosen = level or _level_from(factor, school_year, score, basis)
    if chosen not in RiskLevel.values or source not in RiskSource.values:
        raise ValidationError(_("Choose the significance and its source from the lists."), code="choice")
    if source == RiskSource.HAND and not evidence.strip():
        raise ValidationError({"evidence": _("Say what this rests on.")})
    line = _line(school, factor, school_year)
    before = snapshot(line)
    values = {"level": chosen, "score": score, "evidence": evidence.strip()}
    RiskReading.objects.update_or_create(line=line, source=source, defaults=values)
    _show_what_counts(line)
    log_school(line, school, actor=actor, action="set_risk", before=before)
    return line


@transaction.atomic
def plan_factor(line_of: RiskLine, *, is_chosen: bool, measures: str, actor: Actor) -> RiskLine:
    """Say whether the school works on the factor, and how.

    Raises:
        ValidationError: a chosen factor has no significance, or the year is closed.
    """
    profile = line_of.profile
    check_open(profile.school_year)
    if is_chosen and not line_of.level:
        raise ValidationError(
            {"is_chosen": _("First say how significant the factor is: it cannot be chosen without that.")}
        )
    before = snapshot(line_of)
    line_of.is_chosen, line_of.measures = is_chosen, measures.strip()
    line_of.save(update_fields=["is_chosen", "measures", "updated_at"])
    log_school(line_of, profile.organisation, actor=actor, action="plan_risk", before=before)
    return line_of


@transaction.atomic
def withdraw_level(line: RiskLine, *, source: str, actor: Actor) -> RiskLine:
    """Take back what one source said; the next one counts.

    Raises:
        ValidationError: the source said nothing, or the year is closed.
    """
    profile = line.profile
    check_open(profile.school_year)
    before = snapshot(line)
    if not line.readings.filter(source=source).delete()[0]:
        raise ValidationError(_("This source has said nothing of the factor."))
    _show_what_counts(line)
    log_school(line, profile.organisation, actor=actor, action="withdraw_risk", before=before)
    return line


@transaction.atomic
def compute_risk(
    school: Organisation, school_year: SchoolYear, programme: str, *, actor: Actor
) -> RiskReport:
    """Compute the factors for which the registry, the social passport or the results have a number.

    What people stated and what questionnaires said stays. A number on few children gives a level and is not written.

    Raises:
        ValidationError: the school year is closed.
    """
    check_open(school_year)
    written, without = 0, []
    for factor in factors_of(school_year, programme):
        if not factor.measure:
            continue
        found = measured(factor.measure, [school.pk], school_year).get(school.pk)
        if found is None:
            without.append(factor.name)
            continue
        level = _level_from(factor, school_year, found.percent, RiskBasis.SHARE)
        set_risk_level(
            school,
            factor,
            school_year,
            level=level,
            score=None if found.is_hidden else round(found.percent, 1),
            source=RiskSource.DATA,
            evidence=found.evidence,
            basis=RiskBasis.SHARE,
            actor=actor,
        )
        written += 1
    return RiskReport(written, tuple(without))


@transaction.atomic
def copy_previous_year(
    school: Organisation, school_year: SchoolYear, programme: str, *, actor: Actor
) -> RiskReport:
    """Carry the levels, chosen factors and measures of the year before over; nothing that is there is replaced.

    Raises:
        ValidationError: there is no profile of the year before, or the year is closed.
    """
    check_open(school_year)
    old = RiskLine.objects.filter(
        profile__organisation=school,
        profile__programme=programme,
        profile__school_year__start_year=school_year.start_year - 1,
    ).select_related("factor", "profile__school_year")
    known = {line.factor.code: line for line in old}
    if not known:
        raise ValidationError(_("There is no risk profile of the previous school year."), code="no_previous")
    written = 0
    for factor in factors_of(school_year, programme):
        source = known.get(factor.code)
        if source is None or not source.level or _is_known(school, factor, school_year):
            continue
        line = set_risk_level(
            school,
            factor,
            school_year,
            level=source.level,
            score=source.score,
            source=RiskSource.COPY,
            evidence=_("Carried over from %(year)s. %(evidence)s")
            % {"year": source.profile.school_year, "evidence": source.evidence},
            actor=actor,
        )
        if source.is_chosen or source.measures:
            plan_factor(line, is_chosen=source.is_chosen, measures=source.measures, actor=actor)
        written += 1
    return RiskReport(written)


def _line(school: Organisation, factor: RiskFactor, school_year: SchoolYear) -> RiskLine:
    profile, _made = RiskProfile.objects.get_or_create(
        organisation=school, school_year=school_year, programme=factor.programme
    )
    line, _made = RiskLine.objects.select_for_update().get_or_create(profile=profile, factor=factor)
    return line


def _level_from(factor: RiskFactor, school_year: SchoolYear, score: float | None, basis: str) -> str:
    if score is None:
        raise ValidationError(_("Give a score or choose the significance."), code="nothing")
    if not 0 <= score <= 100:  # noqa: PLR2004  # per cent
        raise ValidationError(_("A score lies between 0 and 100."), code="bounds")
    cutoff = cutoff_of(factor, basis, school_year)
    if cutoff is None:
        raise ValidationError(
            _("There are no cut-offs for «%(factor)s»: add them or choose the significance yourself.")
            % {"factor": factor},
            code="no_cutoff",
        )
    return level_of(score, cutoff)


def _is_known(school: Organisation, factor: RiskFactor, school_year: SchoolYear) -> bool:
    lines = RiskLine.objects.filter(
        profile__organisation=school, profile__school_year=school_year, factor=factor
    )
    return lines.exclude(level="").exists()


def _show_what_counts(line: RiskLine) -> None:
    show_what_counts(line, {reading.source: reading for reading in line.readings.all()})
    line.save(update_fields=[*SHOWN, "updated_at"])


def show_what_counts(line: RiskLine, readings: Mapping[str, RiskReading]) -> None:
    """Put into the line, without saving it, what the source says that counts of these."""
    source = speaking({name: reading.level for name, reading in readings.items()}, SOURCE_PRIORITY)
    if source is None:
        line.level, line.source, line.score, line.evidence = "", "", None, ""
    else:
        counts = readings[source]
        line.level, line.source = counts.level, source
        line.score, line.evidence = counts.score, counts.evidence
