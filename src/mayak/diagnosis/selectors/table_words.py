"""Words of the tables that people load: headers of columns, examples for templates, words of posts."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

WORDS = Path(__file__).resolve().parent.parent / "data" / "table_words.yaml"


@lru_cache(maxsize=1)
def table_words() -> dict[str, Any]:
    """Return the words by kind."""
    with WORDS.open(encoding="utf-8") as stream:
        words: dict[str, Any] = yaml.safe_load(stream)
    return words
