"""``mayak check --deploy``: what a server with real data lacks."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from mayak.config.checks import check_deployment

READY: dict[str, Any] = {
    "ALLOWED_HOSTS": ["mayak.example.org"],
    "HTTPS": True,
    "DEBUG": False,
    "DEMO": False,
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
}


@pytest.fixture
def ready(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A server on which nothing is wrong."""
    for name, value in READY.items():
        setattr(settings, name, value)
    settings.DATA_DIR = tmp_path / "not" / "yet"
    monkeypatch.setenv("MAYAK_SECRET_KEY", "given")
    return settings


def ids() -> list[str | None]:
    return [message.id for message in check_deployment(None)]


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")  # only read here, never connected
def test_a_ready_server(ready: Settings) -> None:
    assert ids() == []


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")  # only read here, never connected
@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("ALLOWED_HOSTS", ["*"], "mayak.E002"),
        ("ALLOWED_HOSTS", ["localhost", "127.0.0.1"], "mayak.E003"),
        ("HTTPS", False, "mayak.E004"),
        ("DEBUG", True, "mayak.E005"),
        ("DEMO", True, "mayak.E006"),
        ("DATABASES", {"default": {"ENGINE": "django.db.backends.sqlite3"}}, "mayak.W007"),
        ("DATA_DIR", Path(__file__) / "below-a-file", "mayak.E008"),
    ],
)
def test_each_fault_is_named(ready: Settings, name: str, value: object, found: str) -> None:
    setattr(ready, name, value)
    assert ids() == [found]


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")  # only read here, never connected
def test_a_key_in_a_file_is_a_warning(ready: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAYAK_SECRET_KEY")
    assert ids() == ["mayak.W001"]
