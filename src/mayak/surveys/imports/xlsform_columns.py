"""Headers of XLSForm as what they mean: the column and its language."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from mayak.surveys.algorithms.definition import Words
from mayak.surveys.imports.cells import TextRow
from mayak.surveys.imports.remarks import Remarks

TRANSLATED = frozenset({"label", "hint"})
_ALIASES = {
    "relevance": "relevant",
    "bind::relevant": "relevant",
    "bind::required": "required",
    "bind::constraint": "constraint",
    "control::appearance": "appearance",
    "list name": "list_name",
    "value": "name",
    "caption": "label",
}
_LANGUAGES = (
    ("ru", re.compile(r"\((ru)\)|^\s*(russian|русский|ru)\s*$", re.IGNORECASE)),
    ("en", re.compile(r"\((en)(-\w+)?\)|^\s*(english|английский|en)\s*$", re.IGNORECASE)),
)


def canonical(header: str) -> str:
    """Return «label::ru» for «label::Russian (ru)», «relevant» for «relevance» and the like."""
    text = re.sub(r"\s*::?\s*", "::", header.strip())
    lowered = text.lower()
    base, _sign, language = text.partition("::")
    if base.lower() in TRANSLATED:
        if not language:
            return f"{base.lower()}::"
        found = next((code for code, sign in _LANGUAGES if sign.search(language)), "")
        return f"{base.lower()}::{found}" if found else lowered
    return _ALIASES.get(lowered, lowered)


def words_of(row: TextRow, column: str, default: str = "ru") -> Words:
    """Return the text of a row in both languages; a column without a language is in the default one."""
    texts = {code: row.get(f"{column}::{code}") for code in ("ru", "en")}
    bare = row.get(f"{column}::")
    if bare and not texts[default]:
        texts[default] = bare
    return Words(texts["ru"], texts["en"])


def in_russian(words: Words, remarks: Remarks, sheet: str, row: int) -> Words:
    """Put the English in the place of a missing Russian text, and say so."""
    if words.ru or not words.en:
        return words
    remarks.note(sheet, row, _("There is no Russian text: the English one stands in its place."))
    return Words(words.en, words.en)


def name_foreign_languages(headers: Sequence[str], sheet: str, row: int, remarks: Remarks) -> None:
    """Name every column in a language that Mayak does not keep."""
    for header in headers:
        name = canonical(header)
        base, _sign, language = name.partition("::")
        if base in TRANSLATED and language not in {"", "ru", "en"}:
            text = _(
                "The column «%(column)s» is in a language that is not kept: Mayak keeps Russian and English."
            )
            remarks.left_out(sheet, row, text % {"column": header})
