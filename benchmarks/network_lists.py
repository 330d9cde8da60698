"""How long lists with 40,000 partnerships and 300,000 mentor pairs take: median, p95, queries, on SQLite or PostgreSQL.

    python benchmarks/network_lists.py                                   # SQLite in a temporary folder
    python benchmarks/network_lists.py --database postgresql://user@localhost/empty_database

The database is filled from a seed; on PostgreSQL it must be empty, and what is written there stays. Asked for by a
coordinator of one region (the usual reader) and by who sees the whole country.
"""

import argparse
import datetime as dt
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REGIONS, DISTRICTS = 80, 12
TARGET = 200
STATES = ("active", "active", "active", "proposed", "consented", "agreed", "paused", "ended", "refused")
PAIR_STATES = ("active", "active", "active", "proposed", "consented", "formed", "ended")


def main() -> None:
    """Fill the database, ask for the pages, print the table."""
    options = parse()
    os.environ["MAYAK_DATA"] = tempfile.mkdtemp(prefix="mayak-benchmark-")
    os.environ["MAYAK_LOG_LEVEL"] = "ERROR"
    if options.database:
        os.environ["MAYAK_DATABASE_URL"] = options.database
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mayak.config.settings")
    sys.path.insert(0, str(ROOT / "src"))
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    settings.STRONG_SIGN_IN = frozenset()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    started = time.perf_counter()
    readers = fill(options.partnerships, options.pairs)
    filled = time.perf_counter() - started
    connection.cursor().execute("ANALYZE")
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(
        f"database: {connection.vendor}, {options.partnerships} partnerships, {options.pairs} pairs, "
        f"filled in {filled:.0f} s"
    )
    print(f"{'reader and page':46} {'median, ms':>10} {'p95, ms':>8} {'queries':>8}")
    worst = 0.0
    for who, email in readers.items():
        for label, name, query in PAGES:
            worst = max(worst, measure(f"{who}: {label}", email, name, query, options.repeats))
    print(f"worst p95: {worst:.0f} ms, target {TARGET} ms: {'met' if worst < TARGET else 'MISSED'}")


PAGES = [
    ("partnerships, first page", "networks:list", ""),
    ("partnerships, page 5", "networks:list", "?page=5"),
    ("partnerships, 100 rows", "networks:list", "?per_page=100"),
    ("partnerships, proposed", "networks:list", "?state=proposed"),
    ("partnerships, search", "networks:list", "?q=123"),
    ("partnerships, by lead", "networks:list", "?sort=lead"),
    ("mentor pairs, first page", "networks:pairs", ""),
    ("mentor pairs, page 5", "networks:pairs", "?page=5"),
    ("mentor pairs, active", "networks:pairs", "?state=active"),
    ("mentor pairs, search", "networks:pairs", "?q=Петров"),
    ("agreements, first page", "networks:agreements", ""),
]


def parse() -> argparse.Namespace:
    """Read the arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--database", default="", help="address of an empty PostgreSQL database; SQLite without it"
    )
    parser.add_argument("--partnerships", type=int, default=40_000)
    parser.add_argument("--pairs", type=int, default=300_000)
    parser.add_argument("--repeats", type=int, default=30)
    return parser.parse_args()


def fill(partnerships: int, pairs: int) -> dict[str, str]:
    """Make a country with schools, people, partnerships and pairs; return readers and their addresses."""
    from mayak.networks.models import MentorPair, PairMentee, Partnership
    from mayak.registry.models import SchoolYear

    chance = random.Random(7)  # noqa: S311  # a seed for a benchmark, no secret
    years = [SchoolYear.objects.get_or_create(start_year=year)[0] for year in (2024, 2025, 2026)]
    regions, schools = _country(partnerships // 2, chance)
    by_district: dict[int, list[Any]] = {}
    for school in schools:
        by_district.setdefault(school.territory_id, []).append(school)
    groups = [group for group in by_district.values() if len(group) > 2]
    seen, rows = set(), []
    while len(rows) < partnerships:
        mentee, lead = chance.sample(chance.choice(groups), 2)
        year = chance.choice(years)
        if (year.pk, mentee.pk, lead.pk) not in seen:
            seen.add((year.pk, mentee.pk, lead.pk))
            rows.append(Partnership(school_year=year, mentee=mentee, lead=lead, state=chance.choice(STATES)))
    made = Partnership.objects.bulk_create(rows, batch_size=1000)
    people = _people(schools, pairs // 3, chance)
    today = dt.date(2026, 10, 1)
    drafts = []
    for number in range(pairs):
        partnership = made[number % len(made)]
        drafts.append(
            MentorPair(
                school_year=partnership.school_year,
                mentor=chance.choice(people[partnership.lead_id]),
                mentor_school_id=partnership.lead_id,
                first_school_id=partnership.mentee_id,
                partnership=partnership,
                state=chance.choice(PAIR_STATES),
                proposed_on=today,
            )
        )
    stored = MentorPair.objects.bulk_create(drafts, batch_size=1000)
    PairMentee.objects.bulk_create(
        [
            PairMentee(
                pair=pair, person=chance.choice(people[pair.first_school_id]), school_id=pair.first_school_id
            )
            for pair in stored
        ],
        batch_size=1000,
    )
    return _readers(regions[7])


def _country(count: int, chance: random.Random) -> tuple[list[Any], list[Any]]:
    from mayak.kernel.access import SYSTEM
    from mayak.registry.models import Organisation, Territory
    from mayak.registry.services.bulk import create_many, create_organisations

    country = create_many(Territory, [Territory(kind="country", name="Россия")])[0]
    regions = create_many(
        Territory, [Territory(kind="region", name=f"Область {n}", parent=country) for n in range(REGIONS)]
    )
    districts = create_many(
        Territory,
        [
            Territory(kind="municipality", name=f"Район {n}", parent=region)
            for region in regions
            for n in range(DISTRICTS)
        ],
    )
    schools = [
        Organisation(
            territory=chance.choice(districts),
            kind="school",
            name=f"Средняя общеобразовательная школа № {number}",
            short_name=f"СОШ № {number}",
            school_type="secondary",
        )
        for number in range(count)
    ]
    return regions, create_organisations(schools, actor=SYSTEM, source="benchmark")


def _people(schools: list[Any], count: int, chance: random.Random) -> dict[int, list[Any]]:
    from mayak.registry.models import Person
    from mayak.registry.services.bulk import create_many

    families = ("Иванова", "Петрова", "Сидорова", "Кузнецова", "Смирнова", "Попова", "Волкова", "Павлова")
    each = max(count // len(schools), 2)
    made = create_many(
        Person,
        [
            Person(
                territory_id=school.territory_id,
                family_name=chance.choice(families),
                given_name="Анна",
                patronymic=f"Отчество{number}",
            )
            for school in schools
            for number in range(each)
        ],
    )
    return {
        school.pk: made[position * each : (position + 1) * each] for position, school in enumerate(schools)
    }


def _readers(region: Any) -> dict[str, str]:
    from mayak.accounts.enums import Role
    from mayak.accounts.models import RoleAssignment, User
    from mayak.registry.models import Organisation

    User.objects.create_superuser("country@example.org", "password-of-benchmark")
    authority = Organisation.objects.create(
        territory=region, kind="authority", name="Комитет", short_name="Комитет"
    )
    user = User.objects.create_user("region@example.org", "password-of-benchmark")
    RoleAssignment.objects.create(
        user=user, organisation=authority, role=Role.REGIONAL_COORDINATOR, valid_from=dt.date(2020, 1, 1)
    )
    return {"region": "region@example.org", "country": "country@example.org"}


def measure(label: str, email: str, name: str, query: str, repeats: int) -> float:
    """Ask for one page many times, print its line, return its p95 in ms."""
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    from mayak.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email=email))
    address = reverse(name) + query
    statements: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    client.get(address, headers={"host": "localhost"})
    with connection.execute_wrapper(count):
        answer = client.get(address, headers={"host": "localhost"})
    if answer.status_code != 200:  # an ordinary page
        raise SystemExit(f"{label}: status {answer.status_code}")
    walls = []
    for _ in range(repeats):
        wall = time.perf_counter()
        client.get(address, headers={"host": "localhost"})
        walls.append((time.perf_counter() - wall) * 1000)
    walls.sort()
    p95 = walls[max(0, int(len(walls) * 0.95) - 1)]
    print(f"{label:46} {statistics.median(walls):10.0f} {p95:8.0f} {len(statements):8}", flush=True)
    return p95


if __name__ == "__main__":
    main()
