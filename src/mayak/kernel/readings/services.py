"""Writing who looked at whose data."""

import datetime as dt
from typing import Any, Final

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.hiding import hidden
from mayak.kernel.personal.registry import register_personal
from mayak.kernel.readings.models import Reading

SAME_READING: Final = dt.timedelta(minutes=15)
"""Looking again within this time is the same reading."""

WORDS: dict[str, Any] = {
    "person": _("data of the person"),
    "consents": _("consents"),
    "terms": _("papers of a mentor"),
    "request": _("request of the person"),
}
"""What was read, in words; later apps add theirs («deficits», «lesson», «comments»)."""


def what_word(what: str) -> str:
    """Return what was read in words."""
    return str(WORDS.get(what, what))


@transaction.atomic
def log_reading(
    *,
    actor: Actor,
    subject: str,
    name: str,
    what: str,
    instance: models.Model | None = None,
    territory_path: str = "",
    organisation_id: int | None = None,
) -> Reading | None:
    """Write that somebody looked at the data of another person; None where it was written a moment ago.

    Args:
        actor: who looks, in which role.
        subject: whose data («registry.person:12»).
        name: how this person is called; kept hidden under the person's key.
        what: a word of ``WORDS``.
        instance: the object that was opened.
        territory_path: where the person belongs, for those who watch over readings.
        organisation_id: likewise.
    """
    reading = Reading(
        reader_id=actor.user_id,
        reader_role=actor.role[:80],
        subject=subject,
        what=what[:40],
        object_type=instance._meta.label_lower if instance is not None else "",
        object_id=str(instance.pk) if instance is not None else "",
        territory_path=territory_path,
        organisation_id=organisation_id,
    )
    if _is_known(reading):
        return None
    written = hidden(Reading, actor=actor, instance=reading, object_text=name, changes={})
    reading.reader_text, reading.reader_key = written.actor_label, written.actor_key
    reading.subject_text, reading.subject_key = written.object_text, written.person_key
    reading.save(force_insert=True)
    return reading


def _is_known(reading: Reading) -> bool:
    return Reading.objects.filter(
        at__gt=timezone.now() - SAME_READING,
        reader_id=reading.reader_id,
        reader_role=reading.reader_role,
        subject=reading.subject,
        what=reading.what,
        object_type=reading.object_type,
        object_id=reading.object_id,
    ).exists()


register_personal("kernel.reading", [], subject=lambda row: row.subject)
