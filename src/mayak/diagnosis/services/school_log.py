"""The audit entry of a change that concerns one school."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record
from mayak.registry.models import Organisation


def log_school(
    instance: models.Model,
    school: Organisation,
    *,
    actor: Actor,
    action: str,
    changes: Mapping[str, Any] | None = None,
    before: Mapping[str, Any] | None = None,
) -> None:
    """Write what was done to something of a school; nothing where nothing changed.

    Args:
        instance: the object after the change.
        school: whose it is.
        actor: who did it.
        action: a word of ``kernel.audit.words``.
        changes: what changed; without it the difference to ``before`` is kept.
        before: ``snapshot`` taken before the change.
    """
    if not changes and before is None:
        return
    record(
        instance,
        actor=actor,
        action=action,
        before=before,
        changes=changes,
        territory_path=school.territory.path or "",
        organisation_id=school.pk,
    )
