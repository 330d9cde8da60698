"""Reads for the pages of organisations and territories."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from mayak.kernel.access import Scope
from mayak.registry.enums import SCHOOL_KINDS
from mayak.registry.models import (
    Employment,
    LegalAct,
    Organisation,
    OrganisationName,
    Person,
    ProgrammeParticipant,
    StaffingRecord,
    Succession,
    Territory,
    WorkingGroup,
)


def organisations_of(scope: Scope) -> QuerySet[Organisation]:
    """Return the organisations of the scope with what a list shows of them."""
    return Organisation.objects.within(scope).select_related("territory").defer("search_text", "address")


def territories_of(scope: Scope) -> QuerySet[Territory]:
    """Return the territories of the scope with the number of their own open schools and branches."""
    own = Q(organisations__kind__in=SCHOOL_KINDS, organisations__closed_on__isnull=True)
    return (
        Territory.objects.within(scope)
        .select_related("parent")
        .annotate(school_count=Count("organisations", filter=own))
        .order_by("path")
    )


def people_of(scope: Scope) -> QuerySet[Person]:
    """Return the people of the scope with the posts that they hold now and that the scope shows."""
    posts = Employment.objects.within(scope).filter(held_now()).select_related("organisation")
    return (
        Person.objects.within(scope)
        .select_related("territory")
        .prefetch_related(Prefetch("employments", queryset=posts))
    )


def held_now() -> Q:
    """The posts that are held today."""
    today = timezone.localdate()
    return Q(
        Q(valid_from__isnull=True) | Q(valid_from__lte=today),
        Q(valid_to__isnull=True) | Q(valid_to__gte=today),
    )


@dataclass(frozen=True, slots=True)
class OrganisationCard:
    """Everything that the page of an organisation shows besides its own columns."""

    names: list[OrganisationName]
    before: list[Succession]
    after: list[Succession]
    branches: list[Organisation]
    people: list[Employment]
    staffing: list[StaffingRecord]
    programmes: list[ProgrammeParticipant]
    associations: list[Any]
    groups: list[WorkingGroup]
    acts: list[LegalAct]


def organisation_card(organisation: Organisation, scope: Scope) -> OrganisationCard:
    """Return what belongs to an organisation; a fixed number of queries."""
    before = list(organisation.successions_before.select_related("predecessor", "basis"))
    after = list(organisation.successions_after.select_related("successor", "basis"))
    groups = list(organisation.working_groups.kept().select_related("founding_act"))
    acts = {row.basis for row in [*before, *after] if row.basis} | {
        row.founding_act for row in groups if row.founding_act
    }
    posts = organisation.employments.filter(held_now()).filter(person__archived_at__isnull=True)
    return OrganisationCard(
        names=list(organisation.names.all()),
        before=before,
        after=after,
        branches=list(organisation.branches.order_by("sort_key")),
        people=list(
            posts.select_related("person").prefetch_related("subjects").order_by("person__sort_key")[:200]
        ),
        staffing=list(
            organisation.staffing.select_related("school_year").order_by("-school_year__start_year")
        ),
        programmes=list(
            organisation.programmes.select_related("programme", "role").order_by("programme__name")
        ),
        associations=list(organisation.associations.kept().select_related("subject", "head")),
        groups=groups,
        acts=sorted(acts, key=lambda act: act.date, reverse=True),
    )
