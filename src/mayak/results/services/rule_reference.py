"""Kinds of status and identification rules that come with the product."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mayak.kernel.access import Actor
from mayak.registry.services.reference import LoadCount, load_rows, read_data
from mayak.results.algorithms.identification.parsing import rule_from_dict
from mayak.results.models import RuleSet, StatusKind
from mayak.results.services.rule_sets import rule_set_values

_DATA = Path(__file__).resolve().parent.parent / "data"


def load_status_kinds(folder: Path, *, actor: Actor) -> LoadCount:
    """Load the kinds of status with their synonyms."""
    return load_rows(StatusKind, read_data(folder / "status_kinds.yaml")["kinds"], key=["code"], actor=actor)


def load_rule_sets(folder: Path, *, actor: Actor) -> LoadCount:
    """Load the rules, one file each; the kinds of status must be there.

    A version that a run has used stays as it was, whatever the file says now: a past year must replay.
    """
    frozen = {
        (row.code, row.version): row for row in RuleSet.objects.filter(is_supplied=True, is_frozen=True)
    }
    rows = [_kept(row, frozen) for row in supplied_rules(folder)]
    return load_rows(RuleSet, rows, key=["code", "version"], actor=actor)


def supplied_rules(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the columns of each rule; a wrong file raises RuleError."""
    for path in sorted((folder / "rule_sets").glob("*.yaml")):
        rule = rule_from_dict(read_data(path))
        yield {**rule_set_values(rule), "is_supplied": True}


def _kept(row: dict[str, Any], frozen: Mapping[tuple[str, int], RuleSet]) -> dict[str, Any]:
    stored = frozen.get((row["code"], row["version"]))
    if stored is None:
        return row
    return {name: getattr(stored, name) for name in row}


def supplied_status_codes() -> frozenset[str]:
    """Codes of the kinds of status that come with the product; needs no database."""
    return frozenset(row["code"] for row in read_data(_DATA / "status_kinds.yaml")["kinds"])


def status_codes() -> list[str]:
    """Codes of the kinds of status: of the registry and, in an empty one, those of the product."""
    return sorted({*StatusKind.objects.values_list("code", flat=True), *supplied_status_codes()})
