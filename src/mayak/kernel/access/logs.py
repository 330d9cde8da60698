"""Lines of the server's log carry the number of the request or of the job to which they belong."""

import logging
import re
import unicodedata

from mayak.kernel.access.origin import current_origin

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Control signs, marks of direction, halves of pairs, separators of lines."""
SECRETS = re.compile(r"(/surveys/[ao]/|/account/(?:invitation|reset)/)[^\s\"'?]+")
"""Addresses that go on with a secret: whoever reads the log must not be able to open them."""


class OriginFilter(logging.Filter):
    """Gives each record ``origin``: the number of the request, «job» with its key, or «-»."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        origin = current_origin()
        record.origin = f"job {origin.job_id}" if origin.job_id else origin.request_id or "-"
        return True


class OneLineFormatter(logging.Formatter):
    """Whatever a visitor sends (a name of a file, an address, a browser) stays within the line of its record."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line; the lines of a traceback follow it, indented, so that none passes for a record."""
        first, *rest = SECRETS.sub(r"\1…", super().format(record)).split("\n")
        lines = [first, *(f"    {line}" for line in rest)]
        return "\n".join(_visible(line) for line in lines)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # the name is logging's
        """Return the message with its own line breaks written out."""
        record.message = record.message.replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n")
        return super().formatMessage(record)


def _visible(line: str) -> str:
    """Write out signs that a terminal would obey or that turn the direction of the text."""
    return "".join(
        letter if letter == "\t" or unicodedata.category(letter) not in _UNSEEN else f"\\u{ord(letter):04x}"
        for letter in line
    )
