"""Erasing a human being from surveys: named answers and their files go, who was asked stays without an address.

An anonymous answer stays: nothing leads from the person to it.
"""

import secrets
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from mayak.kernel.personal.erasing import Effect, Left, Target, register_eraser
from mayak.surveys.models import AnswerFile, NamedResponse, SurveyInvitation, SurveyLetter


def erase_answers(target: Target) -> Iterable[Effect | Left]:
    """Delete named answers with their files and letters that wait; take address and link of the invitations away."""
    subjects = target.subjects
    mine = Q(person=subjects.person_id, person__isnull=False) | Q(user=subjects.user_id, user__isnull=False)
    invitations = SurveyInvitation.objects.filter(mine)
    keys = list(invitations.values_list("pk", flat=True))
    files = list(AnswerFile.objects.filter(invitation__in=keys))
    for kept in files:
        storage, name = kept.file.storage, kept.file.name
        transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))  # type: ignore[misc]  # bound at once
        kept.delete()
    yield Effect(_("files given as answers to surveys"), len(files))
    responses = NamedResponse.objects.filter(invitation__in=keys)
    count = responses.count()
    responses.delete()
    yield Effect(_("answers to named surveys"), count)
    waiting = SurveyLetter.objects.filter(invitation__in=keys, sent_at=None, failed="")
    yield Effect(_("letters of surveys that do not go out any more"), waiting.delete()[0])
    for one in invitations:
        one.email, one.token_hash = "", secrets.token_hex(32)
        one.save(update_fields=["email", "token_hash"])
    yield Effect(_("invitations to surveys that lose address and link"), len(keys))


def register() -> None:
    """Tell the kernel."""
    register_eraser(erase_answers, order=60)
