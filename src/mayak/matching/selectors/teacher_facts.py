"""What is known of single pairs of teachers: demands, wishes, last year's pairs, partners, later apps."""

from collections.abc import Callable, Iterable
from typing import Final

from mayak.diagnosis.selectors.mentor_preferences import PreferredPair, preferred_pairs
from mayak.kernel.access import Scope
from mayak.matching.algorithms.teachers.problem import FactKind, PairFact
from mayak.matching.enums import Coupling, MatchingLevel, MatchingState, PairRuleKind, RunPurpose
from mayak.matching.models import MatchingRun, MatchPair, TeacherPair
from mayak.matching.selectors.teacher_settings import TeacherMatchingSettings

MUTUAL, ONE_SIDE, LATER_WISH = 1.0, 0.5, 0.1
"""Both named each other: 1; one side named the other: 0.5, and 0.1 less for each further place on its list."""
RULE_FACTS: Final = {PairRuleKind.LOCK: FactKind.FIXED, PairRuleKind.FORBID: FactKind.FORBIDDEN}
_CRITERION: Final = {FactKind.GOOD: "history", FactKind.PREFERENCE: "preference"}

FactProvider = Callable[[MatchingRun], Iterable[PairFact]]
_providers: list[FactProvider] = []


def register_teacher_facts(provider: FactProvider) -> None:
    """Add a source of what later apps know: refusals (REFUSED), good joint work (GOOD). The same one is kept once."""
    if provider not in _providers:
        _providers.append(provider)


def facts_of_run(run: MatchingRun) -> tuple[tuple[PairFact, ...], frozenset[str]]:
    """Return the facts and the criteria of which something is known."""
    found = [
        PairFact(str(mentee), str(mentor), RULE_FACTS[PairRuleKind(kind)])
        for mentee, mentor, kind in run.teacher_rules.order_by("pk").values_list(
            "mentee_id", "mentor_id", "kind"
        )
    ]
    found += [*_wishes(run), *_last_year(run)]
    for provider in _providers:
        found += provider(run)
    unique = {(one.mentee, one.mentor, one.kind): one for one in found}
    known = frozenset(_CRITERION[one.kind] for one in unique.values() if one.kind in _CRITERION)
    return tuple(one for _key, one in sorted(unique.items())), known


def partners_of_run(run: MatchingRun, settings: TeacherMatchingSettings) -> frozenset[tuple[int, int]]:
    """Return (school of the mentee, school of the mentor) for the partner schools, where the rules look at them."""
    if settings.coupling == Coupling.NONE:
        return frozenset()
    rests_on = schools_run_of(run)
    if rests_on is None:
        return frozenset()
    pairs = MatchPair.objects.filter(run=rests_on).order_by().values_list("mentee_id", "lead_id")
    return frozenset((int(mentee), int(lead)) for mentee, lead in pairs)


def schools_run_of(run: MatchingRun) -> MatchingRun | None:
    """Return the pairing of schools that this one rests on: the chosen one, else the approved one of the year."""
    if run.schools_run_id is not None:
        return run.schools_run
    return MatchingRun.objects.filter(
        territory=run.territory_id,
        school_year=run.school_year_id,
        state=MatchingState.APPROVED,
        level=MatchingLevel.SCHOOLS,
    ).first()


def wish_value(pair: PreferredPair) -> float:
    """Return how much a wish counts, 0..1: mutual wishes fully, else the higher the place on the list, the more."""
    if pair.is_mutual:
        return MUTUAL
    rank = pair.mentor_rank or pair.mentee_rank or 1
    return max(ONE_SIDE - LATER_WISH * (rank - 1), LATER_WISH)


def _wishes(run: MatchingRun) -> list[PairFact]:
    scope = Scope(territory_paths=(run.territory.path or "",))
    return [
        PairFact(str(pair.mentee.pk), str(pair.mentor.pk), FactKind.PREFERENCE, round(wish_value(pair), 6))
        for pair in preferred_pairs(scope, run.school_year)
    ]


def _last_year(run: MatchingRun) -> list[PairFact]:
    """The pairs that were approved for the year before; not those of a pairing that a repair took the place of."""
    repaired = MatchingRun.objects.filter(
        purpose=RunPurpose.REPAIR, approved_at__isnull=False, based_on__isnull=False
    )
    rows = TeacherPair.objects.filter(
        run__school_year__start_year=run.school_year.start_year - 1,
        run__approved_at__isnull=False,
        mentee_school__territory__path__under=run.territory.path or "",
    ).exclude(run__in=repaired.order_by().values("based_on"))
    pairs = rows.order_by("mentee_id", "mentor_id").values_list("mentee_id", "mentor_id").distinct()
    return [PairFact(str(mentee), str(mentor), FactKind.LAST_YEAR) for mentee, mentor in pairs]
