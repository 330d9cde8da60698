"""Making and destroying the keys of persons."""

from collections.abc import Iterable

from django.db import connection, transaction
from django.utils import timezone

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record
from mayak.kernel.personal.keys import make_keys
from mayak.kernel.personal.models import PersonKey


@transaction.atomic
def destroy_person_key(subject: str, *, actor: Actor) -> PersonKey:
    """Destroy the key of a person: what the audit log holds of the person can never be read again.

    The entries stay, and so does the proof that nobody changed them. What is written of this person afterwards is
    not kept either. Copies of the database that were made before still hold the key (docs/operate/audit.md).
    """
    return destroy_person_keys([subject], actor=actor)[0]


@transaction.atomic
def destroy_person_keys(subjects: Iterable[str], *, actor: Actor) -> list[PersonKey]:
    """Destroy the keys of one human being who is known under several subjects (a person and a user)."""
    wanted = sorted(set(subjects))
    make_keys(wanted)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")  # the freed bytes of the row are overwritten
    rows = PersonKey.objects.select_for_update().filter(subject__in=wanted)
    for key in rows:
        if not key.is_destroyed:
            key.secret, key.destroyed_at = "", timezone.now()
            key.save(update_fields=["secret", "destroyed_at"])
            record(key, actor=actor, action="erase")
    return list(rows)
