"""Names of invented people: common family, given and patronymic names joined at random."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import yaml


@dataclass(frozen=True, slots=True)
class FullName:
    """The three parts of a name."""

    family: str
    given: str
    patronymic: str


@cache
def _words() -> dict[str, list[str]]:
    with Path(__file__).with_name("names.yaml").open(encoding="utf-8") as stream:
        words: dict[str, list[str]] = yaml.safe_load(stream)
    return words


def draw_name(random: np.random.Generator, *, share_of_women: float = 0.85) -> FullName:
    """Join an invented name; schools employ mostly women."""
    is_woman = bool(random.random() < share_of_women)
    lists = _words()
    family, given, father = (
        words[int(random.integers(len(words)))]
        for words in (lists["family"], lists["women" if is_woman else "men"], lists["fathers"])
    )
    if is_woman:
        return FullName(f"{family}а", given, f"{father}на")
    return FullName(family, given, f"{father}ич")
