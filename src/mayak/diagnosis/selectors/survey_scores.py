"""What closed rounds say: satisfaction of audiences, results against resources, risk factors, scales."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean

from django.db.models import Count, OuterRef, Subquery

from mayak.diagnosis.enums.survey_meanings import (
    ASSUMED_SOURCE,
    SATISFACTION_TARGET,
    TARGET_PROVIDERS,
    TARGET_SOURCE,
    ScoreKind,
)
from mayak.diagnosis.models import SurveyScore
from mayak.diagnosis.models.survey_scores import SurveyScoreQuerySet
from mayak.diagnosis.selectors.risk import factors_of
from mayak.diagnosis.selectors.survey_scales import closed_scores, low_limit, scale_word
from mayak.kernel.access import Scope
from mayak.surveys.enums import CampaignState
from mayak.surveys.models import Campaign
from mayak.surveys.models.campaigns import CampaignQuerySet

UPPER_THIRD = 200 / 3
"""From here on a number of a risk factor lies in the upper third."""


@dataclass(frozen=True, slots=True)
class SatisfactionLine:
    """Satisfaction of an audience against its target."""

    score: SurveyScore
    target: int
    source: str

    @property
    def is_below(self) -> bool:
        """Whether the target is missed."""
        return self.score.score < self.target


@dataclass(frozen=True, slots=True)
class EffectivenessLine:
    """Results of an audience against the resources it spent."""

    label: str
    result: SurveyScore
    resource: SurveyScore

    @property
    def balance(self) -> float:
        """Results less resources, in points: above zero the results outweigh."""
        return round(self.result.score - self.resource.score, 1)


@dataclass(frozen=True, slots=True)
class RiskRow:
    """A risk factor over the schools of a round."""

    factor: str
    schools: int
    mean: float
    high: int


@dataclass(frozen=True, slots=True)
class ScaleRow:
    """A scale in one audience."""

    scale: str
    audience: str
    score: SurveyScore
    schools: int
    low: int


def satisfaction_lines(scope: Scope) -> Iterator[SatisfactionLine]:
    """Yield the satisfaction of each audience of the closed rounds of the scope; one query."""
    for row in _satisfactions().within(scope):
        yield _against_target(row)


def satisfaction_of(campaign: Campaign) -> list[SatisfactionLine]:
    """Return the satisfaction of each audience of a closed round."""
    rows = _satisfactions().filter(campaign=campaign)
    return [_against_target(row) for row in rows]


def _satisfactions() -> SurveyScoreQuerySet:
    rows = closed_scores().filter(
        kind=ScoreKind.SATISFACTION, organisation__isnull=True, audience__isnull=False
    )
    return rows.select_related("campaign__owner__territory", "campaign__school_year", "audience").order_by(
        "campaign", "audience__position", "pk"
    )


def _against_target(score: SurveyScore) -> SatisfactionLine:
    provider = score.audience.provider if score.audience is not None else ""
    return SatisfactionLine(score, *target_of(score.campaign, provider))


def target_of(campaign: Campaign, provider: str) -> tuple[int, str]:
    """Return the target of satisfaction in per cent with its source: that of the round, else that of S3."""
    if campaign.target_percent is not None:
        return campaign.target_percent, campaign.target_source
    return SATISFACTION_TARGET, TARGET_SOURCE if provider in TARGET_PROVIDERS else ASSUMED_SOURCE


def effectiveness_lines(campaign: Campaign) -> list[EffectivenessLine]:
    """Return results against resources for each audience that was asked for both."""
    rows = SurveyScore.objects.filter(
        campaign=campaign, kind__in=[ScoreKind.RESULT, ScoreKind.RESOURCE], audience__isnull=False
    ).select_related("audience")
    found: dict[int, dict[str, SurveyScore]] = {}
    for row in rows.order_by("audience__position", "pk"):
        found.setdefault(row.audience_id or 0, {})[row.kind] = row
    return [
        EffectivenessLine(
            parts[ScoreKind.RESULT].audience.label,  # type: ignore[union-attr]  # filtered above
            parts[ScoreKind.RESULT],
            parts[ScoreKind.RESOURCE],
        )
        for parts in found.values()
        if len(parts) == 2  # noqa: PLR2004  # both
    ]


def risk_scores(campaign: Campaign) -> SurveyScoreQuerySet:
    """Return the numbers of risk factors that a round gave to schools."""
    rows = SurveyScore.objects.filter(campaign=campaign, kind=ScoreKind.RISK, organisation__isnull=False)
    return rows.select_related("organisation").order_by("organisation__sort_key", "code")


def round_list(scope: Scope) -> CampaignQuerySet:
    """Return the closed rounds of the scope that say something of schools, with how much."""
    scores = (
        Campaign.objects.within(scope)
        .filter(state=CampaignState.CLOSED)
        .filter(pk__in=SurveyScore.objects.order_by().values("campaign"))
    )
    mine = SurveyScore.objects.filter(campaign=OuterRef("pk")).order_by().values("campaign")
    return scores.select_related("owner__territory", "school_year").annotate(
        score_count=Subquery(mine.annotate(found=Count("pk")).values("found")),
        school_count=Subquery(mine.annotate(found=Count("organisation", distinct=True)).values("found")),
    )


def risk_rows(campaign: Campaign) -> list[RiskRow]:
    """Return for each risk factor how many schools got a number, their mean and how many schools stand high."""
    names = {factor.code: factor.name for factor in factors_of(campaign.school_year)}
    found: dict[str, list[float]] = {}
    for code, score in risk_scores(campaign).values_list("code", "score"):
        found.setdefault(code, []).append(score)
    return [
        RiskRow(
            names.get(code, code),
            len(values),
            round(fmean(values), 1),
            sum(one >= UPPER_THIRD for one in values),
        )
        for code, values in sorted(found.items(), key=lambda one: -fmean(one[1]))
    ]


def scale_rows(campaign: Campaign) -> list[ScaleRow]:
    """Return for each scale and audience its number, and how many schools stand at the level «low»."""
    rows = SurveyScore.objects.filter(campaign=campaign, kind=ScoreKind.SCALE, audience__isnull=False)
    limit = low_limit(campaign.school_year)
    low: Counter[tuple[int, str]] = Counter()
    schools: Counter[tuple[int, str]] = Counter()
    for audience, code, score in rows.filter(organisation__isnull=False).values_list(
        "audience_id", "code", "score"
    ):
        schools[audience, code] += 1
        low[audience, code] += score < limit
    whole = rows.filter(organisation__isnull=True).select_related("audience__version")
    return [
        ScaleRow(
            scale_word(row),
            row.audience.label if row.audience else "",
            row,
            schools[row.audience_id or 0, row.code],
            low[row.audience_id or 0, row.code],
        )
        for row in whole.order_by("audience__position", "code")
    ]
