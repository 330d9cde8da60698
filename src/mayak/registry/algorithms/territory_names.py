"""Names of territories for comparison: «Кировский муниципальный район» is written «Кировский район» or «Кировский»."""

import re
from typing import Final

_SIGNS: Final = re.compile(r"[^\w]+")
_KIND_WORDS: Final = frozenset(
    [
        *("муниципальный", "муниципальное", "образование", "район", "городской", "городское", "округ"),
        *("область", "край", "республика", "г", "город", "р", "н", "м", "мо", "го", "мр"),
    ]
)


def place_key(name: str) -> str:
    """Return the letters of a name: case, hyphens, quotes and «ё» do not count."""
    return " ".join(_SIGNS.sub(" ", name.lower().replace("ё", "е")).split())


def bare_key(name: str) -> str:
    """Return the name without the words of its kind: «Кировский муниципальный район» is «кировский»."""
    words = place_key(name).split()
    return " ".join(word for word in words if word not in _KIND_WORDS) or " ".join(words)
