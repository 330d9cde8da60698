"""What a paper beside an application, a recommendation or a certificate may be."""

from typing import Any, Final

from django.utils.translation import gettext as _

from mayak.kernel.uploads.kinds import check_paper

LIMIT_MB: Final = 20
_ENDINGS: Final = (".pdf", ".png", ".jpg", ".jpeg", ".docx", ".xlsx")


def check_attachment(file: Any) -> str:
    """Check name, size and first bytes of a paper and return the SHA-256 of its content.

    Raises:
        ValidationError: the file is too big, empty, of another type, or is not what its name says.
    """
    return check_paper(
        file,
        _ENDINGS,
        limit_mb=LIMIT_MB,
        wrong_kind=_("A paper is a PDF, PNG, JPEG, docx or xlsx file; “%(name)s” is not."),
    )
