"""One exception for everything that can be wrong with an upload: a stable code, its parameters and a place.

The code is what callers, tests and the report rely on; the sentence for people stands in MESSAGES. The exception never
carries the text of a cell: an upload may hold names of children, and an exception ends up in logs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

MESSAGES: Mapping[str, object] = {
    "empty_file": _("The file %(file)s is empty."),
    "too_big": _(
        "The file %(file)s is too big: %(size)s MB, the limit is %(limit)s MB. Split it or use the "
        "command line."
    ),
    "wrong_type": _(
        "The file %(file)s is %(kind)s. Results are read from tables: "
        ".xlsx, .xls, .ods, .csv, .txt, .json or a .zip of them."
    ),
    "binary_garbage": _("The file %(file)s is not a text table: it holds binary data (byte %(offset)s)."),
    "nul_bytes": _(
        "The file %(file)s holds zero bytes (line %(line)s), it is damaged. Save it again from the source."
    ),
    "line_too_long": _("Line %(line)s of %(file)s is longer than %(limit)s characters: this is not a table."),
    "encoding_broken": _(
        "Line %(line)s of %(file)s is not in the encoding of the rest of the file (%(encoding)s). "
        "Save the file again as UTF-8."
    ),
    "encoding_unknown": _("The encoding of %(file)s is not recognised. Save the file as UTF-8."),
    "encrypted": _("The file %(file)s is protected by a password. Remove the password and upload it again."),
    "macros": _("The file %(file)s holds macros. Save it as an ordinary .xlsx workbook and upload it again."),
    "broken_workbook": _("The workbook %(file)s is damaged or cut off and cannot be opened."),
    "formula_without_value": _(
        "The cell %(cell)s of %(file)s holds a formula without its value. Open the workbook in a spreadsheet program, "
        "save it and upload it again."
    ),
    "broken_archive": _("The archive %(file)s is damaged or cut off and cannot be opened."),
    "archive_bomb": _(
        "The file %(file)s unpacks to more than it may (%(size)s MB, limit %(limit)s MB). It was not opened."
    ),
    "archive_too_many": _("The archive %(file)s holds %(count)s files, the limit is %(limit)s."),
    "archive_nested": _(
        "The archive %(file)s holds another archive (%(entry)s). Put the files directly into one archive."
    ),
    "archive_empty": _("The archive %(file)s holds no table."),
    "sheet_too_wide": _(
        "A sheet of %(file)s reaches from the first cell to %(cells)s cells, the limit is "
        "%(limit)s. Delete the far empty area."
    ),
    "too_many_columns": _(
        "A table of %(file)s has %(columns)s columns, the limit is %(limit)s. Delete the columns without results."
    ),
    "broken_json": _("The file %(file)s is not valid JSON (line %(line)s)."),
    "json_not_table": _("The file %(file)s is JSON, but not a list of records."),
    "unreadable_table": _("No table with headers is found on the sheet %(sheet)s of %(file)s."),
    "mapping_invalid": _("The mapping file %(file)s is wrong at %(where)s."),
    "mapping_column_missing": _("The file %(file)s has no column «%(label)s» that the mapping uses."),
    "names_unreadable": _(
        "The sheet %(sheet)s of %(file)s seems to hold names of pupils, but its columns are not "
        "recognised. Nothing was read."
    ),
}


@dataclass(frozen=True, slots=True)
class ProblemPlace:
    """Where the problem is; rows and columns are counted from 1 as a spreadsheet shows them."""

    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: int | None = None


class ImportProblem(Exception):  # noqa: N818 - it is a message for a person, not a programming error
    """Something about the upload stops reading. `code` is stable, `params` fill the message, "
    "`place` says where."""

    messages = MESSAGES

    def __init__(self, code: str, place: ProblemPlace | None = None, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.place = place or ProblemPlace()
        self.params: dict[str, object] = {"file": self.place.file, "sheet": self.place.sheet, **params}

    @property
    def message(self) -> str:
        """The sentence for a person, in the language that is active when it is read."""
        return str(MESSAGES.get(self.code, self.code)) % _Forgiving(self.params)

    def at(self, **changes: str | int | None) -> "ImportProblem":
        """The same problem with a more exact place."""
        params = {k: v for k, v in self.params.items() if k not in changes and k not in ("file", "sheet")}
        place = replace(self.place, **changes)  # type: ignore[arg-type]  # replace checks the names
        return ImportProblem(self.code, place, **params)

    def __str__(self) -> str:
        place = self.place
        parts = (place.file, place.sheet, str(place.row or ""))
        return f"{self.code} ({':'.join(part for part in parts if part)})"


class _Forgiving(dict[str, object]):
    """A message with a forgotten parameter must still reach the person."""

    def __missing__(self, key: str) -> str:
        return "?"
