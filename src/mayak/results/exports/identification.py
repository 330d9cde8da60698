"""Decisions as files: a JSON document with every number, a table with a school in a row. By name, no ranking."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from mayak.kernel.exporting.tables import save_xlsx, stream_csv
from mayak.results.algorithms.identification.cells import CellState
from mayak.results.algorithms.identification.evaluation import Decision
from mayak.results.algorithms.identification.intervals import wilson
from mayak.results.algorithms.identification.logic import Answer
from mayak.results.algorithms.identification.parsing import fingerprint, rule_to_dict
from mayak.results.selectors.decisions import reason_sentence
from mayak.results.selectors.names import Names
from mayak.results.services.identification import ALGORITHM, Computed
from mayak.results.services.identification_rows import decision_rows, item_rows

WORDS = {
    Decision.LISTED: "listed",
    Decision.NOT_LISTED: "not_listed",
    Decision.NO_DATA: "no_data",
    Decision.VETOED: "vetoed",
}
_DIGITS = 6


def document(computed: Computed, labels: Mapping[Any, Mapping[str, Any]]) -> dict[str, Any]:
    """The whole answer as plain data (docs/formats/identify.md).

    Args:
        computed: the decisions.
        labels: for each school what names it (code, name, settlement, municipality, region).
    """
    result = computed.result
    items = item_rows(result)
    decisions = [_decision(row, items, labels) for row in decision_rows(0, computed.arrays, {})]
    decisions.sort(key=lambda row: (str(row.get("name") or ""), str(row["school"])))
    counts = {word: sum(row["decision"] == word for row in decisions) for word in WORDS.values()}
    certain = computed.stability
    return {
        "meaning": _("A signal for support, not an evaluation"),
        "rule": rule_to_dict(result.rule),
        "year": result.year,
        "schools": len(decisions),
        **counts,
        "stability": {
            "method": certain.method.value, "draws": certain.draws, "seed": certain.seed, "prior": certain.prior,
        },
        "input": computed.loaded.input_hash,
        "versions": {"algorithm": ALGORITHM, "rule": fingerprint(result.rule)},
        "decisions": decisions,
    }  # fmt: skip


def write_document(found: Mapping[str, Any], path: Path) -> None:
    """Write .json, .csv or .xlsx by the ending.

    Raises:
        ValueError: the ending is another one.
    """
    ending = path.suffix.lower()
    if ending == ".json":
        path.write_text(
            json.dumps(found, ensure_ascii=False, indent=1, sort_keys=False) + "\n", encoding="utf-8"
        )
    elif ending == ".csv":
        columns, rows = table(found)
        with path.open("wb") as file:
            file.writelines(stream_csv(columns, rows))
    elif ending == ".xlsx":
        columns, rows = table(found)
        save_xlsx(path, columns, rows, title=_("Who needs help"))
    else:
        raise ValueError(ending)


def table(found: Mapping[str, Any]) -> tuple[list[str], Iterator[Sequence[Any]]]:
    """Columns and rows of the table."""
    columns = [
        _("School code"), _("School"), _("Settlement"), _("Municipality"), _("Region"), _("Decision"), _("Why"),
        _("Few participants"), _("Stability"), _("Result"), _("Expected by the context"), _("Meaning"),
    ]  # fmt: skip
    return columns, _rows(found)


def _rows(found: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    names = Names()
    words = {
        "listed": _("on the list"),
        "not_listed": _("not on the list"),
        "no_data": _("not enough results"),
        "vetoed": _("held back by a quality sign"),
    }
    for row in found["decisions"]:
        why = "; ".join(
            reason_sentence(reason["measure"], line, names)
            for reason in row["reasons"]
            for line in reason["procedures"]
        )
        against = row.get("against") or {}
        yield [
            row.get("code", row["school"]), row.get("name", ""), row.get("settlement", ""), row.get("municipality", ""),
            row.get("region", ""),
            words[row["decision"]], why, _("few participants") if row["few_participants"] else "", row["stability"],
            against.get("result"), against.get("expected"), found["meaning"],
        ]  # fmt: skip


def _decision(
    row: tuple[Any, ...], items: list[list[Any]], labels: Mapping[Any, Mapping[str, Any]]
) -> dict[str, Any]:
    (
        _run,
        school,
        is_listed,
        has_data,
        is_vetoed,
        few,
        certain,
        severity,
        _residual,
        _change,
        reasons,
        way,
        evidence,
    ) = row
    word = "listed" if is_listed else "vetoed" if is_vetoed else "not_listed" if has_data else "no_data"
    found = {
        "school": school,
        **labels.get(school, {}),
        "decision": word,
        "few_participants": few,
        "stability": certain,
        "distance": severity,
        "reasons": reasons,
        "way_out": way,
        "conditions": [_condition(kept, items) for kept in evidence["conditions"]],
    }
    if "signs" in evidence:
        found["signs"] = [{"sign": sign, "year": year} for sign, year in evidence["signs"]]
    if "against" in evidence:
        result, expected, standardised = evidence["against"]
        found["against"] = {"result": result, "expected": expected, "standardised": standardised}
    return found


def _condition(kept: Mapping[str, Any], items: list[list[Any]]) -> dict[str, Any]:
    return {
        "answer": Answer(kept["a"]).name.lower(),
        "held": len(kept["h"]),
        "needed": kept["k"],
        "counted": kept["m"],
        "lines": [_line(line, items) for line in kept["l"]],
        "missing": [
            {**_item(items[item]), "year": year, "reason": CellState(state).name.lower(), "n": n}
            for item, year, state, n in kept.get("x", [])
        ],
    }


def _line(line: Sequence[Any], items: list[list[Any]]) -> dict[str, Any]:
    item, year, n, below, value, limit, fired = line
    found = {**_item(items[item]), "year": year, "n": n, "below": below, "value": value, "limit": limit}
    found["holds"] = bool(fired)
    if below is not None and n:
        low, high = wilson(below, n)
        found["interval"] = [round(float(low), _DIGITS), round(float(high), _DIGITS)]
    return found


def _item(item: Sequence[Any]) -> dict[str, Any]:
    kind, subject, grade, label = item
    return {"kind": kind, "subject": subject, "grade": grade, "label": label}
