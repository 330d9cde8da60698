"""Looking at the data of another person is written down; looking at one's own is not."""

from django.db import models

from mayak.accounts.models import User
from mayak.accounts.selectors.holders import both_of, place_of
from mayak.kernel.access import Actor
from mayak.kernel.readings.services import log_reading
from mayak.registry.models import Person


def note_reading(
    human: Person | User, what: str, *, actor: Actor, instance: models.Model | None = None
) -> None:
    """Write who looked at whose data; the person sees it in «my data»."""
    person, user = both_of(human)
    if user is not None and user.pk == actor.user_id:
        return
    path, organisation = place_of(person, user)
    subject = (
        f"registry.person:{person.pk}" if person is not None else f"accounts.user:{user.pk if user else ''}"
    )
    log_reading(
        actor=actor,
        subject=subject,
        name=str(human),
        what=what,
        instance=instance,
        territory_path=path,
        organisation_id=organisation,
    )
