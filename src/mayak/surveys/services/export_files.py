"""Files of exports: kept in a private folder for a week, written into the audit log."""

import datetime as dt
import hashlib
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record
from mayak.kernel.retention.registry import RetentionKind, Term, register_retention
from mayak.surveys.models import Audience

KEPT_DAYS: Final = 7
"""The file is made again in a minute; a copy on the server is one more place to lose it."""


def folder() -> Path:
    """Return the folder of the exports; only the user of the service may read it."""
    made = Path(settings.DATA_DIR) / "survey-exports"
    made.mkdir(mode=0o700, parents=True, exist_ok=True)
    return made


def export_file(key: str) -> Path | None:
    """Return the file of a job; None where it is gone."""
    return next(iter(sorted(folder().glob(f"{key}.*"))), None)


@transaction.atomic
def note_export(
    audience: Audience, path: Path, *, actor: Actor, content: str, rows: int, texts: bool = False
) -> None:
    """Write into the audit log who took what."""
    campaign = audience.campaign
    record(
        campaign,
        actor=actor,
        action="export",
        changes={
            "audience": [None, audience.label],
            "content": [None, content],
            "rows": [None, rows],
            "texts": [None, texts],
            "sha256": [None, hashlib.sha256(path.read_bytes()).hexdigest()],
        },
        territory_path=campaign.owner.territory.path or "",
        organisation_id=campaign.owner_id,
    )


def _old(before: dt.date) -> list[Path]:
    edge = timezone.make_aware(dt.datetime.combine(before, dt.time.min)).timestamp()
    return [path for path in folder().iterdir() if path.stat().st_mtime < edge]


def _delete(before: dt.date, _actor: Actor) -> int:
    found = _old(before)
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def register() -> None:
    """Register how long the files are kept."""
    register_retention(
        RetentionKind(
            "survey-exports",
            _("files of exports of surveys"),
            lambda before: len(_old(before)),
            _delete,
            lambda today: Term(
                today - dt.timedelta(days=KEPT_DAYS),
                KEPT_DAYS,
                "Допущение: неделя, выгрузку можно сделать заново",
                True,
            ),
        )
    )
