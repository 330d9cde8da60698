"""A round of 100,000 invitations with 60 questions: its start, and 200 submitted questionnaires a second for a minute.

    MAYAK_DATA=/tmp/surveys MAYAK_DATABASE_URL=postgresql://…/empty python benchmarks/surveys.py [--help]

Real HTTP: granian with two workers as in production, and a client that sends at fixed moments, whether earlier answers
have come or not (``--calls``: the services in so many processes instead). Afterwards every answer is looked for: none
may be lost or doubled. An empty folder and an empty database are needed.
"""

import argparse
import http.client
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mayak.config.settings")
os.environ.setdefault("MAYAK_LOG_LEVEL", "WARNING")

import django

django.setup()

from django.core.management import call_command  # noqa: E402  # Django is set up first
from django.db import connection, connections  # noqa: E402  # Django is set up first
from django.middleware.csrf import _get_new_csrf_string  # noqa: E402  # Django is set up first
from django.utils import timezone  # noqa: E402  # Django is set up first
from machine import describe, peak_megabytes  # noqa: E402  # Django is set up first

from mayak.kernel.access import SYSTEM  # noqa: E402  # Django is set up first
from mayak.kernel.jobs.services import run_now  # noqa: E402  # Django is set up first
from mayak.registry.models import Organisation, SchoolYear, Territory  # noqa: E402  # Django is set up first
from mayak.surveys.algorithms.answering import clean_answers  # noqa: E402  # Django is set up first
from mayak.surveys.enums import CampaignMode  # noqa: E402  # Django is set up first
from mayak.surveys.models import (  # noqa: E402  # Django is set up first
    Answer,
    Audience,
    Campaign,
    Questionnaire,
    QuestionnaireVersion,
    SurveyInvitation,
)
from mayak.surveys.selectors.answering import with_round  # noqa: E402  # Django is set up first
from mayak.surveys.selectors.audiences import (  # noqa: E402  # Django is set up first
    AudienceProvider,
    Invited,
    register_audience,
)
from mayak.surveys.selectors.campaigns import definition_of  # noqa: E402  # Django is set up first
from mayak.surveys.services.campaigns import add_audience  # noqa: E402  # Django is set up first
from mayak.surveys.services.closing import close_campaign, settle_campaign  # noqa: E402  # Django is set up first
from mayak.surveys.services.starting import start_campaign  # noqa: E402  # Django is set up first
from mayak.surveys.services.submitting import digest_of, submit_answers  # noqa: E402  # Django is set up first
from mayak.surveys.services.survey_letters import secret_of  # noqa: E402  # Django is set up first

ROOT = Path(__file__).resolve().parent.parent
SCHOOLS = 400
MARK = "mark"
THREADS = 48


def content(questions: int) -> dict[str, object]:
    """Return a questionnaire: choices and scales in sections of ten, and a number that tells the answers apart."""
    rows: list[dict[str, object]] = [
        {
            "code": f"q{at}", "kind": "single", "text": {"ru": f"Вопрос {at}"}, "required": True,
            "options": [{"code": code, "text": {"ru": f"Вариант {code}"}} for code in "abcde"],
        }
        for at in range(questions - 1)
    ]  # fmt: skip
    rows.append({"code": MARK, "kind": "number", "text": {"ru": "Число"}, "required": True, "whole": True})
    sections = [rows[at : at + 10] for at in range(0, len(rows), 10)]
    return {
        "sections": [
            {"code": f"s{at}", "title": {"ru": f"Раздел {at}"}, "questions": part}
            for at, part in enumerate(sections, start=1)
        ]
    }


def make_round(mode: str, people: int, questions: int) -> Campaign:
    """Return the draft of a round that will invite so many people."""
    year = SchoolYear.objects.get_or_create(start_year=2025)[0]
    schools = list(Organisation.objects.values_list("pk", flat=True))
    register_audience(
        AudienceProvider(
            "bench", "Педагоги",
            lambda _campaign: (
                Invited(schools[at % len(schools)], email=f"p{at}@bench.example", groups={"kind": "abc"[at % 3]})
                for at in range(people)
            ),
        )
    )  # fmt: skip
    questionnaire = Questionnaire.objects.create(code=f"bench-{mode}", title_ru="Анкета")
    version = QuestionnaireVersion.objects.create(
        questionnaire=questionnaire, number=1, document=content(questions)
    )
    today = timezone.localdate()
    campaign = Campaign.objects.create(
        title=f"Опрос {mode}",
        owner_id=schools[0],
        school_year=year,
        mode=mode,
        opens_on=today,
        closes_on=today,
    )
    add_audience(campaign, provider="bench", version=version, actor=SYSTEM)
    return campaign


def make_schools() -> None:
    """Make a region with its schools."""
    country = Territory.objects.create(kind="country", name="Страна", sort_key="страна", path="/1/")
    region = Territory.objects.create(
        kind="region", name="Область", sort_key="область", parent=country, path="/1/2/"
    )
    Organisation.objects.bulk_create(
        Organisation(
            territory=region, kind="school", name=f"СОШ № {at}", short_name=f"СОШ № {at}", sort_key=f"{at:05}"
        )
        for at in range(SCHOOLS)
    )


def links(audience: Audience, count: int) -> list[tuple[int, str]]:
    """Let the personal links of so many people work, as their letters do; return key and path."""
    rows = list(SurveyInvitation.objects.filter(audience=audience).order_by("pk")[:count])
    for row in rows:
        row.token_hash = digest_of(secret_of(row))
    SurveyInvitation.objects.bulk_update(rows, ["token_hash"], batch_size=2000)
    return [(row.pk, f"/surveys/a/{secret_of(row)}/") for row in rows]


def serve(port: int) -> subprocess.Popen[bytes]:
    """Start the server of the installation guide."""
    command = ["--interface", "wsgi", "--workers", "2", "--blocking-threads", "4"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(
        [str(Path(sys.executable).with_name("granian")), *command, "mayak.config.wsgi:application"],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    for _try in range(240):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/account/sign-in/", timeout=5).close()
        except OSError:
            time.sleep(0.5)
        else:
            return server
    server.terminate()
    raise SystemExit("the server did not start")


def send_over_http(
    port: int, people: list[tuple[int, str]], questions: int, rate: float
) -> list[tuple[float, str]]:
    """Send at fixed moments; return the time of each from its moment to its answer, and what the server said."""
    token, local = _get_new_csrf_string(), threading.local()
    headers = {
        "Accept": "application/json", "Cookie": f"csrftoken={token}",
        "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    fields = {f"q-q{at}": "abcde"[at % 5] for at in range(questions - 1)} | {"csrfmiddlewaretoken": token}
    begun = time.perf_counter() + 0.5

    def one(at: int) -> tuple[float, str]:
        key, path = people[at]
        moment = begun + at / rate
        time.sleep(max(moment - time.perf_counter(), 0))
        line = getattr(local, "line", None)
        if line is None:
            line = local.line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            line.request("POST", path, urlencode({**fields, f"q-{MARK}": key}), headers)
            answer = line.getresponse()
            said = json.loads(answer.read()).get("state", str(answer.status))
        except (OSError, http.client.HTTPException, ValueError) as error:
            local.line = None
            said = type(error).__name__
        return time.perf_counter() - moment, said

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(len(people))))


def send_by_calls(
    people: list[tuple[int, str]], questions: int, rate: float, processes: int
) -> list[tuple[float, str]]:
    """The same without HTTP: the services in several processes."""
    connections.close_all()
    begun = time.time() + 1
    parts = [
        (people[at::processes], questions, rate / processes, begun + at / rate) for at in range(processes)
    ]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        return [row for rows in pool.starmap(call_services, parts) for row in rows]


def call_services(
    people: list[tuple[int, str]], questions: int, rate: float, begun: float
) -> list[tuple[float, str]]:
    """Submit as a view does."""
    given = {f"q{at}": "abcde"[at % 5] for at in range(questions - 1)}
    found = []
    for at, (key, _path) in enumerate(people):
        moment = begun + at / rate
        time.sleep(max(moment - time.time(), 0))
        invitation = with_round(key)
        answers, faults = clean_answers(definition_of(invitation.audience), {**given, MARK: key})
        said = "wrong" if faults else submit_answers(invitation, answers, actor=SYSTEM).value
        found.append((time.time() - moment, said))
    return found


def check(campaign: Campaign, people: list[tuple[int, str]]) -> str:
    """Close the round and look for every answer."""
    close_campaign(campaign, actor=SYSTEM)
    begun = time.perf_counter()
    settle_campaign(campaign)
    seconds = time.perf_counter() - begun
    marks = sorted(
        row[MARK]
        for row in Answer.objects.filter(audience__campaign=campaign).values_list("answers", flat=True)
    )
    whole = marks == sorted(key for key, _path in people)
    return f"last mixing {seconds:.1f} s; {len(marks)} answers, {'none lost, none doubled' if whole else 'NOT WHOLE'}"


def measure(mode: str, given: argparse.Namespace) -> None:
    """Start a round and send."""
    campaign = make_round(mode, given.invitations, given.questions)
    job = start_campaign(campaign, site="http://127.0.0.1", actor=SYSTEM)
    begun = time.perf_counter()
    run_now(job)
    seconds = time.perf_counter() - begun
    audience = campaign.audiences.get()
    count = SurveyInvitation.objects.filter(audience=audience).count()
    print(f"{mode}: start with {count} invitations and their letters in the queue: {seconds:.1f} s")
    people = links(audience, int(given.rate * given.seconds))
    begun = time.perf_counter()
    if given.calls:
        sent = send_by_calls(people, given.questions, given.rate, given.calls)
    else:
        sent = send_over_http(given.port, people, given.questions, given.rate)
    seconds = time.perf_counter() - begun
    times = sorted(took for took, _said in sent)
    said = {word: sum(1 for _took, one in sent if one == word) for word in {one for _took, one in sent}}
    print(
        f"{mode}: {len(sent)} questionnaires of {given.questions} answers in {seconds:.1f} s "
        f"({len(sent) / seconds:.0f} a second), "
        f"median {statistics.median(times) * 1000:.0f} ms, 95 % {times[int(len(times) * 0.95)] * 1000:.0f} ms, "
        f"longest {times[-1] * 1000:.0f} ms; {said}"
    )
    campaign.refresh_from_db()
    print(f"{mode}: {check(campaign, people)}")


def main() -> None:
    """Measure both modes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--invitations", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--mode", choices=[*CampaignMode.values, "both"], default="both")
    parser.add_argument(
        "--calls", type=int, default=0, help="so many processes that call the services; no HTTP"
    )
    parser.add_argument("--port", type=int, default=8791)
    given = parser.parse_args()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if Campaign.objects.exists():
        raise SystemExit("the database is not empty")
    make_schools()
    print(f"{describe('django', 'granian')}, {connection.vendor}")
    server = None if given.calls else serve(given.port)
    try:
        for mode in CampaignMode.values if given.mode == "both" else [given.mode]:
            measure(mode, given)
    finally:
        if server is not None:
            server.terminate()
            server.wait()
    print(f"peak {peak_megabytes():.0f} MB")


if __name__ == "__main__":
    main()
