"""Requests of people about their own data, and the corrections that need no request."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.accounts.enums import RequestKind, RequestState
from mayak.accounts.models import PersonRequest, User
from mayak.accounts.selectors.deadlines import deadline
from mayak.accounts.selectors.holders import place_of
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record, snapshot


@transaction.atomic
def ask(user: User, kind: str, *, actor: Actor, text: str = "") -> PersonRequest:
    """Ask for a correction or for the erasure of one's own data; the deadline comes from the rules.

    Raises:
        ValidationError: such a request waits already; a correction without words; a demonstration account.
    """
    if user.is_demo:
        raise ValidationError(
            _("A demonstration account is shared by everybody: nothing of it is a person's.")
        )
    if kind == RequestKind.CORRECT and not text.strip():
        raise ValidationError({"text": _("Write what is wrong and what is right.")})
    today = timezone.localdate()
    request = PersonRequest(
        user=user,
        person=user.person,
        kind=kind,
        text=text.strip(),
        asked_on=today,
        due_on=deadline(f"request-{kind}", today).day,
    )
    request.full_clean()
    request.save()
    _record(request, actor, "ask")
    return request


@transaction.atomic
def answer_request(request: PersonRequest, *, actor: Actor, state: str, answer: str = "") -> PersonRequest:
    """Say that it is done, or refuse with a reason.

    Raises:
        ValidationError: answered already; a refusal without a reason; the own request.
    """
    if request.state != RequestState.OPEN:
        raise ValidationError(_("This request is answered already."))
    if actor.user_id == request.user_id:
        raise ValidationError(_("Nobody answers the own request: ask another coordinator."))
    if state == RequestState.REFUSED and not answer.strip():
        raise ValidationError({"answer": _("A refusal needs its reason.")})
    request.state, request.answer = state, answer.strip()
    request.answered_on = timezone.localdate()
    request.save(update_fields=["state", "answer", "answered_on"])
    _record(request, actor, "answer" if state == RequestState.DONE else "refuse")
    return request


@transaction.atomic
def rename_user(user: User, *, actor: Actor, full_name: str) -> User:
    """Correct the own name as the pages show it; the name in the registry is corrected by a request.

    Raises:
        ValidationError: no name; a demonstration account.
    """
    if user.is_demo:
        raise ValidationError(_("A demonstration account is shared by everybody: its name stays."))
    if not full_name.strip():
        raise ValidationError({"full_name": _("Write the name.")})
    before = snapshot(user, ["full_name"])
    user.full_name = " ".join(full_name.split())
    user.full_clean(exclude=["password"])
    user.save(update_fields=["full_name"])
    path, organisation = place_of(user.person, user)
    record(
        user,
        actor=actor,
        action="update",
        territory_path=path,
        organisation_id=organisation,
        changes={"full_name": [before["full_name"], user.full_name]},
    )
    return user


def _record(request: PersonRequest, actor: Actor, action: str) -> None:
    path, organisation = place_of(request.person, request.user)
    changes = {"kind": request.kind, "state": request.state, "due_on": request.due_on.isoformat()}
    record(
        request,
        actor=actor,
        action=action,
        territory_path=path,
        organisation_id=organisation,
        changes=changes,
    )
