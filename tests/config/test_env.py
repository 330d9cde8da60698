"""Settings from the environment."""

from pathlib import Path

import pytest

from mayak.config import env


@pytest.mark.parametrize(
    ("value", "answer"), [("1", True), ("Yes", True), ("on", True), ("0", False), ("", True)]
)
def test_a_flag(monkeypatch: pytest.MonkeyPatch, value: str, answer: bool) -> None:
    monkeypatch.setenv("MAYAK_HTTPS", value)
    assert env.flag("HTTPS", default=True) is answer


def test_a_number_that_is_none_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAYAK_UPLOAD_LIMIT_MB", "много")
    with pytest.raises(ValueError, match="MAYAK_UPLOAD_LIMIT_MB must be a whole number, got 'много'"):
        env.number("UPLOAD_LIMIT_MB", 64)
    monkeypatch.setenv("MAYAK_UPLOAD_LIMIT_MB", "")
    assert env.number("UPLOAD_LIMIT_MB", 64) == 64


def test_words_without_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAYAK_HOSTS", " a.example, ,b.example ")
    assert env.words("HOSTS") == ["a.example", "b.example"]


def test_the_database_is_sqlite_in_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MAYAK_DATABASE_URL", raising=False)
    given = env.database(tmp_path)
    assert given["NAME"] == str(tmp_path / "mayak.sqlite3")
    assert given["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_a_postgres_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(
        "MAYAK_DATABASE_URL", "postgresql://us%40er:p%3Aw@db.example:5433/mayak?sslmode=require"
    )
    given = env.database(tmp_path)
    assert [given[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "us@er",
        "p:w",
        "db.example",
        "5433",
        "mayak",
    ]
    assert given["OPTIONS"] == {"sslmode": "require"}


def test_an_unknown_database_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MAYAK_DATABASE_URL", "mysql://db/mayak")
    with pytest.raises(ValueError, match="unknown scheme 'mysql'"):
        env.database(tmp_path)


def test_the_secret_key_is_made_once_and_kept_for_oneself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("MAYAK_SECRET_KEY", raising=False)
    first = env.secret_key(tmp_path / "new")
    assert len(first) >= 50
    assert env.secret_key(tmp_path / "new") == first
    assert (tmp_path / "new" / "secret-key").stat().st_mode & 0o777 == 0o600
