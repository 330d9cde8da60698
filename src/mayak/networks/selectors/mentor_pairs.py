"""Mentor pairs as lists show them: formed pairs, the base of mentors with their places, the base of mentees."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from mayak.diagnosis.enums.deficits import OPEN_REQUESTS
from mayak.diagnosis.models import HelpRequest, MentorProfile, TeacherNeed
from mayak.diagnosis.models.of_person import posts_on
from mayak.diagnosis.selectors.teachers import readable_people
from mayak.kernel.access import Scope
from mayak.networks.enums.mentor_pairs import PAIR_OVER
from mayak.networks.models import MentorPair, MentorPairQuerySet, PairMentee
from mayak.networks.permissions.mentor_pairs import keeping_scope
from mayak.registry.models import Employment, Organisation, Person, SchoolYear


def visible_pairs(scope: Scope, person_id: int | None) -> MentorPairQuerySet:
    """Return the pairs that the user may open: kept ones, and those in which the user takes part.

    Other people of a school, and roles that only look, see none: a pair names what a teacher lacks.
    """
    kept = keeping_scope(scope)
    if kept.everything:
        return MentorPair.objects.all()
    seen = MentorPairQuerySet.inside(kept)
    return MentorPair.objects.filter(seen if person_id is None else seen | _own(person_id))


def own_pairs(person_id: int) -> MentorPairQuerySet:
    """Return all pairs in which the person takes part, the newest first."""
    return MentorPair.objects.filter(_own(person_id)).order_by("-pk")


def _own(person_id: int) -> Q:
    as_mentee = PairMentee.objects.filter(person=person_id).order_by().values("pair")
    return Q(mentor=person_id) | Q(pk__in=as_mentee)


def pair_list(rows: MentorPairQuerySet) -> QuerySet[MentorPair]:
    """Return pairs with everything that a row of a list shows; the number of queries does not depend on them."""
    mentees = PairMentee.objects.select_related("person", "school__territory").order_by(
        "person__sort_key", "pk"
    )
    return rows.select_related(
        "mentor",
        "mentor_school__territory",
        "first_school__territory",
        "school_year",
        "subject",
        "order",
        "partnership",
    ).prefetch_related(Prefetch("mentees", mentees), "competences")


def mentor_bank(scope: Scope, school_year: SchoolYear | None) -> QuerySet[MentorProfile]:
    """Return the accepted passports of the year with ``taken``: mentees whom the mentor has now."""
    taken = (
        PairMentee.objects.filter(pair__mentor=OuterRef("person"), pair__school_year=OuterRef("school_year"))
        .exclude(pair__state__in=PAIR_OVER)
        .order_by()
        .values("pair__mentor")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return (
        MentorProfile.objects.accepted()
        .within(keeping_scope(scope))
        .filter(school_year=school_year, person__archived_at__isnull=True)
        .select_related("person", "organisation__territory", "school_year")
        .prefetch_related("strengths__subject")
        .annotate(taken=Coalesce(Subquery(taken, output_field=IntegerField()), 0))
    )


def mentee_bank(scope: Scope, school_year: SchoolYear | None) -> QuerySet[Person]:
    """Return the people who ask for help, need it by the diagnosis or have a mentor in the year.

    ``has_mentor`` says the last; open requests, needs, posts and present pairs are fetched with them.
    """
    requests = HelpRequest.objects.filter(school_year=school_year, state__in=OPEN_REQUESTS)
    needs = TeacherNeed.objects.filter(school_year=school_year).ranked()
    pairs = PairMentee.objects.filter(pair__school_year=school_year).exclude(pair__state__in=PAIR_OVER)
    here = OuterRef("pk")
    fetched: list[Any] = [
        Prefetch("help_requests", requests.select_related("competence"), to_attr="open_requests"),
        Prefetch("needs", needs.select_related("competence"), to_attr="open_needs"),
        Prefetch("employments", Employment.objects.select_related("organisation"), to_attr="posts"),
        Prefetch("mentee_pairs", pairs.select_related("pair__mentor"), to_attr="present_pairs"),
    ]
    return (
        readable_people(keeping_scope(scope))
        .annotate(
            has_request=Exists(requests.filter(person=here)),
            has_need=Exists(TeacherNeed.objects.filter(school_year=school_year, state="open", person=here)),
            has_mentor=Exists(pairs.filter(person=here)),
        )
        .filter(Q(has_request=True) | Q(has_need=True) | Q(has_mentor=True))
        .prefetch_related(*fetched)
    )


def taken_places(people: Iterable[int], school_year: SchoolYear) -> dict[int, int]:
    """Return mentor -> mentees of the present pairs of the year, one query."""
    rows = (
        PairMentee.objects.filter(pair__mentor__in=list(people), pair__school_year=school_year)
        .exclude(pair__state__in=PAIR_OVER)
        .order_by()
        .values_list("pair__mentor")
        .annotate(count=Count("pk"))
    )
    return dict(rows)


def main_school(person: Person) -> Organisation | None:
    """Return where the person works today: of several posts the one with the greatest rate, of equals the oldest."""
    posts = posts_on(timezone.localdate()).filter(person=person).select_related("organisation__territory")
    found = posts.order_by(
        F("rate").desc(nulls_last=True), F("valid_from").asc(nulls_first=True), "pk"
    ).first()
    return found.organisation if found is not None else None


def awaited_people(pair: MentorPair) -> QuerySet[Person]:
    """Return the people whose consent is still awaited."""
    waiting = [one.person_id for one in pair.mentees.all() if one.consented_on is None]
    if pair.mentor_consented_on is None:
        waiting.append(pair.mentor_id)
    return Person.objects.filter(pk__in=waiting).order_by("sort_key", "pk")
