"""Checks before real use: ``mayak check --deploy`` says what is unsafe and what to set (docs/operate/security.md)."""

import os
import shlex
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.utils.translation import gettext as _

from mayak.accounts.enums import Role
from mayak.config import env

LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}
KEY_LENGTH, KEY_LETTERS = 50, 10
"""A secret key has at least so many signs, so many of them different."""
UPLOAD_MB = range(1, 513)
"""Uploads stay in memory, one copy for each request."""
PROXIES_AT_MOST = 5
LOCAL_DATABASES = {"", "localhost", "127.0.0.1", "::1"}
SAFE_SSL = {"require", "verify-ca", "verify-full"}
HTTPS_SETTINGS = {
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "LANGUAGE_COOKIE_SECURE": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "CSRF_COOKIE_HTTPONLY": True,
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
}


@register(Tags.security, deploy=True)
def check_deployment(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Return what is not fit for a server with real data."""
    groups = (_secrets, _addresses, _https, _modes, _storage, _uploads, _sign_in, _mail, _identity)
    return [message for group in groups for message in group()]


def _secrets() -> Iterator[CheckMessage]:
    key = settings.SECRET_KEY
    if len(key) < KEY_LENGTH or len(set(key)) < KEY_LETTERS:
        hint = _("Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'")
        yield Error(_("The secret key is short or made of few signs."), hint=hint, id="mayak.E009")
    if not env.text("SECRET_KEY"):
        hint = _("Set MAYAK_SECRET_KEY; with several machines all need the same one.")
        yield Warning(_("The secret key comes from a file in the data folder."), hint=hint, id="mayak.W001")


def _addresses() -> Iterator[CheckMessage]:
    hosts = set(settings.ALLOWED_HOSTS)
    if "*" in hosts:
        hint = _("List the names in MAYAK_HOSTS.")
        yield Error(_("Any host name is accepted."), hint=hint, id="mayak.E002")
    elif hosts <= LOCAL_HOSTS:
        hint = _("Set MAYAK_HOSTS to the name under which people open it.")
        yield Error(_("Only this computer can open the site."), hint=hint, id="mayak.E003")
    if unsafe := [
        one for one in settings.CSRF_TRUSTED_ORIGINS if not one.startswith("https://") or "*" in one
    ]:
        text = _("Forms are accepted from an unsafe origin: %(origins)s.") % {"origins": ", ".join(unsafe)}
        hint = _("MAYAK_TRUSTED_ORIGINS holds whole addresses that begin with https://.")
        yield Error(text, hint=hint, id="mayak.E012")
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if not 0 <= proxies <= PROXIES_AT_MOST:
        hint = _("Set MAYAK_PROXIES to the number of your own proxies, usually 1.")
        yield Error(_("The number of proxies cannot be true."), hint=hint, id="mayak.E013")
    elif settings.HTTPS and proxies == 0:
        hint = _("Set MAYAK_PROXIES=1: else all visitors share one limit of guessing.")
        yield Warning(_("HTTPS is on, but no proxy is counted."), hint=hint, id="mayak.W014")


def _https() -> Iterator[CheckMessage]:
    if not settings.HTTPS:
        text = _("The site is served without HTTPS: passwords and personal data would travel in clear text.")
        hint = _("Put a server with a certificate before it and set MAYAK_HTTPS=1.")
        yield Error(text, hint=hint, id="mayak.E004")
        return
    changed = [name for name, value in HTTPS_SETTINGS.items() if getattr(settings, name) is not value]
    if settings.SECURE_HSTS_SECONDS < 60 * 60 * 24 * 180:
        changed.append("SECURE_HSTS_SECONDS")
    if changed:
        text = _("Protection of cookies or of HTTPS is switched off: %(names)s.") % {
            "names": ", ".join(changed)
        }
        hint = _("Settings other than MAYAK_... variables are not to be changed.")
        yield Error(text, hint=hint, id="mayak.E015")


def _modes() -> Iterator[CheckMessage]:
    if settings.DEBUG:
        yield Error(_("MAYAK_DEBUG is on."), hint=_("Remove it."), id="mayak.E005")
    if settings.DEMO:
        text = _("The demonstration accounts with their published password are open.")
        hint = _("Remove MAYAK_DEMO and begin with an empty database.")
        yield Error(text, hint=hint, id="mayak.E006")
    logging: dict[str, Any] = settings.LOGGING
    if logging["root"]["level"] == "DEBUG":
        text = _("The log of the server holds every query with its values.")
        yield Error(text, hint=_("Remove MAYAK_LOG_LEVEL=DEBUG."), id="mayak.E016")


def _storage() -> Iterator[CheckMessage]:
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        text = _("The database is SQLite: right for one machine, impossible for several.")
        hint = _("Set MAYAK_DATABASE_URL=postgresql://... to run on several machines.")
        yield Warning(text, hint=hint, id="mayak.W007")
    elif _is_remote(database) and database.get("OPTIONS", {}).get("sslmode") not in SAFE_SSL:
        text = _("The database on another machine may be reached without encryption.")
        hint = _("Add ?sslmode=verify-full to MAYAK_DATABASE_URL.")
        yield Error(text, hint=hint, id="mayak.E018")
    folder = Path(settings.DATA_DIR)
    if not _is_writable(folder):
        text = _("The data folder %(folder)s cannot be written.") % {"folder": folder}
        hint = _("Give the user of the service the right to write it, or set MAYAK_DATA.")
        yield Error(text, hint=hint, id="mayak.E008")
    elif folder.exists() and folder.stat().st_mode & 0o007:
        text = _("Other users of this machine can open the data folder %(folder)s.") % {"folder": folder}
        yield Error(text, hint=_("Run: chmod 750 %(folder)s") % {"folder": folder}, id="mayak.E010")


def _uploads() -> Iterator[CheckMessage]:
    megabytes = settings.UPLOAD_LIMIT_BYTES // (1024 * 1024)
    if megabytes not in UPLOAD_MB:
        text = _("The limit of uploads is %(limit)s MB.") % {"limit": megabytes}
        hint = _("Set MAYAK_UPLOAD_LIMIT_MB between 1 and 512; larger files go by the command line.")
        yield Error(text, hint=hint, id="mayak.E011")
    command = shlex.split(settings.ANTIVIRUS_COMMAND)
    if command and shutil.which(command[0]) is None:
        text = _("The program %(program)s of MAYAK_ANTIVIRUS_COMMAND is not found.") % {"program": command[0]}
        hint = _("Install it or correct the name: until then every upload is refused.")
        yield Error(text, hint=hint, id="mayak.E017")
    elif not command and not settings.ANTIVIRUS_ADDRESS:
        text = _("Uploads are not checked by an antivirus.")
        hint = _("Set MAYAK_ANTIVIRUS_ADDRESS (clamd) or MAYAK_ANTIVIRUS_COMMAND.")
        yield Warning(text, hint=hint, id="mayak.W019")


def _sign_in() -> Iterator[CheckMessage]:
    chosen: frozenset[str] | None = settings.STRONG_SIGN_IN
    if unknown := sorted((chosen or frozenset()) - set(Role.values)):
        text = _("Unknown roles in MAYAK_STRONG_SIGN_IN: %(roles)s.") % {"roles": ", ".join(unknown)}
        hint = _("Roles: %(roles)s.") % {"roles": ", ".join(Role.values)}
        yield Error(text, hint=hint, id="mayak.E020")
    if chosen is not None and not chosen:
        hint = _("Remove MAYAK_STRONG_SIGN_IN=off: a stolen password opens everything.")
        yield Error(_("No role needs a second factor."), hint=hint, id="mayak.E021")


def _mail() -> Iterator[CheckMessage]:
    if not settings.EMAIL_HOST:
        hint = _("Set MAYAK_SMTP_HOST (docs/operate/sign-in.md).")
        yield Warning(_("Letters stay in a folder: no mail server is set."), hint=hint, id="mayak.W022")
    elif not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL):
        hint = _("Set MAYAK_SMTP_TLS to starttls or ssl.")
        yield Error(_("Letters go to the mail server in clear text."), hint=hint, id="mayak.E023")


def _identity() -> Iterator[CheckMessage]:
    issuer = env.text("OIDC_ISSUER")
    if issuer and not issuer.startswith("https://"):
        hint = _("Set MAYAK_OIDC_ISSUER to an address that begins with https://.")
        yield Error(_("The identity service is reached without HTTPS."), hint=hint, id="mayak.E024")
    if issuer and not (env.text("OIDC_CLIENT_ID") and env.text("OIDC_SECRET")):
        hint = _("Set MAYAK_OIDC_CLIENT_ID and MAYAK_OIDC_SECRET as the service gave them.")
        yield Error(_("The registration at the identity service is incomplete."), hint=hint, id="mayak.E025")


def _is_remote(database: dict[str, Any]) -> bool:
    host = str(database.get("HOST", ""))
    return host not in LOCAL_DATABASES and not host.startswith("/")


def _is_writable(folder: Path) -> bool:
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK)
