"""Headers of every kind of answer, and cookies."""

import json
import os
import re
import subprocess
import sys
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.conf import settings as live
from django.test import Client
from django.urls import reverse

from mayak.accounts.services.limits import HeavyUse
from mayak.web.middleware.headers import FILE_POLICY, HEADERS, STORED_NOWHERE
from mayak.web.middleware.limits import heavy_kind
from tests.architecture.access_objects import World, make_world
from tests.architecture.source import PACKAGE, ROOT
from tests.factories.accounts import PASSWORD, UserFactory
from tests.security.test_requests import addresses, client_of, close

pytestmark = [pytest.mark.django_db, pytest.mark.once]
STRICT = [
    "default-src 'none'",
    "script-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
]
SECRET = re.compile(r"^/surveys/([ao]/[^/]+|mine/\d+)/$")
QUIET = {"Referrer-Policy": "strict-origin", "X-Robots-Tag": "noindex, nofollow"}
"""Addresses that hold the secret of a letter go nowhere, not even to pages of the site itself."""


@pytest.fixture
def world() -> World:
    return make_world()


def lacks(response: Any) -> list[str]:
    """Return which headers are missing or weaker than they should be."""
    headers = response.headers
    asked = HEADERS | (QUIET if SECRET.match(response.wsgi_request.path) else {})
    wrong = [name for name, value in asked.items() if headers.get(name) != value]
    policy = headers.get("Content-Security-Policy", "")
    is_file = headers.get("Content-Disposition", "").startswith("attachment")
    if policy != FILE_POLICY if is_file else any(part not in policy for part in STRICT):
        wrong.append("Content-Security-Policy")
    if "unsafe" in policy or "*" in policy:
        wrong.append("unsafe")
    if "no-store" not in headers.get("Cache-Control", ""):
        wrong.append("Cache-Control")
    return wrong + [name for name in ("Server", "X-Powered-By", "Via") if name in headers]


@pytest.mark.slow
def test_every_address_answers_with_the_headers(world: World) -> None:
    client = client_of(world)
    kinds = set()
    wrong = {}
    for url, _body in addresses(world, "GET"):
        response = close(client.get(url))
        kinds.add((response.status_code, "Content-Disposition" in response.headers))
        found = lacks(response)
        if "Content-Disposition" in response.headers and heavy_kind(response.wsgi_request) != HeavyUse.EXPORT:
            found.append("a file that no limit counts")
        if found:
            wrong[url] = found
    assert wrong == {}
    assert {(200, False), (200, True), (302, False), (405, False)} <= kinds


@pytest.mark.parametrize("path", ["/account/sign-in/", "/", "/no-such-page/", "/%00", "/results/"])
def test_strangers_get_them_too(client: Client, path: str) -> None:
    assert lacks(client.get(path)) == []


def test_errors_carry_them(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr("mayak.web.views.tasks_for", lambda request: 1 / 0)
    client.force_login(UserFactory())
    broken = client.get("/")
    assert (broken.status_code, lacks(broken)) == (500, [])
    wrong_host = client.get("/", headers={"host": "evil.example"})
    assert (wrong_host.status_code, lacks(wrong_host)) == (400, [])
    forged = Client(enforce_csrf_checks=True).post("/account/sign-in/", {})
    assert (forged.status_code, lacks(forged)) == (403, [])


def test_an_error_tells_nothing_of_the_program(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr("mayak.web.views.tasks_for", lambda request: {}["секретный ключ"])
    client.force_login(UserFactory())
    page = client.get("/").content.decode()
    for word in ("секретный", "KeyError", "Traceback", "/src/", "Django", "Python", live.SECRET_KEY):
        assert word not in page


def test_no_page_of_the_source_has_an_inline_script_or_style() -> None:
    """Why the policy needs no nonces: nothing in the templates would ask for one."""
    found = []
    for path in PACKAGE.rglob("templates/**/*.html"):
        text = path.read_text()
        if any(
            mark in text for mark in ("<style", " style=", "javascript:", " onclick=", " onload=", "<script>")
        ):
            found.append(path.name)
    assert found == []


def test_cookies_are_hidden_from_scripts_and_from_other_sites(client: Client) -> None:
    user = UserFactory()
    client.post(reverse("accounts:sign-in"), {"username": user.email, "password": PASSWORD})
    client.post(reverse("web:language"), {"language": "en"})
    client.get(reverse("accounts:profile"))
    names = {live.SESSION_COOKIE_NAME, live.CSRF_COOKIE_NAME, live.LANGUAGE_COOKIE_NAME}
    assert names <= set(client.cookies)
    for name in names:
        assert (client.cookies[name]["httponly"], client.cookies[name]["samesite"]) == (True, "Lax"), name


PROBE = """
import django, json
from django.conf import settings
settings.STORAGES = {**settings.STORAGES, "staticfiles": {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
django.setup()
from django.test import Client
answer = Client().get("/account/sign-in/", secure=True)
plain = Client().get("/account/sign-in/")
static = Client().get("/static/probe.txt", secure=True)
print(json.dumps({
    "cookies": answer.cookies.output(), "headers": dict(answer.headers), "plain": [plain.status_code, plain["Location"]],
    "static": dict(static.headers), "names": [settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME], "static_status": static.status_code,
    "secure": [settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.LANGUAGE_COOKIE_SECURE],
}))
"""


@pytest.fixture(scope="module")
def behind_https(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the site with MAYAK_HTTPS=1 answers, in a process of its own: settings are read once."""
    folder = tmp_path_factory.mktemp("https")
    (folder / "static").mkdir()
    (folder / "static" / "probe.txt").write_text("probe")
    given = {
        **os.environ, "MAYAK_HTTPS": "1", "MAYAK_DATA": str(folder), "MAYAK_HOSTS": "testserver",
        "DJANGO_SETTINGS_MODULE": "mayak.config.settings", "PYTHONPATH": str(ROOT / "src"),
    }  # fmt: skip
    given.pop("MAYAK_DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", PROBE], env=given, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_with_https_cookies_belong_to_this_host_alone(behind_https: dict[str, Any]) -> None:
    cookies = SimpleCookie(behind_https["cookies"].replace("Set-Cookie: ", ""))
    [token] = cookies.values()
    assert token.key == "__Host-csrftoken"
    assert (token["secure"], token["httponly"], token["path"], token["domain"]) == (True, True, "/", "")
    assert behind_https["names"] == ["__Host-sessionid", "__Host-language"]
    assert behind_https["secure"] == [True, True, True]


def test_with_https_plain_requests_are_sent_there_for_a_year(behind_https: dict[str, Any]) -> None:
    assert behind_https["plain"] == [301, "https://testserver/account/sign-in/"]
    hsts = behind_https["headers"]["Strict-Transport-Security"]
    assert hsts == "max-age=31536000; includeSubDomains; preload"
    assert "upgrade-insecure-requests" in behind_https["headers"]["Content-Security-Policy"]


def test_static_files_carry_the_headers_and_may_be_kept(behind_https: dict[str, Any]) -> None:
    static = behind_https["static"]
    assert behind_https["static_status"] == 200
    assert {name: static.get(name) for name in HEADERS} == HEADERS
    assert "default-src 'none'" in static["Content-Security-Policy"]
    assert "public" in static["Cache-Control"]
    assert static["Cache-Control"] != STORED_NOWHERE
