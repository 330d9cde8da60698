"""Letters in a folder: what is sent while no mail server is set, for administrators to read and hand on."""

import datetime as dt
import email
import email.policy
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage as ParsedMessage
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

KEPT = 500
"""So many letters are kept; older ones are deleted."""


class FolderBackend(BaseEmailBackend):
    """Django's way to send mail, which writes one .eml for each letter; only the user of the service may read it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the letters; return how many."""
        folder = Path(settings.LETTERS_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{timezone.now():%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}.eml"
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(message.message().as_bytes())
        for old in sorted(folder.glob("*.eml"))[:-KEPT]:
            old.unlink(missing_ok=True)
        return len(email_messages)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of the folder."""

    name: str
    at: dt.datetime
    to: str
    subject: str
    text: str


def letters() -> list[Letter]:
    """Return the letters of the folder, newest first."""
    return [_read(path) for path in sorted(Path(settings.LETTERS_DIR).glob("*.eml"), reverse=True)]


def letter(name: str) -> Letter | None:
    """Return one letter by its name; None where the folder has none of that name."""
    known = {path.name: path for path in Path(settings.LETTERS_DIR).glob("*.eml")}
    return _read(known[name]) if name in known else None


def _read(path: Path) -> Letter:
    parsed = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(parsed, ParsedMessage)  # noqa: S101  # the default policy makes these
    body = parsed.get_body(("plain",))
    return Letter(
        name=path.name,
        at=dt.datetime.strptime(path.name[:15], "%Y%m%dT%H%M%S").replace(tzinfo=dt.UTC),
        to=str(parsed["To"]).strip(),
        subject=str(parsed["Subject"]).strip(),
        text=body.get_content() if body is not None else "",
    )
