"""Needs and strengths by subject and grade, computed from the results that count."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from mayak.diagnosis.selectors.values import SubjectNeed, SubjectStrength
from mayak.registry.models import SchoolYear
from mayak.results.enums import BASIS_PRIORITY
from mayak.results.models import SchoolResult

YEARS_BACK = 2
"""Calendar years of procedures that speak for a school year: the one in which it ends and the one before.

Two, because the rule of low results looks at two years in a row (domain.md B1.1); an assumption beyond that.
"""
PARTICIPANTS_AT_LEAST = 10
"""A strength rests on at least so many participants. Assumption: no document names a number."""
SCHOOLS_AT_LEAST = 10
"""A percentile is taken among at least so many schools. Assumption: no document names a number."""

_FIELDS = (
    "organisation_id",
    "assessment_id",
    "assessment__subject_id",
    "assessment__grade",
    "assessment__year",
    "basis",
    "participants",
    "below",
    "below_share",
    "mean",
)


@dataclass(frozen=True, slots=True)
class _Fact:
    """One school in one assessment, the parts taken from the best basis that has them."""

    organisation_id: int
    assessment_id: int
    subject_id: int
    grade: int | None
    year: int
    participants: int
    share: float | None
    mean: float | None


@dataclass(frozen=True, slots=True)
class YearResult:
    """A subject of a school in a calendar year: the share of participants not below the threshold, 0..1."""

    subject_id: int
    year: int
    share: float
    participants: int


def results_by_year(organisation_id: int, first: int, last: int) -> list[YearResult]:
    """Return how a school did by subject and year, over all grades and procedures, by participants."""
    groups: dict[tuple[int, int], list[tuple[float, int]]] = defaultdict(list)
    for fact in _facts_between([organisation_id], first, last):
        if fact.share is not None:
            groups[fact.subject_id, fact.year].append((1 - fact.share, fact.participants))
    return [YearResult(subject, year, *_pooled(values)) for (subject, year), values in sorted(groups.items())]


def window(school_year: SchoolYear) -> tuple[int, int]:
    """Return the first and the last calendar year whose procedures speak for the school year."""
    last = school_year.start_year + 1
    return last - YEARS_BACK + 1, last


def needs_of(
    organisation_ids: Collection[int], school_year: SchoolYear, *, share_from: float
) -> dict[int, list[SubjectNeed]]:
    """Return the subjects and grades in which each school fails, the worst first.

    A subject and grade is a need where at least ``share_from`` of the participants of the window are below the
    threshold. Schools without such a subject are left out.
    """
    found: dict[int, list[SubjectNeed]] = defaultdict(list)
    for (school, subject, grade), facts in _grouped(_facts(organisation_ids, school_year)).items():
        shares = [(fact.share, fact.participants) for fact in facts if fact.share is not None]
        if not shares:
            continue
        share, participants = _pooled(shares)
        if share >= share_from:
            found[school].append(SubjectNeed(subject, grade, round(share, 6), participants))
    return {
        school: sorted(needs, key=lambda need: (-need.share, need.subject_id, need.grade or 0))
        for school, needs in found.items()
    }


def levels_of(organisation_ids: Collection[int], school_year: SchoolYear) -> dict[int, float]:
    """Return the level of each school, 0..1: the share of participants that are not below the threshold.

    Over all subjects, grades and procedures of the window, by participants; of at least ``PARTICIPANTS_AT_LEAST``
    participants. One measure for schools that need help and for lead schools. Assumption: no document names one.
    """
    found: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for fact in _facts(organisation_ids, school_year):
        if fact.share is not None:
            found[fact.organisation_id].append((1 - fact.share, fact.participants))
    pooled = {school: _pooled(values) for school, values in sorted(found.items())}
    return {
        school: round(level, 4)
        for school, (level, participants) in pooled.items()
        if participants >= PARTICIPANTS_AT_LEAST
    }


def strengths_of(
    organisation_ids: Collection[int], school_year: SchoolYear, *, among_path: str
) -> dict[int, list[SubjectStrength]]:
    """Return how well each school does by subject and grade, the strongest first.

    Level = percentile of the school's mean (average rank / number of schools) within the assessment among the
    schools of ``among_path``, averaged over the assessments of the window by participants; where fewer than
    ``SCHOOLS_AT_LEAST`` schools have a mean there, the share of participants that are not below the threshold.
    Rests on at least ``PARTICIPANTS_AT_LEAST`` participants. Assumption: S2 asks for «возможности школы-лидера»
    and names no formula.
    """
    facts = _facts(organisation_ids, school_year)
    means = _means({fact.assessment_id for fact in facts}, among_path)
    found: dict[int, list[SubjectStrength]] = defaultdict(list)
    for (school, subject, grade), group in _grouped(facts).items():
        levels = [
            (level, fact.participants) for fact in group if (level := _percentile(fact, means)) is not None
        ]
        is_percentile = bool(levels)
        if not levels:
            levels = [(1 - fact.share, fact.participants) for fact in group if fact.share is not None]
        if sum(participants for _level, participants in levels) < PARTICIPANTS_AT_LEAST:
            continue
        level, participants = _pooled(levels)
        found[school].append(SubjectStrength(subject, grade, round(level, 4), participants, is_percentile))
    return {
        school: sorted(rows, key=lambda row: (-row.level, row.subject_id, row.grade or 0))
        for school, rows in found.items()
    }


def _facts(organisation_ids: Collection[int], school_year: SchoolYear) -> list[_Fact]:
    return _facts_between(organisation_ids, *window(school_year))


def _facts_between(organisation_ids: Collection[int], first: int, last: int) -> list[_Fact]:
    rows = SchoolResult.objects.visible().filter(
        organisation__in=list(organisation_ids), assessment__year__range=(first, last)
    )
    best: dict[tuple[int, int], dict[str, object]] = {}
    for row in sorted(rows.values(*_FIELDS), key=lambda one: BASIS_PRIORITY.get(one["basis"], 99)):
        kept = best.setdefault((row["organisation_id"], row["assessment_id"]), row)
        for name, value in row.items():
            if kept[name] is None:
                kept[name] = value
    return [_fact(row) for _key, row in sorted(best.items())]


def _fact(row: dict[str, object]) -> _Fact:
    number = {
        name: None if row[name] is None else float(str(row[name]))
        for name in ("below", "below_share", "mean")
    }
    participants = int(str(row["participants"] or 0))
    share = number["below_share"]
    if share is None and number["below"] is not None and participants:
        share = number["below"] / participants
    return _Fact(
        organisation_id=int(str(row["organisation_id"])),
        assessment_id=int(str(row["assessment_id"])),
        subject_id=int(str(row["assessment__subject_id"])),
        grade=None if row["assessment__grade"] is None else int(str(row["assessment__grade"])),
        year=int(str(row["assessment__year"])),
        participants=participants,
        share=share,
        mean=number["mean"],
    )


def _grouped(facts: Iterable[_Fact]) -> dict[tuple[int, int, int | None], list[_Fact]]:
    groups: dict[tuple[int, int, int | None], list[_Fact]] = defaultdict(list)
    for fact in facts:
        groups[fact.organisation_id, fact.subject_id, fact.grade].append(fact)
    return groups


def _means(assessment_ids: Collection[int], among_path: str) -> dict[int, list[float]]:
    rows = (
        SchoolResult.objects.visible()
        .filter(
            assessment__in=list(assessment_ids),
            mean__isnull=False,
            organisation__territory__path__under=among_path,
        )
        .values_list("assessment_id", "organisation_id", "basis", "mean")
    )
    best: dict[tuple[int, int], tuple[int, float]] = {}
    for assessment, organisation, basis, mean in rows:
        candidate = (BASIS_PRIORITY.get(basis, 99), float(mean or 0))
        key = (assessment, organisation)
        best[key] = min(best.get(key, candidate), candidate)
    found: dict[int, list[float]] = defaultdict(list)
    for (assessment, _organisation), (_rank, value) in best.items():
        found[assessment].append(value)
    return {assessment: sorted(values) for assessment, values in found.items()}


def _percentile(fact: _Fact, means: dict[int, list[float]]) -> float | None:
    values = means.get(fact.assessment_id, [])
    if fact.mean is None or len(values) < SCHOOLS_AT_LEAST:
        return None
    first, last = bisect_left(values, fact.mean), bisect_right(values, fact.mean)
    rank = (first + 1 + max(last, first + 1)) / 2
    return min(rank / len(values), 1.0)


def _pooled(values: Iterable[tuple[float, int]]) -> tuple[float, int]:
    """Return the mean weighted by participants (equal weights where none are known) and the participants."""
    pairs = list(values)
    participants = sum(count for _value, count in pairs)
    if not participants:
        return sum(value for value, _count in pairs) / len(pairs), 0
    return sum(value * count for value, count in pairs) / participants, participants
