"""Identification of a whole country: 40,000 schools x 3 years x 6 procedures, explained and with stability.

Target: under 10 s. Run: python benchmarks/identification.py [schools]
Synthetic results (seed 2025): failing shares of schools Beta(1.2, 8), 5 to 120 participants, 7 % of results missing.
"""

import sys
from pathlib import Path

import numpy as np
import yaml
from machine import describe, median_seconds, peak_megabytes

import mayak.results
from mayak.results.algorithms.identification.data import Dataset, Procedure, QualitySigns, Results
from mayak.results.algorithms.identification.evaluation import identify
from mayak.results.algorithms.identification.explanations import explain_listed
from mayak.results.algorithms.identification.parsing import rule_from_dict
from mayak.results.algorithms.identification.stability import stability

YEARS = (2023, 2024, 2025)
PROCEDURES = tuple(
    Procedure(k, s, g) for k, g in (("vpr", 5), ("oge", 9), ("ege", 11)) for s in ("russian", "maths")
)
RULES = ("shnor_2025", "risk_of_decline", "low_percentile_3y", "lead_schools")
TARGET_SECONDS = 10
PRESENT = 0.93


def country(schools: int) -> Dataset:
    """Results of a country drawn from a fixed seed."""
    generator = np.random.default_rng(2025)
    procedures, years = len(PROCEDURES), len(YEARS)
    school = np.repeat(np.arange(schools), procedures * years)
    procedure = np.tile(np.repeat(np.arange(procedures), years), schools)
    year = np.tile(YEARS, schools * procedures)
    n = generator.integers(5, 120, size=len(school))
    level = generator.beta(1.2, 8, size=schools)[school] + generator.normal(0, 0.04, len(school))
    share = level.clip(0.001, 0.95)
    below = generator.binomial(n, share).astype(np.float64)
    mean = 60 - 40 * share + generator.normal(0, 3, len(school))
    kept = generator.random(len(school)) < PRESENT
    results = Results(
        tuple(range(schools)),
        PROCEDURES,
        school[kept],
        procedure[kept],
        year[kept],
        n[kept],
        below[kept],
        mean[kept],
        territories={"region": generator.integers(0, 85, schools)},
    )
    nothing = np.zeros(0, dtype=np.int64)
    return Dataset(results, signs=QualitySigns((), nothing, nothing, nothing))


def main() -> None:
    """Measure each supplied rule: the decision, the explanation of all listed schools, the exact stability of all."""
    schools = int(sys.argv[1]) if len(sys.argv) > 1 else 40_000
    data = country(schools)
    print(describe("numpy"))
    print(
        f"{schools} schools, {len(data.results.school)} results of {len(PROCEDURES)} procedures, {len(YEARS)} years"
    )
    folder = Path(mayak.results.__file__).parent / "data" / "rule_sets"
    for name in RULES:
        rule = rule_from_dict(yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8")))
        result = identify(rule, data, YEARS[-1])
        decided, decided_text = median_seconds(lambda rule=rule: identify(rule, data, YEARS[-1]))
        explained, explained_text = median_seconds(
            lambda result=result: sum(1 for _ in explain_listed(result))
        )
        print(f"\n{name}: {len(result.listed)} schools on the list")
        print(f"  decisions           {decided_text}")
        print(f"  explanations        {explained_text}")
        total = decided + explained
        if name == "shnor_2025":
            exact, exact_text = median_seconds(lambda result=result: stability(result))
            print(f"  stability, exact    {exact_text}")
            total += exact
        print(
            f"  together {total:.2f} s ({'under' if total < TARGET_SECONDS else 'OVER'} {TARGET_SECONDS} s)"
        )
    print(f"\npeak memory {peak_megabytes():.0f} MB")


if __name__ == "__main__":
    main()
