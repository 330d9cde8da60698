"""``mayak verify-audit``: whether anybody touched the audit log."""  # noqa: N999  # the name of the command

import json
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils.translation import gettext as _

from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.audit.verifying import Break, Verdict, verify
from mayak.kernel.ui.tables import number_text

WHOLE, BROKEN, NOT_VERIFIED = 0, 1, 2


def kept_head(text: str) -> tuple[int, str]:
    """Read «12:ab…», as an earlier run has printed it."""
    if not re.fullmatch(r"\d{1,18}:[0-9a-f]{64}", text):
        raise ArgumentTypeError(_("a head looks like 12:<64 letters and digits>, as this command prints it"))
    position, _colon, digest = text.partition(":")
    return int(position), digest


class Command(BaseCommand):
    """Computes the chain of seals anew; exit code 0: whole, 1: broken, 2: it could not be verified."""

    help = "Verify that nobody changed, deleted, inserted or reordered entries of the audit log."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the options."""
        parser.add_argument("--json", action="store_true", help="print the verdict as JSON")
        parser.add_argument(
            "--head",
            type=kept_head,
            metavar="POSITION:HASH",
            help="a head that was printed earlier and kept elsewhere; finds that the end was cut off",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and say what was found."""
        try:
            verdict = verify(kept=options["head"])
        except DatabaseError as error:
            self.stderr.write(_("The audit log could not be read: %(error)s") % {"error": error})
            sys.exit(NOT_VERIFIED)
        if options["json"]:
            self.stdout.write(json.dumps(plain(verdict), ensure_ascii=False))
        else:
            self.stdout.write("\n".join(lines(verdict)))
        sys.exit(WHOLE if verdict.is_whole else BROKEN)


def lines(verdict: Verdict) -> Iterator[str]:
    """Yield the verdict in words."""
    if verdict.broken is None:
        yield _("The audit log is whole. Entries with a seal: %(n)s.") % {"n": number_text(verdict.sealed)}
        if verdict.waiting:
            yield _("New entries that still wait for a seal: %(n)s.") % {"n": verdict.waiting}
    else:
        yield _("THE AUDIT LOG IS BROKEN: %(what)s.") % {"what": verdict.broken.kind.label}
        yield place(verdict.broken)
        yield _("Seals before it that fit: %(n)s.") % {"n": number_text(verdict.sealed)}
    if verdict.missing_triggers:
        yield _("The database no longer refuses changes of the log. Missing: %(names)s.") % {
            "names": ", ".join(verdict.missing_triggers)
        }
    yield _("Head, to be kept outside of the database: %(head)s") % {
        "head": f"{verdict.position}:{verdict.hash}"
    }


def place(broken: Break) -> str:
    """Return where the log is broken."""
    parts = []
    if broken.position is not None:
        parts.append(_("position %(n)s") % {"n": broken.position})
    if broken.entry_id is not None:
        parts.append(_("entry no. %(n)s") % {"n": broken.entry_id})
        entry = AuditEntry.objects.filter(pk=broken.entry_id).with_keys().first()
        parts += [str(entry)] if entry else []
    return _("Place: %(place)s.") % {"place": ", ".join(parts)}


def plain(verdict: Verdict) -> dict[str, Any]:
    """Return the verdict for a program."""
    broken = verdict.broken
    return {
        "whole": verdict.is_whole,
        "sealed": verdict.sealed,
        "waiting": verdict.waiting,
        "head": {"position": verdict.position, "hash": verdict.hash},
        "broken": broken
        and {"kind": broken.kind.value, "position": broken.position, "entry": broken.entry_id},
        "missing_triggers": list(verdict.missing_triggers),
    }
