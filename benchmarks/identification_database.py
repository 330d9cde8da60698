"""Identification of a country through the database: 40,000 schools x 3 years x 6 procedures, with loading and saving.

Run: MAYAK_DATA=$(mktemp -d) python benchmarks/identification_database.py [schools]. Makes its own empty database.
"""

import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mayak.config.settings")
django.setup()

import numpy as np  # noqa: E402  # Django must be ready first
from django.core.management import call_command  # noqa: E402  # as above
from django.db import connection, transaction  # noqa: E402  # as above
from django.utils import timezone  # noqa: E402  # as above

from mayak.kernel.access import SYSTEM  # noqa: E402  # as above
from mayak.kernel.bulk import bulk_insert  # noqa: E402  # as above
from mayak.registry.enums import OrganisationKind, TerritoryKind  # noqa: E402  # as above
from mayak.registry.models import Organisation, Subject, Territory  # noqa: E402  # as above
from mayak.registry.services.reference import ensure_country, load_registry_reference  # noqa: E402  # as above
from mayak.registry.services.territories import create_territory  # noqa: E402  # as above
from mayak.results.algorithms.keys import assessment_key  # noqa: E402  # as above
from mayak.results.enums import BatchState, ResultBasis  # noqa: E402  # as above
from mayak.results.models import Assessment, ImportBatch, RuleSet, SchoolDecision, SchoolResult  # noqa: E402  # as above
from mayak.results.services.identification import run_identification  # noqa: E402  # as above
from mayak.results.services.reference import load_results_reference  # noqa: E402  # as above

YEARS = (2023, 2024, 2025)
PROCEDURES = (("vpr", 5), ("vpr", 6), ("oge", 9))
SUBJECTS = ("russian", "mathematics")


def build(schools: int) -> Territory:
    """Fill an empty database."""
    call_command("migrate", verbosity=0)
    load_registry_reference()
    load_results_reference()
    country = ensure_country()
    regions = [
        create_territory(actor=SYSTEM, name=f"Region {n}", kind=TerritoryKind.REGION, parent=country)
        for n in range(80)
    ]
    now = timezone.now()
    Organisation.objects.bulk_create(
        [
            Organisation(
                territory=regions[n % 80], kind=OrganisationKind.SCHOOL, name=f"School {n}", short_name=f"School {n}",
                sort_key=f"school {n:06}",
            )
            for n in range(schools)
        ],
        batch_size=1000,
    )  # fmt: skip
    batch = ImportBatch.objects.create(
        territory=country,
        title="benchmark",
        state=BatchState.APPLIED,
        owner_label="benchmark",
        applied_at=now,
    )
    random = np.random.default_rng(1)
    keys = list(Organisation.objects.order_by("pk").values_list("pk", flat=True))
    weak = random.beta(1.2, 8, len(keys))
    columns = (
        "organisation_id", "assessment_id", "basis", "participants", "below", "below_share", "mean", "batch_id",
        "percents", "distribution", "extra", "sheet", "content_hash",
    )  # fmt: skip
    for year in YEARS:
        for kind, grade in PROCEDURES:
            for code in SUBJECTS:
                subject = Subject.objects.get(code=code)
                assessment = Assessment.objects.create(
                    key=assessment_key(kind=kind, subject=code, grade=grade, year=year),
                    kind=kind, subject=subject, grade=grade, year=year,
                )  # fmt: skip
                n = random.integers(5, 120, len(keys))
                below = random.binomial(n, np.clip(weak + random.normal(0, 0.05, len(keys)), 0, 1))
                mean = np.round(60 - 40 * weak + random.normal(0, 3, len(keys)), 2)
                rows = (
                    (key, assessment.pk, ResultBasis.INDIVIDUAL, int(size), int(low), f"{low / size:.6f}", str(score),
                     batch.pk, {}, {}, {}, "", "")
                    for key, size, low, score in zip(keys, n, below, mean, strict=True)
                )  # fmt: skip
                with transaction.atomic():
                    bulk_insert(SchoolResult, columns, rows)
    return country


def main() -> None:
    """Build, run, print."""
    schools = int(sys.argv[1]) if len(sys.argv) > 1 else 40_000
    country = (
        Territory.objects.filter(kind="country").first() if SchoolResult._meta.db_table in tables() else None
    )
    country = country or build(schools)
    for code in ("shnor-2025", "low-percentile-3y"):
        begun = time.perf_counter()
        rule = RuleSet.objects.get(code=code)
        marks: dict[str, float] = {}

        def note(_done: int, stage: str, marks: dict[str, float] = marks) -> None:
            marks.setdefault(stage, time.perf_counter())

        run = run_identification(rule, territory=country, year=2025, actor=SYSTEM, progress=note)
        end = time.perf_counter()
        stages = {stage: round(at - begun, 1) for stage, at in marks.items()}
        print(
            f"{code}: {run.summary['listed']} of {run.summary['schools']} in {end - begun:.1f} s; stages: {stages}"
        )
        print("decisions", SchoolDecision.objects.filter(run=run).count())


def tables() -> list[str]:
    """Tables of the database that is there."""
    return connection.introspection.table_names()


if __name__ == "__main__":
    main()
