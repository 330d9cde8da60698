"""Scales, quality rules, retention and context indicators that come with the product."""

from pathlib import Path
from typing import Any

from django.db import transaction

from mayak.kernel.access import SYSTEM, Actor
from mayak.registry.models import Subject
from mayak.registry.services.reference import LoadCount, load_rows, read_data
from mayak.results.models import ContextIndicator, QualityRule, RetentionRule, ScoreScale
from mayak.results.services.rule_reference import load_rule_sets, load_status_kinds

DATA = Path(__file__).resolve().parent.parent / "data"
FIRST_YEAR = 2000
"""A rule without a year of its own holds from here on."""


@transaction.atomic
def load_results_reference(*, actor: Actor = SYSTEM) -> list[LoadCount]:
    """Load what the results need; the subjects of the registry must be there.

    A row that a person edited is kept, one that a person deleted does not come back (see ``load_rows``).
    """
    indicators = read_data(DATA / "context_indicators.yaml")
    rules = read_data(DATA / "quality_rules.yaml")
    return [
        load_rows(
            ScoreScale,
            _scales(),
            key=["kind", "subject", "grade", "territory", "year_from"],
            actor=actor,
        ),
        load_rows(
            QualityRule,
            [{"year_from": FIRST_YEAR, **rule} for rule in rules["rules"]],
            key=["code", "year_from"],
            actor=actor,
        ),
        load_rows(RetentionRule, rules["retention"], key=["code"], actor=actor),
        load_rows(ContextIndicator, indicators["indicators"], key=["code"], actor=actor),
        load_status_kinds(DATA, actor=actor),
        load_rule_sets(DATA, actor=actor),
    ]


def _scales() -> list[dict[str, Any]]:
    """Return the scales with subjects instead of their codes; without its subject a scale is left out."""
    subjects = {subject.code: subject for subject in Subject.objects.all()}
    rows: list[dict[str, Any]] = []
    for row in read_data(DATA / "scales.yaml")["scales"]:
        if row.get("subject") is None:
            rows.append(dict(row))
        elif row["subject"] in subjects:
            rows.append({**row, "subject": subjects[row["subject"]]})
    return rows
