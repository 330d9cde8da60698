"""The result of a pairing as files: pairs as csv, everything as json. No time and no path, so runs can be compared."""

import json
from collections.abc import Mapping
from typing import Any

from mayak.kernel.exporting.tables import csv_quoted, guarded
from mayak.matching.algorithms.explanation import explain_unmatched
from mayak.matching.algorithms.instance import Instance, Limit
from mayak.matching.algorithms.plan import Matching
from mayak.matching.algorithms.problem import fingerprint
from mayak.matching.services.outcomes import proof_of
from mayak.matching.services.solving import result_hash, versions

COLUMNS = ("mentee", "mentee_name", "lead", "lead_name", "score", "distance_km", "locked")


def pairs_csv(matching: Matching, names: Mapping[str, str]) -> str:
    """Return the pairs with comma and decimal point, sorted by the key of the mentee."""
    rows: list[list[Any]] = [[*COLUMNS, *(f"points_{name}" for name in _criteria(matching))]]
    rows += [
        [*(row[name] for name in COLUMNS), *row["points"].values()] for row in _pair_rows(matching, names)
    ]
    return _text(rows)


def unmatched_csv(matching: Matching, names: Mapping[str, str]) -> str:
    """Return the schools without a pair, with the limits that keep the lead schools away."""
    rows: list[list[Any]] = [["mentee", "mentee_name", "reasons", "nearest_lead", "nearest_km", "full_leads"]]
    for row in _unmatched_rows(matching, names):
        limits = " ".join(f"{name}:{count}" for name, count in row["limits"].items())
        full = " ".join(row["full"])
        rows.append([row["mentee"], row["name"], limits, row["nearest"], row["nearest_km"], full])
    return _text(rows)


def _text(rows: list[list[Any]]) -> str:
    """Return the lines; names come from a file of somebody, so none of them begins a formula."""
    return b"".join(csv_quoted(map(_cell, row), separator=",", end="\n") for row in rows).decode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return guarded(value) if isinstance(value, str) else str(value)


def result_json(matching: Matching, names: Mapping[str, str], without_coordinates: list[str]) -> str:
    """Return pairs, leftovers, proof, hashes and versions."""
    data: dict[str, Any] = {
        "served": matching.served,
        "mentees": len(matching.problem.mentees),
        "leads": len(matching.problem.leads),
        "score": round(matching.score, 6),
        **({"load_price": round(matching.load_price, 6)} if matching.load_price else {}),
        "distance_km": round(matching.distance_km, 6),
        "pairs": _pair_rows(matching, names),
        "unmatched": _unmatched_rows(matching, names),
        "without_coordinates": without_coordinates,
        "proof": proof_of(matching.proof),
        "input_hash": fingerprint(matching.problem),
        "result_hash": result_hash(matching),
        "versions": versions(),
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _criteria(matching: Matching) -> tuple[str, ...]:
    """The first four criteria, and the others that have a weight."""
    return Instance(matching.problem).criteria


def _pair_rows(matching: Matching, names: Mapping[str, str]) -> list[dict[str, Any]]:
    criteria = _criteria(matching)
    return [
        {
            "mentee": pair.mentee,
            "mentee_name": names[pair.mentee],
            "lead": pair.lead,
            "lead_name": names[pair.lead],
            "score": round(pair.score, 6),
            "distance_km": None if pair.distance_km is None else round(pair.distance_km, 6),
            "locked": int(pair.is_fixed),
            "kept": int(pair.is_kept),
            "keep_price": None if pair.keep_price is None else round(pair.keep_price, 6),
            "points": {name: round(pair.contributions[name], 6) for name in criteria},
        }
        for pair in matching.pairs
    ]


def _unmatched_rows(matching: Matching, names: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = []
    for key in matching.unmatched:
        why = explain_unmatched(matching, key, with_changes=False)
        known = [
            one for one in why.limits if one.nearest_km is not None and one.limit is not Limit.SAME_SCHOOL
        ]
        nearest = min(known, key=lambda one: one.nearest_km or 0.0, default=None)
        rows.append(
            {
                "mentee": key,
                "name": names[key],
                "limits": {(one.limit.name or "").lower(): one.leads for one in why.limits},
                "nearest": nearest.nearest if nearest else None,
                "nearest_km": round(nearest.nearest_km, 6)
                if nearest and nearest.nearest_km is not None
                else None,
                "full": [one.lead for one in why.full],
            }
        )
    return rows
