"""Applications of schools: written by the school or entered by the coordinator, with their papers."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.diagnosis.enums.contests import ApplicationOrigin, ApplicationState, ContestState
from mayak.diagnosis.models import Contest, ContestApplication, ContestFile
from mayak.diagnosis.validators.attachments import check_attachment
from mayak.kernel.access import Actor
from mayak.registry.enums import SCHOOL_KINDS
from mayak.registry.models import Organisation
from mayak.registry.services.rows import create_row, delete_row, update_row

FILES_AT_MOST = 10


@transaction.atomic
def begin_application(
    contest: Contest, school: Organisation, *, actor: Actor, origin: str, **fields: Any
) -> ContestApplication:
    """Begin an application as a draft.

    Raises:
        ValidationError: no applications are taken now, the school lies outside of the contest's territory or has one.
    """
    _refuse_not_taken(contest, origin)
    if school.kind not in SCHOOL_KINDS:
        raise ValidationError(_("Only schools take part in this contest."))
    if not (school.territory.path or "").startswith(contest.territory.path or "-"):
        raise ValidationError(_("The school lies outside of the territory of the contest."))
    row = ContestApplication(contest=contest, organisation=school, origin=origin, **fields)
    return create_row(row, actor=actor)


@transaction.atomic
def update_application(
    application: ContestApplication, *, actor: Actor, **changes: Any
) -> ContestApplication:
    """Change the text of an application while applications are taken.

    Raises:
        ValidationError: applications are no longer taken, or it is withdrawn.
    """
    _refuse_not_taken(application.contest, application.origin)
    if application.state == ApplicationState.WITHDRAWN:
        raise ValidationError(_("The application is withdrawn."))
    return update_row(application, actor=actor, values=changes)


@transaction.atomic
def submit_application(application: ContestApplication, *, actor: Actor) -> ContestApplication:
    """Send an application; what it says can be changed until applications are no longer taken.

    Raises:
        ValidationError: no reasons are given, or applications are no longer taken.
    """
    _refuse_not_taken(application.contest, application.origin)
    if application.state == ApplicationState.SUBMITTED:
        raise ValidationError(_("The application is submitted already."))
    if not application.reasons.strip():
        raise ValidationError(_("Say why the school takes part; then the application can be submitted."))
    values = {
        "state": ApplicationState.SUBMITTED,
        "submitted_at": timezone.now(),
        "withdrawn_reason": "",
    }
    return update_row(application, actor=actor, values=values, action="submit")


@transaction.atomic
def withdraw_application(application: ContestApplication, *, actor: Actor, reason: str) -> ContestApplication:
    """Withdraw an application; it stays as history and can be submitted again while applications are taken.

    Raises:
        ValidationError: no reason, or the contest is closed.
    """
    if application.contest.state == ContestState.CLOSED:
        raise ValidationError(_("The contest is closed."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the application is withdrawn.")})
    values = {"state": ApplicationState.WITHDRAWN, "withdrawn_reason": reason.strip()}
    return update_row(application, actor=actor, values=values, action="withdraw")


@transaction.atomic
def add_file(application: ContestApplication, *, actor: Actor, file: Any) -> ContestFile:
    """Add a paper.

    Raises:
        ValidationError: wrong type or size, the same file again, too many, or applications are no longer taken.
    """
    _refuse_not_taken(application.contest, application.origin)
    try:
        digest = check_attachment(file)
    except ValidationError as error:
        raise ValidationError({"file": error.messages}) from error
    if application.files.filter(content_hash=digest).exists():
        raise ValidationError({"file": _("This file is there already.")})
    if application.files.count() >= FILES_AT_MOST:
        raise ValidationError(
            {"file": _("At most %(count)s files belong to an application.") % {"count": FILES_AT_MOST}}
        )
    name = (file.name or "file")[-200:]
    return create_row(
        ContestFile(application=application, name=name, file=file, content_hash=digest), actor=actor
    )


@transaction.atomic
def remove_file(file: ContestFile, *, actor: Actor) -> None:
    """Remove a paper while applications are taken.

    Raises:
        ValidationError: applications are no longer taken.
    """
    _refuse_not_taken(file.application.contest, file.application.origin)
    storage, name = file.file.storage, file.file.name
    delete_row(file, actor=actor)
    transaction.on_commit(lambda: storage.delete(name) if name else None)


def _refuse_not_taken(contest: Contest, origin: str) -> None:
    """A school keeps to the dates; the coordinator enters what came on paper in time until experts score."""
    today = timezone.localdate()
    if contest.state != ContestState.OPEN:
        raise ValidationError(_("This contest takes no applications now."))
    if origin != ApplicationOrigin.SCHOOL:
        return
    if not contest.applications_from <= today <= contest.applications_until:
        raise ValidationError(
            _("Applications are taken from %(first)s to %(last)s.")
            % {
                "first": f"{contest.applications_from:%d.%m.%Y}",
                "last": f"{contest.applications_until:%d.%m.%Y}",
            }
        )
