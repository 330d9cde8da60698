"""Checks before real use: ``mayak check --deploy`` says what is missing and what to set."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.utils.translation import gettext as _

from mayak.config import env

LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}


@register(Tags.security, deploy=True)
def check_deployment(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Return what is not fit for a server with real data."""
    return [*_secrets(), *_addresses(), *_demonstration(), *_storage()]


def _secrets() -> list[CheckMessage]:
    if env.text("SECRET_KEY"):
        return []
    return [
        Warning(
            _("The secret key comes from a file in the data folder."),
            hint=_("Set MAYAK_SECRET_KEY; with several machines all need the same one."),
            id="mayak.W001",
        )
    ]


def _addresses() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    hosts = set(settings.ALLOWED_HOSTS)
    if "*" in hosts:
        found.append(
            Error(_("Any host name is accepted."), hint=_("List the names in MAYAK_HOSTS."), id="mayak.E002")
        )
    elif hosts <= LOCAL_HOSTS:
        found.append(
            Error(
                _("Only this computer can open the site."),
                hint=_("Set MAYAK_HOSTS to the name under which people open it."),
                id="mayak.E003",
            )
        )
    if not settings.HTTPS:
        found.append(
            Error(
                _(
                    "The site is served without HTTPS: passwords and personal data would travel in clear text."
                ),
                hint=_("Put a server with a certificate before it and set MAYAK_HTTPS=1."),
                id="mayak.E004",
            )
        )
    if settings.DEBUG:
        found.append(Error(_("MAYAK_DEBUG is on."), hint=_("Remove it."), id="mayak.E005"))
    return found


def _demonstration() -> list[CheckMessage]:
    if not settings.DEMO:
        return []
    return [
        Error(
            _("The demonstration accounts with their published password are open."),
            hint=_("Remove MAYAK_DEMO and begin with an empty database."),
            id="mayak.E006",
        )
    ]


def _storage() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        found.append(
            Warning(
                _("The database is SQLite: right for one machine, impossible for several."),
                hint=_("Set MAYAK_DATABASE_URL=postgresql://... to run on several machines."),
                id="mayak.W007",
            )
        )
    if not _is_writable(Path(settings.DATA_DIR)):
        found.append(
            Error(
                _("The data folder %(folder)s cannot be written.") % {"folder": settings.DATA_DIR},
                hint=_("Give the user of the service the right to write it, or set MAYAK_DATA."),
                id="mayak.E008",
            )
        )
    return found


def _is_writable(folder: Path) -> bool:
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK)
