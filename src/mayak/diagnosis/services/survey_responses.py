"""What a submitted named questionnaire says of the person: deficits by self-assessment and lines of the request map.

An anonymous answer never comes here: it has no person, and nothing is ever written of one. What cannot be recorded (a
competence in the archive, a closed year) is left out: the answer itself is never lost because of it.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.diagnosis.algorithms.survey_meanings import (
    Stated,
    Wished,
    meanings_in,
    stated_deficits,
    stated_requests,
)
from mayak.diagnosis.enums.deficits import OPEN_REQUESTS, DeficitSource, RequestMode
from mayak.diagnosis.enums.survey_meanings import Meaning
from mayak.diagnosis.models import Competence, HelpRequest
from mayak.diagnosis.services.deficits import DeficitRow, record_deficits
from mayak.diagnosis.services.help_requests import state_request, update_request
from mayak.diagnosis.validators.evidence import names_vpr
from mayak.kernel.access import Actor
from mayak.registry.models import Person
from mayak.surveys.models import Campaign, NamedResponse, SurveyInvitation
from mayak.surveys.selectors.campaigns import definition_of

OF_PERSON = frozenset({Meaning.COMPETENCE, Meaning.REQUEST})


@transaction.atomic
def take_response(response: NamedResponse, *, actor: Actor) -> int:
    """Write what the answers say of the person who gave them; return how many statements were written.

    Sending changed answers replaces what the same questionnaire of the same round said before.
    """
    invitation = response.invitation
    audience = invitation.audience
    if audience.is_anonymous or not response.is_submitted:
        return 0
    definition = definition_of(audience)
    if not meanings_in(definition) & OF_PERSON:
        return 0
    person = _person_of(invitation)
    if person is None:
        return 0
    deficits = stated_deficits(definition, response.answers)
    requests = stated_requests(definition, response.answers)
    known = {
        one.code: one
        for one in Competence.objects.kept().filter(
            code__in={*deficits, *(line.competence for line in requests)}
        )
    }
    written = _record(person, deficits, known, response, actor)
    for line in requests:
        if line.competence in known:
            written += _request(person, line, known[line.competence], audience.campaign, actor)
    return written


def _person_of(invitation: SurveyInvitation) -> Person | None:
    if invitation.person is not None:
        return invitation.person
    return invitation.user.person if invitation.user is not None else None


def _record(
    person: Person,
    deficits: dict[str, Stated],
    known: dict[str, Competence],
    response: NamedResponse,
    actor: Actor,
) -> int:
    rows = [
        DeficitRow(known[code], stated.severity, wants_help=stated.wants_help)
        for code, stated in deficits.items()
        if code in known and stated.severity is not None
    ]
    if not rows:
        return 0
    title = response.invitation.audience.version.questionnaire.title_ru
    return len(
        record_deficits(
            person,
            rows,
            source=DeficitSource.SELF,
            actor=actor,
            instrument=_("questionnaire") if names_vpr(title) else title,
            reference=f"surveys.response:{response.pk}",
        )
    )


def _request(person: Person, line: Wished, competence: Competence, campaign: Campaign, actor: Actor) -> int:
    values = {
        "severity": line.severity,
        "form": line.form,
        "mode": line.mode or RequestMode.ANY,
        "text": line.text,
    }
    open_line = HelpRequest.objects.filter(
        person=person, competence=competence, school_year=campaign.school_year, state__in=OPEN_REQUESTS
    ).first()
    try:
        with transaction.atomic():
            if open_line is not None:
                update_request(open_line, actor=actor, **values)
            else:
                state_request(person, campaign.school_year, actor=actor, competence=competence, **values)
    except ValidationError:
        return 0
    return 1
