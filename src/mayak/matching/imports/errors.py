"""What stops a pairing from files."""

from django.utils.translation import gettext as _


class FileFault(Exception):  # noqa: N818  # it is a message for a person, not a programming error
    """A file cannot be used; says which, where, and why."""

    def __init__(self, file: str, text: str, *, row: int | None = None) -> None:
        place = _("%(file)s, row %(row)s") % {"file": file, "row": row} if row else file
        super().__init__(f"{place}: {text}")
