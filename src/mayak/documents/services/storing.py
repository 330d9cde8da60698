"""Keeping a produced file: one row, the hash of its content, one audit entry."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from mayak.documents.enums import DocumentFormat, TemplateKind
from mayak.documents.models import DocumentTemplate, GeneratedDocument
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record
from mayak.matching.enums import MatchingState
from mayak.matching.models import MatchingRun


@transaction.atomic
def store_document(
    run: MatchingRun,
    *,
    actor: Actor,
    kind: TemplateKind,
    file_format: DocumentFormat,
    title: str,
    content: bytes,
    fields: Mapping[str, Any],
    template: DocumentTemplate | None = None,
) -> GeneratedDocument:
    """Keep a paper of a pairing."""
    document = GeneratedDocument(
        territory=run.territory,
        run=run,
        kind=kind,
        format=file_format,
        title=title,
        template=template,
        fields=stored_fields(fields),
        is_draft=run.state != MatchingState.APPROVED,
        sha256=hashlib.sha256(content).hexdigest(),
        owner_id=actor.user_id,
        owner_label=actor.label[:200],
    )
    document.file.save(f"{kind}-{run.pk}.{file_format}", ContentFile(content), save=False)
    document.save()
    log_document(document, actor=actor, action="make", changes={"sha256": document.sha256, "run": run.pk})
    return document


def log_document(
    document: GeneratedDocument, *, actor: Actor, action: str, changes: Mapping[str, Any]
) -> None:
    """Write the audit entry of a paper."""
    record(
        document,
        actor=actor,
        action=action,
        changes=changes,
        territory_path=document.territory.path or "",
    )


def stored_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of the form as JSON keeps them; empty ones are left out."""
    return {
        name: value.isoformat() if isinstance(value, dt.date) else str(value)
        for name, value in fields.items()
        if value not in (None, "")
    }


def read_fields(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored fields with their dates as dates."""
    dates = {"date", "deadline"}
    return {
        name: dt.date.fromisoformat(value) if name in dates and value else value
        for name, value in stored.items()
    }
