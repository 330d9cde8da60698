"""pyxform as the judge of a foreign form: it reads our rows, no file, no network and no Java."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from mayak.kernel.importing import Sheet
from mayak.surveys.imports.cells import text_rows
from mayak.surveys.imports.remarks import Remarks

_ROW = re.compile(r"\[row\s*:\s*(\d+)\]\s*")
_SHEET = re.compile(r"'(survey|choices|settings)' sheet")


def check_with_pyxform(sheets: Sequence[Sheet], names: Mapping[str, str], remarks: Remarks) -> None:
    """Add what pyxform refuses as errors, and what it warns of as notes."""
    wanted = {name: key for key, name in names.items()}
    book: dict[str, Any] = {"survey": [], "choices": [], "settings": []}
    for sheet in sheets:
        if sheet.name in wanted:
            headers, rows = _rows(sheet)
            book |= {wanted[sheet.name]: rows, f"{wanted[sheet.name]}_header": [headers]}
    try:
        result = convert(xlsform=book, validate=False, warnings=[])
    except PyXFormError as error:
        _add(remarks.error, str(error), names)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, RecursionError):
        remarks.error(names["survey"], 0, _("The checker of XLSForm (pyxform) cannot read this form."))
    else:
        for warning in result.warnings or []:
            _add(remarks.note, str(warning), names)


def _add(add: Any, said: str, names: Mapping[str, str]) -> None:
    found = _ROW.search(said)
    sheet = _SHEET.search(said)
    text = _("The checker of XLSForm (pyxform) says: %(said)s") % {
        "said": " ".join(_ROW.sub("", said).split())[:500]
    }
    add(names.get(sheet.group(1) if sheet else "survey", "survey"), int(found.group(1)) if found else 0, text)


def _rows(sheet: Sheet) -> tuple[dict[str, None], list[dict[str, str]]]:
    """Return headers and rows; empty rows stay, so that the numbers of pyxform are those of the sheet."""
    _head, headers, below = text_rows(sheet)
    known = [header for header in headers if header and header != "mayak_extra"]
    rows: list[dict[str, str]] = []
    for row in below:
        while len(rows) < row.number - 2:
            rows.append({})
        rows.append({header: row.cells[header] for header in known if header in row.cells})
    return dict.fromkeys(known), rows
