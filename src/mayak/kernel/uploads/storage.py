"""Files on the disk: random names, readable by the user of the service only, no address on the site."""

import os
import secrets
from pathlib import PurePosixPath

from django.core.files.storage import FileSystemStorage

ENDINGS = frozenset(
    {".bin", ".csv", ".docx", ".jpeg", ".jpg", ".json", ".ods", ".pdf", ".png", ".tif", ".tiff", ".txt"}
    | {".xls", ".xlsx", ".zip"}
)
"""Endings that a kept file may have; any other becomes .bin, so that no server can take it for a page or a program."""


class PrivateStorage(FileSystemStorage):
    """The folder comes from the model, the name is random; the name that a person gave stays in the database."""

    def generate_filename(self, filename: str | os.PathLike[str]) -> str:
        """Return the path with a name of thirty-two random signs."""
        path = PurePosixPath(super().generate_filename(filename))
        ending = path.suffix.lower()
        return str(path.with_name(secrets.token_hex(16) + (ending if ending in ENDINGS else ".bin")))

    def url(self, name: str | None) -> str:
        """Refuse: a view checks the rights and sends the file.

        Raises:
            ValueError: always.
        """
        raise ValueError("kept files have no address")
