"""Titles and words of the plain table of a questionnaire: they are part of the file format and stand in a data file."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).resolve().parent.parent / "data" / "table_columns.yaml"


@dataclass(frozen=True, slots=True)
class TableWords:
    """What the data file says."""

    sheet: str
    guide_sheet: str
    columns: Mapping[str, str]
    kinds: Mapping[str, str]
    operators: Mapping[str, str]
    any_of: str
    yes: str
    no: str
    guide_titles: list[str]
    guide: list[list[str]]
    example: list[dict[str, Any]]


@cache
def table_words() -> TableWords:
    """Return the words, read once."""
    with DATA.open(encoding="utf-8") as stream:
        return TableWords(**yaml.safe_load(stream))
