"""Keys by which lists are ordered and searched: the same on every database, whatever its collation."""

import re
from collections.abc import Iterable
from typing import Final

from mayak.registry.algorithms.names import normalise_name

_NUMBER = re.compile(r"\d+")
_SIGNS = re.compile(r"[^\w№]+", re.UNICODE)
_DIGITS: Final = 6
SORT_KEY_LENGTH: Final = 200


def plain(text: str) -> str:
    """Lower case, «ё» as «е», signs as single blanks: the form in which searching compares."""
    return " ".join(_SIGNS.sub(" ", text.lower().replace("ё", "е").replace("№", "№ ")).split())


def natural_key(text: str) -> str:
    """Order of a name: «школа № 2» before «школа № 10»; quotes and case do not count."""
    return _NUMBER.sub(lambda found: found.group().zfill(_DIGITS), plain(text))[:SORT_KEY_LENGTH]


def school_key(name: str) -> str:
    """Order of an organisation: by kind and number; the legal form does not tear a list apart."""
    return natural_key(normalise_name(name).key or name)


def search_text(parts: Iterable[str]) -> str:
    """One text in which every name and code of a row is found; repeated parts once."""
    found = dict.fromkeys(plain(part) for part in parts if part)
    return "|".join(part for part in found if part)


def search_words(query: str) -> list[str]:
    """The words of a query in the form of ``search_text``; each must be found."""
    return plain(query).split()[:8]
