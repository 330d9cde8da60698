"""How a Russian official paper writes dates, quotes, initials, numbers and lists.

Papers are Russian whatever the interface speaks. Quotes inside quotes are drawn otherwise: «Гимназия „Невская“».
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

NBSP: Final = "\u00a0"
MONTHS: Final = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)

_TEENS: Final = range(11, 15)
_FEW: Final = range(2, 5)
_TIGHT_SPACE = r"[ \u00a0\u202f]*"
_INITIALS = rf"[А-ЯЁA-Z]\.{_TIGHT_SPACE}(?:[А-ЯЁA-Z]\.)?"
_SURNAME = r"[А-ЯЁA-Z][а-яёa-z]+(?:-[А-ЯЁA-Z][а-яёa-z]+)?"
_BEFORE_SURNAME = re.compile(rf"(?<![\w.])({_INITIALS}){_TIGHT_SPACE}(?={_SURNAME})")
_AFTER_SURNAME = re.compile(rf"(?<![\w.])({_SURNAME})[ \u00a0\u202f]+({_INITIALS})(?!\w)")
_NUMBER_SIGN = re.compile(rf"№{_TIGHT_SPACE}(?=[\w(])")
_PLACE_OR_YEAR = re.compile(r"(?<!\w)(г|с|п|д|ст|ул|обл)\. +(?=[А-ЯЁ])")
_YEAR = re.compile(r"(?<=\d{4}) +(?=(?:г\.|года|году|годом|год|учебн))")
_DAY = re.compile(rf"(?<!\d)(\d{{1,2}}) +(?={'|'.join(MONTHS)})")
_MONTH_YEAR = re.compile(rf"({'|'.join(MONTHS)}) +(?=\d{{4}})")
_UNIT = re.compile(r"(?<=\d) +(?=(?:км|%|пар|школ|час|дн))")
_FORM_AND_QUOTE = re.compile(rf"^([А-ЯЁ]{{2,}}(?: [А-ЯЁ]{{2,}})*)[ {NBSP}]?«")
_FORM_AND_STRAIGHT = re.compile(r"^([А-ЯЁ]{2,})([\"“„])")
_SPACES = re.compile(r"[ \t\r\n\f\v\u2028\u2029]+")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def plain(text: object) -> str:
    """Return the text in one line without characters that a Word file cannot hold."""
    return _SPACES.sub(" ", _FORBIDDEN.sub("", str(text))).strip()


def typeset(text: object) -> str:
    """Return the text as it is printed: no-break spaces after «№», at initials, in dates and before units."""
    shown = straight_to_angled(plain(text))
    shown = _NUMBER_SIGN.sub(f"№{NBSP}", shown)
    shown = _BEFORE_SURNAME.sub(lambda found: _tight(found[1]) + NBSP, shown)
    shown = _AFTER_SURNAME.sub(lambda found: found[1] + NBSP + _tight(found[2]), shown)
    shown = _PLACE_OR_YEAR.sub(rf"\1.{NBSP}", shown)
    for pattern in (_DAY, _MONTH_YEAR):
        shown = pattern.sub(rf"\1{NBSP}", shown)
    for pattern in (_YEAR, _UNIT):
        shown = pattern.sub(NBSP, shown)
    return shown


def straight_to_angled(text: str) -> str:
    """Return the text with «angled» quotes in place of straight ones; one inside another is „low“."""
    marks = '"' if "„" in text else '"“”'  # an upper comma closes a low quote
    shown = re.sub(rf"(?<![^\s(\[«„])[{marks}]", "«", text)
    return nested(re.sub(rf"[{marks}]", "»", shown))


def nested(text: str) -> str:
    """Return the text in which angled quotes inside angled quotes are „low“."""
    depth, letters = 0, []
    for letter in text:
        if letter == "«":
            letters.append("«" if depth == 0 else "„")
            depth += 1
        elif letter == "»":
            depth = max(depth - 1, 0)
            letters.append("»" if depth == 0 else "“")
        else:
            letters.append(letter)
    return "".join(letters)


def school_name(name: str, legal_form: str = "") -> str:
    """Return «МБОУ «Гимназия „Невская“»»: the legal form, then the name in quotes, quotes inside turned low.

    A name that says a legal form itself («МКОУ "Южная СОШ"») is only typeset; so is a name without one.
    """
    shown = _FORM_AND_QUOTE.sub(r"\1 «", typeset(_FORM_AND_STRAIGHT.sub(r"\1 \2", plain(name))))
    form = plain(legal_form)
    if not form or _FORM_AND_QUOTE.match(shown):
        return shown
    return f"{form} " + nested(f"«{shown}»")


def russian_date(day: dt.date) -> str:
    """Return «12 октября 2026 г.»."""
    return f"{day.day}{NBSP}{MONTHS[day.month - 1]}{NBSP}{day.year}{NBSP}г."


def plural(count: int, one: str, few: str, many: str) -> str:
    """Return «1 пара», «3 пары», «11 пар»."""
    tens, units = count % 100, count % 10
    word = many
    if tens not in _TEENS:
        word = one if units == 1 else few if units in _FEW else many
    return f"{count}{NBSP}{word}"


def kilometres(distance_km: float | None) -> str:
    """Return «12,4 км», or an empty text where the distance is unknown."""
    return "" if distance_km is None else f"{distance_km:.1f}".replace(".", ",") + f"{NBSP}км"


def enumeration(texts: Iterable[str]) -> str:
    """Return the texts with commas, each once, in their order."""
    return ", ".join(dict.fromkeys(text for text in texts if text))


def genitive_plural_of_kind(name: str) -> str:
    """Return «школ с низкими результатами» for «Школа с низкими результатами»; other kinds stay in quotes.

    An adjective or a participle after «школа» («функционирующая») takes its plural too.
    """
    words = name.split()
    if not words or words[0].strip(",").lower() != "школа":
        return f"школ, имеющих статус «{name}»"
    first = "школ," if words[0].endswith(",") else "школ"
    rest = [re.sub(r"(?<=[вщн])ая$", "их" if word.endswith("щая") else "ых", word) for word in words[1:]]
    rest = [re.sub(r"щаяся$", "щихся", word) for word in rest]
    return " ".join([first, *rest])


def typeset_all(values: Any) -> Any:
    """Return the structure with every text typeset; truth values and numbers stay."""
    if isinstance(values, str):
        return typeset(values)
    if isinstance(values, Mapping):
        return {key: typeset_all(value) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return [typeset_all(value) for value in values]
    return values


def _tight(initials: str) -> str:
    return re.sub(_TIGHT_SPACE, "", initials)
