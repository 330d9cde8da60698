"""Automatic checks of approved pairs of teachers (domain.md A5): CH-01, CH-02, CH-08, CH-24, CH-27, and consents.

Those of pairs of schools are in ``networks.checks``. A finding may be read by more people than a pair, so it names the
mentor only where the mentor is the place, never a teacher who gets help or the need.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count, Max, QuerySet
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mayak.accounts.enums import ConsentPurpose
from mayak.accounts.models import Consent
from mayak.diagnosis.models import MentorProfile
from mayak.kernel.access import Scope
from mayak.kernel.findings.registry import FindingDraft, register
from mayak.matching.enums import FAR_KM, Coupling, MatchingState
from mayak.matching.models import TeacherPair, UncoveredNeed
from mayak.matching.selectors.scenarios import ChangeKind
from mayak.matching.selectors.teacher_facts import partners_of_run
from mayak.matching.selectors.teacher_settings import teacher_settings_of
from mayak.registry.selectors.school_years import current_start_year

CONSENT_SOURCE = gettext_lazy("Labour Code, article 351.8")


@dataclass(frozen=True, slots=True)
class _Mentor:
    """A mentor of approved pairs with what the passport of this year gives; None: no accepted passport."""

    pairs: list[TeacherPair]
    places: int | None
    hours: float | None

    @property
    def first(self) -> TeacherPair:
        return self.pairs[0]


@register(
    "CH-01T",
    title=gettext_lazy("Teachers with an open need have no mentor"),
    source="S0 (16 : 2); S2",
)
def without_mentor(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the schools whose teachers stayed without a mentor in the approved pairing of this year."""
    rows = (
        UncoveredNeed.objects.within(scope)
        .filter(run__state=MatchingState.APPROVED, run__school_year__start_year=current_start_year())
        .values("mentee_school", "mentee_school__short_name", "mentee_school__name", "run")
        .annotate(teachers=Count("mentee", distinct=True), path=Max("mentee_school__territory__path"))
        .order_by("mentee_school", "run")
    )
    for row in rows:
        yield FindingDraft(
            object_key=f"school:{row['mentee_school']}:{row['run']}",
            place=row["mentee_school__short_name"] or row["mentee_school__name"],
            reason=ngettext(
                "%(count)s teacher of the school has an open need and no mentor in the approved pairs.",
                "%(count)s teachers of the school have an open need and no mentor in the approved pairs.",
                row["teachers"],
            )
            % {"count": row["teachers"]},
            way_out=_("Find more mentors or places and repair the pairing."),
            link=reverse("matching:review", args=[row["run"]]),
            territory_path=row["path"] or "",
            organisation_id=row["mentee_school"],
            group_key="CH-01T",
        )


@register(
    "CH-02T", title=gettext_lazy("A mentor has more needs than places"), source="S0 (8 : 1); S1 (3 : 1)"
)
def overload(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the mentors with more approved needs than places; places that a reason of the pairing gave count."""
    for mentor, one in _mentors(scope).items():
        extra = sum(
            _given(pair.run.scenario, mentor) for pair in {pair.run_id: pair for pair in one.pairs}.values()
        )
        places = (one.places or 0) + extra
        if len(one.pairs) > places:
            yield _of_mentor(
                one.first,
                check="CH-02T",
                reason=_("The mentor has %(load)s needs and places for %(places)s.")
                % {"load": len(one.pairs), "places": places},
                way_out=_("Raise the places in the passport, or give some needs to another mentor."),
            )


@register(
    "CH-08T",
    title=gettext_lazy("The mentor is not strong in what the teacher needs"),
    source="S2, complaint 8; S3",
)
def not_covered(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the approved pairs to which the strengths of the mentor gave nothing."""
    for pair in _approved(scope):
        if pair.contributions and not any(one["criterion"] == "coverage" for one in pair.contributions):
            yield _of_pair(
                pair,
                check="CH-08T",
                reason=_("No strength of the mentor %(mentor)s covers the need of the teacher.")
                % {"mentor": pair.mentor},
                way_out=_("Choose another mentor or state the strength in the passport."),
            )


@register(
    "CH-24T",
    title=gettext_lazy("A mentor and a teacher are far apart and meet in person"),
    source="S2, complaint 2",
)
def far_apart(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the approved pairs further apart than a day's journey that are not remote."""
    for pair in _approved(scope).filter(distance_km__gt=FAR_KM, is_remote=False):
        yield _of_pair(
            pair,
            check="CH-24T",
            reason=_("The mentor %(mentor)s works %(distance)s km away, and the two meet in person.")
            % {"mentor": pair.mentor, "distance": round(pair.distance_km or 0)},
            way_out=_("Agree on remote work or choose a nearer mentor."),
        )


@register("CH-27T", title=gettext_lazy("A mentor has too much at once"), source="S1, S4")
def too_much(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the mentors whose needs take more hours than they gave, or who get help themselves at the same time."""
    mentees = set(_approved(scope).values_list("mentee_id", flat=True))
    for mentor, one in _mentors(scope).items():
        reasons = []
        spent = sum(pair.hours or 0.0 for pair in one.pairs)
        if one.hours is not None and spent > one.hours:
            reasons.append(
                _("The needs take %(spent)s hours a month, the passport gives %(hours)s.")
                % {"spent": _number(spent), "hours": _number(one.hours)}
            )
        if mentor in mentees:
            reasons.append(_("The mentor is a teacher who gets help in the same year."))
        if reasons:
            yield _of_mentor(
                one.first,
                check="CH-27T",
                reason=" ".join(reasons),
                way_out=_("Give some needs to another mentor, or agree on fewer hours."),
            )


@register(
    "matching.consent",
    title=gettext_lazy("A mentor works without a consent to mentoring"),
    source=CONSENT_SOURCE,
)
def without_consent(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the mentors of approved pairs whose consent was taken back or never kept."""
    mentors = _mentors(scope)
    live = Consent.objects.live().filter(purpose=ConsentPurpose.MENTORING, person__in=list(mentors))
    consented = set(live.order_by().values_list("person_id", flat=True))
    for mentor, one in mentors.items():
        if mentor not in consented:
            same = sum(pair.mentee_school_id == pair.mentor_school_id for pair in one.pairs)
            reason = _("The consent to mentoring is not in the register.")
            if same:
                words = ngettext(
                    "%(count)s pair is of one employer, which must not give this work without a written consent.",
                    "%(count)s pairs are of one employer, which must not give this work without a written consent.",
                    same,
                )
                reason = f"{reason} {words % {'count': same}}"
            yield _of_mentor(
                one.first,
                check="matching.consent",
                reason=reason,
                way_out=_("Keep the consent in the register, or repair the pairing without this mentor."),
            )


@register(
    "matching.partners",
    title=gettext_lazy("Mentor and teacher are of schools that are no network pair"),
    source="S3",
)
def of_two_networks(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the approved pairs between two networks where the rules ask for partner schools."""
    by_run: dict[int, list[TeacherPair]] = defaultdict(list)
    for pair in _approved(scope):
        by_run[pair.run_id].append(pair)
    for pairs in by_run.values():
        settings = teacher_settings_of(pairs[0].run)
        if settings.coupling != Coupling.REQUIRE:
            continue
        partners = partners_of_run(pairs[0].run, settings)
        for pair in pairs:
            sides = (pair.mentee_school_id, pair.mentor_school_id)
            if sides[0] != sides[1] and sides not in partners:
                yield _of_pair(
                    pair,
                    check="matching.partners",
                    reason=_("The mentor %(mentor)s is of %(school)s, which is no partner of this school.")
                    % {"mentor": pair.mentor, "school": pair.mentor_school},
                    way_out=_("Choose a mentor of a partner school, or make the schools a network pair."),
                )


def _approved(scope: Scope) -> QuerySet[TeacherPair]:
    """The approved pairs of this school year."""
    rows = TeacherPair.objects.within(scope).filter(
        run__state=MatchingState.APPROVED, run__school_year__start_year=current_start_year()
    )
    return rows.select_related(
        "run__territory", "run__school_year", "mentor", "mentor_school__territory", "mentee_school__territory"
    ).order_by("pk")


def _mentors(scope: Scope) -> Mapping[int, _Mentor]:
    by_mentor: dict[int, list[TeacherPair]] = defaultdict(list)
    for pair in _approved(scope):
        by_mentor[pair.mentor_id].append(pair)
    passports = {
        one.person_id: one
        for one in MentorProfile.objects.accepted().filter(
            person__in=list(by_mentor), school_year__start_year=current_start_year()
        )
    }
    return {mentor: _mentor(pairs, passports.get(mentor)) for mentor, pairs in sorted(by_mentor.items())}


def _mentor(pairs: list[TeacherPair], passport: MentorProfile | None) -> _Mentor:
    if passport is None:
        return _Mentor(pairs, None, None)
    hours = passport.hours_per_month
    return _Mentor(pairs, passport.pairs, None if hours is None else float(hours))


def _given(scenario: Iterable[Mapping[str, object]], mentor: int) -> int:
    """Places that the pairing gave the mentor with a reason."""
    given = Counter[str]()
    for change in scenario:
        if change["kind"] == ChangeKind.PLACES:
            given[str(change["key"])] += int(str(change["amount"]))
    return given[str(mentor)]


def _number(value: float) -> str:
    return str(number_format(int(value) if value.is_integer() else round(value, 1)))


def _of_mentor(pair: TeacherPair, *, check: str, reason: str, way_out: str) -> FindingDraft:
    return FindingDraft(
        object_key=f"mentor:{pair.mentor_id}:{current_start_year()}",
        place=f"{pair.mentor}, {pair.mentor_school}",
        reason=reason,
        way_out=way_out,
        link=reverse("matching:review", args=[pair.run_id]),
        territory_path=pair.mentor_school.territory.path or "",
        organisation_id=pair.mentor_school_id,
        group_key=check,
    )


def _of_pair(pair: TeacherPair, *, check: str, reason: str, way_out: str) -> FindingDraft:
    return FindingDraft(
        object_key=f"teacher-pair:{pair.pk}",
        place=str(pair.mentee_school),
        reason=reason,
        way_out=way_out,
        link=reverse("matching:review", args=[pair.run_id]),
        territory_path=pair.mentee_school.territory.path or "",
        organisation_id=pair.mentee_school_id,
        group_key=check,
    )
