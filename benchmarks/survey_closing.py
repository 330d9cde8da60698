"""What the closing of a round says of 1,000 schools: numbers, then the levels of twelve risk factors of each.

    python benchmarks/survey_closing.py                                   # SQLite in a temporary folder
    python benchmarks/survey_closing.py --database postgresql://user@localhost/empty_database
    python benchmarks/survey_closing.py --schools 200

The database is filled from a seed; on PostgreSQL it must be empty, and what is written there stays. The second call
finds everything as it is and writes nothing.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from machine import describe, peak_megabytes

ROOT = Path(__file__).resolve().parent.parent
MUNICIPALITIES, TEACHERS = 25, 6


def main() -> None:
    """Fill the database, take the round twice, print times and numbers of queries."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", default="", help="address of an empty PostgreSQL database")
    parser.add_argument("--schools", type=int, default=1000)
    options = parser.parse_args()
    os.environ["MAYAK_DATA"] = tempfile.mkdtemp(prefix="mayak-benchmark-")
    os.environ["MAYAK_LOG_LEVEL"] = "ERROR"
    if options.database:
        os.environ["MAYAK_DATABASE_URL"] = options.database
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mayak.config.settings")
    sys.path.insert(0, str(ROOT / "src"))
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    print(describe("django"), connection.vendor)
    campaign = fill(options.schools)
    print(f"{options.schools} schools x {TEACHERS} answers of teachers to 22 statements on 12 factors")
    for name in ("first", "again"):
        measure(name, campaign)
    print(f"peak memory {peak_megabytes():.0f} MB")


def fill(count: int) -> Any:
    """Write a closed round with its answers; return it."""
    from mayak.diagnosis.services.reference import load_diagnosis_reference
    from mayak.kernel.access import SYSTEM
    from mayak.registry.enums import TerritoryKind
    from mayak.registry.models import Organisation, SchoolYear, Territory
    from mayak.registry.services.reference import ensure_country, load_registry_reference
    from mayak.registry.services.territories import create_territory
    from mayak.results.services.reference import load_results_reference
    from mayak.surveys.models import Answer, Audience, Campaign, Questionnaire

    load_registry_reference()
    load_results_reference()
    load_diagnosis_reference()
    region: Territory = create_territory(
        actor=SYSTEM, name="Область", kind=TerritoryKind.REGION, parent=ensure_country()
    )
    districts = [
        create_territory(actor=SYSTEM, name=f"Район {n}", kind=TerritoryKind.MUNICIPALITY, parent=region)
        for n in range(MUNICIPALITIES)
    ]
    owner = Organisation.objects.create(
        territory=region, name="Центр", short_name="Центр", kind="methodical_service"
    )
    schools = Organisation.objects.bulk_create(
        Organisation(
            territory=districts[n % MUNICIPALITIES],
            name=f"Школа {n}",
            short_name=f"Школа {n}",
            kind="school",
            sort_key=f"{n:05d}",
        )
        for n in range(count)
    )
    campaign = Campaign.objects.create(
        title="Факторы риска", owner=owner, school_year=SchoolYear.objects.get(start_year=2024),
        mode="anonymous", state="closed", opens_on="2024-11-01", closes_on="2024-11-30",
    )  # fmt: skip
    version = Questionnaire.objects.get(code="risk-teachers").versions.order_by("-number")[0]
    audience = Audience.objects.create(
        campaign=campaign, provider="teachers-low", label="учителя", version=version, position=0, by_link=True
    )
    drawn = random.Random(2026)  # noqa: S311  # synthetic answers, no secret
    questions = list(version.definition.questions())
    Answer.objects.bulk_create(
        (
            Answer(
                audience=audience,
                organisation=school,
                groups={"territory": str(school.territory_id)},
                answers={
                    question.code: {row.code: drawn.choice(question.options).code for row in question.rows}
                    for question in questions
                },
            )
            for school in schools
            for _teacher in range(TEACHERS)
        ),
        batch_size=1000,
    )
    return campaign


def measure(name: str, campaign: Any) -> None:
    """Take the round; print how long it took and how many queries it was."""
    from django.db import connection

    from mayak.diagnosis.models import RiskLine
    from mayak.diagnosis.services.survey_rounds import take_round
    from mayak.kernel.access import SYSTEM

    queries = 0

    def counted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(sql, params, many, context)

    begun = time.perf_counter()
    with connection.execute_wrapper(counted):
        report = take_round(campaign, actor=SYSTEM)
    seconds = time.perf_counter() - begun
    each = 1000 * seconds / max(1, report.risks)
    print(
        f"{name}: {seconds:.1f} s, {queries} queries, {report.risks} levels ({each:.2f} ms each), "
        f"{RiskLine.objects.count()} lines kept"
    )


if __name__ == "__main__":
    main()
