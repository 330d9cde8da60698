"""Any pairing can be computed once more from what it keeps: by command, and by a button as a job."""

from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from mayak.accounts.enums import Role
from mayak.kernel.jobs.models import Job
from mayak.kernel.jobs.services import run_now
from mayak.kernel.models import AuditEntry
from mayak.matching.models import MatchingRun
from mayak.matching.services import approve_run, forbid_pair, solve_run
from mayak.matching.services.replay import Replay, replay_run, replay_texts
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.registry import AuthorityFactory
from tests.matching.conftest import ACTOR, District


@pytest.fixture
def solved(district: District) -> MatchingRun:
    return solve_run(district.run, actor=ACTOR)


def client_of(district: District, role: str) -> Client:
    authority = AuthorityFactory(territory=district.territory)
    client = Client(headers={"accept-language": "en"})
    client.force_login(RoleAssignmentFactory(organisation=authority, role=role).user)
    return client


def test_the_snapshot_gives_the_same_pairs_whatever_happened_since(
    solved: MatchingRun, district: District
) -> None:
    forbid_pair(solved, district.north, district.maths_lead, actor=ACTOR, reason="далеко")
    district.maths_lead.lead_profiles.all().delete()
    stored = MatchingRun.objects.get(pk=solved.pk)
    found = replay_run(stored)
    assert found.is_same
    assert found.versions_then == found.versions_now
    assert replay_texts(found)[0] == f"The same pairs came out: result {stored.summary['result_hash']}."


def test_a_snapshot_of_an_earlier_version_is_read(solved: MatchingRun) -> None:
    """The first version knew no pairs of last year, refusals, hours, dates, levels or kinds, and nothing blocking."""
    stored = MatchingRun.objects.get(pk=solved.pk)
    problem = stored.snapshot["problem"]
    assert {"last_year", "refused", "earlier", "doubted", "preferred"}.isdisjoint(problem)
    assert set(problem["settings"]["weights"]) == {"needs", "distance", "municipality", "region"}
    assert {"load_points", "level_from", "road_factor", "max_travel_minutes"}.isdisjoint(problem["settings"])
    for row in (*problem["mentees"], *problem["leads"]):
        row.pop("level", None)
        row.pop("kind", None)
    assert set(problem["leads"][0]) == {
        "key",
        "capacity",
        "strengths",
        "latitude",
        "longitude",
        "municipality",
        "region",
    }
    assert replay_run(stored).is_same


def test_other_pairs_and_other_versions_are_said() -> None:
    found = Replay("aaa", "bbb", {"ortools": "9.0", "mayak": "0.1"}, {"ortools": "9.1", "mayak": "0.1"})
    assert replay_texts(found) == [
        "Other pairs came out: result aaa then, bbb now.",
        "Versions then: mayak 0.1, ortools 9.0.",
        "Versions now: mayak 0.1, ortools 9.1.",
    ]


def test_nothing_computed_is_nothing_to_compare(district: District) -> None:
    with pytest.raises(ValidationError, match=r"Only pairs that were computed can be computed once more\."):
        replay_run(district.run)


def test_the_command_says_the_same_and_writes_nothing(solved: MatchingRun) -> None:
    out = StringIO()
    before = AuditEntry.objects.count()
    call_command("replay_matching", str(solved.pk), stdout=out)
    assert out.getvalue().startswith("The same pairs came out: result ")
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(("key", "code"), [("0", 2), (None, 1)])
def test_the_command_ends_with_a_code(solved: MatchingRun, key: str | None, code: int) -> None:
    MatchingRun.objects.filter(pk=solved.pk).update(summary={**solved.summary, "result_hash": "other"})
    with pytest.raises(CommandError) as caught:
        call_command("replay_matching", key or str(solved.pk))
    assert caught.value.returncode == code


@override_settings(LANGUAGE_CODE="en")
def test_the_button_asks_for_a_job_also_after_the_approval(solved: MatchingRun, district: District) -> None:
    approve_run(solved, actor=ACTOR)
    client = client_of(district, Role.MUNICIPAL_COORDINATOR)
    page = client.get(reverse("matching:review", args=[solved.pk])).content.decode()
    assert reverse("matching:replay", args=[solved.pk]) in page
    answer = client.post(reverse("matching:replay", args=[solved.pk]))
    job = Job.objects.get()
    assert answer.headers["Location"] == reverse("jobs:detail", args=[job.pk])
    digest = solved.summary["result_hash"]
    assert run_now(job).result == {"is_same": True, "then": digest, "now": digest}
    assert AuditEntry.objects.get(action="request_replay").object_id == str(solved.pk)


@override_settings(LANGUAGE_CODE="en")
def test_who_may_only_look_gets_no_button(solved: MatchingRun, district: District) -> None:
    methodist = client_of(district, Role.METHODIST)
    page = methodist.get(reverse("matching:review", args=[solved.pk])).content.decode()
    assert reverse("matching:replay", args=[solved.pk]) not in page
    assert methodist.post(reverse("matching:replay", args=[solved.pk])).status_code == 403
