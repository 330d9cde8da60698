"""What networks do when a pairing is approved or archived, and partnerships when their agreement is signed."""

from typing import Any

from django.dispatch import receiver

from mayak.kernel.access import Actor
from mayak.matching.models import MatchingRun
from mayak.matching.signals import matching_approved, matching_archived, matching_replaced
from mayak.networks.models import Agreement
from mayak.networks.services import (
    end_partnerships_of_run,
    open_partnerships_of_run,
    replace_partnerships_of_run,
)
from mayak.networks.services.pair_opening import end_pairs_of_run, open_pairs_of_run, replace_pairs_of_run
from mayak.networks.services.partnership_life import follow_agreement
from mayak.networks.signals import agreement_signed


@receiver(matching_approved, dispatch_uid="networks.open_partnerships")
def open_partnerships(sender: object, *, run: MatchingRun, actor: Actor, **_extra: Any) -> None:
    """Make the partnerships in the transaction of the approval."""
    open_partnerships_of_run(run, actor=actor)


@receiver(matching_archived, dispatch_uid="networks.end_partnerships")
def end_partnerships(sender: object, *, run: MatchingRun, actor: Actor, reason: str, **_extra: Any) -> None:
    """End the partnerships in the transaction of the archiving."""
    end_partnerships_of_run(run, actor=actor, reason=reason)


@receiver(matching_replaced, dispatch_uid="networks.replace_partnerships")
def replace_partnerships(
    sender: object, *, run: MatchingRun, replaced: MatchingRun, actor: Actor, reason: str, **_extra: Any
) -> None:
    """Exchange the partnerships in the transaction in which a repair is approved."""
    replace_partnerships_of_run(replaced, run, actor=actor, reason=reason)


@receiver(matching_approved, dispatch_uid="networks.open_mentor_pairs")
def open_mentor_pairs(sender: object, *, run: MatchingRun, actor: Actor, **_extra: Any) -> None:
    """Propose the mentor pairs of an approved pairing of teachers."""
    open_pairs_of_run(run, actor=actor)


@receiver(matching_archived, dispatch_uid="networks.end_mentor_pairs")
def end_mentor_pairs(sender: object, *, run: MatchingRun, actor: Actor, reason: str, **_extra: Any) -> None:
    """End the mentor pairs of an archived pairing."""
    end_pairs_of_run(run, actor=actor, reason=reason)


@receiver(matching_replaced, dispatch_uid="networks.replace_mentor_pairs")
def replace_mentor_pairs(
    sender: object, *, run: MatchingRun, replaced: MatchingRun, actor: Actor, reason: str, **_extra: Any
) -> None:
    """Exchange the mentor pairs when a repair is approved: a team that stays keeps its pair."""
    replace_pairs_of_run(replaced, run, actor=actor, reason=reason)


@receiver(agreement_signed, dispatch_uid="networks.follow_agreement")
def follow_signed_agreement(sender: object, *, agreement: Agreement, actor: Actor, **_extra: Any) -> None:
    """Bring the partnership to «agreement signed» in the transaction of the signature."""
    if agreement.partnership is not None:
        follow_agreement(agreement.partnership, actor=actor, label=str(agreement))
