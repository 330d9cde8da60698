"""The sheet choices of XLSForm."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from mayak.surveys.algorithms.definition import Option, Words
from mayak.surveys.algorithms.editing import free_code
from mayak.surveys.algorithms.parsing import CODE
from mayak.surveys.algorithms.satisfying import number_of
from mayak.surveys.imports.cells import TextRow
from mayak.surveys.imports.remarks import Remarks
from mayak.surveys.imports.xlsform_columns import in_russian, words_of

_READ = frozenset({"list_name", "name", "label::", "label::ru", "label::en", "mayak_value"})


@dataclass(slots=True)
class ChoiceList:
    """Options of one list; ``codes`` leads from the names of the file to ours."""

    options: list[Option] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    points: dict[str, Words] = field(default_factory=dict)


def read_choices(
    rows: Sequence[TextRow], sheet: str, default: str, remarks: Remarks
) -> dict[str, ChoiceList]:
    """Return the lists by their name; a name that is no code of Mayak gets one, and the remark says which."""
    lists: dict[str, ChoiceList] = {}
    renamed: dict[str, list[str]] = {}
    for row in rows:
        name, list_name = row.get("name"), row.get("list_name")
        if not list_name:
            remarks.error(sheet, row.number, _("The name of the list is missing."))
            continue
        for column in row.cells:
            if column not in _READ and not column.startswith(("label::", "hint::")):
                text = _("The column «%(column)s» of the choices is not supported.") % {"column": column}
                remarks.left_out(sheet, row.number, text)
        found = lists.setdefault(list_name, ChoiceList())
        words = in_russian(words_of(row, "label", default), remarks, sheet, row.number)
        if name in found.codes:
            text = _("The option «%(name)s» occurs twice in the list «%(list)s».")
            remarks.error(sheet, row.number, text % {"name": name, "list": list_name})
            continue
        code = name if CODE.match(name) else free_code(f"o{_letters(name)}", found.codes.values())
        if code != name:
            renamed.setdefault(list_name, []).append(f"{name} → {code}")
        found.codes[name] = code
        found.points[name] = words
        found.options.append(Option(code, words, _value(row, sheet, remarks)))
    for list_name, pairs in renamed.items():
        text = _("Options of the list «%(list)s» got codes that begin with a letter: %(pairs)s.")
        remarks.note(sheet, 0, text % {"list": list_name, "pairs": ", ".join(pairs)[:500]})
    return lists


def _value(row: TextRow, sheet: str, remarks: Remarks) -> float | None:
    text = row.get("mayak_value")
    number = number_of(text) if text else None
    if text and number is None:
        remarks.left_out(sheet, row.number, _("«%(text)s» is not a number of points.") % {"text": text[:80]})
    return number


def _letters(name: str) -> str:
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in "_-") else "_" for sign in name)[:50]
