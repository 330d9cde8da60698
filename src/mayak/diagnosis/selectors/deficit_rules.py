"""The thresholds and weights of deficits: those of the database, else those that come with the product."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from mayak.diagnosis.enums.deficits import Rule
from mayak.diagnosis.models import DeficitRule

DATA = Path(__file__).resolve().parent.parent / "data"


def rule_values() -> dict[str, float]:
    """Return every rule by code; one query."""
    stored = dict(DeficitRule.objects.values_list("code", "value"))
    return {**_supplied(), **stored}


def source_weights(values: dict[str, float] | None = None) -> dict[str, float]:
    """Return how much each source counts."""
    known = rule_values() if values is None else values
    return {str(source): known[code] for source, code in Rule.WEIGHT.items()}


@lru_cache(maxsize=1)
def supplied_rules() -> tuple[dict[str, Any], ...]:
    """Return the rules that come with the product; needs no database."""
    with (DATA / "deficit_rules.yaml").open(encoding="utf-8") as stream:
        return tuple(yaml.safe_load(stream)["rules"])


def _supplied() -> dict[str, float]:
    return {row["code"]: float(row["value"]) for row in supplied_rules()}
