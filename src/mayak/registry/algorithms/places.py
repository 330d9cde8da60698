"""Keys of settlements and regions, transliteration, distance: what the gazetteer is searched by."""

import re
from math import asin, cos, radians, sin, sqrt
from typing import Final

from mayak.registry.algorithms.sort_keys import plain

EARTH_KM: Final = 6371.0
_SETTLEMENT_WORDS: Final = frozenset(
    [
        "г",
        "гор",
        "город",
        "с",
        "село",
        "п",
        "пос",
        "поселок",
        "пгт",
        "рп",
        "гп",
        "д",
        "дер",
        "деревня",
        "ст",
        "ста",
        "станица",
        "х",
        "хутор",
        "аул",
        "нп",
        "мкр",
        "тер",
    ]
)
_REGION_WORDS: Final = frozenset(
    [
        "область",
        "обл",
        "край",
        "республика",
        "респ",
        "автономный",
        "автономная",
        "округ",
        "ао",
        "город",
        "г",
        "федерального",
        "значения",
        "чувашия",
    ]
)
_LETTERS: Final = dict(
    zip(
        "абвгдезийклмнопрстуфхцчшщъыьэюяё",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
            "e",
        ],
        strict=True,
    )
) | {"ж": "zh"}
_BRACKETS: Final = re.compile(r"\([^)]*\)|/[^/]*/")


def settlement_key(name: str) -> str:
    """«г. Тосно», «Тосно город», «ТОСНО» -> «тосно»; what kind of place it is does not count."""
    words = plain(_BRACKETS.sub(" ", name)).split()
    kept = [word for word in words if word not in _SETTLEMENT_WORDS]
    return " ".join(kept or words)


def region_key(name: str) -> str:
    """«Республика Карелия», «Карелия Респ» -> «карелия»."""
    words = plain(_BRACKETS.sub(" ", name)).split()
    kept = sorted(word for word in words if word not in _REGION_WORDS)
    return " ".join(kept or words)


def latin(name: str) -> str:
    """Return a Russian name in plain Latin letters, near enough to the English spelling of gazetteers."""
    return "".join(_LETTERS.get(letter, letter) for letter in name.lower())


def kilometres(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Return the great-circle distance of two (latitude, longitude) pairs in kilometres."""
    (lat1, lon1), (lat2, lon2) = ((radians(one[0]), radians(one[1])) for one in (first, second))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))
