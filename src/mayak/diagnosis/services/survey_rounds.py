"""What a closed round says of schools and audiences: risk factors, scales, satisfaction, results against resources.

Made after the closing, by a job, from answers that are all permanent; only numbers on enough answers are kept. A round
that is closed again replaces its numbers; that of a school, or of anonymous answers, only where no fewer than the
threshold of answers came in between, so that two numbers one after another do not tell the answer of one person.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from statistics import fmean
from typing import Any

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.diagnosis.algorithms.survey_meanings import (
    effectiveness_points,
    is_satisfied,
    mean_of_audiences,
    meanings_in,
    risk_points,
    safe_schools,
    scale_points,
)
from mayak.diagnosis.enums.survey_meanings import OF_SCHOOLS, Meaning, ScoreKind
from mayak.diagnosis.models import SurveyScore
from mayak.diagnosis.services.survey_levels import Progress, write_levels
from mayak.kernel.access import Actor
from mayak.surveys.algorithms.definition import Definition
from mayak.surveys.enums import CampaignState
from mayak.surveys.models import Answer, Audience, Campaign
from mayak.surveys.selectors.answer_rows import attributes_of, key_of, whole_organisations
from mayak.surveys.services.closing import is_settling

Combination = tuple[tuple[str, str], ...]
Key = tuple[str, str]
"""Kind and code of a number."""
MOST_BREAKDOWNS = 6
"""Of more breakdowns only those combinations are watched that hold up to two of them."""


@dataclass(slots=True)
class _School:
    """Answers of one school in one audience."""

    count: int = 0
    groups: set[Combination] = field(default_factory=set)
    points: dict[Key, list[float]] = field(default_factory=lambda: defaultdict(list))


@dataclass(slots=True)
class _Sums:
    """Answers of one audience: by school, and all together."""

    audience: Audience
    count: int = 0
    schools: dict[int, _School] = field(default_factory=lambda: defaultdict(_School))
    points: dict[Key, list[float]] = field(default_factory=lambda: defaultdict(list))
    keys: list[tuple[str | None, ...]] = field(default_factory=list)
    answered: dict[Key, list[int]] = field(default_factory=lambda: defaultdict(list))

    def told_of(self, limit: int) -> dict[Key, frozenset[int]]:
        """Return the schools of which each number may be told: neither it nor the page of results names a few people.

        Where a question is answered by some only, the sums of the page decide: a number on other answers than those
        would tell the difference.
        """
        safe = safe_schools(
            {school: found.count for school, found in self.schools.items()},
            {school: found.groups for school, found in self.schools.items()},
            limit,
        )
        whole = whole_organisations(
            self.keys, self.answered, attributes=attributes_of(self.audience), limit=limit
        )
        return {key: safe & schools for key, schools in whole.items()}


def _silent(_done: int, _total: int, _stage: str) -> None:
    """Nobody wants to know how far it is."""


@dataclass(slots=True)
class _Told:
    """How many answers of the round were read."""

    progress: Progress
    total: int
    done: int = 0

    def one_more(self) -> None:
        """Tell of one answer more."""
        self.done += 1
        self.progress(self.done, self.total, _("Adding up the answers"))


@dataclass(frozen=True, slots=True)
class RoundReport:
    """What was written: levels of risk factors, numbers of schools, numbers of audiences."""

    risks: int = 0
    schools: int = 0
    audiences: int = 0


def take_round(campaign: Campaign, *, actor: Actor, progress: Progress = _silent) -> RoundReport:
    """Write what the closed round says of its schools and audiences; calling it twice changes nothing.

    The numbers are written in one transaction, the levels of risk factors after it in portions of schools. A round
    that is open again, or whose answers still wait for their last mixing, says nothing.

    Args:
        campaign: the round.
        actor: who.
        progress: is told how much is done, of how much, and the stage.
    """
    scores = _write_scores(campaign, progress)
    risks = write_levels(
        campaign, (row for row in scores if row.kind == ScoreKind.RISK), actor=actor, progress=progress
    )
    schools = sum(row.organisation_id is not None for row in scores)
    return RoundReport(risks, schools, len(scores) - schools)


def says_of_schools(campaign: Campaign) -> bool:
    """Whether any questionnaire of the round says something of schools at all."""
    return any(meanings_in(audience.version.definition) & OF_SCHOOLS for audience in _audiences(campaign))


def _write_scores(campaign: Campaign, progress: Progress) -> list[SurveyScore]:
    """Add the answers up and keep the numbers, unless the round was opened again meanwhile.

    The answers are read outside of the transaction that keeps the numbers: on SQLite nobody could write meanwhile.
    """
    began = Campaign.objects.get(pk=campaign.pk)
    if not _is_over(began):
        return []
    told = _Told(progress, Answer.objects.filter(audience__campaign=campaign).count())
    sums = [found for audience in _audiences(campaign) if (found := _added_up(audience, told)) is not None]
    if not sums:
        return []
    limit = campaign.threshold
    shown = {one.audience.pk: one.told_of(limit) for one in sums}
    rows = [
        *_of_audiences(campaign, sums, limit),
        *_of_schools(campaign, sums, shown, limit),
        *_of_risks(campaign, sums, shown, limit),
    ]
    with transaction.atomic():
        held = Campaign.objects.select_for_update().get(pk=campaign.pk)
        is_same = _is_over(held) and held.closed_at == began.closed_at
        return _replace(campaign, rows, limit) if is_same else []


def _is_over(campaign: Campaign) -> bool:
    return campaign.state == CampaignState.CLOSED and not is_settling(campaign)


def _audiences(campaign: Campaign) -> Iterator[Audience]:
    rows = Audience.objects.filter(campaign=campaign).select_related("version__questionnaire", "campaign")
    yield from rows.order_by("position", "pk")


def _added_up(audience: Audience, told: _Told) -> _Sums | None:
    definition, attributes = audience.version.definition, attributes_of(audience)
    said = meanings_in(definition) & OF_SCHOOLS
    if not said:
        return None
    sums = _Sums(audience)
    rows = (
        Answer.objects.filter(audience=audience)
        .order_by("key")
        .values_list("organisation_id", "groups", "answers")
    )
    for organisation, groups, answers in rows.iterator(chunk_size=2000):
        of_school, of_all = _points(definition, answers, said)
        for key in of_school:
            sums.answered[key].append(sums.count)
        sums.keys.append(key_of(organisation, groups, attributes))
        sums.count += 1
        told.one_more()
        for key, value in {**of_all, **of_school}.items():
            sums.points[key].append(value)
        if organisation is not None:
            school = sums.schools[organisation]
            school.count += 1
            school.groups.update(_combinations(groups))
            for key, value in of_school.items():
                school.points[key].append(value)
    return sums


def _points(
    definition: Definition, answers: Mapping[str, Any], said: Collection[str]
) -> tuple[dict[Key, float], dict[Key, float]]:
    """Return the numbers of one answer: those that count for its school, and those of the audience only."""
    of_school: dict[Key, float] = {}
    for kind, meaning, points in (
        (ScoreKind.RISK, Meaning.RISK, risk_points),
        (ScoreKind.SCALE, Meaning.SCALE, scale_points),
    ):
        if meaning in said:
            of_school |= {(kind.value, code): value for code, value in points(definition, answers).items()}
    of_all: dict[Key, float] = {}
    satisfied = is_satisfied(definition, answers) if Meaning.SATISFACTION in said else None
    if satisfied is not None:
        of_all[ScoreKind.SATISFACTION.value, ""] = 100.0 * satisfied
    if Meaning.EFFECTIVENESS in said:
        kinds = (ScoreKind.RESULT.value, ScoreKind.RESOURCE.value)
        for kind_value, value in zip(kinds, effectiveness_points(definition, answers), strict=True):
            if value is not None:
                of_all[kind_value, ""] = value
    return of_school, of_all


def _combinations(groups: Mapping[str, str]) -> Iterator[Combination]:
    """Yield every combination of breakdown values under which results may be shown; the empty one is the total."""
    values = sorted((name, str(value)) for name, value in groups.items())
    most = len(values) if len(values) <= MOST_BREAKDOWNS else 2
    for size in range(most + 1):
        yield from combinations(values, size)


def _of_audiences(campaign: Campaign, sums: Iterable[_Sums], limit: int) -> Iterator[SurveyScore]:
    kinds = {ScoreKind.SATISFACTION, ScoreKind.RESULT, ScoreKind.RESOURCE, ScoreKind.SCALE}
    for one in sums:
        for (kind, code), values in one.points.items():
            if kind in kinds and len(values) >= limit:
                yield _score(campaign, kind, code, fmean(values), len(values), audience=one.audience)


def _of_schools(
    campaign: Campaign, sums: Iterable[_Sums], shown: Mapping[int, Mapping[Key, frozenset[int]]], limit: int
) -> Iterator[SurveyScore]:
    for one in sums:
        for (kind, code), schools in shown[one.audience.pk].items():
            for school in schools if kind == ScoreKind.SCALE else ():
                values = one.schools[school].points[kind, code]
                if len(values) >= limit:
                    yield _score(
                        campaign, kind, code, fmean(values), len(values), audience=one.audience, school=school,
                        evidence=_evidence(campaign, [(one.audience, len(values))]),
                    )  # fmt: skip


def _of_risks(
    campaign: Campaign, sums: Iterable[_Sums], shown: Mapping[int, Mapping[Key, frozenset[int]]], limit: int
) -> Iterator[SurveyScore]:
    found: dict[tuple[int, str], list[tuple[Audience, list[float]]]] = defaultdict(list)
    for one in sums:
        for (kind, code), schools in shown[one.audience.pk].items():
            for school in schools if kind == ScoreKind.RISK else ():
                values = one.schools[school].points[kind, code]
                if len(values) >= limit:
                    found[school, code].append((one.audience, values))
    for (school, code), parts in found.items():
        by_audience = [points for _audience, points in parts]
        yield _score(
            campaign, ScoreKind.RISK, code, mean_of_audiences(by_audience), sum(map(len, by_audience)), school=school,
            evidence=_evidence(campaign, [(audience, len(one)) for audience, one in parts]),
        )  # fmt: skip


def _score(
    campaign: Campaign,
    kind: str,
    code: str,
    score: float,
    count: int,
    *,
    audience: Audience | None = None,
    school: int | None = None,
    evidence: str = "",
) -> SurveyScore:
    return SurveyScore(
        campaign=campaign, audience=audience, organisation_id=school, kind=kind, code=code,
        score=round(score, 1), count=count, evidence=evidence[:500],
    )  # fmt: skip


def _evidence(campaign: Campaign, parts: Iterable[tuple[Audience, int]]) -> str:
    counted = "; ".join(
        ngettext("%(audience)s: %(count)d answer", "%(audience)s: %(count)d answers", count)
        % {"audience": audience.label, "count": count}
        for audience, count in parts
    )
    return _("Survey «%(round)s», %(year)s. %(parts)s.") % {
        "round": campaign.title, "year": campaign.school_year, "parts": capfirst(counted),
    }  # fmt: skip


def _replace(campaign: Campaign, rows: Iterable[SurveyScore], limit: int) -> list[SurveyScore]:
    """Write the rows; of a school or of anonymous answers, a number on nearly the same answers stays as it was."""
    before = {_key(row): row for row in SurveyScore.objects.filter(campaign=campaign)}
    written = []
    for row in rows:
        old = before.get(_key(row))
        is_kept = row.organisation_id is not None or (row.audience is not None and row.audience.is_anonymous)
        if old is not None and is_kept and 0 < abs(row.count - old.count) < limit:
            row.score, row.count, row.evidence = old.score, old.count, old.evidence
        written.append(row)
    SurveyScore.objects.filter(campaign=campaign).delete()
    return SurveyScore.objects.bulk_create(written, batch_size=500)


def _key(row: SurveyScore) -> tuple[int | None, int | None, str, str]:
    return row.audience_id, row.organisation_id, row.kind, row.code
