"""What a computation says of its plan as plain data: the proof, the best plan without demands, who would swap."""

from typing import Any

from mayak.matching.algorithms.plan import Matching, Proof
from mayak.matching.algorithms.problem import Total
from mayak.matching.algorithms.stability import blocking_pairs
from mayak.matching.selectors.candidates import FULL_SCORE

DIGITS = 8


def proof_of(proof: Proof) -> dict[str, Any]:
    """Return the proof as plain data."""
    data = {
        "unit": proof.unit,
        "value": proof.value,
        "bound": proof.bound,
        "gap": proof.gap,
        "is_proven": proof.is_proven,
        "served": [
            {
                "class": one.class_name,
                "served": one.served,
                "bound": one.bound,
                "blocking": list(one.blocking),
            }
            for one in proof.served
        ],
        "pairs_considered": proof.pairs_considered,
        "pairs_left_out": proof.pairs_left_out,
        "rounds": proof.rounds,
    }
    if proof.floor is not None and proof.floor_proof is not None:
        above = proof.floor_proof
        data["floor"] = {
            "value": proof.floor,
            "served": above.served,
            "bound": above.bound,
            "blocking": list(above.blocking),
        }
    if proof.kept_proof is not None:
        kept = proof.kept_proof
        data["kept"] = {"pairs": kept.kept, "bound": kept.bound, "prices_exact": kept.prices_exact}
    return data


def optimum_of(optimum: Matching) -> dict[str, Any]:
    """Return the best plan without locks and bans as plain data, for the comparison."""
    return {
        "score": round(optimum.worth / FULL_SCORE, DIGITS),
        "served": optimum.served,
        "distance_km": round(optimum.distance_km, 3),
        "pairs": [[pair.mentee, pair.lead, round(pair.score / FULL_SCORE, DIGITS)] for pair in optimum.pairs],
    }


def blocking_of(matching: Matching) -> dict[str, Any]:
    """Return who would both rather have each other: how many pairs, and those of the largest gain."""
    found = blocking_pairs(matching)
    return {
        "count": found.count,
        "pairs": [
            {
                "mentee": pair.mentee,
                "lead": pair.lead,
                "score": round(pair.score / FULL_SCORE, DIGITS),
                "mentee_gain": round(pair.mentee_gain / FULL_SCORE, DIGITS),
                "lead_gain": round(pair.lead_gain / FULL_SCORE, DIGITS),
                "leaves_lead": pair.leaves_lead,
                "leaves_mentee": pair.leaves_mentee,
            }
            for pair in found.pairs
        ],
    }


def keep_price_of(matching: Matching, price: float | None) -> float | None:
    """Return the price of a kept pair as it is stored: a share of a full score, or kilometres."""
    if price is None:
        return None
    is_score = matching.problem.settings.total is Total.SCORE
    return round(price / FULL_SCORE, DIGITS) if is_score else round(price, 3)
