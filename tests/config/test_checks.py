"""``mayak check --deploy``: every fault has a number, is named alone, and is described for the operator."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live
from pytest_django import Settings

from mayak.config.checks import HTTPS_SETTINGS, check_deployment
from tests.architecture.source import PACKAGE, ROOT

POSTGRES = {"ENGINE": "django.db.backends.postgresql", "HOST": "", "OPTIONS": {}}
READY: dict[str, Any] = {
    "SECRET_KEY": "q8Zr1tY5uI9oP3aS7dF2gH6jK0lX4cV8bN1mQ5wE9rT3yU7iO2pA6",
    "ALLOWED_HOSTS": ["mayak.example.org"],
    "HTTPS": True,
    "DEBUG": False,
    "DEMO": False,
    "DATABASES": {"default": POSTGRES},
    "SECURE_HSTS_SECONDS": 31_536_000,
    "ALLAUTH_TRUSTED_PROXY_COUNT": 1,
    "STRONG_SIGN_IN": None,
    "ANTIVIRUS_ADDRESS": "/run/clamd.sock",
    "EMAIL_HOST": "smtp.example.org",
    "EMAIL_USE_TLS": True,
    **HTTPS_SETTINGS,
}
FAULTS: list[tuple[str, Any, str]] = [
    ("ALLOWED_HOSTS", ["*"], "mayak.E002"),
    ("ALLOWED_HOSTS", ["localhost", "127.0.0.1"], "mayak.E003"),
    ("HTTPS", False, "mayak.E004"),
    ("DEBUG", True, "mayak.E005"),
    ("DEMO", True, "mayak.E006"),
    ("DATABASES", {"default": {"ENGINE": "django.db.backends.sqlite3"}}, "mayak.W007"),
    ("DATA_DIR", Path(__file__) / "below-a-file", "mayak.E008"),
    ("SECRET_KEY", "short", "mayak.E009"),
    ("SECRET_KEY", "ab" * 40, "mayak.E009"),
    ("UPLOAD_LIMIT_BYTES", 5000 * 1024 * 1024, "mayak.E011"),
    ("UPLOAD_LIMIT_BYTES", 0, "mayak.E011"),
    ("CSRF_TRUSTED_ORIGINS", ["http://mayak.example.org"], "mayak.E012"),
    ("CSRF_TRUSTED_ORIGINS", ["https://*.example.org"], "mayak.E012"),
    ("ALLAUTH_TRUSTED_PROXY_COUNT", -1, "mayak.E013"),
    ("ALLAUTH_TRUSTED_PROXY_COUNT", 50, "mayak.E013"),
    ("ALLAUTH_TRUSTED_PROXY_COUNT", 0, "mayak.W014"),
    ("SESSION_COOKIE_SECURE", False, "mayak.E015"),
    ("SESSION_COOKIE_HTTPONLY", False, "mayak.E015"),
    ("SECURE_HSTS_SECONDS", 60, "mayak.E015"),
    ("LOGGING", {"root": {"level": "DEBUG"}}, "mayak.E016"),
    ("ANTIVIRUS_COMMAND", "no-such-program-at-all -", "mayak.E017"),
    ("DATABASES", {"default": {**POSTGRES, "HOST": "db.example.org"}}, "mayak.E018"),
    ("ANTIVIRUS_ADDRESS", "", "mayak.W019"),
    ("STRONG_SIGN_IN", frozenset({"king"}), "mayak.E020"),
    ("STRONG_SIGN_IN", frozenset(), "mayak.E021"),
    ("EMAIL_HOST", "", "mayak.W022"),
    ("EMAIL_USE_TLS", False, "mayak.E023"),
]
VARIABLES: list[tuple[dict[str, str], str]] = [
    ({"MAYAK_SECRET_KEY": ""}, "mayak.W001"),
    (
        {"MAYAK_OIDC_ISSUER": "http://id.example.org", "MAYAK_OIDC_CLIENT_ID": "a", "MAYAK_OIDC_SECRET": "b"},
        "mayak.E024",
    ),
    ({"MAYAK_OIDC_ISSUER": "https://id.example.org", "MAYAK_OIDC_CLIENT_ID": "a"}, "mayak.E025"),
]
OPEN_FOLDER = "mayak.E010"

pytestmark = pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")  # only read, never connected


@pytest.fixture
def ready(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A server on which nothing is wrong."""
    for name, value in READY.items():
        setattr(settings, name, value)
    settings.DATA_DIR = tmp_path / "not" / "yet"
    monkeypatch.setenv("MAYAK_SECRET_KEY", READY["SECRET_KEY"])
    return settings


def ids() -> list[str | None]:
    return [message.id for message in check_deployment(None)]


def test_a_ready_server(ready: Settings) -> None:
    assert ids() == []


@pytest.mark.parametrize(("name", "value", "found"), FAULTS)
def test_each_fault_is_named(ready: Settings, name: str, value: object, found: str) -> None:
    setattr(ready, name, value)
    assert ids() == [found]


@pytest.mark.parametrize(("variables", "found"), VARIABLES)
def test_each_fault_of_a_variable_is_named(
    ready: Settings, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], found: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ids() == [found]


@pytest.mark.parametrize(("mode", "found"), [(0o755, [OPEN_FOLDER]), (0o750, []), (0o700, [])])
def test_a_folder_that_others_can_open(ready: Settings, tmp_path: Path, mode: int, found: list[str]) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(mode)
    ready.DATA_DIR = tmp_path / "data"
    assert ids() == found


def test_encryption_to_the_database_is_seen(ready: Settings) -> None:
    remote = {**POSTGRES, "HOST": "db.example.org", "OPTIONS": {"sslmode": "verify-full"}}
    ready.DATABASES = {"default": remote}
    assert ids() == []


def test_every_number_fires_in_a_test_and_is_described_once() -> None:
    source = (PACKAGE / "config" / "checks.py").read_text()
    defined = re.findall(r'id="(mayak\.[EW]\d{3})"', source)
    fired = {found for *_rest, found in FAULTS} | {found for _names, found in VARIABLES} | {OPEN_FOLDER}
    page = (ROOT / "docs" / "operate" / "security.md").read_text()
    described = re.findall(r"^\| `(mayak\.[EW]\d{3})`", page, re.MULTILINE)
    assert len(defined) == len(set(defined))
    assert set(defined) == fired
    assert sorted(described) == sorted(defined)


def test_silenced_checks_of_django_are_those_that_have_a_number_of_ours() -> None:
    """HSTS, redirect, cookies of session and token, key, debug, hosts: said once, in Russian."""
    assert live.SILENCED_SYSTEM_CHECKS == [
        "security.W004", "security.W008", "security.W009", "security.W012", "security.W016", "security.W018",
        "security.W020",
    ]  # fmt: skip
