"""Content lines of help: what a school lacks and what a lead school offers, under one key each.

«math» is a subject, «risk:<code>» a risk factor, «competence:<code>» a competence; ``LineKind`` names the kinds.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Prefetch

from mayak.diagnosis.models import Competence, LeadOffer, LeadProfile, LeadStrength, SchoolNeed
from mayak.diagnosis.selectors import SubjectNeed, needs_of
from mayak.diagnosis.selectors.needs import school_needs
from mayak.matching.algorithms.problem import Need, Strength
from mayak.matching.enums import LineKind
from mayak.registry.models import Organisation, SchoolYear, Subject

OFFERED_LEVEL: Final = 0.5
"""Strength in a subject that a passport offers and no result shows. Assumption: no document names a number."""
GRADES: Final = range(1, 13)
_RISK, _COMPETENCE = f"{LineKind.RISK}:", f"{LineKind.COMPETENCE}:"


@dataclass(frozen=True)
class SchoolNeeds:
    """Needs by key of the school, the heaviest first, and the names of lines that are no subject."""

    by_school: Mapping[int, tuple[Need, ...]]
    names: Mapping[str, str]


def kind_of_line(line: str) -> LineKind:
    """Return what a key stands for."""
    if line.startswith(_RISK):
        return LineKind.RISK
    return LineKind.COMPETENCE if line.startswith(_COMPETENCE) else LineKind.SUBJECT


def needs_of_schools(
    schools: Collection[int], school_year: SchoolYear, subjects: Mapping[int, Subject], *, share_from: float
) -> SchoolNeeds:
    """Return what the schools lack: the list of diagnosis where it has an open need, else the failing subjects.

    The weight that a person stated counts before the computed one. Of needs of one line and grade (a subject, and a
    topic of it) the heaviest counts. A need in free words has no line: no lead school can be strong in it by data.

    Args:
        schools: keys.
        school_year: of the lists.
        subjects: all subjects by key.
        share_from: share below the threshold from which a subject is a need where no list was made.
    """
    listed = school_needs(schools, school_year)
    found: dict[int, tuple[Need, ...]] = {}
    names: dict[str, str] = {}
    for school, rows in listed.items():
        weights: dict[tuple[str, int | None], float] = {}
        for row in rows:
            line = _line(row, subjects)
            if line and row.counted_weight > 0:
                key = (line, row.grade)
                weights[key] = max(weights.get(key, 0.0), row.counted_weight)
                if kind_of_line(line) is not LineKind.SUBJECT:
                    names.setdefault(line, _name(row))
        if weights:
            found[school] = _sorted(Need(line, grade, weight) for (line, grade), weight in weights.items())
    rest = [school for school in schools if school not in found]
    for school, failing in needs_of(rest, school_year, share_from=share_from).items():
        found[school] = tuple(_failing(failing, subjects))
    return SchoolNeeds(found, names | _competence_names(names))


def profiles_of(leads: Iterable[Organisation], school_year: SchoolYear) -> dict[int, LeadProfile]:
    """Return the accepted passports with strengths and offers, by key of the school; a fixed number of queries."""
    strengths = LeadStrength.objects.select_related("subject").order_by("subject__code", "grade_from", "pk")
    offers = LeadOffer.objects.select_related("subject", "risk_factor").order_by("pk")
    rows = LeadProfile.objects.accepted().filter(organisation__in=list(leads), school_year=school_year)
    rows = rows.select_related("school_year")
    rows = rows.prefetch_related(Prefetch("strengths", strengths)).prefetch_related(
        Prefetch("offers", offers)
    )
    return {row.organisation_id: row for row in rows}


def strengths_of_profile(profile: LeadProfile) -> tuple[Strength, ...]:
    """Return in what the lead school can help: strengths by results, then what its passport offers besides."""
    found = [
        Strength(row.subject.code, grade, row.level)
        for row in profile.strengths.all()
        for grade in _grades(row.grade_from, row.grade_to)
    ]
    for offer in profile.offers.all():
        found += _offered(offer)
    return tuple(dict.fromkeys(found))


def _offered(offer: LeadOffer) -> Iterator[Strength]:
    if offer.risk_factor is not None:
        yield Strength(f"{_RISK}{offer.risk_factor.code}")
    if offer.competence:
        yield Strength(f"{_COMPETENCE}{offer.competence}")
    if offer.subject is not None:
        for grade in _grades(offer.grade_from, offer.grade_to):
            yield Strength(offer.subject.code, grade, OFFERED_LEVEL)


def _grades(first: int | None, last: int | None) -> list[int | None]:
    if first is None:
        return [None]
    return [grade for grade in GRADES if first <= grade <= (last or first)]


def _line(need: SchoolNeed, subjects: Mapping[int, Subject]) -> str:
    if need.subject_id is not None:
        return str(subjects[need.subject_id].code)
    if need.risk_factor is not None:
        return f"{_RISK}{need.risk_factor.code}"
    return f"{_COMPETENCE}{need.competence}" if need.competence else ""


def _name(need: SchoolNeed) -> str:
    return need.risk_factor.name if need.risk_factor is not None else need.title


def _competence_names(names: Mapping[str, str]) -> dict[str, str]:
    """Names of the catalogue: the title of a need may say more than the competence."""
    codes = [line.removeprefix(_COMPETENCE) for line in names if line.startswith(_COMPETENCE)]
    rows = Competence.objects.filter(code__in=codes).values_list("code", "name") if codes else []
    return {f"{_COMPETENCE}{code}": name for code, name in rows}


def _failing(needs: Iterable[SubjectNeed], subjects: Mapping[int, Subject]) -> Iterator[Need]:
    for need in needs:
        yield Need(subjects[need.subject_id].code, need.grade, need.share)


def _sorted(needs: Iterable[Need]) -> tuple[Need, ...]:
    return tuple(sorted(needs, key=lambda need: (-need.weight, need.subject, need.grade or 0)))
