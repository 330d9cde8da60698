"""The input of a pairing from lists of schools and a file of coordinates."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from mayak.matching.algorithms.problem import Lead, Mentee, Need, Problem, Strength
from mayak.matching.imports.errors import FileFault
from mayak.matching.imports.mapping import Mapping
from mayak.matching.imports.rules import Rules
from mayak.matching.imports.tables import TableRow, read_rows
from mayak.matching.selectors.problems import LARGE, SMALL
from mayak.matching.selectors.school_settings import with_settings

Point = tuple[float, float]
Places = dict[tuple[tuple[str, ...], tuple[str, ...]], Point | None]


@dataclass
class FileInput:
    """The problem with the names of the schools and those whose place is unknown."""

    problem: Problem
    names: dict[str, str]
    without_coordinates: list[str] = field(default_factory=list)


def read_input(
    needs: Iterable[Path],
    leads: Iterable[Path],
    coordinates: Iterable[Path],
    *,
    mapping: Mapping,
    rules: Rules,
) -> FileInput:
    """Return the input; several rows of one school are its several subjects.

    Raises:
        FileFault: a file cannot be read, a column is missing, a cell is wrong, or rows of a school contradict.
    """
    places = _places(coordinates, mapping)
    mentee_rows = _grouped(needs, mapping, "needs")
    lead_rows = _grouped(leads, mapping, "leads")
    mentees = tuple(_mentee(key, rows, mapping, places, rules) for key, rows in sorted(mentee_rows.items()))
    givers = tuple(_lead(key, rows, mapping, places, rules) for key, rows in sorted(lead_rows.items()))
    problem = Problem(
        mentees=mentees,
        leads=givers,
        fixed=rules.locked,
        forbidden=rules.forbidden,
        last_year=rules.last_year,
        earlier=tuple((*pair, 1.0) for pair in dict.fromkeys((*rules.last_year, *rules.earlier))),
        preferred=tuple((*pair, 1.0) for pair in rules.preferred),
    )
    problem = with_settings(problem, rules.objective, rules.settings)
    names = {key: rows[0].text("name") or key for key, rows in (*mentee_rows.items(), *lead_rows.items())}
    schools: list[Mentee | Lead] = [*mentees, *givers]
    unknown = sorted({school.key for school in schools if school.latitude is None})
    return FileInput(problem, names, unknown)


def _grouped(paths: Iterable[Path], mapping: Mapping, section: str) -> dict[str, list[TableRow]]:
    found: dict[str, list[TableRow]] = defaultdict(list)
    for path in paths:
        for row in read_rows(path, mapping.sections[section], needed=("key",)):
            if key := row.text("key"):
                found[key].append(row)
    return found


def _places(paths: Iterable[Path], mapping: Mapping) -> Places:
    """Return the points by every way of joining; None where a name stands for several points."""
    found: Places = {}
    for path in paths:
        for row in read_rows(path, mapping.sections["coordinates"], needed=()):
            point = _point(row, mapping)
            if point is None:
                continue
            for fields in mapping.join:
                names = tuple(_name(row, name, mapping) for name in fields)
                if not all(names):
                    continue
                key = (tuple(fields), names)
                found[key] = point if found.get(key, point) == point else None
    return found


def _name(row: TableRow, name: str, mapping: Mapping) -> str:
    return row.text(name) if name == "key" else mapping.plain(row.text(name))


def _point(row: TableRow, mapping: Mapping) -> Point | None:
    if both := row.text("point"):
        parts = both.replace(";", ",").replace(" ", ",").split(",")
        numbers = [float(part) for part in parts if _is_number(part)]
        if len(numbers) != 2:  # noqa: PLR2004  # latitude and longitude
            raise FileFault(row.file, _("«%(value)s» is no point.") % {"value": both}, row=row.number)
        return (
            (numbers[1], numbers[0])
            if mapping.point_order.startswith("longitude")
            else (numbers[0], numbers[1])
        )
    latitude, longitude = row.number_of("latitude"), row.number_of("longitude")
    return None if latitude is None or longitude is None else (latitude, longitude)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _where(rows: list[TableRow], mapping: Mapping, places: Places) -> dict[str, Any]:
    """Return territory and point: the school's own, else the first way of joining that finds one point."""
    row = rows[0]
    point = _point(row, mapping)
    for fields in () if point else mapping.join:
        names = tuple(_name(row, name, mapping) for name in fields)
        if all(names) and (found := places.get((tuple(fields), names))):
            point = found
            break
    latitude, longitude = point or (None, None)
    region, municipality = mapping.plain(row.text("region")), mapping.plain(row.text("municipality"))
    return {
        "latitude": latitude,
        "longitude": longitude,
        "region": region,
        "municipality": f"{region} / {municipality}" if municipality else "",
    }


def _likeness(rows: list[TableRow], rules: Rules) -> dict[str, Any]:
    """Level, kind and language of a school; what no row names is unknown."""
    row = rows[0]
    pupils = row.number_of("pupils")
    size = "" if pupils is None else (SMALL if pupils < rules.settings.small_school_pupils else LARGE)
    kind = (row.text("locality").lower(), row.text("school_type").lower(), size)
    return {
        "level": row.number_of("school_level"),
        "kind": kind if any(kind) else (),
        "language": row.text("language").lower(),
    }


def _mentee(key: str, rows: list[TableRow], mapping: Mapping, places: Places, rules: Rules) -> Mentee:
    needs = tuple(
        Need(subject, row.whole_of("grade"), _or(row.number_of("weight"), 1.0))
        for row in rows
        if (subject := row.text("subject"))
    )
    return Mentee(
        key=key,
        needs=needs,
        leads_wanted=_one(rows, "leads_wanted", rules.settings.leads_per_school),
        need_class=_one(rows, "need_class", 1),
        **_likeness(rows, rules),
        **_where(rows, mapping, places),
    )


def _lead(key: str, rows: list[TableRow], mapping: Mapping, places: Places, rules: Rules) -> Lead:
    strengths = tuple(
        Strength(subject, row.whole_of("grade"), _or(row.number_of("level"), 1.0))
        for row in rows
        if (subject := row.text("subject"))
    )
    capacity = _one(rows, "capacity", rules.settings.default_capacity)
    more = _where(rows, mapping, places) | _likeness(rows, rules)
    return Lead(key=key, capacity=capacity, strengths=strengths, **more)


def _one(rows: list[TableRow], name: str, default: int) -> int:
    """Return the one value that all rows of the school give.

    Raises:
        FileFault: they give different ones.
    """
    values = {value: row for row in rows if (value := row.whole_of(name)) is not None}
    if len(values) > 1:
        last = list(values.values())[-1]
        words = {
            "key": last.text("key"),
            "name": name,
            "values": ", ".join(str(value) for value in sorted(values)),
        }
        raise FileFault(
            last.file, _("the rows of «%(key)s» differ in «%(name)s»: %(values)s.") % words, row=last.number
        )
    return next(iter(values), default)


def _or(value: float | None, default: float) -> float:
    return default if value is None else value
