"""Which columns of a file mean what: a YAML file, every part optional."""

import re
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml
from django.utils.translation import gettext as _

from mayak.matching.imports.errors import FileFault

LIKENESS: Final = ("school_level", "locality", "school_type", "pupils", "language")
"""What the criteria «level», «kind» and «language» look at; every column may be missing."""
SECTIONS: Final[AnyMapping[str, tuple[str, ...]]] = {
    "needs": (
        "key",
        "name",
        "region",
        "municipality",
        "settlement",
        "latitude",
        "longitude",
        "subject",
        "grade",
        "weight",
        "need_class",
        "leads_wanted",
        *LIKENESS,
    ),
    "leads": (
        "key",
        "name",
        "region",
        "municipality",
        "settlement",
        "latitude",
        "longitude",
        "subject",
        "grade",
        "level",
        "capacity",
        *LIKENESS,
    ),
    "coordinates": ("key", "region", "municipality", "settlement", "latitude", "longitude", "point"),
}
"""Sections and their fields; a column that the mapping does not name bears the field's own name (``USUAL``)."""
USUAL: Final[AnyMapping[str, list[str]]] = {"key": ["key", "school"]}
"""``mayak identify --out FILE.json`` calls the key of a school «school»."""
_TOP: Final = {*SECTIONS, "normalise", "join", "point_order"}
JOIN: Final = (("key",), ("region", "municipality", "settlement"), ("region", "settlement"))
POINT_ORDERS: Final = ("latitude longitude", "longitude latitude")


@dataclass(frozen=True)
class Section:
    """The columns of one kind of file; ``where`` keeps only rows whose column has one of the values."""

    columns: AnyMapping[str, tuple[str, ...]]
    where: AnyMapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Mapping:
    """The whole mapping; names of places are compared in capitals, after ``remove`` and ``same``."""

    sections: AnyMapping[str, Section]
    remove: tuple[re.Pattern[str], ...] = ()
    same: AnyMapping[str, str] = field(default_factory=dict)
    join: tuple[tuple[str, ...], ...] = JOIN
    point_order: str = POINT_ORDERS[0]

    def plain(self, name: str) -> str:
        """Return the name of a place as it is compared."""
        text = " ".join(name.upper().split())
        for pattern in self.remove:
            text = pattern.sub("", text).strip()
        return self.same.get(text, text)


def read_mapping(path: Path | None) -> Mapping:
    """Return the mapping; without a file every column bears the field's own name.

    Raises:
        FileFault: no YAML, an unknown name, or a pattern that is none.
    """
    data = {} if path is None else read_yaml(path)
    name = "" if path is None else path.name
    refuse_unknown(name, data, _TOP)
    sections = {section: _section(name, section, data.get(section)) for section in SECTIONS}
    normal = _named(name, "normalise", data.get("normalise"))
    refuse_unknown(name, normal, {"remove", "same"})
    same = _named(name, "normalise.same", normal.get("same"))
    order = data.get("point_order", POINT_ORDERS[0])
    if order not in POINT_ORDERS:
        raise FileFault(
            name, _("«point_order» must be one of: %(known)s.") % {"known": "; ".join(POINT_ORDERS)}
        )
    return Mapping(
        sections=sections,
        remove=tuple(_pattern(name, text) for text in _words(normal.get("remove") or [])),
        same={str(old).upper(): str(new).upper() for old, new in same.items()},
        join=_joins(name, data.get("join")),
        point_order=order,
    )


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the top level of a YAML file.

    Raises:
        FileFault: it cannot be read, is no YAML, or has no names on top.
    """
    if not path.is_file():
        raise FileFault(path.name, _("there is no such file."))
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise FileFault(path.name, error.strerror or str(error)) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FileFault(path.name, _("this is no YAML: %(error)s") % {"error": error}) from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise FileFault(path.name, _("the file must consist of names with values."))
    return {str(name): value for name, value in data.items()}


def refuse_unknown(file: str, data: AnyMapping[str, Any], known: set[str]) -> None:
    """Refuse names that nothing is known of: most are misspelt.

    Raises:
        FileFault: names them, and what is known.
    """
    unknown = sorted(set(data) - known)
    if unknown:
        words = {"names": ", ".join(unknown), "known": ", ".join(sorted(known))}
        raise FileFault(file, _("unknown: %(names)s. Known: %(known)s.") % words)


def _named(file: str, place: str, data: Any) -> AnyMapping[str, Any]:
    """A part of the file that must consist of names with values; empty where it is left out."""
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise FileFault(f"{file}: {place}", _("names with values are expected here."))
    return {str(name): value for name, value in data.items()}


def _joins(file: str, rows: Any) -> tuple[tuple[str, ...], ...]:
    """The ways of finding a place; each is a list of fields of a place."""
    if rows is None:
        return JOIN
    known = {"key", "region", "municipality", "settlement"}
    if not isinstance(rows, list) or not all(isinstance(row, list) and row for row in rows):
        raise FileFault(f"{file}: join", _("a list of lists of fields is expected here."))
    for row in rows:
        refuse_unknown(f"{file}: join", dict.fromkeys(map(str, row)), known)
    return tuple(tuple(map(str, row)) for row in rows)


def _section(file: str, section: str, given: Any) -> Section:
    data = _named(file, section, given)
    refuse_unknown(f"{file}: {section}", data, {*SECTIONS[section], "where"})
    columns = {name: _words(data.get(name, USUAL.get(name, name))) for name in SECTIONS[section]}
    where = {
        str(column): _words(values)
        for column, values in _named(file, f"{section}.where", data.get("where")).items()
    }
    return Section(columns, where)


def _words(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(" ".join(str(one).split()) for one in values)


def _pattern(file: str, text: str) -> re.Pattern[str]:
    try:
        return re.compile(str(text), re.IGNORECASE)
    except re.error as error:
        raise FileFault(
            file, _("«%(text)s» is no pattern: %(error)s") % {"text": text, "error": error}
        ) from error
