"""Fairness of a pairing: who got a pair, by place, size and kind of the school and the way to the nearest help."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from mayak.kernel.ui.tables import number_text
from mayak.matching.algorithms.fairness import (
    BANDS_KM,
    LEAST_GROUP,
    Audit,
    Case,
    Point,
    audit,
    band,
    nearest_km,
    thirds,
)
from mayak.matching.enums import MatchingLevel
from mayak.matching.models import MatchingRun
from mayak.matching.validators import FAIRNESS_FROM
from mayak.registry.enums import Locality, SchoolType, TerritoryKind
from mayak.registry.models import Organisation, Territory


@dataclass(frozen=True, slots=True)
class AuditSection:
    """One way to group with its conclusions in words."""

    title: Any
    audit: Audit
    conclusions: tuple[str, ...]


@dataclass(frozen=True)
class FairnessPage:
    """The whole audit. ``cases``: schools, or needs of teachers by the schools of the mentees."""

    cases: int
    served: int
    difference: float
    sections: tuple[AuditSection, ...]
    of_people: bool

    @property
    def share(self) -> float | None:
        """Share of the served."""
        return self.served / self.cases if self.cases else None

    @property
    def gap_count(self) -> int:
        """How many groups are served less often."""
        return sum(len(section.audit.gaps) for section in self.sections)


@dataclass(frozen=True)
class _Material:
    """Cases, the school of each, the schools, and where help can be had."""

    cases: list[Case]
    school_of: dict[str, int]
    schools: Mapping[int, Organisation]
    givers: list[Point | None]


def difference_of(run: MatchingRun) -> float:
    """Return the difference of shares from which the pairing calls a group less served; a rule that can be changed."""
    return float(run.settings.get("fairness_from", FAIRNESS_FROM))


def fairness_of(run: MatchingRun, *, difference: float | None = None) -> FairnessPage:
    """Return the audit of a computed pairing; the schools as the registry knows them now, a fixed number of queries."""
    threshold = difference_of(run) if difference is None else difference
    of_people = run.level == MatchingLevel.TEACHERS
    material = _of_teachers(run) if of_people else _of_schools(run)
    sections = []
    for title, grouped in (
        (_("Rural and urban"), _localities),
        (_("Size of the school"), _sizes),
        (_("Way to the nearest help"), _distances),
        (_("Kind of school"), _kinds),
        (_("Region"), _regions),
        (_("Municipality"), _municipalities),
    ):
        groups, order = grouped(material)
        found = audit(material.cases, groups, order=order, difference=threshold)
        if found.lines and not (grouped is _regions and len(found.lines) == 1):
            sections.append(AuditSection(title, found, conclusions(found, threshold)))
    return FairnessPage(
        cases=len(material.cases),
        served=sum(case.is_served for case in material.cases),
        difference=threshold,
        sections=tuple(sections),
        of_people=of_people,
    )


def conclusions(found: Audit, difference: float) -> tuple[str, ...]:
    """Return what follows, in plain words; nothing follows from small groups."""
    if not found.is_compared:
        return (
            _("Nothing can be concluded: fewer than two groups of %(least)s or more.")
            % {"least": LEAST_GROUP},
        )
    if not found.gaps:
        words = {"points": number_format(round(difference * 100, 1))}
        return (_("No group got a pair less often by %(points)s percentage points or more.") % words,)
    return tuple(
        _("%(group)s: a pair less often, %(share)s against %(best_share)s (%(best)s).")
        % {
            "group": gap.group,
            "share": _percent(gap.share),
            "best_share": _percent(gap.best_share),
            "best": gap.best_group,
        }
        for gap in found.gaps
    )


def _of_schools(run: MatchingRun) -> _Material:
    problem = run.snapshot.get("problem", {})
    best: dict[int, tuple[float, float | None]] = {}
    for mentee, score, km in run.pairs.order_by("score").values_list("mentee_id", "score", "distance_km"):
        best[mentee] = (score, km)
    keys = [int(row["key"]) for row in problem.get("mentees", [])]
    cases = [Case(str(key), key in best, *best.get(key, (None, None))) for key in keys]
    givers = [_point(row["latitude"], row["longitude"]) for row in problem.get("leads", [])]
    return _Material(cases, {str(key): key for key in keys}, _schools(keys), givers)


def _of_teachers(run: MatchingRun) -> _Material:
    cases: list[Case] = []
    school_of: dict[str, int] = {}
    pairs = run.teacher_pairs.order_by("pk").values_list(
        "mentee_id", "need_key", "mentee_school_id", "score", "distance_km"
    )
    for mentee, need, school, score, km in pairs:
        key = f"{mentee} {need}"
        school_of[key] = school
        cases.append(Case(key, is_served=True, score=score, distance_km=km))
    left = run.uncovered.order_by("pk").values_list("mentee_id", "need_key", "mentee_school_id")
    for mentee, need, school in left:
        key = f"{mentee} {need}"
        school_of[key] = school
        cases.append(Case(key, is_served=False))
    mentors = run.snapshot.get("teachers", {}).get("mentors", {})
    places = zip(mentors.get("latitude", []), mentors.get("longitude", []), strict=True)
    return _Material(cases, school_of, _schools(school_of.values()), [_point(*place) for place in places])


def _schools(keys: Iterable[int]) -> Mapping[int, Organisation]:
    rows = Organisation.objects.select_related("territory").defer("search_text", "address")
    return rows.in_bulk(set(keys))


def _point(latitude: Any, longitude: Any) -> Point | None:
    return None if latitude is None or longitude is None else (float(latitude), float(longitude))


Grouped = tuple[dict[str, str], Sequence[str]]


def _by_school(material: _Material, label: Callable[[Organisation], str]) -> dict[str, str]:
    labels = {pk: label(school) for pk, school in material.schools.items()}
    return {key: labels[school] for key, school in material.school_of.items() if school in labels}


def _localities(material: _Material) -> Grouped:
    labels = {
        Locality.RURAL.value: _("Rural schools"),
        Locality.URBAN.value: _("Urban schools"),
        "": _("Rural or urban is unknown"),
    }
    return _by_school(material, lambda school: labels[school.locality]), list(labels.values())


def _sizes(material: _Material) -> Grouped:
    pupils = {
        str(pk): float(school.pupils) for pk, school in material.schools.items() if school.pupils is not None
    }
    third_of = thirds(pupils)
    most = [
        max((pupils[key] for key, third in third_of.items() if third == number), default=0)
        for number in range(3)
    ]
    labels = [
        _("Small schools (up to %(count)s pupils)") % {"count": number_text(most[0], 0)},
        _("Middle schools (up to %(count)s pupils)") % {"count": number_text(most[1], 0)},
        _("Large schools (up to %(count)s pupils)") % {"count": number_text(most[2], 0)},
    ]
    unknown = _("Number of pupils is unknown")

    def label(school: Organisation) -> str:
        third = third_of.get(str(school.pk))
        return unknown if third is None else labels[third]

    return _by_school(material, label), [*labels, unknown]


def _distances(material: _Material) -> Grouped:
    low, middle, high = (number_text(bound, 0) for bound in BANDS_KM)
    labels = [
        _("Up to %(to)s km to the nearest help") % {"to": low},
        _("%(from)s to %(to)s km to the nearest help") % {"from": low, "to": middle},
        _("%(from)s to %(to)s km to the nearest help") % {"from": middle, "to": high},
        _("More than %(from)s km to the nearest help") % {"from": high},
    ]
    unknown = _("Distance is unknown")
    schools = list(material.schools.values())
    nearest = nearest_km([_point(school.latitude, school.longitude) for school in schools], material.givers)
    known = {
        school.pk: unknown if km is None else labels[band(km)]
        for school, km in zip(schools, nearest, strict=True)
    }
    return _by_school(material, lambda school: known[school.pk]), [*labels, unknown]


def _kinds(material: _Material) -> Grouped:
    labels = {value: str(label) for value, label in SchoolType.choices}
    unknown = _("Kind of school is unknown")
    return _by_school(material, lambda school: labels.get(school.school_type, unknown)), [
        *labels.values(),
        unknown,
    ]


def _municipalities(material: _Material) -> Grouped:
    unknown = _("Outside a municipality")

    def label(school: Organisation) -> str:
        place = school.territory
        return place.name if place.kind == TerritoryKind.MUNICIPALITY else unknown

    return _by_school(material, label), []


def _regions(material: _Material) -> Grouped:
    rows = Territory.objects.filter(kind=TerritoryKind.REGION).values_list("pk", "name")
    regions: dict[int, str] = dict(rows)
    unknown = _("Outside a region")

    def label(school: Organisation) -> str:
        parts = (int(part) for part in (school.territory.path or "").split("/") if part)
        return next((regions[part] for part in parts if part in regions), unknown)

    return _by_school(material, label), []


def _percent(share: float) -> str:
    return f"{number_text(share * 100, 0)}\u202f%"
