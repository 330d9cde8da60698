"""Two groups side by side: rounds one after another, both sides of a pair; small groups are in neither."""

from dataclasses import dataclass
from itertools import combinations

from django.utils.translation import gettext as _

from mayak.kernel.access import Scope
from mayak.surveys.algorithms.cubes import Tally
from mayak.surveys.algorithms.definition import QuestionKind
from mayak.surveys.algorithms.tallying import Item
from mayak.surveys.models import Audience, Campaign, ResultSummary
from mayak.surveys.selectors.results import (
    Results,
    Shown,
    breakdown_choices,
    item_text,
    option_texts,
    results_of,
    seen_audiences,
    shown_of,
)

EARLIER_ROUNDS = 5
PAIR, PAIR_SIDE = "pair", "pair_side"
WHOLE = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.MATRIX})


@dataclass(frozen=True, slots=True)
class Side:
    """What can be put on one side: everybody of an audience, or one group of it; ``key`` stands in the address."""

    key: str
    label: str
    shown: Shown
    where: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One number of both sides: a mean, or the share of an option in per cent; ``is_scale``: a mean of points."""

    code: str
    question: str
    measure: str
    left: float | None
    left_n: int
    right: float | None
    right_n: int
    is_mean: bool
    is_scale: bool = False

    @property
    def difference(self) -> float | None:
        """Right less left; None where a side is hidden."""
        return None if self.left is None or self.right is None else round(self.right - self.left, 2)


@dataclass(frozen=True, slots=True)
class PairLine:
    """One pair: the mean of both sides, where both are large enough."""

    label: str
    left: float
    left_n: int
    right: float
    right_n: int

    @property
    def difference(self) -> float:
        """Right less left."""
        return round(self.right - self.left, 2)


def rounds_of(campaign: Campaign, scope: Scope) -> list[Campaign]:
    """Return the round and the earlier ones that it is compared with, as far as the scope shows them."""
    found = [campaign]
    seen = {campaign.pk}
    at = campaign.previous_id
    while at is not None and at not in seen and len(found) <= EARLIER_ROUNDS:
        earlier = Campaign.objects.within(scope).filter(pk=at).first()
        if earlier is None:
            break
        found.append(earlier)
        seen.add(at)
        at = earlier.previous_id
    return found


def sides_of(campaign: Campaign, scope: Scope) -> list[Side]:
    """Return all that can be compared: every audience of the rounds with results, and its groups."""
    rounds = {one.pk: one for one in rounds_of(campaign, scope)}
    audiences = list(seen_audiences(scope).filter(campaign__in=rounds))
    audiences.sort(key=lambda one: (list(rounds).index(one.campaign_id), one.position, one.pk))
    summaries = {row.audience_id: row for row in ResultSummary.objects.filter(audience__in=audiences)}
    found: list[Side] = []
    for audience in audiences:
        shown = shown_of(audience, summaries.get(audience.pk))
        if shown is None:
            continue
        name = f"{audience.campaign.title}: {audience.label}" if len(rounds) > 1 else audience.label
        found.append(Side(str(audience.pk), name, shown))
        for choice in breakdown_choices(shown):
            if choice.code == PAIR:
                continue
            found += [
                Side(
                    f"{audience.pk}:{choice.code}:{value.code}",
                    f"{name}, {value.label}",
                    shown,
                    (choice.code, value.code),
                )
                for value in choice.values
            ]
    return found


def usual_pairs(sides: list[Side], campaign: Campaign) -> list[tuple[str, Side, Side]]:
    """Return what is compared most: with the earlier round, and both sides of a pair."""
    found: list[tuple[str, Side, Side]] = []
    whole = [side for side in sides if side.where is None]
    own = [side for side in whole if side.shown.audience.campaign_id == campaign.pk]
    for side in own:
        audience = side.shown.audience
        earlier = next(
            (one for one in whole if one not in own and _is_same(one.shown.audience, audience)), None
        )
        if earlier is not None:
            found.append(
                (_("With the earlier round: %(audience)s") % {"audience": audience.label}, earlier, side)
            )
        halves = [
            one
            for one in sides
            if one.shown.audience.pk == audience.pk and one.where and one.where[0] == PAIR_SIDE
        ]
        if len(halves) == 2:  # noqa: PLR2004  # both sides of a pair
            found.append(
                (_("Both sides of a pair: %(audience)s") % {"audience": audience.label}, halves[0], halves[1])
            )
    paired = [side for side in own if _has_pairs(side)]
    found += [
        (f"{left.shown.audience.label} – {right.shown.audience.label}", left, right)
        for left, right in combinations(paired, 2)
        if common_items(left, right)
    ]
    return found


def _is_same(one: Audience, other: Audience) -> bool:
    return one.provider == other.provider and one.version.questionnaire_id == other.version.questionnaire_id


def _has_pairs(side: Side) -> bool:
    return PAIR in side.shown.audience.breakdown_labels or PAIR_SIDE in side.shown.audience.breakdown_labels


def common_items(left: Side, right: Side) -> list[tuple[Item, Item]]:
    """Return the items that both sides were asked in the same way: same code, same kind, same options."""
    ours = results_of(left.shown).layout
    theirs = results_of(right.shown).layout
    found = []
    for item in ours.items:
        other = theirs.item(item.code)
        if other is not None and other.question.kind == item.question.kind and other.options == item.options:
            found.append((item, other))
    return found


def lines_of(left: Side, right: Side) -> list[Line]:
    """Return the numbers of both sides, question by question."""
    ours, theirs = results_of(left.shown, chosen=left.where), results_of(right.shown, chosen=right.where)
    found: list[Line] = []
    for item, other in common_items(left, right):
        found += _lines(item, _tally(ours, item), _tally(theirs, other))
    return found


def _tally(results: Results, item: Item) -> Tally:
    return results.total[[one.code for one in results.layout.items].index(item.code)]


def _lines(item: Item, left: Tally, right: Tally) -> list[Line]:
    text = item_text(item) if item.row is None else f"{item.question.text.of('ru')} – {item_text(item)}"
    if left.mean is not None or right.mean is not None:
        if item.question.kind == QuestionKind.DATE:
            return []
        return [
            Line(
                item.code,
                text,
                _("mean"),
                _rounded(left.mean),
                left.n,
                _rounded(right.mean),
                right.n,
                is_mean=True,
                is_scale=item.question.kind != QuestionKind.NUMBER,
            )
        ]
    if item.question.kind not in WHOLE:
        return []
    return [
        Line(item.code, text, option, _percent(left, at), left.n, _percent(right, at), right.n, is_mean=False)
        for at, option in enumerate(option_texts(item))
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _percent(tally: Tally, at: int) -> float | None:
    share = tally.share(at)
    return None if share is None else round(share * 100, 1)


def pair_lines(left: Side, right: Side, code: str) -> list[PairLine]:
    """Return the means of a question pair by pair; pairs with a side under the threshold are left out."""
    ours = results_of(left.shown, by=PAIR, chosen=left.where)
    theirs = results_of(right.shown, by=PAIR, chosen=right.where)
    means = {group.code: _tally_of(theirs, group.tallies, code) for group in theirs.groups}
    found = []
    for group in ours.groups:
        one, other = _tally_of(ours, group.tallies, code), means.get(group.code)
        if group.code is None or one is None or other is None or one.mean is None or other.mean is None:
            continue
        found.append(PairLine(group.label, round(one.mean, 2), one.n, round(other.mean, 2), other.n))
    return sorted(found, key=lambda line: line.label)


def _tally_of(results: Results, tallies: tuple[Tally, ...], code: str) -> Tally | None:
    return next(
        (tally for item, tally in zip(results.layout.items, tallies, strict=True) if item.code == code), None
    )
