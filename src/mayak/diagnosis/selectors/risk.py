"""Reads of risk profiles: the dictionary of a year, cut-offs, a profile, the matrix of a scope, the years."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet

from mayak.diagnosis.algorithms.risk_levels import Cutoff
from mayak.diagnosis.enums.risk import LEVEL_NUMBERS, RiskLevel
from mayak.diagnosis.models import RiskCutoff, RiskFactor, RiskLine, RiskProfile, RiskReading
from mayak.kernel.access import Scope
from mayak.registry.models import Organisation, SchoolYear
from mayak.registry.models.organisations import OrganisationQuerySet

DEFAULT_PROGRAMME = "500+"


@dataclass(frozen=True, slots=True)
class FactorRow:
    """One factor of a school's profile; ``line`` is None where nobody has said anything."""

    factor: RiskFactor
    line: RiskLine | None

    @property
    def readings(self) -> list[RiskReading]:
        """What each source says."""
        return list(self.line.readings.all()) if self.line else []


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A school and its levels in the order of the factors."""

    school: Organisation
    lines: list[RiskLine | None]

    @property
    def known(self) -> int:
        """For how many factors a level is known."""
        return sum(bool(line and line.level) for line in self.lines)


@dataclass(frozen=True, slots=True)
class FactorCount:
    """How often each level of a factor occurs among the schools of a list."""

    factor: RiskFactor
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def high(self) -> int:
        """Schools for which the factor is of high significance."""
        return self.counts.get(RiskLevel.HIGH, 0)

    @property
    def total(self) -> int:
        """Schools for which the level is known."""
        return sum(self.counts.values())


def programmes() -> list[str]:
    """Return the programmes that have a dictionary."""
    found = RiskFactor.objects.order_by("programme").values_list("programme", flat=True)
    return list(found.distinct()) or [DEFAULT_PROGRAMME]


def factors_of(school_year: SchoolYear, programme: str = DEFAULT_PROGRAMME) -> list[RiskFactor]:
    """Return the dictionary that holds in a school year.

    It is the newest one that begins not later than the year; before the first there is the first.
    """
    years = sorted(set(RiskFactor.objects.filter(programme=programme).values_list("year", flat=True)))
    if not years:
        return []
    valid = [year for year in years if year <= school_year.start_year] or years[:1]
    return list(
        RiskFactor.objects.filter(programme=programme, year=valid[-1], is_active=True).order_by(
            "position", "pk"
        )
    )


def cutoff_of(factor: RiskFactor, basis: str, school_year: SchoolYear) -> Cutoff | None:
    """Return the cut-offs of a factor: its own of the newest valid year, else the general ones."""
    rows = RiskCutoff.objects.filter(basis=basis, year_from__lte=school_year.start_year)
    for chosen in (rows.filter(factor=factor), rows.filter(factor__isnull=True)):
        row = chosen.order_by("-year_from").first()
        if row is not None:
            return Cutoff(row.medium_from, row.high_from)
    return None


def profile_of(school: Organisation, school_year: SchoolYear, programme: str) -> list[FactorRow]:
    """Return the factors of the year with what is known of the school (three queries)."""
    readings = Prefetch("readings", RiskReading.objects.order_by("source"))
    lines = {
        line.factor_id: line
        for line in RiskLine.objects.filter(
            profile__organisation=school, profile__school_year=school_year, profile__programme=programme
        ).prefetch_related(readings)
    }
    return [FactorRow(factor, lines.get(factor.pk)) for factor in factors_of(school_year, programme)]


def schools_in(scope: Scope) -> OrganisationQuerySet:
    """Return the open schools of the scope in the order of the register, which is no ranking."""
    found: OrganisationQuerySet = (
        Organisation.objects.schools()
        .within(scope)
        .filter(closed_on__isnull=True)
        .select_related("territory")
        .order_by("territory__sort_key", "sort_key", "pk")
    )
    return found


def matrix_of(
    schools: Iterable[Organisation], school_year: SchoolYear, programme: str
) -> tuple[list[RiskFactor], list[MatrixRow]]:
    """Return the factors and, for each school, its lines (two queries besides the schools)."""
    factors = factors_of(school_year, programme)
    rows = list(schools)
    lines: dict[int, dict[int, RiskLine]] = defaultdict(dict)
    for line in RiskLine.objects.filter(
        profile__organisation__in=[school.pk for school in rows],
        profile__school_year=school_year,
        profile__programme=programme,
    ).select_related("profile"):
        lines[line.profile.organisation_id][line.factor_id] = line
    matrix = [MatrixRow(school, [lines[school.pk].get(factor.pk) for factor in factors]) for school in rows]
    return factors, matrix


def count_levels(factors: list[RiskFactor], matrix: Iterable[MatrixRow]) -> list[FactorCount]:
    """Return how often each level of each factor occurs."""
    counts = [FactorCount(factor, defaultdict(int)) for factor in factors]
    for row in matrix:
        for count, line in zip(counts, row.lines, strict=True):
            if line and line.level:
                count.counts[line.level] += 1
    return counts


def years_of(school: Organisation, programme: str) -> tuple[list[SchoolYear], dict[str, list[int | None]]]:
    """Return the years of a school and, by the name of a factor, its significance 1..3 in them.

    Dictionaries differ by year; the same code is the same factor.
    """
    lines = list(
        RiskLine.objects.filter(profile__organisation=school, profile__programme=programme)
        .exclude(level="")
        .select_related("factor", "profile__school_year")
        .order_by("factor__position", "factor__pk")
    )
    years = sorted({line.profile.school_year for line in lines}, key=lambda year: year.start_year)
    names = {line.factor.code: line.factor.name for line in lines}
    found: dict[str, list[int | None]] = {name: [None] * len(years) for name in names.values()}
    for line in lines:
        at = years.index(line.profile.school_year)
        found[names[line.factor.code]][at] = LEVEL_NUMBERS[RiskLevel(line.level)]
    return years, found


def chosen_lines(schools: Iterable[int], school_year: SchoolYear) -> QuerySet[RiskLine]:
    """Return the factors on which the schools work, with a level."""
    return (
        RiskLine.objects.filter(
            profile__organisation__in=list(schools), profile__school_year=school_year, is_chosen=True
        )
        .exclude(level="")
        .select_related("factor", "profile")
    )


def profiles_of(scope: Scope) -> QuerySet[RiskProfile]:
    """Return the profiles of the scope."""
    return RiskProfile.objects.within(scope).select_related("organisation__territory", "school_year")
