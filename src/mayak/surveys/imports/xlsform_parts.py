"""Parts of a row of XLSForm: constraints, ranges, required, what Mayak itself has noted."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mayak.surveys.algorithms.definition import QuestionKind, Words

YES = frozenset({"yes", "true", "true()", "1", "да"})
NO = frozenset({"", "no", "false", "false()", "0", "нет"})
_PART = re.compile(
    r"^(?P<of>\.|count-selected\(\s*\.\s*\)|string-length\(\s*\.\s*\))\s*(?P<sign>>=|<=|>|<)\s*(?P<number>-?\d+(?:\.\d+)?)$"
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Least and greatest value, as far as a constraint says them."""

    minimum: float | None = None
    maximum: float | None = None


def read_constraint(text: str, kind: QuestionKind, *, whole: bool) -> Bounds | None:
    """Return the bounds of a constraint; None where it says anything else."""
    bounds = Bounds()
    for part in re.split(r"\s+and\s+", text.strip()):
        found = _PART.match(part.strip().removeprefix("(").removesuffix(")").strip())
        if found is None or not _fits(found.group("of"), kind):
            return None
        number, sign = float(found.group("number")), found.group("sign")
        is_counted = whole or kind != QuestionKind.NUMBER
        if sign in {">", "<"}:
            if not is_counted or number != int(number):
                return None
            number += 1 if sign == ">" else -1
        if sign.startswith(">"):
            if kind != QuestionKind.NUMBER:
                return None
            bounds = Bounds(number, bounds.maximum)
        else:
            bounds = Bounds(bounds.minimum, number)
    return bounds


def _fits(of: str, kind: QuestionKind) -> bool:
    wanted = {
        QuestionKind.NUMBER: ".",
        QuestionKind.MULTIPLE: "count-selected",
        QuestionKind.TEXT: "string-length",
    }
    return of.partition("(")[0].strip() == wanted.get(kind, "-")


def read_parameters(text: str) -> dict[str, str]:
    """Return «start=1 end=5» as a mapping."""
    return {
        name.strip().lower(): value.strip() for name, value in re.findall(r"([\w-]+)\s*=\s*([^\s;,]+)", text)
    }


def read_extra(text: str) -> dict[str, Any] | None:
    """Return what Mayak noted for itself; None where it cannot be read."""
    if not text:
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def words_from(value: Any) -> Words:
    """Return a noted text."""
    if not isinstance(value, Mapping):
        return Words()
    return Words(*(str(value.get(code) or "") for code in ("ru", "en")))
