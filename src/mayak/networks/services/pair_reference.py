"""The numbers of pairs and the usual school holidays, as they come with the product."""

from pathlib import Path

from django.db import transaction

from mayak.kernel.access import SYSTEM, Actor
from mayak.networks.models import PairRule, SchoolHoliday
from mayak.registry.services.reference import LoadCount, load_rows, read_data

DATA = Path(__file__).resolve().parent.parent / "data" / "pair_rules.yaml"


@transaction.atomic
def load_pair_reference(*, actor: Actor = SYSTEM) -> list[LoadCount]:
    """Load rules and holidays; what a person edited stays. Safe to run again."""
    found = read_data(DATA)
    holidays = found["holidays"]
    rows = [
        {**row, "territory": None, "source": holidays["source"], "is_assumption": True}
        for row in holidays["rows"]
    ]
    return [
        load_rows(PairRule, found["rules"], key=["code"], actor=actor),
        load_rows(SchoolHoliday, rows, key=["territory", "starts_on"], actor=actor),
    ]
