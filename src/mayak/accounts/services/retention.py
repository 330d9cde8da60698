"""The kinds of data of accounts and the registry that have a term."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.accounts.enums import InvitationState, RequestState
from mayak.accounts.models import Consent, Invitation, PersonRequest, User
from mayak.accounts.services.erasure import PSEUDONYM, erase_person
from mayak.accounts.services.mailbox import Letter, letters
from mayak.kernel.access import Actor
from mayak.kernel.retention.registry import RetentionKind, register_retention
from mayak.registry.models import RegistryImport


def register() -> None:
    """Register all kinds."""
    for code, title, count, delete in _kinds():
        register_retention(RetentionKind(code, title, count, delete))


def _kinds() -> list[tuple[str, Any, Callable[[dt.date], int], Callable[[dt.date, Actor], int]]]:
    return [
        ("letters", _("letters of the folder"), lambda day: len(_letters(day)), _delete_letters),
        (
            "invitations",
            _("invitations that came to nothing"),
            lambda day: _invitations(day).count(),
            _delete_invitations,
        ),
        ("closed-accounts", _("closed accounts"), lambda day: _accounts(day).count(), _erase_accounts),
        ("consent-scans", _("scans of withdrawn consents"), lambda day: _scans(day).count(), _delete_scans),
        (
            "answered-requests",
            _("words of answered requests"),
            lambda day: _requests(day).count(),
            _empty_requests,
        ),
        (
            "registry-import-files",
            _("uploaded tables of the registry"),
            lambda day: _files(day).count(),
            _delete_files,
        ),
    ]


def _moment(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _letters(before: dt.date) -> list[Letter]:
    return [letter for letter in letters() if letter.at < _moment(before)]


def _delete_letters(before: dt.date, _actor: Actor) -> int:
    found = _letters(before)
    for letter in found:
        (settings.LETTERS_DIR / letter.name).unlink(missing_ok=True)
    return len(found)


def _invitations(before: dt.date) -> Any:
    over = Q(state=InvitationState.WITHDRAWN) | Q(expires_at__lt=_moment(before))
    return Invitation.objects.filter(over, created_at__lt=_moment(before)).exclude(
        state=InvitationState.ACCEPTED
    )


def _delete_invitations(before: dt.date, _actor: Actor) -> int:
    return int(_invitations(before).delete()[0])


def _accounts(before: dt.date) -> Any:
    """Accounts that are closed and were last used before the day; whom the pages call a pseudonym is gone already."""
    unused = Q(last_login__lt=_moment(before)) | Q(last_login__isnull=True, created_at__lt=_moment(before))
    return User.objects.filter(unused, is_active=False, is_demo=False, person__isnull=True).exclude(
        full_name__startswith=f"{PSEUDONYM} "
    )


def _erase_accounts(before: dt.date, actor: Actor) -> int:
    found = list(_accounts(before))
    for user in found:
        erase_person(user, actor=actor, reason=str(_("the term of storage is over")))
    return len(found)


def _scans(before: dt.date) -> Any:
    return Consent.objects.filter(withdrawn_on__lt=before).exclude(scan="")


def _delete_scans(before: dt.date, _actor: Actor) -> int:
    found = list(_scans(before))
    for consent in found:
        _forget_file(consent, "scan")
    return len(found)


def _requests(before: dt.date) -> Any:
    answered = PersonRequest.objects.filter(answered_on__lt=before).exclude(state=RequestState.OPEN)
    return answered.exclude(text="", answer="—")


def _empty_requests(before: dt.date, _actor: Actor) -> int:
    return int(_requests(before).update(text="", answer="—"))


def _files(before: dt.date) -> Any:
    return RegistryImport.objects.filter(uploaded_at__lt=_moment(before)).exclude(file="")


def _delete_files(before: dt.date, _actor: Actor) -> int:
    found = list(_files(before))
    for one in found:
        _forget_file(one, "file")
    return len(found)


def _forget_file(row: Any, name: str) -> None:
    """Empty the column; the file goes when the transaction stands."""
    file = getattr(row, name)
    storage, path = file.storage, file.name
    transaction.on_commit(lambda: storage.delete(path))
    type(row)._base_manager.filter(pk=row.pk).update(**{name: ""})
