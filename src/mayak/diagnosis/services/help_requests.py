"""The request map of a teacher: stated, changed and withdrawn by the person; taken up and answered by others."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.diagnosis.enums.deficits import OPEN_REQUESTS, DeficitSource, HelpRequestState
from mayak.diagnosis.models import DeficitEvidence, HelpRequest
from mayak.diagnosis.services.deficit_summaries import refresh_people
from mayak.diagnosis.services.deficits import DeficitRow, record_deficits
from mayak.diagnosis.services.guard import check_open
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record
from mayak.registry.models import Person, SchoolYear


@transaction.atomic
def state_request(person: Person, school_year: SchoolYear, *, actor: Actor, **values: Any) -> HelpRequest:
    """Write a line of the request map; it is evidence of a deficit from this day on.

    Raises:
        ValidationError: a field says no, there is an open one on this competence, the school year is closed.
    """
    check_open(school_year)
    request = HelpRequest(person=person, school_year=school_year, asked_on=timezone.localdate(), **values)
    request.full_clean()
    request.save()
    _say(request, actor)
    _log(request, actor, "create")
    return request


@transaction.atomic
def update_request(request: HelpRequest, *, actor: Actor, **values: Any) -> HelpRequest:
    """Change an open line of the request map.

    Raises:
        ValidationError: it is no longer open, or a field says no.
    """
    _refuse_unless_open(request)
    before = request.competence_id
    for name, value in values.items():
        setattr(request, name, value)
    request.full_clean()
    request.save()
    if before != request.competence_id:
        _forget(request, before)
    _say(request, actor)
    _log(request, actor, "update")
    return request


@transaction.atomic
def withdraw_request(request: HelpRequest, *, actor: Actor) -> HelpRequest:
    """Take an open line back; it is evidence of nothing any more.

    Raises:
        ValidationError: it is no longer open.
    """
    _refuse_unless_open(request)
    request.state = HelpRequestState.WITHDRAWN
    request.save(update_fields=["state"])
    _forget(request, request.competence_id)
    refresh_people([request.person_id])
    _log(request, actor, "withdraw")
    return request


@transaction.atomic
def answer_request(request: HelpRequest, *, state: str, answer: str, actor: Actor) -> HelpRequest:
    """Say where a request stands; the teacher sees the answer.

    Raises:
        ValidationError: the request was withdrawn or done, or the state is none of «taken» and «done».
    """
    _refuse_unless_open(request)
    if state not in {HelpRequestState.TAKEN, HelpRequestState.DONE}:
        raise ValidationError({"state": _("Say whether it is taken up or done.")})
    request.state, request.answer = state, answer.strip()
    request.save(update_fields=["state", "answer"])
    _log(request, actor, "answer")
    return request


def _say(request: HelpRequest, actor: Actor) -> None:
    record_deficits(
        request.person,
        [DeficitRow(request.competence, float(request.severity), wants_help=True)],
        source=DeficitSource.REQUEST,
        actor=actor,
        observed_on=request.asked_on,
        instrument=_("request map"),
        reference=_reference(request),
    )


def _forget(request: HelpRequest, competence: int) -> None:
    """Delete the evidence of a line; the statement before it counts again."""
    rows = DeficitEvidence.objects.filter(
        person=request.person, competence=competence, source=DeficitSource.REQUEST
    )
    rows.filter(reference=_reference(request)).delete()
    last = rows.order_by("-observed_on", "-pk").first()
    if last is not None and not last.is_newest:
        last.is_newest = True
        last.save(update_fields=["is_newest"])


def _reference(request: HelpRequest) -> str:
    return f"diagnosis.helprequest:{request.pk}"


def _refuse_unless_open(request: HelpRequest) -> None:
    if request.state not in OPEN_REQUESTS:
        raise ValidationError(_("This request is closed: state a new one."))


def _log(request: HelpRequest, actor: Actor, action: str) -> None:
    record(
        request,
        actor=actor,
        action=action,
        changes={"state": request.state, "form": request.form},
        territory_path=request.person.territory.path or "",
    )
