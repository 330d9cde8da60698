"""What a paper beside an application, a recommendation or a certificate may be."""

import hashlib
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LIMIT_MB: Final = 20
_SIGNATURES: Final[dict[str, tuple[bytes, ...]]] = {
    ".pdf": (b"%PDF-",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".docx": (b"PK\x03\x04",),
    ".xlsx": (b"PK\x03\x04",),
}
TYPES: Final = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def ending_of(name: str) -> str:
    """Return the ending of a file name in lower case, with its dot."""
    return f".{name.rpartition('.')[2].lower()}" if "." in name else ""


def check_attachment(file: Any) -> str:
    """Check name, size and first bytes of a paper and return the SHA-256 of its content.

    Raises:
        ValidationError: the file is too big, empty, of another type, or is not what its name says.
    """
    ending = ending_of(file.name)
    if ending not in _SIGNATURES:
        raise ValidationError(
            _("A paper is a PDF, PNG, JPEG, docx or xlsx file; “%(name)s” is not.") % {"name": file.name}
        )
    if file.size == 0:
        raise ValidationError(_("The file “%(name)s” is empty.") % {"name": file.name})
    if file.size > LIMIT_MB * 1024 * 1024:
        raise ValidationError(_("The file is larger than %(limit)s MB.") % {"limit": LIMIT_MB})
    file.seek(0)
    digest = hashlib.sha256()
    first = b""
    for chunk in file.chunks():
        first = first or chunk[:16]
        digest.update(chunk)
    file.seek(0)
    if not first.startswith(_SIGNATURES[ending]):
        raise ValidationError(
            _("The content of “%(name)s” is not what its ending says.") % {"name": file.name}
        )
    return digest.hexdigest()
