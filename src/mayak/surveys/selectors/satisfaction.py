"""Satisfaction against its target: the share of those who chose the upper part of a scale; the numbers are rules."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from mayak.surveys.algorithms.cubes import Tally, points_of
from mayak.surveys.algorithms.tallying import Item
from mayak.surveys.models import Campaign, SurveyRule
from mayak.surveys.selectors.results import Results, item_text

TARGET_RULE, FROM_RULE = "satisfaction-target", "satisfaction-from"
DEFAULT_TARGET, DEFAULT_FROM = 85.0, 0.75
"""Used where the rules were not loaded: S3 for the target, an assumption for the part of the scale."""
DEFAULT_SOURCE = _(
    "Mentoring programme of Sechenovo school, “Planned results”: 85 per cent of mentors and of mentees"
)
ASPECT = "aspect"
"""A question on a part of the work: it is shown, its target is nobody's."""


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """One question of satisfaction.

    Attributes:
        n: who answered; 0 where they are too few to be shown.
        share: of the satisfied, in per cent.
        target: in per cent; None for a question on a part of the work.
        source: of the target.
    """

    text: str
    n: int
    share: float | None
    target: float | None
    source: str

    @property
    def tone(self) -> str:
        """The tone of the figure."""
        if self.share is None or self.target is None:
            return "neutral"
        return "good" if self.share >= self.target else "warning"


def satisfaction_of(results: Results, campaign: Campaign) -> list[Satisfaction]:
    """Return the questions of satisfaction of an audience; whole satisfaction first."""
    rules = {rule.code: rule for rule in SurveyRule.objects.filter(code__in=[TARGET_RULE, FROM_RULE])}
    least = float(rules[FROM_RULE].value) if FROM_RULE in rules else DEFAULT_FROM
    target, source = DEFAULT_TARGET, str(DEFAULT_SOURCE)
    if TARGET_RULE in rules:
        target, source = float(rules[TARGET_RULE].value), rules[TARGET_RULE].source
    if campaign.target_percent is not None:
        target, source = float(campaign.target_percent), campaign.target_source
    found = []
    for item, tally in zip(results.layout.items, results.total, strict=True):
        meaning = satisfaction_meaning(item)
        chosen = satisfied_options(item, least) if meaning else ()
        if not chosen:
            continue
        is_aspect = meaning == ASPECT
        found.append(
            Satisfaction(
                item_text(item),
                tally.n,
                satisfied_percent(tally, chosen),
                None if is_aspect else target,
                source,
            )
        )
    return sorted(found, key=lambda one: one.target is None)


def satisfaction_meaning(item: Item) -> str:
    """Return whose or what satisfaction an item asks for; empty where none."""
    meaning = item.question.meaning if item.row is None or not item.row.meaning else item.row.meaning
    return str(meaning.get("satisfaction", ""))


def satisfied_options(item: Item, least: float) -> tuple[int, ...]:
    """Return the places of the options that say «satisfied»: those from ``least`` of the way from worst to best."""
    named = item.question.meaning.get("positive")
    if isinstance(named, list):
        return tuple(at for at, option in enumerate(item.options) if option in named)
    points = points_of(item)
    if points is None or max(points) == min(points):
        return ()
    low, high = min(points), max(points)
    return tuple(at for at, point in enumerate(points) if (point - low) / (high - low) >= least)


def satisfied_percent(tally: Tally, chosen: tuple[int, ...]) -> float | None:
    """Return how many per cent of those who answered are satisfied."""
    return round(100 * sum(tally.counts[at] for at in chosen) / tally.n, 1) if tally.n else None
