"""What a scan of a legal act may be."""

from typing import Any, Final

from django.utils.translation import gettext as _

from mayak.kernel.uploads.kinds import check_paper

SCAN_LIMIT_MB: Final = 20
_ENDINGS: Final = (".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff")


def check_scan(file: Any) -> str:
    """Check name, size and first bytes of a scan and return the SHA-256 of its content.

    Raises:
        ValidationError: the file is too big, empty, of another type, or is not what its name says.
    """
    return check_paper(
        file,
        _ENDINGS,
        limit_mb=SCAN_LIMIT_MB,
        wrong_kind=_("A scan is a PDF, PNG, JPEG or TIFF file; “%(name)s” is not."),
        too_large=_("The scan is larger than %(limit)s MB."),
    )
