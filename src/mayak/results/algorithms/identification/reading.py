"""Reading plain data field by field, collecting every fault with its place instead of stopping at the first."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from mayak.results.algorithms.identification.messages import Problem


class Reader:
    """Each method returns a usable value even after a fault, so that the whole rule is looked at once."""

    FIRST_YEAR: ClassVar = 1990
    LAST_YEAR: ClassVar = 2100

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, place: str, code: str, **params: object) -> None:
        """Note a fault."""
        self.problems.append(Problem(place, code, params))

    def mapping(self, place: str, value: Any, known: Sequence[str]) -> Mapping[str, Any]:
        """A mapping with only known fields; unknown ones are reported and dropped."""
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self._wrong(place, "fields", value)
            return {}
        for name in value:
            if name not in known:
                self.add(f"{place}.{name}" if place else str(name), "field_unknown", known=", ".join(known))
        return {str(name): item for name, item in value.items() if name in known}

    def sequence(self, place: str, value: Any) -> Sequence[Any]:
        """A list."""
        if isinstance(value, Sequence) and not isinstance(value, str):
            return value
        self._wrong(place, "list", value)
        return []

    def text(self, place: str, value: Any, *, required: bool = False) -> str:
        """A text; numbers are not silently turned into one."""
        if value is None or value == "":
            if required:
                parent, _, field = place.rpartition(".")
                self.add(parent, "field_missing", field=field)
            return ""
        if not isinstance(value, str):
            self._wrong(place, "text", value)
            return ""
        return value.strip()

    def texts(self, place: str, value: Any) -> tuple[str, ...]:
        """A list of texts."""
        items = self.sequence(place, value)
        return tuple(self.text(f"{place}[{number}]", item) for number, item in enumerate(items))

    def number(self, place: str, value: Any) -> float:
        """A finite number."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self._wrong(place, "number", value)
            return 0.0
        return float(value)

    def integer(self, place: str, value: Any, *, low: int | None = None, high: int | None = None) -> int:
        """A whole number inside its bounds."""
        if isinstance(value, bool) or not isinstance(value, int):
            self._wrong(place, "whole number", value)
            return 1 if low is None else low
        if (low is not None and value < low) or (high is not None and value > high):
            bounds = {"low": "-∞" if low is None else low, "high": "∞" if high is None else high}
            self.add(place, "number_range", found=value, **bounds)
            return 1 if low is None else low
        return value

    def year(self, place: str, value: Any) -> int | None:
        """A calendar year or nothing."""
        if value is None:
            return None
        return self.integer(place, value, low=self.FIRST_YEAR, high=self.LAST_YEAR)

    def choice(self, place: str, value: Any, known: Sequence[str], *, default: str) -> str:
        """One of a closed list."""
        if isinstance(value, str) and value in known:
            return value
        if value is None:
            parent, _, field = place.rpartition(".")
            self.add(parent, "field_missing", field=field)
        else:
            self.add(place, "choice_unknown", found=value, known=", ".join(known))
        return default

    def _wrong(self, place: str, expected: str, found: object) -> None:
        self.add(place, "type_wrong", expected=expected, found=repr(found)[:60])
