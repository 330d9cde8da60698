"""Reads of matching."""

from mayak.matching.selectors.criterion_words import distance_text
from mayak.matching.selectors.explanations import (
    coverage_of,
    covered_needs,
    reason_texts,
    unmatched_texts,
)
from mayak.matching.selectors.runs import (
    LeadLoad,
    lead_loads,
    load_limit_of,
    pair_list,
    run_list,
    settings_of,
)

__all__ = [
    "LeadLoad",
    "coverage_of",
    "covered_needs",
    "distance_text",
    "lead_loads",
    "load_limit_of",
    "pair_list",
    "reason_texts",
    "run_list",
    "settings_of",
    "unmatched_texts",
]
