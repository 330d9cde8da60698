"""Import of a million participant rows: time, memory, and how long another writer waits meanwhile.

    python benchmarks/import_participants.py --rows 1000000 --format csv
    python benchmarks/import_participants.py --rows 1000000 --format xlsx
    MAYAK_DATABASE_URL=postgresql://... python benchmarks/import_participants.py

The rows are invented from a seed: schools x procedures x participants. A run is what ``mayak import-results`` does in a
process of its own: reading, linking, writing, the report. Beside it stands the bare reading of the same file.
Target: under 60 s with the report for csv, under 1 GB of memory, another writer waits at most 2 s.
"""

import argparse
import csv
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from machine import describe

ROOT = Path(__file__).resolve().parent.parent
SUBJECTS = ("Русский язык", "Математика", "Физика", "Химия", "Биология")
SCHOOL_SIZE = 50
SEED = 7
BORDERS = (10, 16, 21)


def rows_of(count: int) -> Any:
    """Yield the rows of the file: login, subject, grade, code, class, score, mark, journal mark."""
    chance = random.Random(SEED)  # noqa: S311 - invented rows
    for number in range(count):
        group, place = divmod(number, SCHOOL_SIZE)
        school, subject = divmod(group, len(SUBJECTS))
        score = min(24, max(0, round(chance.gauss(13, 5))))
        mark = 2 + sum(score >= border for border in BORDERS)
        journal = min(5, max(2, mark + chance.choice((0, 0, 0, 1))))
        yield (
            f"edu{100000 + school}",
            SUBJECTS[subject],
            5,
            40000 + place,
            f"5{'АБ'[place % 2]}",
            score,
            mark,
            journal,
        )


HEADER = (
    "Логин",
    "Предмет",
    "Параллель",
    "Код участника",
    "Класс",
    "Первичный балл",
    "Отметка",
    "Отметка по журналу",
)


def write_file(path: Path, count: int) -> None:
    """Write the invented file."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, delimiter=";")
            writer.writerow(HEADER)
            writer.writerows(rows_of(count))
        return
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for number, row in enumerate(rows_of(count), 1):
            sheet.write_row(number, 0, row)


def bare_reading(path: Path) -> float:
    """Seconds to read the file with nothing done to the rows."""
    began = time.perf_counter()
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for _row in csv.reader(stream, delimiter=";"):
                pass
    else:
        from python_calamine import CalamineWorkbook

        for _row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).iter_rows():
            pass
    return time.perf_counter() - began


def child(path: Path, rows: int) -> None:
    """One import in this process, with another writer beside it; print the numbers as JSON."""
    sys.path.insert(0, str(ROOT / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mayak.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from mayak.kernel.models import Job
    from mayak.results.models import ParticipantResult, SchoolResult

    call_command("migrate", run_syncdb=True, verbosity=0)
    prepare(rows)
    waits: list[float] = []
    done = threading.Event()

    def other_writer() -> None:
        while not done.is_set():
            began = time.perf_counter()
            Job.objects.create(kind="benchmark", title="other writer", owner_label="benchmark")
            waits.append(time.perf_counter() - began)
            time.sleep(0.05)
        connection.close()

    thread = threading.Thread(target=other_writer)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    thread.start()
    began, processor = time.perf_counter(), time.process_time()
    report = path.with_suffix(".report.json")
    try:
        with Path(os.devnull).open("w") as quiet:
            call_command(
                "import-results",
                str(path),
                "--kind",
                "vpr",
                "--year",
                "2024",
                "--report",
                str(report),
                stdout=quiet,
            )
    except SystemExit as end:
        sys.exit(f"import-results ended with {end.code}")
    seconds, busy = time.perf_counter() - began, time.process_time() - processor
    done.set()
    thread.join()
    written = ParticipantResult.objects.count()
    print(json.dumps({
        "seconds": seconds,
        "processor": busy,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "memory_before_mb": before / 1024,
        "longest_wait": max(waits),
        "other_writes": len(waits),
        "results": SchoolResult.objects.visible().count(),
        "participants": written,
        "vendor": connection.vendor,
    }))  # fmt: skip
    assert written == rows, (written, rows)


def prepare(rows: int) -> None:
    """Schools of the file in the registry."""
    from mayak.kernel.access import SYSTEM
    from mayak.registry.enums import OrganisationKind, TerritoryKind
    from mayak.registry.models import Organisation
    from mayak.registry.services.bulk import create_organisations
    from mayak.registry.services.reference import load_registry_reference
    from mayak.registry.services.territories import create_territory
    from mayak.results.services.places import ensure_root
    from mayak.results.services.reference import load_results_reference

    load_registry_reference(actor=SYSTEM)
    load_results_reference(actor=SYSTEM)
    root = ensure_root(actor=SYSTEM, name="Страна")
    region = create_territory(actor=SYSTEM, name="Область", kind=TerritoryKind.REGION, parent=root)
    districts = [
        create_territory(actor=SYSTEM, name=f"Район {number}", kind=TerritoryKind.MUNICIPALITY, parent=region)
        for number in range(20)
    ]
    count = -(-rows // (SCHOOL_SIZE * len(SUBJECTS)))
    schools = [
        Organisation(
            territory=districts[number % 20],
            kind=OrganisationKind.SCHOOL,
            name=f"МБОУ СОШ № {number}",
            short_name=f"СОШ № {number}",
            fis_oko_login=f"edu{100000 + number}",
        )
        for number in range(count)
    ]
    create_organisations(schools, actor=SYSTEM)


def main() -> None:
    """Run the import several times, each in a fresh process and database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--format", choices=("csv", "xlsx"), default="csv")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--child", type=Path)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.rows)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"participants.{options.format}"
        write_file(path, options.rows)
        reading = statistics.median(bare_reading(path) for _ in range(3))
        runs = [run_once(path, options.rows) for _ in range(options.repeat)]
        print(f"machine: {describe('django', 'python-calamine')}")
        print(f"file: {options.format}, {options.rows} rows, {path.stat().st_size / 1e6:.1f} MB, seed {SEED}")
        print(f"database: {runs[0]['vendor']}, results of schools {runs[0]['results']}")
        print(f"bare reading: {reading:.1f} s (median of 3)")
        seconds = [run["seconds"] for run in runs]
        print(
            f"import with the report: median {statistics.median(seconds):.1f} s of {[round(s, 1) for s in seconds]}"
        )
        print(
            f"processor time of the import: median {statistics.median(run['processor'] for run in runs):.1f} s"
        )
        print(f"peak memory: {max(run['memory_mb'] for run in runs):.0f} MB")
        longest = max(run["longest_wait"] for run in runs)
        print(
            f"longest wait of another writer: {longest:.2f} s over {sum(run['other_writes'] for run in runs)} writes"
        )


def run_once(path: Path, rows: int) -> dict[str, Any]:
    """One run in a process of its own; on SQLite in a database of its own."""
    with tempfile.TemporaryDirectory() as data:
        environment = {**os.environ, "MAYAK_DATA": data}
        url = os.environ.get("MAYAK_DATABASE_URL", "")
        if url.startswith("postgres"):
            environment["MAYAK_DATABASE_URL"] = fresh_database(url)
        command = [sys.executable, __file__, "--child", str(path), "--rows", str(rows)]
        done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr[-3000:])
        found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return found


def fresh_database(url: str) -> str:
    """Drop and create the database «mayak_benchmark» on the server of the address."""
    import psycopg

    base, _, _name = url.rpartition("/")
    with psycopg.connect(f"{base}/postgres", autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS mayak_benchmark WITH (FORCE)")
        server.execute("CREATE DATABASE mayak_benchmark")
    return f"{base}/mayak_benchmark"


if __name__ == "__main__":
    main()
