"""Heavy use has a limit for each user: files, uploads, starts of jobs; the answer is 429 in words."""

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from mayak.accounts.models import Throttle
from mayak.accounts.services import limits
from mayak.accounts.services.limits import HeavyUse
from mayak.kernel.models import Job
from mayak.web.middleware.limits import DOWNLOADS, STARTS
from tests.architecture.access_objects import World, make_world
from tests.architecture.test_access_table import addresses
from tests.security.test_requests import client_of, close

pytestmark = pytest.mark.django_db
EXPORT = "/registry/organisations/?_export=csv"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(limits, "LIMITS", dict.fromkeys(limits.LIMITS, 3))
    return make_world()


def statuses(client: Client, url: str, times: int) -> list[int]:
    return [close(client.get(url)).status_code for _ in range(times)]


def test_exports_have_a_limit_and_the_answer_says_how_long_to_wait(world: World) -> None:
    client = client_of(world)
    assert statuses(client, EXPORT, 4) == [200, 200, 200, 429]
    refused = client.get(EXPORT)
    page = refused.content.decode()
    assert "Подождите 10 минут" in page
    assert "много файлов, загрузок или расчётов" in page
    assert 590 <= int(refused.headers["Retry-After"]) <= 600


def test_ordinary_pages_go_on_and_other_users_too(world: World) -> None:
    client = client_of(world)
    statuses(client, EXPORT, 4)
    assert client.get("/registry/organisations/").status_code == 200
    assert statuses(client_of(world, "municipal"), EXPORT, 1) == [200]


def test_the_limit_ends_with_its_ten_minutes(world: World) -> None:
    client = client_of(world)
    statuses(client, EXPORT, 4)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=10, seconds=1)):
        assert statuses(client_of(world), EXPORT, 4) == [200, 200, 200, 429]


def test_uploads_have_a_limit_before_they_are_read(world: World) -> None:
    client = client_of(world)
    answers = []
    for _ in range(4):
        data = {"territory": "0", "files": SimpleUploadedFile("a.csv", b"a;b\n1;2\n")}
        answers.append(client.post("/results/upload/", data).status_code)
    assert answers == [400, 400, 400, 429]


def test_starts_of_jobs_have_a_limit_and_none_is_left_behind(world: World) -> None:
    client = client_of(world)
    assert [client.post("/findings/check/").status_code for _ in range(3)] == [302] * 3
    before = Job.objects.count()
    assert client.post("/findings/check/").status_code == 429
    assert Job.objects.count() == before


def test_strangers_are_sent_away_and_not_counted(world: World) -> None:
    assert statuses(client_of(world, "anonymous"), EXPORT, 5) == [302] * 5
    assert not Throttle.objects.filter(kind=HeavyUse.EXPORT).exists()


def test_visitors_of_a_demonstration_do_not_lock_each_other_out(world: World) -> None:
    visitor = world.visitors["regional"]
    assert visitor is not None
    visitor.is_demo = True
    visitor.save(update_fields=["is_demo"])
    client = client_of(world)
    assert statuses(client, EXPORT, 4)[-1] == 429
    assert close(client.get(EXPORT, REMOTE_ADDR="10.0.0.9")).status_code == 200


def test_every_named_address_is_there() -> None:
    names = {name for name, _arguments in addresses(get_resolver().url_patterns)}
    assert (DOWNLOADS | STARTS) - names == set()
    assert reverse("findings:check") == "/findings/check/"
