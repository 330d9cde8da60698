"""Risk profiles of the demonstration over two years, and the needs of schools that follow from them."""

from mayak.diagnosis.enums.needs import NeedKind
from mayak.diagnosis.enums.risk import LEVEL_NUMBERS, RiskLevel, RiskSource
from mayak.diagnosis.models import RiskLine, SchoolNeed
from mayak.diagnosis.selectors.risk import DEFAULT_PROGRAMME, factors_of
from mayak.diagnosis.services.needs import add_need, compute_needs, drop_need, weigh_need
from mayak.diagnosis.services.risk import compute_risk, copy_previous_year, plan_factor, set_risk_level
from mayak.kernel.access import Actor
from mayak.registry.models import Organisation, SchoolYear
from mayak.web.demonstration.occasion import Occasion, Place, words
from mayak.web.demonstration.territories import BuiltRegion

CHOSEN = 3
"""Factors on which a school works."""
_LEVELS = (RiskLevel.LOW, RiskLevel.MEDIUM, RiskLevel.HIGH)


def build_risks(place: Place, occasion: Occasion) -> None:
    """Fill in the profiles of the schools that get help: of the year before by data and by the school, then of this."""
    actor = occasion.actor(place.coordinator)
    for school in place.shown:
        compute_risk(school, occasion.before, DEFAULT_PROGRAMME, actor=actor)
        _state(school, occasion, actor)
        _choose(school, occasion.before, actor)
        copy_previous_year(school, occasion.year, DEFAULT_PROGRAMME, actor=actor)
        compute_risk(school, occasion.year, DEFAULT_PROGRAMME, actor=actor)
        _choose(school, occasion.year, actor)


def build_needs(region: BuiltRegion, occasion: Occasion, places: list[Place]) -> None:
    """Compute the lists of all schools of a region; in the main district people have changed some lines."""
    schools = [school for district in region.districts for school in district.schools]
    local = places[0].coordinator if len(places) == 1 else _coordinator(occasion, places)
    compute_needs(schools, occasion.year, actor=occasion.actor(local), territory=region.territory)
    for place in places:
        if place.is_main and place.low:
            _edit_needs(place, occasion)


def _state(school: Organisation, occasion: Occasion, actor: Actor) -> None:
    """The school has said more than the data do: each school a little else than the typical one."""
    random = occasion.random("risk", school.short_name)
    factors = {factor.code: factor for factor in factors_of(occasion.before)}
    for code, typical in words()["stated"].items():
        if code in factors and random.random() < 0.8:  # noqa: PLR2004  # invented share
            at = LEVEL_NUMBERS[RiskLevel(typical)] - 1 + int(random.integers(-1, 1))
            set_risk_level(
                school,
                factors[code],
                occasion.before,
                level=_LEVELS[max(at, 0)],
                source=RiskSource.HAND,
                evidence=words()["self_diagnosis"],
                actor=actor,
            )


def _choose(school: Organisation, year: SchoolYear, actor: Actor) -> None:
    """The school works on the most significant factors; what it gave up is no longer chosen."""
    rows = RiskLine.objects.filter(profile__organisation=school, profile__school_year=year).exclude(level="")
    lines = rows.select_related("factor", "profile__organisation__territory", "profile__school_year")
    ranked = sorted(lines, key=lambda line: (-LEVEL_NUMBERS[RiskLevel(line.level)], line.factor.position))
    for at, line in enumerate(ranked):
        is_chosen = at < CHOSEN and line.level != RiskLevel.LOW
        if is_chosen or line.is_chosen:
            measures = words()["risk_measures"].get(line.factor.code, "") if is_chosen else ""
            plan_factor(line, is_chosen=is_chosen, measures=measures, actor=actor)


def _coordinator(occasion: Occasion, places: list[Place]) -> str:
    """The coordinator of the region where there is one, else one of a district."""
    return "coordinator" if "coordinator" in occasion.users else places[0].coordinator


def _edit_needs(place: Place, occasion: Occasion) -> None:
    """In the school of the demonstration account: a weight is changed, a line taken out, another added by hand."""
    actor, text = occasion.actor("school"), words()
    school = next(one for one in place.low if occasion.is_of("school", one))
    mine = SchoolNeed.objects.filter(organisation=school, school_year=occasion.year)
    rows = list(mine.select_related("organisation__territory", "school_year").order_by("-weight", "pk"))
    subjects = [need for need in rows if need.kind == NeedKind.SUBJECT]
    if len(subjects) > 1:
        weigh_need(subjects[1], weight=0.9, reason=text["weight_reason"], actor=actor)
    if len(rows) > CHOSEN:
        drop_need(rows[-1], reason=text["drop_reason"], actor=actor)
    add_need(
        school, occasion.year, actor=actor, subject=occasion.subjects["mathematics"], **text["hand_need"]
    )
