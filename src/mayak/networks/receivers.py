"""What networks do when a pairing is approved or archived."""

from typing import Any

from django.dispatch import receiver

from mayak.kernel.access import Actor
from mayak.matching.models import MatchingRun
from mayak.matching.signals import matching_approved, matching_archived
from mayak.networks.services import end_partnerships_of_run, open_partnerships_of_run


@receiver(matching_approved, dispatch_uid="networks.open_partnerships")
def open_partnerships(sender: object, *, run: MatchingRun, actor: Actor, **_extra: Any) -> None:
    """Make the partnerships in the transaction of the approval."""
    open_partnerships_of_run(run, actor=actor)


@receiver(matching_archived, dispatch_uid="networks.end_partnerships")
def end_partnerships(sender: object, *, run: MatchingRun, actor: Actor, reason: str, **_extra: Any) -> None:
    """End the partnerships in the transaction of the archiving."""
    end_partnerships_of_run(run, actor=actor, reason=reason)
