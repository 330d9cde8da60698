"""Writing down who read the answers of a person."""

from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Actor
from mayak.kernel.personal.registry import subject_of
from mayak.kernel.readings.services import WORDS, log_reading
from mayak.surveys.models import NamedResponse, SurveyInvitation

WHAT = "survey_answers"


def register() -> None:
    """Name in words what was read."""
    WORDS[WHAT] = _("answers to a survey")


def log_response_reading(response: NamedResponse, *, actor: Actor) -> None:
    """Write that somebody opened the answers of a person; the person sees it among the own data."""
    log_invitation_reading(response.invitation, actor=actor)


def log_invitation_reading(invitation: SurveyInvitation, *, actor: Actor) -> None:
    """Write that somebody opened what a person gave in a named round, the answers or a file among them."""
    organisation = invitation.organisation
    subject = subject_of("registry.person", invitation.person_id) or subject_of(
        "accounts.user", invitation.user_id
    )
    if subject is None:
        return
    log_reading(
        actor=actor,
        subject=subject,
        name=str(invitation.person or invitation.user),
        what=WHAT,
        instance=invitation.audience.campaign,
        territory_path=(organisation.territory.path or "") if organisation else "",
        organisation_id=organisation.pk if organisation else None,
    )
