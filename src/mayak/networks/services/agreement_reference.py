"""Templates of clauses and demands on agreements that come with the product."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from mayak.kernel.access import SYSTEM, Actor
from mayak.networks.models import AgreementRequirement, AgreementTemplate
from mayak.registry.services.reference import LoadCount, load_rows, read_data

DATA: Final = Path(__file__).resolve().parent.parent / "data" / "agreement_templates.yaml"
STEP: Final = 10


@transaction.atomic
def load_agreement_reference(*, actor: Actor = SYSTEM) -> list[LoadCount]:
    """Load templates and demands; safe to run again, what people edited stays."""
    return [
        load_rows(AgreementTemplate, supplied_templates(), key=["kind", "code"], actor=actor),
        load_rows(AgreementRequirement, supplied_requirements(), key=["kind", "section"], actor=actor),
    ]


def supplied_templates() -> Iterator[dict[str, Any]]:
    """Yield the clauses of all kinds in their order, each with its source."""
    found = read_data(DATA)
    for kind, rows in found["templates"].items():
        for number, row in enumerate(rows, start=1):
            values = {name: value for name, value in row.items() if name != "from"}
            yield {
                "side": "",
                **values,
                **found["sources"][row["from"]],
                "kind": kind,
                "position": number * STEP,
            }


def supplied_requirements() -> Iterator[dict[str, Any]]:
    """Yield which sections each kind must have."""
    found = read_data(DATA)
    for kind, sections in found["required"].items():
        for number, section in enumerate(sections, start=1):
            row = found["requirements"][section]
            values = {name: value for name, value in row.items() if name != "from"}
            source = found["sources"][row["from"]]
            yield {**values, **source, "kind": kind, "section": section, "position": number * STEP}
