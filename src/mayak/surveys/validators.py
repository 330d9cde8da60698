"""What a file given as an answer may be."""

from typing import Any, Final

from django.utils.translation import gettext as _

from mayak.kernel.uploads.kinds import check_paper

LIMIT_MB: Final = 20
ENDINGS: Final = (".pdf", ".png", ".jpg", ".jpeg", ".docx", ".xlsx")


def check_answer_file(file: Any) -> None:
    """Check name, size and first bytes of a file.

    Raises:
        ValidationError: the file is too big, empty, of another type, or is not what its name says.
    """
    check_paper(
        file,
        ENDINGS,
        limit_mb=LIMIT_MB,
        wrong_kind=_("Attach a PDF, PNG, JPEG, docx or xlsx file; “%(name)s” is not one."),
    )
