"""Making an anonymised export: a zip in a private folder, an entry of the audit log, no key that leads back."""

import datetime as dt
import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Actor, Scope
from mayak.kernel.audit.services import record_bulk
from mayak.kernel.exporting.tables import stream_csv
from mayak.kernel.retention.registry import RetentionKind, Term, register_retention
from mayak.results.models import ParticipantResult, RetentionRule, SchoolResult
from mayak.results.selectors.anonymised import Table, anonymised_tables
from mayak.results.services.retention import RULE, purge_participants

README = Path(__file__).resolve().parent.parent / "data" / "anonymised-readme.md"
KEPT_DAYS: Final = 7
"""The file is made again in a minute; a copy on the server is one more place to lose it."""


def folder() -> Path:
    """Return the folder of the exports; only the user of the service may read it."""
    made = Path(settings.DATA_DIR) / "anonymised"
    made.mkdir(mode=0o700, parents=True, exist_ok=True)
    return made


def make_export(
    key: str, scope: Scope, *, actor: Actor, year_from: int, year_to: int, participants: bool
) -> dict[str, Any]:
    """Write the zip under this key; return how many rows each file has. A second run writes it anew.

    Args:
        key: key of the job, the name of the file.
        scope: what the actor may see.
        actor: who takes the data.
        year_from: first calendar year of the assessments.
        year_to: last one.
        participants: whether rows of participants are taken too.
    """
    tables = anonymised_tables(scope, year_from=year_from, year_to=year_to, participants=participants)
    content = _zipped(tables)
    with transaction.atomic():
        record_bulk(
            ParticipantResult if participants else SchoolResult,
            actor=actor,
            action="anonymised-export",
            row_count=sum(len(table.rows) for table in tables),
            content_hash=hashlib.sha256(content).hexdigest(),
            territory_path=scope.territory_paths[0] if scope.territory_paths else "",
            changes={"years": f"{year_from}-{year_to}", **{one.name: len(one.rows) for one in tables}},
        )
        (folder() / f"{key}.zip").write_bytes(content)
    return {table.name: len(table.rows) for table in tables}


def export_file(key: str) -> Path | None:
    """Return the zip of a job; None where it is gone."""
    found = folder() / f"{key}.zip"
    return found if found.is_file() else None


def _zipped(tables: list[Table]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.md", README.read_text(encoding="utf-8"))
        for table in tables:
            archive.writestr(table.name, b"".join(stream_csv(table.columns, table.rows)))
    return buffer.getvalue()


def _old_files(before: dt.date) -> list[Path]:
    edge = timezone.make_aware(dt.datetime.combine(before, dt.time.min)).timestamp()
    return [path for path in folder().glob("*.zip") if path.stat().st_mtime < edge]


def _delete_files(before: dt.date, _actor: Actor) -> int:
    found = _old_files(before)
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def _participant_term(today: dt.date) -> Term | None:
    rule = RetentionRule.objects.filter(code=RULE).first()
    if rule is None:
        return None
    return Term(dt.date(today.year - rule.keep_years, 1, 1), rule.keep_years, rule.source, rule.is_assumption)


def _old_participants(before: dt.date) -> int:
    return ParticipantResult.objects.filter(result__assessment__year__lt=before.year).count()


def register() -> None:
    """Register the kinds of data of the results that have a term."""
    register_retention(
        RetentionKind(
            "participant-results",
            _("results of participants under a code"),
            _old_participants,
            lambda _before, actor: purge_participants(actor=actor),
            _participant_term,
        )
    )
    register_retention(
        RetentionKind(
            "anonymised-exports",
            _("files of anonymised exports"),
            lambda before: len(_old_files(before)),
            _delete_files,
            lambda today: Term(
                today - dt.timedelta(days=KEPT_DAYS),
                KEPT_DAYS,
                "Допущение: неделя, выгрузку можно сделать заново",
                True,
            ),
        )
    )
