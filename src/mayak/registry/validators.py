"""What a scan of a legal act may be."""

import hashlib
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SCAN_LIMIT_MB: Final = 20
_SIGNATURES: Final = {
    ".pdf": (b"%PDF-",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".tif": (b"II*\x00", b"MM\x00*"),
    ".tiff": (b"II*\x00", b"MM\x00*"),
}
SCAN_TYPES: Final = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
}


def ending_of(name: str) -> str:
    """Return the ending of a file name in lower case, with its dot."""
    return f".{name.rpartition('.')[2].lower()}" if "." in name else ""


def check_scan(file: Any) -> str:
    """Check name, size and first bytes of a scan and return the SHA-256 of its content.

    Raises:
        ValidationError: the file is too big, empty, of another type, or is not what its name says.
    """
    ending = ending_of(file.name)
    if ending not in _SIGNATURES:
        raise ValidationError(
            _("A scan is a PDF, PNG, JPEG or TIFF file; “%(name)s” is not.") % {"name": file.name}
        )
    if file.size == 0:
        raise ValidationError(_("The file “%(name)s” is empty.") % {"name": file.name})
    if file.size > SCAN_LIMIT_MB * 1024 * 1024:
        raise ValidationError(_("The scan is larger than %(limit)s MB.") % {"limit": SCAN_LIMIT_MB})
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
