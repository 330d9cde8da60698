"""What diagnosis takes from surveys: a submitted named questionnaire, a closed round."""

from typing import Any

from django.dispatch import receiver

from mayak.diagnosis.services.survey_responses import take_response
from mayak.diagnosis.services.survey_round_jobs import ask_to_take
from mayak.kernel.access import Actor
from mayak.surveys.models import Campaign, NamedResponse
from mayak.surveys.signals import campaign_closed, response_submitted


@receiver(response_submitted)
def take_submitted(response: NamedResponse, actor: Actor, **_signal: Any) -> None:
    """Write the deficits and requests that somebody states of the own person."""
    take_response(response, actor=actor)


@receiver(campaign_closed)
def take_closed(campaign: Campaign, actor: Actor, **_signal: Any) -> None:
    """Let a job write what the round says of its schools."""
    ask_to_take(campaign, actor=actor)
