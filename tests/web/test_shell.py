"""The shell: what every page carries, the first screen, the language, errors in words."""

import datetime as dt
from pathlib import Path

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from mayak.accounts.services.throttling import TooManyAttempts
from mayak.config import urls as site
from mayak.kernel.ui import today
from mayak.kernel.ui.today import TodayFigure, TodayTask
from mayak.web import errors
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.test_shell")]


def refuse(request: HttpRequest) -> HttpResponse:
    """Refuse with a reason."""
    raise PermissionDenied("Only the coordinator of the district may load results.")


def refuse_silently(request: HttpRequest) -> HttpResponse:
    """Refuse without a reason."""
    raise PermissionDenied


def misread(request: HttpRequest) -> HttpResponse:
    """Fail to read."""
    raise BadRequest("no")


def break_down(request: HttpRequest) -> HttpResponse:
    """Fail."""
    raise RuntimeError("a fault of the program")


def post_only(request: HttpRequest) -> HttpResponse:
    """Take a form."""
    return HttpResponse("taken")


urlpatterns = [
    *site.urlpatterns,
    path("refuse/", refuse),
    path("refuse-silently/", refuse_silently),
    path("misread/", misread),
    path("break-down/", break_down),
    path("post-only/", post_only),
]
handler400, handler403 = site.handler400, site.handler403
handler404, handler500 = site.handler404, site.handler500


@pytest.fixture
def client() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory(full_name="Анна Петрова"))
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def _two_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = [
        TodayTask("Load results", "11 schools wait.", "/load/", done=16, total=27),
        TodayTask("Fill", "", "/f/", "good"),
    ]
    monkeypatch.setattr(today, "_tasks", [lambda request: tasks])
    monkeypatch.setattr(today, "_figures", [lambda request: [TodayFigure(27, "Schools")]])


@pytest.mark.usefixtures("_two_tasks")
def test_the_first_screen_says_what_to_do_next(client: Client) -> None:
    content = client.get("/").content.decode()
    assert "<h1>What to do today</h1>" in content
    assert "Done 1 of 2." in content
    assert '<a class="btn btn-lamp" href="/load/">Load results</a>' in content
    assert "done 16 of 27" in content
    assert content.count("task-next") == 1


@pytest.mark.usefixtures("_two_tasks")
def test_the_health_of_the_programme_stands_below(client: Client) -> None:
    content = client.get("/").content.decode().partition("<main")[2]
    assert content.index("Load results") < content.index("Health of the programme") < content.index("Schools")


def test_a_day_without_tasks_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(today, "_tasks", [])
    assert "Nothing to do" in client.get("/").content.decode()


def test_every_page_has_a_skip_link_a_language_and_a_way_out(client: Client) -> None:
    content = client.get("/glossary/").content.decode()
    assert '<html lang="en">' in content
    assert '<a class="skip" href="#main">' in content
    assert '<main id="main" tabindex="-1">' in content
    assert 'action="/account/sign-out/"' in content
    assert "Анна Петрова" in content


def test_the_demonstration_says_what_it_is(client: Client, settings: Settings) -> None:
    assert 'class="demo"' not in client.get("/glossary/").content.decode()
    settings.DEMO = True
    assert 'class="demo"' in client.get("/glossary/").content.decode()


def test_the_language_changes_without_signing_in() -> None:
    client = Client()
    response = client.post("/language/", {"language": "en", "next": "/account/sign-in/"})
    assert response.status_code == 302
    assert response.cookies["django_language"].value == "en"


def test_the_language_switch_never_leads_away(client: Client) -> None:
    response = client.post("/language/", {"language": "ru", "next": "https://elsewhere.example/"})
    assert response["Location"] == "/"


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/refuse/", 403, "Only the coordinator of the district may load results."),
        ("/refuse-silently/", 403, "Your role does not allow this."),
        ("/nowhere/", 404, "Page not found"),
        ("/misread/", 400, "The request could not be read"),
        ("/break-down/", 500, "Something went wrong on our side"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_an_error_says_what_happened_and_the_way_out(
    client: Client, address: str, status: int, words: str
) -> None:
    response = client.get(address)
    assert response.status_code == status
    content = response.content.decode()
    assert words in content
    assert 'href="/">To the first page</a>' in content
    assert "a fault of the program" not in content


def test_an_expired_form_is_told_from_a_missing_right() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory())
    client.cookies["django_language"] = "en"
    response = client.post("/post-only/")
    assert response.status_code == 403
    assert "The form has expired" in response.content.decode()


def test_too_many_attempts_answer_429() -> None:
    request = HttpRequest()
    request.META["SERVER_NAME"], request.META["SERVER_PORT"] = "localhost", "80"
    assert errors.too_many_requests(request, TooManyAttempts(dt.timedelta(minutes=3))).status_code == 429


def test_the_policy_allows_nothing_from_outside_and_nothing_inline(client: Client) -> None:
    policy = client.get("/ui/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_vendored_libraries_name_their_version_and_licence() -> None:
    vendor = Path(errors.__file__).parent.parent / "kernel" / "static" / "ui" / "vendor"
    words = (vendor / "VENDOR.md").read_text()
    for folder in (entry for entry in vendor.iterdir() if entry.is_dir()):
        assert f"`{folder.name}/`" in words
        assert (folder / "LICENSE").exists()
