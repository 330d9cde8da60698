"""Writing letters: a text and a plain page, in the language of the installation."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from mayak.accounts.models import User
from mayak.kernel.access import SYSTEM
from mayak.kernel.jobs.services import enqueue_job

NOTICE_JOB = "accounts.notice"


def write_letter(kind: str, values: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return subject, text and page of a letter.

    Args:
        kind: name of the templates ``accounts/letters/<kind>.*``.
        values: what the templates need.
    """
    with override(settings.LANGUAGE_CODE):
        subject = render_to_string(f"accounts/letters/{kind}_subject.txt", dict(values))
        text = render_to_string(f"accounts/letters/{kind}.txt", dict(values))
        page = render_to_string(f"accounts/letters/{kind}.html", dict(values))
    return " ".join(subject.split()), text.strip() + "\n", page


def send_letter(to: str, kind: str, values: Mapping[str, Any]) -> None:
    """Send a letter now; a page asks for a job instead, so that it never waits for the mail server.

    Raises:
        OSError: the mail server cannot be reached or refuses; the job tries again.
    """
    subject, text, page = write_letter(kind, values)
    message = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [to])
    message.attach_alternative(page, "text/html")
    message.send()


def tell_of_change(user: User, what: str) -> None:
    """Ask for a letter that tells the owner of a change of the sign-in («password», «factor-added», ...)."""
    if not user.is_demo:
        enqueue_job(
            NOTICE_JOB,
            actor=SYSTEM,
            title=_("Letter on a change of the sign-in"),
            arguments={"user_id": user.pk, "what": what},
        )
