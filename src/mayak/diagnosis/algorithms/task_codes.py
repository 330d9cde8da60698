"""Codes of tasks as documents and files write them: «1», «9.1», «9,1 (1б)», «1К1» with a Cyrillic or a Latin К."""

import re
from collections.abc import Collection
from typing import Final

CODE_LENGTH: Final = 12
_LATIN: Final = str.maketrans("ABCEHKMOPTX", "АВСЕНКМОРТХ")
_POINTS: Final = re.compile(r"\s*\(\s*\d+\s*[бБ]\.?\s*\)$")
_CODE: Final = re.compile(r"(?=.*\d)[\dА-ЯЁ]+(?:\.[\dА-ЯЁ]+)*")


def normal_code(text: str) -> str:
    """Return the one spelling of a code, "" where the text is none.

    A point for a comma, no spaces, Cyrillic capitals for Latin letters that look like them, no «(1б)» of a header of
    ФИС ОКО, «5» for the «5.0» of a spreadsheet.

    >>> normal_code("9,1 (1б)"), normal_code("1k1"), normal_code("5.0"), normal_code("Q7")
    ('9.1', '1К1', '5', '')
    """
    plain = _POINTS.sub("", text.strip())
    plain = "".join(plain.split()).upper().translate(_LATIN).replace(",", ".").removesuffix(".0")
    return plain if len(plain) <= CODE_LENGTH and _CODE.fullmatch(plain) else ""


def is_part(code: str, whole: str) -> bool:
    """Whether a code is a part of a task: «9.1» or «9К1» of «9», never «91»."""
    return len(code) > len(whole) and code.startswith(whole) and not code[len(whole)].isdigit()


def leaves_of(whole: str, codes: Collection[str]) -> list[str]:
    """Return the parts of a task that have no parts themselves."""
    parts = [code for code in codes if is_part(code, whole)]
    return [code for code in parts if not any(is_part(other, code) for other in parts)]
