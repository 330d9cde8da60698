"""Automatic checks of mentor pairs (domain.md A5): CH-27 overload of a person, CH-28 a pair without deeds.

No finding names a person: everybody of a school may read its findings, a pair is seen by who takes part or keeps it.
"""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.diagnosis.models import MentorProfile
from mayak.kernel.access import Scope
from mayak.kernel.findings.registry import FindingDraft, register
from mayak.networks.enums.mentor_pairs import PAIR_OVER, PairState
from mayak.networks.models import MentorPair, PairMentee
from mayak.networks.selectors.pair_rules import (
    MENTOR_MENTEES,
    PERSON_PAIRS,
    SILENT_COORDINATOR,
    pair_rules,
    silent_pairs,
)


@register(
    "CH-28",
    title=gettext_lazy("A mentor pair without a recorded deed"),
    source=gettext_lazy("Mentoring programme of Sechenovo school: deeds are named for three pairs of four"),
)
def without_deeds(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the pairs at work that did nothing for long, and those that ended without one deed in all their time."""
    days = pair_rules()[SILENT_COORDINATOR]
    visible = MentorPair.objects.within(scope)
    silent = silent_pairs(visible, days, timezone.localdate(), of="last_deed_on")
    for pair in _with_people(silent):
        reason = (
            _(
                "No meeting, no line of the plan done, no material since %(day)s: %(days)s school days or more."
            )
            % {"day": f"{pair.last_deed_on:%d.%m.%Y}", "days": days}
            if pair.last_deed_on
            else _("Since the pair began (%(day)s) not a single deed is recorded.")
            % {"day": f"{pair.starts_on or pair.proposed_on:%d.%m.%Y}"}
        )
        yield _about(
            pair,
            reason=reason,
            way_out=_("Ask both what keeps them; write down a meeting, change the mentor or end the pair."),
        )
    ended = visible.filter(
        state=PairState.ENDED, starts_on__isnull=False, order__isnull=False, last_deed_on__isnull=True
    )
    for pair in _with_people(ended):
        yield _about(
            pair,
            reason=_("The pair ended on %(day)s, and not a single deed of it is recorded.")
            % {"day": f"{pair.ended_on:%d.%m.%Y}"},
            way_out=_("Write down what was done, or let the report say that the pair did not work."),
        )


@register(
    "CH-27",
    title=gettext_lazy("Too many mentees or pairs for one person"),
    source=gettext_lazy(
        "Kirovsk district, report of 08.06.2023 № 237 (teachers are overloaded); project of Vysokogorskaya school № 7"
    ),
)
def overloaded_people(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the mentors with more mentees than places, and the people in too many pairs in any role."""
    rules = pair_rules()
    seen = MentorPair.objects.within(scope).order_by().values("mentor")
    places = MentorProfile.objects.accepted().filter(
        person=OuterRef("pair__mentor"), school_year=OuterRef("pair__school_year")
    )
    loads = (
        PairMentee.objects.exclude(pair__state__in=PAIR_OVER)
        .filter(pair__mentor__in=seen)
        .order_by()
        .values("pair__mentor", "pair__school_year")
        .annotate(
            load=Count("pk"),
            year=F("pair__school_year__start_year"),
            places=Subquery(places.values("pairs")[:1]),
        )
        .order_by("-load", "pair__mentor")
    )
    for row in loads:
        limit = rules[MENTOR_MENTEES] if row["places"] is None else row["places"]
        if row["load"] > limit:
            yield from _of_mentor(row["pair__mentor"], row["load"], limit, row["year"])
    yield from _in_many_pairs(scope, rules[PERSON_PAIRS])


def _of_mentor(person_id: int, load: int, limit: int, year: int) -> Iterator[FindingDraft]:
    rows = MentorPair.objects.current().filter(mentor=person_id, school_year__start_year=year)
    for one in rows.select_related("mentor_school__territory").order_by("pk")[:1]:
        yield FindingDraft(
            object_key=f"mentor:{person_id}:{year}",
            place=str(one.mentor_school),
            reason=_("A mentor of the school has %(load)s mentees in all pairs, but places for %(limit)s.")
            % {"load": load, "limit": limit},
            way_out=_("Give some mentees to another mentor, or raise the places in the passport."),
            link=reverse("networks:pair", args=[one.pk]),
            territory_path=one.mentor_school.territory.path or "",
            organisation_id=one.mentor_school_id,
            group_key="CH-27",
        )


def _in_many_pairs(scope: Scope, limit: int) -> Iterator[FindingDraft]:
    """People who are mentors and mentees in more pairs of one year than the limit."""
    pairs = MentorPair.objects.within(scope).current().order_by()
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    as_mentor = pairs.values_list("mentor", "school_year__start_year", "pk")
    as_mentee = PairMentee.objects.filter(pair__in=pairs.values("pk")).order_by()
    for person, year, pair in [
        *as_mentor,
        *as_mentee.values_list("person", "pair__school_year__start_year", "pair"),
    ]:
        found[person, year].append(pair)
    many = {key: sorted(keys) for key, keys in found.items() if len(keys) > limit}
    shown = MentorPair.objects.select_related("first_school__territory").in_bulk(
        [keys[0] for keys in many.values()]
    )
    for (person, year), keys in sorted(many.items()):
        school = shown[keys[0]].first_school
        yield FindingDraft(
            object_key=f"person:{person}:{year}",
            place=str(school),
            reason=_("Somebody takes part in %(count)s pairs and groups of the year, the limit is %(limit)s.")
            % {"count": len(keys), "limit": limit},
            way_out=_("Leave the pairs that matter most and give the others to somebody else."),
            link=reverse("networks:pair", args=[keys[0]]),
            territory_path=school.territory.path or "",
            organisation_id=school.pk,
            group_key="CH-27",
        )


def _with_people(rows: QuerySet[MentorPair]) -> Iterator[MentorPair]:
    yield from (
        rows.select_related("first_school__territory", "mentor_school", "subject")
        .order_by("pk")
        .iterator(chunk_size=1000)
    )


def _about(pair: MentorPair, *, reason: str, way_out: str) -> FindingDraft:
    """The schools name the pair, not the people: everybody of a school may read its findings."""
    subject = pair.subject or pair.get_form_display()
    return FindingDraft(
        object_key=f"mentor-pair:{pair.pk}",
        place=f"{pair.first_school} ← {pair.mentor_school}, {subject}",
        reason=reason,
        way_out=way_out,
        link=reverse("networks:pair", args=[pair.pk]),
        territory_path=pair.first_school.territory.path or "",
        organisation_id=pair.first_school_id,
        group_key="CH-28",
    )
