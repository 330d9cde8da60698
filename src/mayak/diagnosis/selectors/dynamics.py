"""The card of a school as pages and files show it: values beside each other, differences in words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mayak.diagnosis.algorithms.changes import Change, Difference, Measured, difference, reached
from mayak.diagnosis.enums.dynamics import IndicatorGroup, IndicatorUnit, MeasureMoment, ValueOrigin
from mayak.diagnosis.models import DynamicsCard, DynamicsIndicator, DynamicsValue
from mayak.diagnosis.selectors.measure_thresholds import threshold
from mayak.kernel.access import Scope

_PERCENT = 100
_TONES = {Change.BETTER: "good", Change.WORSE: "bad", Change.SAME: "neutral"}


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """A value in the unit of its indicator."""

    row: DynamicsValue
    text: str
    is_small: bool

    @property
    def is_stated(self) -> bool:
        """Whether the school gave it."""
        return self.row.origin == ValueOrigin.SCHOOL


@dataclass(frozen=True, slots=True)
class CardLine:
    """An indicator of the card."""

    indicator: DynamicsIndicator
    name: str
    entry: ShownNumber | None
    interim: tuple[ShownNumber, ...]
    exit: ShownNumber | None
    forecast: ShownNumber | None
    difference: Difference
    is_reached: bool | None

    @property
    def delta_text(self) -> str:
        """The difference with its sign, in the unit of the indicator."""
        delta = self.difference.delta
        if delta is None:
            return ""
        sign = "+" if delta > 0 else "−" if delta < 0 else ""
        return sign + amount(self.indicator.unit, abs(delta), points=True)

    @property
    def words(self) -> str:
        """What the difference means, in words."""
        return change_words(self.difference)

    @property
    def tone(self) -> str:
        """The colour of the words; no colour where the group is small or chance may be the reason."""
        if self.difference.is_small or self.difference.may_be_chance:
            return "neutral"
        return _TONES.get(self.difference.change, "neutral")

    @property
    def forecast_words(self) -> str:
        """Whether the forecast is reached."""
        if self.forecast is None or self.exit is None or self.is_reached is None:
            return ""
        return _("the forecast is reached") if self.is_reached else _("the forecast is not reached")


@dataclass(frozen=True, slots=True)
class CardPart:
    """A part of the card with its indicators."""

    key: str
    title: str
    lines: tuple[CardLine, ...]


def card_list(scope: Scope) -> QuerySet[DynamicsCard]:
    """Return the cards of the scope with how many indicators have an entry and an exit; no order by result."""
    has = {
        name: Count("values__indicator", filter=Q(values__moment=moment), distinct=True)
        for name, moment in (("entry_count", MeasureMoment.ENTRY), ("exit_count", MeasureMoment.EXIT))
    }
    return (
        DynamicsCard.objects.within(scope)
        .select_related("organisation__territory", "entry_year", "exit_year", "programme")
        .annotate(**has)
    )


def cards_without_exit(scope: Scope) -> QuerySet[DynamicsCard]:
    """Return the cards that have an entry and no exit."""
    exits = DynamicsValue.objects.filter(card=OuterRef("pk"), moment=MeasureMoment.EXIT)
    entries = DynamicsValue.objects.filter(card=OuterRef("pk"), moment=MeasureMoment.ENTRY)
    return (
        DynamicsCard.objects.within(scope)
        .filter(Exists(entries), ~Exists(exits))
        .select_related("organisation__territory", "exit_year", "entry_year", "programme")
    )


def card_parts(card: DynamicsCard) -> list[CardPart]:
    """Return the card by parts; indicators out of use stay where they have a value. Six queries."""
    values: dict[int, list[DynamicsValue]] = defaultdict(list)
    for row in card.values.order_by("measured", "pk"):
        values[row.indicator_id].append(row)
    indicators = DynamicsIndicator.objects.filter(Q(is_active=True) | Q(pk__in=list(values)))
    year = card.exit_year.start_year
    small = int(threshold("small-group", year))
    same = {
        IndicatorUnit.SHARE.value: threshold("same-share", year) / _PERCENT,
        IndicatorUnit.POINTS.value: threshold("same-points", year),
        IndicatorUnit.MARK.value: threshold("same-mark", year),
    }
    lines: dict[str, list[CardLine]] = defaultdict(list)
    for indicator in indicators.order_by("position", "pk"):
        lines[indicator.group].append(_line(indicator, values[indicator.pk], small, same))
    return [
        CardPart(group.value, str(group.label), tuple(lines[group.value]))
        for group in IndicatorGroup
        if lines[group.value]
    ]


def _line(
    indicator: DynamicsIndicator, rows: Sequence[DynamicsValue], small: int, same: Mapping[str, float]
) -> CardLine:
    of = {moment: [row for row in rows if row.moment == moment] for moment in MeasureMoment.values}
    entry, exit_, forecast = (
        _last(of[moment]) for moment in (MeasureMoment.ENTRY, MeasureMoment.EXIT, MeasureMoment.FORECAST)
    )
    is_share = indicator.unit == IndicatorUnit.SHARE
    found = difference(
        _measured(entry),
        _measured(exit_),
        direction=indicator.direction,
        is_share=is_share,
        small=small,
        same=same.get(indicator.unit, 0.0),
    )
    reached_it = (
        reached(float(exit_.value), float(forecast.value), direction=indicator.direction)
        if exit_ is not None and forecast is not None
        else None
    )
    return CardLine(
        indicator=indicator,
        name=indicator_name(indicator),
        entry=_shown(indicator, entry, small),
        interim=tuple(one for row in of[MeasureMoment.INTERIM] if (one := _shown(indicator, row, small))),
        exit=_shown(indicator, exit_, small),
        forecast=_shown(indicator, forecast, small),
        difference=found,
        is_reached=reached_it,
    )


def _last(rows: Sequence[DynamicsValue]) -> DynamicsValue | None:
    """The value that counts: what the school stated goes before data, a later one before an earlier one."""
    return max(rows, key=lambda row: (row.origin == ValueOrigin.SCHOOL, row.pk), default=None)


def _measured(row: DynamicsValue | None) -> Measured | None:
    return None if row is None else Measured(float(row.value), row.n)


def _shown(indicator: DynamicsIndicator, row: DynamicsValue | None, small: int) -> ShownNumber | None:
    if row is None:
        return None
    return ShownNumber(row, amount(indicator.unit, float(row.value)), row.n is not None and row.n < small)


def indicator_name(indicator: DynamicsIndicator) -> str:
    """Return the name in the language of the page."""
    english = (get_language() or "").startswith("en")
    return indicator.name_en if english and indicator.name_en else indicator.name


def amount(unit: str, value: float, *, points: bool = False) -> str:
    """Return a value in its unit: «12,5 %», «3», «4,25»; ``points``: a difference of shares in percentage points."""
    if unit == IndicatorUnit.SHARE:
        text = number_format(round(value * _PERCENT, 1), decimal_pos=1)
        return _("%(number)s p. p.") % {"number": text} if points else f"{text}\u202f%"
    digits = {IndicatorUnit.MARK.value: 2, IndicatorUnit.POINTS.value: 1}.get(unit, 0)
    if not digits and value != int(value):
        digits = 1
    return str(number_format(round(value, digits), decimal_pos=digits))


def change_words(found: Difference) -> str:
    """Return the meaning of a difference in words, with what weakens it."""
    words = {
        Change.BETTER: _("better"),
        Change.WORSE: _("worse"),
        Change.SAME: _("no change"),
        Change.MORE: _("more"),
        Change.LESS: _("less"),
        Change.UNKNOWN: _("no second measurement"),
    }[found.change]
    if found.is_small:
        return _("%(words)s, small group: no conclusion") % {"words": words}
    if found.may_be_chance:
        return _("%(words)s, may be chance") % {"words": words}
    return str(words)


def export_rows(card: DynamicsCard, parts: Iterable[CardPart]) -> list[list[Any]]:
    """Return the rows of the file of a card."""
    rows: list[list[Any]] = []
    for part in parts:
        rows += [
            [
                part.title,
                line.name,
                line.entry.text if line.entry else "",
                line.entry.row.n if line.entry else None,
                "; ".join(f"{one.row.measured}: {one.text}" for one in line.interim),
                line.exit.text if line.exit else "",
                line.exit.row.n if line.exit else None,
                line.forecast.text if line.forecast else "",
                line.delta_text,
                line.words,
                line.forecast_words,
                "; ".join(one.row.note for one in (line.entry, line.exit) if one and one.row.note),
                line.indicator.source,
            ]
            for line in part.lines
        ]
    return rows


def export_columns() -> list[str]:
    """Return the header of that file."""
    return [
        _("Part"), _("Indicator"), _("Entry"), _("Entry, people"), _("In between"), _("Exit"), _("Exit, people"),
        _("Forecast"), _("Difference"), _("In words"), _("Forecast reached"), _("Note"), _("Source"),
    ]  # fmt: skip
