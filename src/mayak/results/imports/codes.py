"""Schools as rows name them: codes stay text, a login hides in a name, two ways of numbering are never one."""

import re
from functools import lru_cache

from mayak.results.algorithms.records import SchoolRef

_LOGIN = re.compile(r"\(?\b((?:edu|sch|school|oo)\d{3,8})\b\)?", re.IGNORECASE)
_DECLARED = re.compile(r"\|?\s*кол-?во\s+участников\s*:?\s*(\d+)", re.IGNORECASE)
_SPACED = re.compile(r"\d{1,4}(?:[ \u00a0\u202f\u2009]\d{2,4})+\Z", re.ASCII)
_HYPHENATED = re.compile(r"\d+(?:[-–—./]\d+)+\Z", re.ASCII)


def text_of(cell: object) -> str:
    """A cell as one line of text; 105201.0 and 105201 are "105201"."""
    if isinstance(cell, str):
        return " ".join(cell.split())
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


@lru_cache(maxsize=65536)
def normalise_code(raw: str) -> tuple[str, str]:
    """(code, system). Spaces between groups of digits vanish; hyphens stay, as they mean another numbering.

    >>> normalise_code("105 201"), normalise_code("100-02"), normalise_code("0042")
    (('105201', 'digits'), ('100-02', 'hyphenated'), ('0042', 'digits'))
    """
    text = raw.strip()
    if text.isascii() and text.isdigit():
        return text, "digits"
    if _SPACED.match(text):
        return re.sub(r"\s", "", text), "digits"
    if _HYPHENATED.match(text):
        return re.sub("[–—]", "-", text), "hyphenated"
    return text, "mixed"


def split_login(text: str) -> tuple[str | None, str]:
    """«МБОУ «СОШ №1 г.Энск»(edu990001)» -> (edu990001, МБОУ «СОШ №1 г.Энск»)."""
    found = _LOGIN.search(text)
    if not found:
        return None, text.strip()
    return found.group(1).lower(), (text[: found.start()] + text[found.end() :]).strip(" |")


def declared_count(text: str) -> int | None:
    """«… | Кол-во участников: 89» -> 89."""
    found = _DECLARED.search(text)
    return int(found.group(1)) if found else None


def without_count(text: str) -> str:
    """The organisation row without its count."""
    return _DECLARED.sub("", text).strip(" |")


def make_school(values: dict[str, str]) -> SchoolRef:
    """A school from the cells of a row by role. A login may stand in its column, in the name or as the code."""
    login, name = split_login(values.get("school_name") or values.get("short_school_name") or "")
    own, _ = split_login(values.get("login", ""))
    raw = values.get("school_code", "")
    code_login, _ = split_login(raw)
    code, system = normalise_code(raw) if raw and not code_login else (None, None)
    return SchoolRef(
        login=own or values.get("login") or login or code_login,
        code=code,
        raw_code=raw or None,
        code_system=system,
        ogrn=values.get("ogrn") or None,
        inn=values.get("inn") or None,
        name=name or None,
        municipality=values.get("municipality") or None,
        region=values.get("region") or None,
        settlement=values.get("settlement") or None,
    )
