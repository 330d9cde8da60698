"""Results of a round with 100,000 answers to 60 questions: counting, the page, the files; on SQLite or PostgreSQL.

    python benchmarks/survey_results.py                                   # SQLite in a temporary folder
    python benchmarks/survey_results.py --database postgresql://user@localhost/empty_database
    python benchmarks/survey_results.py --answers 10000 --repeats 5

The database is filled from a seed; on PostgreSQL it must be empty, and what is written there stays. Targets: the page
under 1 s (median), every file under 30 s.
"""

import argparse
import datetime as dt
import os
import random
import statistics
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from machine import describe, peak_megabytes

ROOT = Path(__file__).resolve().parent.parent
PAGE_SECONDS, FILE_SECONDS = 1.0, 30.0
MUNICIPALITIES, SCHOOLS = 18, 600
PORTION = 5000


def main() -> None:
    """Fill the database, count, ask for the pages, make the files, print the tables."""
    options = parse()
    os.environ["MAYAK_DATA"] = tempfile.mkdtemp(prefix="mayak-benchmark-")
    os.environ["MAYAK_LOG_LEVEL"] = "ERROR"
    os.environ["MAYAK_STRONG_SIGN_IN"] = "off"  # no second factor for the visitor of the benchmark
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
    print(describe("django", "numpy"))
    started = time.perf_counter()
    audience = fill(options.answers, options.questions)
    connection.cursor().execute("ANALYZE")
    print(
        f"{connection.vendor}, {options.answers} answers x {options.questions} questions, "
        f"filled in {time.perf_counter() - started:.1f} s"
    )
    count(audience)
    worst_page = max(measure(label, audience, query, options.repeats) for label, query in pages(audience))
    worst_file = max(make(audience, content, kind, texts) for content, kind, texts in files())
    print(
        f"page: worst median {worst_page:.2f} s, target {PAGE_SECONDS} s: {said(worst_page < PAGE_SECONDS)}"
    )
    print(f"file: slowest {worst_file:.1f} s, target {FILE_SECONDS} s: {said(worst_file < FILE_SECONDS)}")
    print(f"peak memory {peak_megabytes():.0f} MB")


def parse() -> argparse.Namespace:
    """Read the arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", default="", help="address of an empty PostgreSQL database")
    parser.add_argument("--answers", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--repeats", type=int, default=15)
    return parser.parse_args()


def said(met: bool) -> str:
    """Return the verdict."""
    return "met" if met else "MISSED"


def document(questions: int) -> dict[str, Any]:
    """Return a questionnaire of all kinds: half scales, then choices, several choices, numbers, a date, two texts."""
    found: list[dict[str, Any]] = []
    for number in range(questions):
        question: dict[str, Any] = {
            "code": f"q{number}",
            "text": {"ru": f"Вопрос {number}: насколько вы согласны?", "en": ""},
            "required": number % 3 > 0,
        }  # fmt: skip
        options = [
            {"code": f"o{at}", "text": {"ru": f"вариант {at}", "en": ""}, "value": at} for at in range(5)
        ]
        match number % 10:
            case 0 | 1 | 2 | 3 | 4:
                question |= {"kind": "scale", "scale": {"low": 1, "high": 5}}
            case 5 | 6:
                question |= {"kind": "single", "options": options}
            case 7 | 8:
                question |= {"kind": "multiple", "options": options}
            case _:
                question |= {"kind": ["number", "date", "text"][number // 10 % 3]}
        found.append(question)
    found[0]["meaning"] = {"satisfaction": "overall"}
    half = len(found) // 2
    titles = [{"ru": "Первая часть", "en": ""}, {"ru": "Вторая часть", "en": ""}]
    return {
        "sections": [
            {"code": f"s{at}", "title": titles[at], "questions": part}
            for at, part in enumerate([found[:half], found[half:]])
        ]
    }


def fill(answers: int, questions: int) -> Any:
    """Create a closed anonymous round of a region with its answers; return the audience."""
    from mayak.accounts.models import User
    from mayak.registry.models import Organisation, SchoolYear, Territory
    from mayak.registry.services.bulk import create_many
    from mayak.surveys.models import Audience, Campaign, Questionnaire, QuestionnaireVersion

    chance = random.Random(5)  # noqa: S311  # a seed for a benchmark, no secret
    country = create_many(Territory, [Territory(kind="country", name="Россия")])[0]
    region = create_many(Territory, [Territory(kind="region", name="Область", parent=country)])[0]
    places = create_many(
        Territory,
        [
            Territory(kind="municipality", name=f"Район {number}", parent=region)
            for number in range(MUNICIPALITIES)
        ],
    )
    owner = Organisation.objects.create(
        territory=region, kind="methodical_service", name="ИРО", short_name="ИРО"
    )
    schools = Organisation.objects.bulk_create(
        [
            Organisation(
                territory=places[number % MUNICIPALITIES],
                kind="school",
                name=f"Школа {number}",
                short_name=f"Школа {number}",
            )
            for number in range(SCHOOLS)
        ]
    )
    User.objects.create_superuser("benchmark@example.org", "password-of-benchmark")
    questionnaire = Questionnaire.objects.create(code="benchmark", title_ru="Большая анкета")
    version = QuestionnaireVersion.objects.create(
        questionnaire=questionnaire, number=1, state="frozen", document=document(questions)
    )
    campaign = Campaign.objects.create(
        title="Большой опрос", owner=owner, school_year=SchoolYear.objects.create(start_year=2026),
        mode="anonymous", state="closed", opens_on=dt.date(2026, 9, 1), closes_on=dt.date(2026, 9, 30),
    )  # fmt: skip
    labels = {
        "territory": {"label": "Муниципалитет", "values": {str(one.pk): one.name for one in places}},
        "category": {"label": "Категория", "values": {"low": "низкие", "high": "высокие", "other": "прочие"}},
        "role": {
            "label": "Должность",
            "values": {"teacher": "учитель", "head": "директор", "deputy": "завуч"},
        },
    }
    audience = Audience.objects.create(
        campaign=campaign, provider="-", label="Работники школ", version=version, breakdown_labels=labels
    )
    write(audience, schools, answers, version.document, chance)
    return audience


def write(
    audience: Any, schools: list[Any], answers: int, asked: dict[str, Any], chance: random.Random
) -> None:
    """Write the answers in portions."""
    from django.db import connection, transaction

    from mayak.kernel.bulk import bulk_insert
    from mayak.surveys.models import Answer

    questions = [question for section in asked["sections"] for question in section["questions"]]
    categories = [chance.choice(["low", "high", "other"]) for _school in schools]
    roles = ["teacher"] * 17 + ["deputy"] * 2 + ["head"]
    columns = ["key", "audience_id", "organisation_id", "groups", "answers"]
    for start in range(0, answers, PORTION):
        rows = []
        for _number in range(start, min(start + PORTION, answers)):
            at = chance.randrange(len(schools))
            groups = {
                "territory": str(schools[at].territory_id), "category": categories[at], "role": chance.choice(roles),
            }  # fmt: skip
            key = Answer._meta.pk.get_db_prep_value(
                uuid.UUID(int=chance.getrandbits(128), version=4), connection
            )
            given = {
                question["code"]: value(question, chance)
                for question in questions
                if question["required"] or chance.random() < 0.8
            }
            rows.append([key, audience.pk, schools[at].pk, groups, given])
        with transaction.atomic():
            bulk_insert(Answer, columns, rows)


def value(question: dict[str, Any], chance: random.Random) -> Any:
    """Return an answer."""
    match question["kind"]:
        case "scale":
            return chance.randint(1, 5)
        case "single":
            return f"o{chance.randrange(5)}"
        case "multiple":
            return [f"o{at}" for at in range(5) if chance.random() < 0.4] or ["o0"]
        case "number":
            return chance.randint(0, 500)
        case "date":
            return f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    return f"Мнение {chance.randrange(10_000)}: помогли открытые уроки и разбор заданий."


def count(audience: Any) -> None:
    """Count all answers, as the job does after the closing."""
    from mayak.surveys.services.summaries import refresh_results

    started = time.perf_counter()
    summary = refresh_results(audience)
    print(
        f"counting (job): {time.perf_counter() - started:.1f} s, {summary.counted} answers, "
        f"{len(summary.grouped) / 1e6:.1f} MB kept"
    )


def pages(audience: Any) -> list[tuple[str, str]]:
    """Return what is asked for."""
    territory = next(iter(audience.breakdown_labels["territory"]["values"]))
    return [
        ("totals", ""),
        ("by municipality (18)", "?by=territory"),
        ("by role, one municipality", f"?by=role&where=territory:{territory}"),
    ]


def measure(label: str, audience: Any, query: str, repeats: int) -> float:
    """Ask for one page many times, print its line, return its median in seconds."""
    from django.test import Client
    from django.urls import reverse

    from mayak.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email="benchmark@example.org"))
    address = reverse("surveys:results", args=[audience.campaign_id]) + query
    answer = client.get(address, headers={"host": "localhost"})
    if answer.status_code != 200:
        raise SystemExit(f"{label}: status {answer.status_code}")
    times, busy = [], []
    for _ in range(repeats):
        start, processor = time.perf_counter(), time.process_time()
        client.get(address, headers={"host": "localhost"})
        times.append(time.perf_counter() - start)
        busy.append(time.process_time() - processor)
    middle = statistics.median(times)
    print(
        f"page {label:28} {middle:6.2f} s ({min(times):.2f} … {max(times):.2f}; "
        f"processor {statistics.median(busy):.2f}), "
        f"{len(answer.content) / 1e3:.0f} kB"
    )
    return middle


def files() -> list[tuple[str, str, bool]]:
    """Return the files that are made: what, as what, with texts."""
    return [
        ("results", "xlsx", False),
        ("results", "csv", False),
        ("answers", "xlsx", True),
        ("answers", "csv", True),
        ("answers", "spss", True),
    ]


def make(audience: Any, content: str, kind: str, texts: bool) -> float:
    """Make one file, as the job does, print its line, return the seconds."""
    from mayak.kernel.access import SYSTEM
    from mayak.surveys.exports.making import Wanted, make_file

    wanted = Wanted(content, kind, texts)
    path = Path(os.environ["MAYAK_DATA"]) / f"export.{wanted.ending}"
    start, processor = time.perf_counter(), time.process_time()
    made = make_file(audience, wanted, path, actor=SYSTEM)
    seconds, busy = time.perf_counter() - start, time.process_time() - processor
    print(
        f"file {content:8} {kind:5} {seconds:6.1f} s (processor {busy:.1f}), "
        f"{path.stat().st_size / 1e6:.1f} MB, {made.rows} rows"
    )
    return seconds


if __name__ == "__main__":
    main()
