"""Open links: closing one, and how many answers are expected by it."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record, snapshot
from mayak.surveys.models import OpenLink

MOST_EXPECTED = 100_000


@transaction.atomic
def close_link(link: OpenLink, *, is_closed: bool, actor: Actor) -> OpenLink:
    """Take no answers by this link any more, or again."""
    before = snapshot(link, ["is_closed"])
    link.is_closed = is_closed
    link.save(update_fields=["is_closed"])
    _record(link, actor, before)
    return link


@transaction.atomic
def set_expected(link: OpenLink, expected: int | None, *, actor: Actor) -> OpenLink:
    """Say how many answers are expected.

    Raises:
        ValidationError: no such number of people goes to a school.
    """
    if expected is not None and not 0 <= expected <= MOST_EXPECTED:
        raise ValidationError(_("Write a whole number from 0 to 100000, or leave it empty."))
    before = snapshot(link, ["expected"])
    link.expected = expected
    link.save(update_fields=["expected"])
    _record(link, actor, before)
    return link


def _record(link: OpenLink, actor: Actor, before: Mapping[str, object]) -> None:
    owner = link.audience.campaign.owner
    changes = {name: [old, getattr(link, name)] for name, old in before.items()}
    record(
        link,
        actor=actor,
        action="update",
        changes=changes,
        territory_path=owner.territory.path or "",
        organisation_id=owner.pk,
    )
