"""The genitive of a person and a post («в лице директора Иванова Ивана Ивановича»): a proposal that a person checks.

Rules of Russian grammar for names of people; a family name that no rule knows stays as it is.
"""

import re
from typing import Final

VOWELS: Final = "аеёиоуыэюя"
HUSHING: Final = "гкхжчшщ"
_WOMAN: Final = re.compile(r"(вна|чна|шна|кызы)$")
_MAN: Final = re.compile(r"(вич|ьич|мич|оглы)$")
_SPECIAL: Final = {"павел": "Павла", "пётр": "Петра", "петр": "Петра", "лев": "Льва", "любовь": "Любови"}
_POSTS: Final = (
    (r"^исполняющий\b", "исполняющего"),
    (r"^исполняющая\b", "исполняющей"),
    (r"^временно\b", "временно"),
    (r"\bзаведующий\b", "заведующего"),
    (r"\bзаведующая\b", "заведующей"),
    (r"^директор\b", "директора"),
    (r"^заместитель\b", "заместителя"),
    (r"^начальник\b", "начальника"),
    (r"^председатель\b", "председателя"),
    (r"^руководитель\b", "руководителя"),
    (r"^ректор\b", "ректора"),
    (r"^глава\b", "главы"),
)


def is_woman(name: str) -> bool | None:
    """Whether the full name («Иванова Анна Петровна») is a woman's; None where the patronymic does not tell."""
    last = name.lower().split()[-1:] or [""]
    if _WOMAN.search(last[0]):
        return True
    return False if _MAN.search(last[0]) else None


def genitive_of_name(name: str) -> str:
    """Return «Наумова Евгения Геннадьевича» for «Наумов Евгений Геннадьевич»; unchanged where nothing is sure."""
    parts = name.split()
    woman = is_woman(name)
    if woman is None or len(parts) != 3:  # noqa: PLR2004  # family name, given name, patronymic
        return name
    family, given, patronymic = parts
    double = "-".join(_family(part, woman=woman) for part in family.split("-"))
    return f"{double} {_given(given, woman=woman)} {_patronymic(patronymic, woman=woman)}"


def genitive_of_post(post: str) -> str:
    """Return «директора» for «директор»; the rest of the post stays."""
    shown = post.strip()
    shown = shown[:1].lower() + shown[1:]
    for pattern, word in _POSTS:
        shown = re.sub(pattern, word, shown)
    return shown


def acting_word(name: str) -> str:
    """Return «действующего» or «действующей»."""
    return "действующей" if is_woman(name) else "действующего"


def _family(word: str, *, woman: bool) -> str:
    low = word.lower()
    if low.endswith(("о", "у", "е", "и", "ых", "их", "э", "ю")):
        return word
    if woman:
        return _family_of_woman(word)
    if low.endswith(("ий", "ый", "ой")):
        return word[:-2] + ("его" if low[-3] in "жчшщ" else "ого")
    if low.endswith(("ь", "й")):
        return word[:-1] + "я"
    if low.endswith(("а", "я")):
        return _soft_or_hard(word)
    return word + "а"


def _family_of_woman(word: str) -> str:
    low = word.lower()
    if low.endswith(("ова", "ева", "ёва", "ина", "ына")):
        return word[:-1] + "ой"
    if low.endswith("ая"):
        return word[:-2] + "ой"
    return _soft_or_hard(word) if low.endswith(("а", "я")) else word


def _given(word: str, *, woman: bool) -> str:
    low = word.lower()
    if low in _SPECIAL:
        return _SPECIAL[low]
    if low.endswith(("а", "я")):
        return _soft_or_hard(word)
    if woman:
        return word[:-1] + "и" if low.endswith("ь") else word
    return word[:-1] + "я" if low.endswith(("й", "ь")) else word + "а"


def _patronymic(word: str, *, woman: bool) -> str:
    return word[:-1] + "ы" if woman else word + "а"


def _soft_or_hard(word: str) -> str:
    soft = word[-1].lower() == "я" or word[-2].lower() in HUSHING
    return word[:-1] + ("и" if soft else "ы")
