"""Making a card, filling it from data, and what the school adds itself."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.diagnosis.enums.dynamics import IndicatorUnit, ValueOrigin
from mayak.diagnosis.models import DynamicsCard, DynamicsIndicator, DynamicsValue
from mayak.diagnosis.selectors.dynamics_data import values_from_data
from mayak.kernel.access import Actor
from mayak.registry.models import Organisation, Programme, SchoolYear
from mayak.registry.services.rows import create_row, log, update_row

_PLACES = 6


@transaction.atomic
def create_card(
    organisation: Organisation,
    *,
    actor: Actor,
    entry_year: SchoolYear,
    exit_year: SchoolYear,
    programme: Programme | None = None,
) -> DynamicsCard:
    """Begin a card and fill it from data.

    Raises:
        ValidationError: the exit lies before the entry, or the card is there already.
    """
    if exit_year.start_year < entry_year.start_year:
        raise ValidationError({"exit_year": _("The exit cannot lie before the entry.")})
    card = DynamicsCard(
        organisation=organisation, entry_year=entry_year, exit_year=exit_year, programme=programme
    )
    create_row(card, actor=actor)
    fill_card(card, actor=actor)
    return card


@transaction.atomic
def create_cards(
    schools: list[Organisation],
    *,
    actor: Actor,
    entry_year: SchoolYear,
    exit_year: SchoolYear,
    programme: Programme | None = None,
) -> tuple[int, int]:
    """Begin cards for many schools; return how many were made and how many were there already."""
    known = set(
        DynamicsCard.objects.filter(
            organisation__in=schools, entry_year=entry_year, exit_year=exit_year
        ).values_list("organisation_id", flat=True)
    )
    missing = [school for school in schools if school.pk not in known]
    for school in missing:
        create_card(school, actor=actor, entry_year=entry_year, exit_year=exit_year, programme=programme)
    return len(missing), len(schools) - len(missing)


@transaction.atomic
def fill_card(card: DynamicsCard, *, actor: Actor) -> int:
    """Take everything anew that the data have; what the school wrote stays beside it. Return how many values."""
    indicators = DynamicsIndicator.objects.filter(is_active=True)
    found = values_from_data(card, indicators)
    stated = set(
        card.values.filter(origin=ValueOrigin.SCHOOL).values_list("indicator_id", "moment", "measured")
    )
    card.values.filter(origin=ValueOrigin.DATA).delete()
    rows = [
        DynamicsValue(
            card=card,
            indicator_id=one.indicator_id,
            moment=one.moment,
            measured=one.measured[:40],
            value=round(Decimal(one.value), _PLACES),
            n=one.n,
            origin=ValueOrigin.DATA,
            note=one.note[:500],
        )
        for one in found
        if (one.indicator_id, one.moment, one.measured[:40]) not in stated
    ]
    DynamicsValue.objects.bulk_create(rows)
    card.filled_at = timezone.now()
    card.save(update_fields=["filled_at"])
    log(card, actor=actor, action="fill", changes={"values": [None, len(rows)]})
    return len(rows)


@transaction.atomic
def state_value(
    card: DynamicsCard,
    indicator: DynamicsIndicator,
    *,
    actor: Actor,
    moment: str,
    value: Decimal | None,
    measured: str = "",
    n: int | None = None,
    note: str = "",
) -> DynamicsValue | None:
    """Write what the school says; no value removes what it said before. A value from data is replaced only with a note.

    Raises:
        ValidationError: a share outside of 0..100 per cent, or a value from data without a note why it differs.
    """
    where = {"indicator": indicator, "moment": moment, "measured": measured.strip()[:40]}
    known = card.values.filter(**where).first()
    if value is None:
        if known is not None and known.origin == ValueOrigin.SCHOOL:
            log(card, actor=actor, action="state_value", changes={indicator.code: [str(known.value), None]})
            known.delete()
        return None
    if indicator.unit == IndicatorUnit.SHARE and not 0 <= value <= 1:
        raise ValidationError({"value": _("A share lies between 0 and 100 per cent.")})
    if value < 0:
        raise ValidationError({"value": _("The value cannot be below zero.")})
    if known is not None and known.origin == ValueOrigin.DATA and not note.strip():
        raise ValidationError({"note": _("This value comes from data. Say why yours differs.")})
    row = known or DynamicsValue(card=card, **where)
    before = str(known.value) if known is not None else None
    row.value, row.n, row.origin, row.note = value, n, ValueOrigin.SCHOOL, note.strip()[:500]
    row.full_clean()
    row.save()
    log(
        card,
        actor=actor,
        action="state_value",
        changes={f"{indicator.code} {moment} {measured}".strip(): [before, str(value)]},
    )
    return row


def update_card(card: DynamicsCard, *, actor: Actor, **changes: Any) -> DynamicsCard:
    """Change the conclusion or the programme."""
    return update_row(card, actor=actor, values=changes)


def save_indicator(
    indicator: DynamicsIndicator, *, actor: Actor, values: Mapping[str, Any]
) -> DynamicsIndicator:
    """Add or change an indicator.

    Raises:
        ValidationError: the source of the data lacks what it needs.
    """
    for name, value in values.items():
        setattr(indicator, name, value)
    if indicator.pk is None:
        return create_row(indicator, actor=actor)
    return update_row(indicator, actor=actor, values=values)
