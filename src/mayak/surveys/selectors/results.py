"""What is shown of an audience: totals, one breakdown, one filter; groups under the threshold are not in the sums."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mayak.kernel.access import Scope
from mayak.registry.models import Organisation
from mayak.surveys.algorithms.cubes import (
    Slice,
    Tally,
    everything,
    load_cube,
    slices,
    tallies,
    total_cube,
    where,
)
from mayak.surveys.algorithms.definition import Definition
from mayak.surveys.algorithms.tallying import Cube, Item, Layout, layout_of
from mayak.surveys.enums import CampaignState
from mayak.surveys.models import Answer, Audience, NamedResponse, OpenLink, ResultSummary, SurveyInvitation
from mayak.surveys.models.campaigns import AudienceQuerySet
from mayak.surveys.selectors.answer_rows import ORGANISATION
from mayak.surveys.selectors.campaigns import definition_of


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a breakdown, in words, with how many answers are shown of it."""

    code: str
    label: str
    n: int


@dataclass(frozen=True, slots=True)
class BreakdownChoice:
    """A breakdown that results can be looked at by."""

    code: str
    label: str
    values: tuple[Choice, ...]
    rest: int


@dataclass(frozen=True, slots=True)
class GroupResult:
    """One group: its name, how many answered, its tallies in the order of the items."""

    code: str | None
    label: str
    n: int
    tallies: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """All that a page or a table of results shows.

    Attributes:
        n: answers of the view (with the filter).
        total: their tallies.
        groups: those of the breakdown; the answers whose value is hidden are the last group (code None).
        as_of: when they were counted.
    """

    audience: Audience
    definition: Definition
    layout: Layout
    n: int
    total: tuple[Tally, ...]
    groups: tuple[GroupResult, ...]
    as_of: dt.datetime | None
    by: str = ""
    where: tuple[str, str] | None = None


def seen_audiences(scope: Scope) -> AudienceQuerySet:
    """Return the audiences of the rounds of the scope that were started."""
    return (
        Audience.objects.within(scope)
        .exclude(campaign__state__in=[CampaignState.DRAFT, CampaignState.STARTING])
        .select_related("campaign__owner__territory", "campaign__school_year", "version__questionnaire")
    )


def is_due(audience: Audience, summary: ResultSummary | None) -> bool:
    """Whether there are answers that the sums do not know of, or the round was closed since."""
    there = Answer.objects.filter(audience=audience).count()
    if summary is None:
        return there > 0
    if summary.seen != there or (
        audience.campaign.state == CampaignState.CLOSED and not summary.is_final and there > 0
    ):
        return True
    return not audience.is_anonymous and _was_changed(audience, summary)


def _was_changed(audience: Audience, summary: ResultSummary) -> bool:
    """Whether somebody has changed the answers of a named round, which stay the same in number."""
    rows = NamedResponse.objects.filter(invitation__audience=audience, is_submitted=True)
    return summary.computed_at is not None and rows.filter(saved_at__gt=summary.computed_at).exists()


def kept_total(summary: ResultSummary) -> Cube | None:
    """Return the sums without groups."""
    if summary.total:
        return load_cube(bytes(summary.total))
    return total_cube(load_cube(bytes(summary.grouped))) if summary.grouped else None


def kept_groups(summary: ResultSummary) -> Cube | None:
    """Return the sums by classes of answers; None while an anonymous round runs for the first time."""
    return load_cube(bytes(summary.grouped)) if summary.grouped else None


@dataclass(frozen=True, slots=True)
class Shown:
    """The sums of an audience, read once: without groups and, where there are any, with them."""

    audience: Audience
    summary: ResultSummary
    total: Cube
    grouped: Cube | None

    @property
    def not_counted(self) -> int:
        """Answers that came later and are too few to be counted yet."""
        return max(self.summary.seen - self.summary.counted, 0)


def shown_of(audience: Audience, summary: ResultSummary | None) -> Shown | None:
    """Return the sums of an audience; None where nothing may be shown."""
    if summary is None or not summary.counted:
        return None
    grouped = kept_groups(summary)
    total = load_cube(bytes(summary.total)) if summary.total else grouped
    return Shown(audience, summary, total, grouped) if total is not None else None


def results_of(shown: Shown, *, by: str = "", chosen: tuple[str, str] | None = None) -> Results:
    """Return the results: totals, or a view with one breakdown and one filter at most."""
    grouped = shown.grouped if by or chosen else None
    cube = grouped or shown.total
    layout = layout_of(definition_of(shown.audience))
    mask = where(cube, dict([chosen])) if chosen and grouped is not None else everything(cube)
    found = slices(cube, by, mask) if by and grouped is not None else []
    labels = _labels(shown.audience, by, found)
    return Results(
        audience=shown.audience,
        definition=definition_of(shown.audience),
        layout=layout,
        n=int(cube.sums[mask, 0].sum()),
        total=tuple(tallies(cube, layout.items, mask)),
        groups=tuple(_group(cube, layout, one, labels) for one in found),
        as_of=shown.summary.grouped_at if grouped is not None else shown.summary.computed_at,
        by=by if grouped is not None else "",
        where=chosen if grouped is not None else None,
    )


def _group(cube: Cube, layout: Layout, found: Slice, labels: Mapping[str, str]) -> GroupResult:
    label = _("not shown apart") if found.value is None else labels.get(found.value, found.value)
    n = int(cube.sums[found.mask, 0].sum())
    return GroupResult(found.value, label, n, tuple(tallies(cube, layout.items, found.mask)))


def breakdown_choices(shown: Shown) -> list[BreakdownChoice]:
    """Return the breakdowns with the groups that are large enough."""
    if shown.grouped is None:
        return []
    cube, choices = shown.grouped, []
    for code in cube.attributes:
        found = slices(cube, code, everything(cube))
        labels = _labels(shown.audience, code, found)
        values = [
            Choice(one.value, labels.get(one.value, one.value), int(cube.sums[one.mask, 0].sum()))
            for one in found
            if one.value is not None
        ]
        rest = sum(int(cube.sums[one.mask, 0].sum()) for one in found if one.value is None)
        if values:
            values.sort(key=lambda one: one.label)
            choices.append(BreakdownChoice(code, breakdown_label(shown.audience, code), tuple(values), rest))
    return choices


def breakdown_label(audience: Audience, code: str) -> str:
    """Return the name of a breakdown, as it was frozen."""
    if code == ORGANISATION:
        return _("Organisation")
    return str(audience.breakdown_labels.get(code, {}).get("label", code))


def _labels(audience: Audience, code: str, found: Sequence[Slice]) -> dict[str, str]:
    values = [one.value for one in found if one.value is not None]
    return value_labels(audience, code, values)


def value_labels(audience: Audience, code: str, values: Sequence[str]) -> dict[str, str]:
    """Return the words of values of a breakdown."""
    if code == ORGANISATION:
        rows = Organisation.objects.filter(pk__in=[int(one) for one in values]).values_list(
            "pk", "short_name"
        )
        return {str(pk): name for pk, name in rows}
    known: dict[str, Any] = audience.breakdown_labels.get(code, {}).get("values", {})
    return {str(value): str(word) for value, word in known.items()}


@dataclass(frozen=True, slots=True)
class Participation:
    """How many were asked and have answered; ``asked`` is None where a link says no number."""

    asked: int | None
    answered: int

    @property
    def share(self) -> float | None:
        """Return the share of those asked who answered."""
        return self.answered / self.asked if self.asked else None


def participation_of(audience: Audience) -> Participation:
    """Return the participation of an audience."""
    if audience.by_link:
        found = OpenLink.objects.filter(audience=audience).aggregate(expected=Sum("expected"))
        return Participation(found["expected"], Answer.objects.filter(audience=audience).count())
    counts = SurveyInvitation.objects.filter(audience=audience).aggregate(
        asked=Count("pk"), answered=Count("pk", filter=Q(answered=True))
    )
    return Participation(counts["asked"], counts["answered"])


def item_text(item: Item, language: str | None = None) -> str:
    """Return the words of an item: of the question, or of the line of a matrix."""
    words = item.question.text if item.row is None else item.row.text
    return words.of(language or get_language() or "ru")


def option_texts(item: Item, language: str | None = None) -> list[str]:
    """Return the words of the options of an item; of a scale its points with their labels."""
    spoken = language or get_language() or "ru"
    scale = item.question.scale
    if scale is None or item.question.options:
        return [option.text.of(spoken) for option in item.question.options]
    found = []
    for point in scale.points():
        words = scale.labels.get(point)
        ends = {scale.low: scale.low_text, scale.high: scale.high_text}
        label = words.of(spoken) if words else ends[point].of(spoken) if point in ends else ""
        found.append(f"{point} – {label}" if label else str(point))
    return found
