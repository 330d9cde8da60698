"""Texts of consents, deadlines, terms of storage and the calendar that come with the product."""

from pathlib import Path
from typing import Any

from django.db import transaction

from mayak.accounts.models import CalendarDay, ConsentText, DeadlineRule
from mayak.kernel.access import SYSTEM, Actor
from mayak.kernel.retention.models import RetentionTerm
from mayak.registry.services.reference import LoadCount, load_rows, read_data

DATA = Path(__file__).resolve().parent.parent / "data"


@transaction.atomic
def load_personal_reference(*, actor: Actor = SYSTEM) -> list[LoadCount]:
    """Load what the register of consents and the retention need; what a person edited stays."""
    return [
        load_rows(ConsentText, _texts(), key=["purpose", "version"], actor=actor),
        load_rows(DeadlineRule, read_data(DATA / "deadlines.yaml")["deadlines"], key=["code"], actor=actor),
        load_rows(RetentionTerm, read_data(DATA / "retention.yaml")["terms"], key=["code"], actor=actor),
        load_rows(CalendarDay, read_data(DATA / "calendar.yaml")["days"], key=["day"], actor=actor),
    ]


def _texts() -> list[dict[str, Any]]:
    """The supplied texts but those that somebody has given already: they are frozen."""
    rows = read_data(DATA / "consent_texts.yaml")["texts"]
    used = set(
        ConsentText.objects.filter(consents__isnull=False).values_list("purpose", "version").distinct()
    )
    return [row for row in rows if (row["purpose"], row["version"]) not in used]
