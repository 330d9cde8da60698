"""Kinds of papers that people attach: what their name, size and first bytes must be."""

import hashlib
from collections.abc import Iterable
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_SIGNED: Final = (b"0\x80", b"0\x81", b"0\x82", b"0\x83", b"0\x84", b"-----BEGIN", b"MI")
"""A detached signature: a DER sequence, or the same in base64 with or without a heading."""

_KINDS: Final[dict[str, tuple[str, tuple[bytes, ...]]]] = {
    ".pdf": ("application/pdf", (b"%PDF-",)),
    ".png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".tif": ("image/tiff", (b"II*\x00", b"MM\x00*")),
    ".tiff": ("image/tiff", (b"II*\x00", b"MM\x00*")),
    ".docx": (f"{_OFFICE}.wordprocessingml.document", (b"PK\x03\x04",)),
    ".xlsx": (f"{_OFFICE}.spreadsheetml.sheet", (b"PK\x03\x04",)),
    ".sig": ("application/pkcs7-signature", _SIGNED),
    ".p7s": ("application/pkcs7-signature", _SIGNED),
}
"""Ending -> media type and what the content begins with."""


def ending_of(name: str) -> str:
    """Return the ending of a file name in lower case, with its dot."""
    return f".{name.rpartition('.')[2].lower()}" if "." in name else ""


def check_paper(
    file: Any, endings: Iterable[str], *, limit_mb: int, wrong_kind: str, too_large: str = ""
) -> str:
    """Check name, size and first bytes of an uploaded file and return the SHA-256 of its content.

    Args:
        file: the uploaded file.
        endings: the kinds that are taken, of those that are known here.
        limit_mb: the largest size.
        wrong_kind: the refusal of another kind, with «%(name)s».
        too_large: the refusal of a larger file, with «%(limit)s»; a general one where nothing is given.

    Raises:
        ValidationError: the file is too big, empty, of another kind, or is not what its name says.
    """
    ending = ending_of(file.name)
    if ending not in set(endings):
        raise ValidationError(wrong_kind % {"name": file.name})
    if file.size == 0:
        raise ValidationError(_("The file “%(name)s” is empty.") % {"name": file.name})
    if file.size > limit_mb * 1024 * 1024:
        raise ValidationError((too_large or _("The file is larger than %(limit)s MB.")) % {"limit": limit_mb})
    file.seek(0)
    digest = hashlib.sha256()
    first = b""
    for chunk in file.chunks():
        first = first or chunk[:16]
        digest.update(chunk)
    file.seek(0)
    if not first.startswith(_KINDS[ending][1]):
        raise ValidationError(
            _("The content of “%(name)s” is not what its ending says.") % {"name": file.name}
        )
    return digest.hexdigest()


def send_paper(file: Any, name: str, *, missing: str) -> FileResponse:
    """Send a kept file as a download of this name; never shown inside a page.

    Raises:
        Http404: nothing is kept; ``missing`` says so.
    """
    stored = str(file.name or "")
    if not stored or not file.storage.exists(stored):
        raise Http404(missing)
    ending = ending_of(stored)
    kind = _KINDS[ending][0] if ending in _KINDS else "application/octet-stream"
    return FileResponse(file.open("rb"), as_attachment=True, filename=name, content_type=kind)
