"""Numbers of the registry, the social passport and the results that speak for a risk factor."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from mayak.diagnosis.enums.risk import CONTEXT_MEASURES, RiskMeasure
from mayak.diagnosis.selectors.strengths import needs_of, window
from mayak.kernel.access import Scope
from mayak.kernel.ui.tables import number_text
from mayak.registry.models import SchoolYear, StaffingRecord
from mayak.results.models import ContextValue
from mayak.results.selectors.context import show_values


@dataclass(frozen=True, slots=True)
class Measured:
    """A share in per cent with what it was computed from.

    ``is_hidden``: it rests on so few children that the number itself is not written down.
    """

    percent: float
    evidence: str
    is_hidden: bool = False


Measure = dict[int, Measured]


def measured(measure: str, schools: Collection[int], school_year: SchoolYear) -> Measure:
    """Return the share of each school for which there is data."""
    if measure in CONTEXT_MEASURES:
        return _context(measure, schools, school_year)
    return _MEASURES[RiskMeasure(measure)](schools, school_year)


def _vacancies(schools: Collection[int], school_year: SchoolYear) -> Measure:
    found: Measure = {}
    for row in _staffing(schools, school_year):
        if row.vacancies is None or row.teachers is None or not row.teachers + row.vacancies:
            continue
        posts = row.teachers + row.vacancies
        found[row.organisation_id] = Measured(
            100 * row.vacancies / posts,
            _("Staffing of %(year)s: %(vacancies)s vacant posts of %(posts)s.")
            % {"year": school_year, "vacancies": row.vacancies, "posts": posts},
        )
    return found


def _without_category(schools: Collection[int], school_year: SchoolYear) -> Measure:
    found: Measure = {}
    for row in _staffing(schools, school_year):
        if row.with_category is None or not row.teachers:
            continue
        without = max(row.teachers - row.with_category, 0)
        found[row.organisation_id] = Measured(
            100 * without / row.teachers,
            _("Staffing of %(year)s: %(without)s of %(teachers)s pedagogical workers have no category.")
            % {"year": school_year, "without": without, "teachers": row.teachers},
        )
    return found


def _low_results(schools: Collection[int], school_year: SchoolYear) -> Measure:
    found: Measure = {}
    first, last = window(school_year)
    for school, needs in needs_of(schools, school_year, share_from=0).items():
        participants = sum(need.participants for need in needs)
        if not participants:
            continue
        share = sum(need.share * need.participants for need in needs) / participants
        found[school] = Measured(
            100 * share,
            _(
                "Procedures of %(first)s and %(last)s: %(percent)s per cent of %(count)s works below the threshold."
            )
            % {"first": first, "last": last, "percent": number_text(100 * share, 1), "count": participants},
        )
    return found


def _context(measure: str, schools: Collection[int], school_year: SchoolYear) -> Measure:
    """Return the shares of the social passport; those of few children give a level and no number."""
    rows = (
        ContextValue.objects.visible()
        .filter(indicator__code=measure, organisation__in=list(schools), school_year=school_year)
        .select_related("indicator")
    )
    found: Measure = {}
    for shown in show_values(rows, Scope(territory_paths=("/",))):
        share = _share(shown.value)
        if share is None:
            continue
        words = {
            "indicator": shown.value.indicator,
            "year": school_year,
            "percent": number_text(100 * share, 1),
        }
        text = (
            _("Social passport of %(year)s, «%(indicator)s»: few children, the number is not shown.")
            if shown.is_hidden
            else _("Social passport of %(year)s, «%(indicator)s»: %(percent)s per cent.")
        )
        found[shown.value.organisation_id] = Measured(100 * share, text % words, shown.is_hidden)
    return found


def _share(value: ContextValue) -> float | None:
    if value.share is not None:
        return float(value.share)
    if value.count is not None and value.total:
        return value.count / value.total
    return None


def _staffing(schools: Collection[int], school_year: SchoolYear) -> list[StaffingRecord]:
    return list(StaffingRecord.objects.filter(organisation__in=list(schools), school_year=school_year))


_MEASURES: dict[RiskMeasure, Callable[[Collection[int], SchoolYear], Measure]] = defaultdict(
    lambda: lambda _schools, _year: {},
    {
        RiskMeasure.VACANCIES: _vacancies,
        RiskMeasure.WITHOUT_CATEGORY: _without_category,
        RiskMeasure.LOW_RESULTS: _low_results,
    },
)
