"""Numbers as people write them: decimal comma, spaces between thousands, percent signs, words for "nothing".

A number is never guessed: `1,234` is either 1.234 or 1234, and only the whole column can tell.
"""

import datetime as dt
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

#: Longer whole numbers are codes that somebody put into the wrong column.
MAX_DIGITS = 18
_SPACES = dict.fromkeys(map(ord, " \u00a0\u2009\u202f\u2007'’"), None)
_MINUS = str.maketrans({"−": "-", "–": "-", "‑": "-"})
_PLAIN = re.compile(r"[-+]?\d+\Z", re.ASCII)
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:[ \u00a0\u2009\u202f\u2007'’]\d{3})+(?:[.,]\d+)?\Z", re.ASCII)
_SIMPLE = re.compile(r"[-+]?(?:\d+[.,]\d*|[.,]\d+)(?:[eE][-+]?\d+)?\Z", re.ASCII)
_DOUBLE = re.compile(r"[-+]?\d{1,3}(?:([.,])\d{3})+([.,])\d+\Z", re.ASCII)
_GROUPS_ONLY = re.compile(r"[-+]?\d{1,3}(?:([.,])\d{3}){2,}\Z", re.ASCII)
_AMBIGUOUS = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}\Z", re.ASCII)


class Missing(Enum):
    """A cell that says there is no value. It is not a zero and not an error."""

    EMPTY = "empty"
    DASH = "dash"
    NOT_AVAILABLE = "not_available"
    CROSS = "cross"


@dataclass(frozen=True, slots=True)
class NumberProblem:
    """A cell that should be a number and is not: `number_bad`, or `number_ambiguous` when only the column can tell."""

    code: str


Number = int | float
_WORDS = {
    **dict.fromkeys(("", '""'), Missing.EMPTY),
    **dict.fromkeys(("-", "--", "—", "–", "−", "…", "..."), Missing.DASH),
    **dict.fromkeys(("x", "х", "×"), Missing.CROSS),
    **dict.fromkeys(
        ("н/д", "нд", "н/а", "н.д.", "нет данных", "нет отметки", "нет", "n/a", "na", "nan", "null", "none",
         "няма", "не определен",
         "#n/a", "#н/д", "#div/0!", "#дел/0!", "#value!", "#знач!", "#ref!", "#ссылка!", "*", "**", "***"),
        Missing.NOT_AVAILABLE,
    ),
}  # fmt: skip
_BAD = NumberProblem("number_bad")
_UNCLEAR = NumberProblem("number_ambiguous")


def parse_number(value: object, *, decimal: str | None = None) -> Number | Missing | NumberProblem:
    """Read one cell. `decimal` is the sign the column uses ("," or "."), None when it is not known.

    >>> parse_number("67,13"), parse_number("1 234,5"), parse_number("30%"), parse_number("н/д")
    (67.13, 1234.5, 30, <Missing.NOT_AVAILABLE: 'not_available'>)
    >>> parse_number("1,234"), parse_number("1,234", decimal=","), parse_number("1,234", decimal=".")
    (NumberProblem(code='number_ambiguous'), 1.234, 1234)
    """
    if value.__class__ is not str:
        return _from_typed(value)
    text = str(value).strip(" \t\r\n\u00a0\ufeff\u202f")
    if _PLAIN.match(text):
        return int(text) if len(text) <= MAX_DIGITS else _BAD
    word = _WORDS.get(text.lower())
    if word is not None:
        return word
    return _from_text(text.translate(_MINUS), decimal)


def _from_typed(value: object) -> Number | Missing | NumberProblem:
    if value is None:
        return Missing.EMPTY
    if isinstance(value, (bool, dt.date, dt.time, dt.timedelta)):
        return _BAD
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            return Missing.NOT_AVAILABLE
        return value
    return _BAD


def _from_text(text: str, decimal: str | None) -> Number | Missing | NumberProblem:
    text = text.rstrip("%").rstrip(" \u00a0")
    if _GROUPED.match(text):
        text = text.translate(_SPACES)
        return float(text.replace(",", ".")) if "." in text or "," in text else int(text)
    if _PLAIN.match(text):
        return int(text) if len(text) <= MAX_DIGITS else _BAD
    double = _DOUBLE.match(text)
    if double:
        group, mark = double.groups()
        return (
            float(text.replace(group, "").replace(mark, "."))
            if group != mark
            else int(re.sub("[.,]", "", text))
        )
    if _GROUPS_ONLY.match(text):
        return int(re.sub("[.,]", "", text))
    if not _SIMPLE.match(text):
        return _BAD
    return _one_mark(text, decimal)


def _one_mark(text: str, decimal: str | None) -> Number | NumberProblem:
    used = "," if "," in text else "."
    if _AMBIGUOUS.match(text):
        if decimal is None:
            return _UNCLEAR
        if decimal != used:
            return int(text.replace(used, ""))
    return float(text.replace(",", "."))


@dataclass(frozen=True, slots=True)
class DecimalStyle:
    """The decimal sign of a column: "," or "." or None (whole numbers). `certain` is False when every value could be
    read both ways; the preview must then show the choice."""

    mark: str | None
    certain: bool
    percent: bool = False


def decide_decimal(samples: Iterable[object]) -> DecimalStyle:
    """Decide on a whole column. Unclear values count only when nothing clear is present; then the sign is decimal,
    as Russian tables never group thousands by comma or dot, and `certain` is False."""
    clear: dict[str, int] = {",": 0, ".": 0}
    unclear: dict[str, int] = {",": 0, ".": 0}
    percent = False
    for value in samples:
        if not isinstance(value, str) or ("," not in value and "." not in value and "%" not in value):
            continue
        text = value.strip(" \t\u00a0\ufeff").translate(_MINUS)
        percent = percent or text.endswith("%")
        text = text.rstrip("%").rstrip(" \u00a0")
        double = _DOUBLE.match(text)
        if double and double.group(1) != double.group(2):
            clear[double.group(2)] += 1
        elif _AMBIGUOUS.match(text):
            unclear["," if "," in text else "."] += 1
        elif _SIMPLE.match(text) or (_GROUPED.match(text) and ("," in text or "." in text)):
            clear["," if "," in text else "."] += 1
    if clear[","] or clear["."]:
        mark = "," if clear[","] >= clear["."] else "."
        return DecimalStyle(mark, not (clear[","] and clear["."] and unclear[","] + unclear["."]), percent)
    if unclear[","] or unclear["."]:
        return DecimalStyle("," if unclear[","] >= unclear["."] else ".", certain=False, percent=percent)
    return DecimalStyle(None, certain=True, percent=percent)
