"""Levels of risk factors from a closed round for many schools at once, in portions of so many schools.

The same as ``services.risk.set_risk_level`` with the source «questionnaire», in the same number of queries for each
portion; each portion is a transaction of its own and has one entry in the audit log.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.db import transaction
from django.utils.translation import gettext as _

from mayak.diagnosis.algorithms.risk_levels import Cutoff, level_of
from mayak.diagnosis.enums.risk import RiskBasis, RiskSource
from mayak.diagnosis.models import RiskFactor, RiskLine, RiskProfile, RiskReading, SurveyScore
from mayak.diagnosis.selectors.risk import cutoff_of, factors_of
from mayak.diagnosis.services.risk import SHOWN, show_what_counts
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record_bulk
from mayak.kernel.bulk import let_others_write, portions
from mayak.registry.models import SchoolYear
from mayak.surveys.models import Campaign

AT_ONCE = 100
"""Schools in one portion."""
Progress: TypeAlias = Callable[[int, int, str], Any]
Scale: TypeAlias = tuple[RiskFactor, Cutoff]


@dataclass(slots=True)
class _Portion:
    """What changes in the profiles of a portion of schools."""

    readings: list[RiskReading] = field(default_factory=list)
    lines: list[RiskLine] = field(default_factory=list)
    levels: Counter[str] = field(default_factory=Counter)
    replaced: dict[str, list[str]] = field(default_factory=dict)


def write_levels(
    campaign: Campaign, scores: Iterable[SurveyScore], *, actor: Actor, progress: Progress
) -> int:
    """Write what a closed round says of the risk factors of its schools; return how many levels it gave.

    A factor that the dictionary of the year does not know or that has no cut-offs is left out; the profiles of a
    closed year stay. Calling it twice changes nothing.

    Args:
        campaign: the round.
        scores: its numbers of schools; others than those of risk factors are left out.
        actor: who.
        progress: is told the schools that are done, all schools and the stage.
    """
    if campaign.school_year.is_closed:
        return 0
    scales = _scales(campaign.school_year)
    by_school: dict[int, list[SurveyScore]] = defaultdict(list)
    for score in scores:
        if score.organisation_id is not None and score.code in scales:
            by_school[score.organisation_id].append(score)
    stage, done, written = _("Writing the levels of risk factors"), 0, 0
    for schools in portions(sorted(by_school), AT_ONCE):
        progress(done, len(by_school), stage)
        rows = [score for school in schools for score in by_school[school]]
        _write_portion(campaign, schools, rows, scales, actor)
        done, written = done + len(schools), written + len(rows)
        let_others_write()
    progress(done, len(by_school), stage)
    return written


def _scales(school_year: SchoolYear) -> dict[str, Scale]:
    found = {
        factor.code: (factor, cutoff_of(factor, RiskBasis.SCORE, school_year))
        for factor in factors_of(school_year)
    }
    return {code: (factor, cutoff) for code, (factor, cutoff) in found.items() if cutoff is not None}


@transaction.atomic
def _write_portion(
    campaign: Campaign,
    schools: Sequence[int],
    scores: Sequence[SurveyScore],
    scales: Mapping[str, Scale],
    actor: Actor,
) -> None:
    factors = {factor.pk: factor for factor, _cutoff in scales.values()}
    profiles = _profiles(schools, campaign.school_year, next(iter(factors.values())).programme)
    lines = _lines(profiles, factors, {(row.organisation_id or 0, scales[row.code][0].pk) for row in scores})
    known: dict[int, dict[str, RiskReading]] = defaultdict(dict)
    for reading in RiskReading.objects.filter(line__profile__in=profiles.values(), line__factor__in=factors):
        known[reading.line_id][reading.source] = reading
    found = _Portion()
    for score in scores:
        factor, cutoff = scales[score.code]
        line = lines[score.organisation_id or 0, factor.pk]
        _compare(line, score, level_of(score.score, cutoff), known[line.pk], found)
    _save(campaign, found, len(schools), actor)


def _profiles(schools: Sequence[int], school_year: SchoolYear, programme: str) -> dict[int, RiskProfile]:
    """Return the profiles of the schools; those that are not there are made."""
    RiskProfile.objects.bulk_create(
        [
            RiskProfile(organisation_id=school, school_year=school_year, programme=programme)
            for school in schools
        ],
        ignore_conflicts=True,
    )
    rows = RiskProfile.objects.filter(
        organisation__in=schools, school_year=school_year, programme=programme
    ).select_related("organisation", "school_year")
    return {row.organisation_id: row for row in rows}


def _lines(
    profiles: Mapping[int, RiskProfile],
    factors: Mapping[int, RiskFactor],
    wanted: Iterable[tuple[int, int]],
) -> dict[tuple[int, int], RiskLine]:
    """Return the lines by school and factor, held until the end of the transaction; missing ones are made."""
    RiskLine.objects.bulk_create(
        [RiskLine(profile=profiles[school], factor=factors[factor]) for school, factor in sorted(wanted)],
        ignore_conflicts=True,
    )
    rows = RiskLine.objects.select_for_update().filter(profile__in=profiles.values(), factor__in=factors)
    by_profile = {profile.pk: profile for profile in profiles.values()}
    found = {}
    for row in rows.order_by("pk"):
        row.profile, row.factor = by_profile[row.profile_id], factors[row.factor_id]
        found[row.profile.organisation_id, row.factor_id] = row
    return found


def _compare(
    line: RiskLine, score: SurveyScore, level: str, readings: dict[str, RiskReading], found: _Portion
) -> None:
    """Note the reading and the line where they change."""
    old = readings.get(RiskSource.SURVEY)
    if old is not None and (old.level, old.score, old.evidence) == (level, score.score, score.evidence):
        return
    reading = RiskReading(
        line=line, source=RiskSource.SURVEY, level=level, score=score.score, evidence=score.evidence
    )
    found.readings.append(reading)
    before = {name: getattr(line, name) for name in SHOWN}
    show_what_counts(line, readings | {RiskSource.SURVEY: reading})
    found.levels[level] += 1
    if before == {name: getattr(line, name) for name in SHOWN}:
        return
    found.lines.append(_copy(line))
    if before["level"]:
        found.replaced[f"{line.profile.organisation}: {line.factor}"] = [before["level"], line.level]


def _copy(line: RiskLine) -> RiskLine:
    """Return the line without its key, as an upsert by profile and factor takes it."""
    shown = {name: getattr(line, name) for name in SHOWN}
    return RiskLine(profile_id=line.profile_id, factor_id=line.factor_id, **shown)


def _save(campaign: Campaign, found: _Portion, schools: int, actor: Actor) -> None:
    """Write what changes; one entry in the audit log, in the history of the round and of each line."""
    if not found.readings:
        return
    RiskReading.objects.bulk_create(
        found.readings,
        update_conflicts=True,
        unique_fields=["line", "source"],
        update_fields=["level", "score", "evidence", "read_at"],
    )
    RiskLine.objects.bulk_create(
        found.lines,
        update_conflicts=True,
        unique_fields=["profile", "factor"],
        update_fields=[*SHOWN, "updated_at"],
    )
    keys = [reading.line_id for reading in found.readings]
    record_bulk(
        RiskLine,
        actor=actor,
        action="set_risk",
        row_count=len(keys),
        row_first=min(keys),
        row_last=max(keys),
        territory_path=campaign.owner.territory.path or "",
        cause=campaign,
        changes={
            "school_year": str(campaign.school_year),
            "schools": schools,
            "levels": dict(sorted(found.levels.items())),
            "replaced": found.replaced,
        },
    )
