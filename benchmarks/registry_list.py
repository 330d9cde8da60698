"""How long the list of 40,000 schools takes, with and without filters: median, p95, queries, on SQLite or PostgreSQL.

    python benchmarks/registry_list.py                                   # SQLite in a temporary folder
    python benchmarks/registry_list.py --database postgresql://user@localhost/empty_database
    python benchmarks/registry_list.py --schools 40000 --repeats 40

The database is filled from a seed; on PostgreSQL it must be empty, and what is written there stays.
"""

import argparse
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
PLACES = [
    "Тосно",
    "Любань",
    "Никольское",
    "Ульяновка",
    "Красный Бор",
    "Рябово",
    "Шапки",
    "Форносово",
    "Нурма",
]
REGIONS = 80
TARGET = 200


def main() -> None:
    """Fill the database, ask for the pages, print the table."""
    options = parse()
    folder = tempfile.mkdtemp(prefix="mayak-benchmark-")
    os.environ["MAYAK_DATA"] = folder
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
    call_command("collectstatic", verbosity=0, interactive=False)
    started = time.perf_counter()
    region_id, school_name = fill(options.schools)
    filled = time.perf_counter() - started
    connection.cursor().execute("ANALYZE")
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(
        f"database: {connection.vendor} {version(connection)}, {options.schools} schools, filled in {filled:.1f} s"
    )
    print(f"{'page':34} {'median, ms':>10} {'p95, ms':>8} {'median of CPU, ms':>18} {'queries':>8}")
    worst = 0.0
    for label, query in pages(region_id, school_name):
        worst = max(worst, measure(label, query, options.repeats))
    print(f"worst p95: {worst:.0f} ms, target {TARGET} ms: {'met' if worst < TARGET else 'MISSED'}")


def parse() -> argparse.Namespace:
    """Read the arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--database", default="", help="address of an empty PostgreSQL database; SQLite without it"
    )
    parser.add_argument("--schools", type=int, default=40_000)
    parser.add_argument("--repeats", type=int, default=40)
    return parser.parse_args()


def fill(count: int) -> tuple[int, str]:
    """Create a country of 80 regions, their municipalities and the schools; return a region and a school's name."""
    from mayak.accounts.models import User
    from mayak.kernel.access import SYSTEM
    from mayak.registry.models import Organisation, Territory
    from mayak.registry.services.bulk import create_many, create_organisations

    chance = random.Random(20)  # noqa: S311  # a seed for a benchmark, no secret
    country = create_many(Territory, [Territory(kind="country", name="Россия")])[0]
    regions = create_many(
        Territory, [Territory(kind="region", name=f"Область {n}", parent=country) for n in range(REGIONS)]
    )
    municipalities = create_many(
        Territory,
        [
            Territory(kind="municipality", name=f"Район {n}", parent=region)
            for region in regions
            for n in range(max(1, count // REGIONS // 20))
        ],
    )
    schools = [school(Organisation, number, chance.choice(municipalities), chance) for number in range(count)]
    create_organisations(schools, actor=SYSTEM, source="benchmark")
    User.objects.create_superuser("benchmark@example.org", "password-of-benchmark")
    return regions[7].pk, schools[count // 2].short_name


def school(model: Any, number: int, territory: Any, chance: random.Random) -> Any:
    """Return an unsaved school."""
    place = chance.choice(PLACES)
    form = chance.choice(["МБОУ", "МКОУ", "МАОУ"])
    return model(
        territory=territory,
        kind="school",
        name=f"Муниципальное общеобразовательное учреждение «Средняя общеобразовательная школа № {number}» г. {place}",
        short_name=f"{form} «СОШ № {number}» г. {place}",
        legal_form=form,
        school_type=chance.choice(["secondary", "basic", "gymnasium", "lyceum"]),
        fis_oko_login=f"edu{100000 + number}",
        settlement=place,
        locality=chance.choice(["urban", "rural"]),
        pupils=chance.randint(20, 1500),
        closed_on="2020-08-31" if chance.random() < 0.05 else None,  # one in twenty is closed
    )


def pages(region_id: int, school_name: str) -> list[tuple[str, str]]:
    """Return what is asked for."""
    number = school_name.partition("№")[2].partition("»")[0].strip()
    return [
        ("first page", ""),
        ("page 100", "?page=100"),
        ("100 rows a page", "?per_page=100"),
        ("territory: a region", f"?territory={region_id}"),
        ("type and locality, open", "?school_type=gymnasium&locality=rural&state=open"),
        ("search by number", f"?q={number}"),
        ("search by words", "?q=сош+любань"),
        ("search by login", "?q=edu120000"),
        ("search that finds nothing", "?q=щщщ"),
        ("search in a region, open", f"?q=никольское&territory={region_id}&state=open"),
        ("sorted by pupils, last first", "?sort=-pupils"),
        ("sorted by territory", "?sort=territory"),
    ]


def measure(label: str, query: str, repeats: int) -> float:
    """Ask for one page many times, print its line, return its p95 in ms."""
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    from mayak.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email="benchmark@example.org"))
    address = reverse("registry:organisations-list") + query
    statements: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    client.get(address, headers={"host": "localhost"})
    with connection.execute_wrapper(count):
        answer = client.get(address, headers={"host": "localhost"})
    if answer.status_code != 200:  # an ordinary page
        raise SystemExit(f"{label}: status {answer.status_code}")
    walls, cpus = [], []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        client.get(address, headers={"host": "localhost"})
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    walls.sort()
    p95 = walls[max(0, int(len(walls) * 0.95) - 1)]
    median = statistics.median(walls)
    print(f"{label:34} {median:10.0f} {p95:8.0f} {statistics.median(cpus):18.0f} {len(statements):8}")
    return p95


def version(connection: Any) -> str:
    """Return the version of the database."""
    statement = "SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version"
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return str(cursor.fetchone()[0])


if __name__ == "__main__":
    main()
