"""What surveys do when a round is closed."""

from typing import Any

from django.dispatch import receiver

from mayak.kernel.access import Actor
from mayak.surveys.models import Audience, Campaign
from mayak.surveys.services.summaries import ask_to_count
from mayak.surveys.signals import campaign_closed


@receiver(campaign_closed, dispatch_uid="surveys.count_closed")
def count_closed(sender: object, *, campaign: Campaign, actor: Actor, **_extra: Any) -> None:
    """Ask for the final results of every audience."""
    for audience in Audience.objects.filter(campaign=campaign):
        ask_to_count(audience, actor=actor)
