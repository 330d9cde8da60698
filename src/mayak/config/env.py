"""Typed settings from the environment: the only place that reads ``os.environ``.

Every variable begins with ``MAYAK_``; docs/operate/settings.md lists them all.
"""

import os
import secrets
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SQLITE_OPTIONS: dict[str, Any] = {
    # Measured: with these 0 of 5,677 concurrent writes failed; with the defaults 53 % did (docs/adr/0003).
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
        "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=2000;"
    ),
}


def text(name: str, default: str = "") -> str:
    """Return the variable ``MAYAK_<name>`` as text."""
    return os.environ.get(f"MAYAK_{name}", default)


def flag(name: str, *, default: bool = False) -> bool:
    """Return the variable as a yes or no; anything but 1/true/yes/on is no."""
    value = text(name)
    return value.strip().lower() in {"1", "true", "yes", "on"} if value else default


def number(name: str, default: int) -> int:
    """Return the variable as a whole number.

    Raises:
        ValueError: the variable holds something else; the message names it.
    """
    value = text(name)
    try:
        return int(value) if value else default
    except ValueError as error:
        raise ValueError(f"MAYAK_{name} must be a whole number, got {value!r}") from error


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated variable as a list without blanks."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def choice(value: str, name: str, allowed: Collection[str]) -> str:
    """Return the value of the variable ``MAYAK_<name>`` if it is one of the allowed words.

    Raises:
        ValueError: it is another; the message names the variable and the words.
    """
    if value not in allowed:
        raise ValueError(f"MAYAK_{name} must be one of {', '.join(sorted(allowed))}, got {value!r}")
    return value


def strong_sign_in() -> frozenset[str] | None:
    """Return the roles that need a second factor; none for «off»; None leaves it to the roles themselves."""
    given = words("STRONG_SIGN_IN")
    if not given:
        return None
    return frozenset() if given == ["off"] else frozenset(given)


def smtp() -> dict[str, Any]:
    """Return Django's mail settings; without a host letters stay in a folder (``accounts.mailbox``)."""
    host = text("SMTP_HOST")
    tls = choice(text("SMTP_TLS", "starttls"), "SMTP_TLS", {"starttls", "ssl", "off"})
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend"
        if host
        else "mayak.accounts.services.mailbox.FolderBackend",
        "EMAIL_HOST": host,
        "EMAIL_PORT": number("SMTP_PORT", 465 if tls == "ssl" else 587),
        "EMAIL_HOST_USER": text("SMTP_USER"),
        "EMAIL_HOST_PASSWORD": text("SMTP_PASSWORD"),
        "EMAIL_USE_TLS": tls == "starttls",
        "EMAIL_USE_SSL": tls == "ssl",
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": text("SMTP_FROM", "mayak@localhost"),
    }


def oidc() -> dict[str, Any]:
    """Return the settings of allauth for the identity service of the region; empty without one.

    What the service says about itself must name the same issuer, else a token of another one would pass.
    """
    issuer, client = text("OIDC_ISSUER").rstrip("/"), text("OIDC_CLIENT_ID")
    if not (issuer and client):
        return {}
    app = {
        "provider_id": "region",
        "name": text("OIDC_NAME") or urlsplit(issuer).hostname,
        "client_id": client,
        "secret": text("OIDC_SECRET"),
        "settings": {"server_url": issuer, "openid_configuration_overrides": {"issuer": issuer}},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


def database(data_dir: Path) -> dict[str, Any]:
    """Return Django's database settings from ``MAYAK_DATABASE_URL`` (default: SQLite in the data folder).

    Raises:
        ValueError: the address has an unknown scheme.
    """
    url = text("DATABASE_URL")
    if not url:
        return _sqlite(str(data_dir / "mayak.sqlite3"))
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path[1:]) or ":memory:")
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(
            f"MAYAK_DATABASE_URL: unknown scheme {parts.scheme!r}; use sqlite:/// or postgresql://"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def _sqlite(name: str) -> dict[str, Any]:
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": dict(SQLITE_OPTIONS)}


def secret_key(data_dir: Path) -> str:
    """Return the secret key: from the environment, else a file made once in the data folder."""
    if given := text("SECRET_KEY"):
        return given
    path = data_dir / "secret-key"
    if not path.exists():
        data_dir.mkdir(mode=0o750, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()
