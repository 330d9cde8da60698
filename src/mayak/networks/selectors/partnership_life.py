"""What was before a partnership, what comes next, and whose answer is awaited."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from mayak.diagnosis.models import LeadProfile
from mayak.diagnosis.selectors import reference_day, schools_in_role
from mayak.kernel.access import Scope
from mayak.matching.selectors.candidates import candidates_for
from mayak.networks.enums import OVER, PartnershipState, Side
from mayak.networks.models import Partnership, PartnershipConsent
from mayak.registry.models import Organisation, SchoolYear
from mayak.results.enums import StatusRole

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class NextLead:
    """A lead school that may be proposed. ``score`` 0..1 by the pairing, None where none was computed."""

    lead_id: int
    name: str
    score: float | None
    distance_km: float | None
    load: int
    capacity: int | None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class SideAnswer:
    """One side of a partnership and what its school has said; ``answer`` None: nothing yet."""

    side: Side
    school: Organisation
    answer: PartnershipConsent | None


def answers_of(partnership: Partnership) -> list[SideAnswer]:
    """Return both sides with their answers; one query."""
    given = {one.side: one for one in partnership.consents.all()}
    return [SideAnswer(side, partnership.school_of(side), given.get(side)) for side in Side]


def history_of(partnership: Partnership, scope: Scope) -> QuerySet[Partnership]:
    """Return the other partnerships of the mentee school that the scope shows, the latest first."""
    return (
        Partnership.objects.within(scope)
        .filter(mentee=partnership.mentee_id)
        .exclude(pk=partnership.pk)
        .select_related("lead", "school_year")
        .order_by("-school_year__start_year", "-pk")
    )


def next_leads(partnership: Partnership) -> list[NextLead]:
    """Return lead schools that may be proposed instead of one that refused: by the pairing, else by their load."""
    refused = set(
        Partnership.objects.filter(
            mentee=partnership.mentee_id, school_year=partnership.school_year_id
        ).values_list("lead_id", flat=True)
    )
    run = partnership.run or (partnership.instead_of.run if partnership.instead_of else None)
    if run is not None and str(partnership.mentee_id) in run.snapshot.get("names", {}):
        try:
            found = candidates_for(run, partnership.mentee_id)
        except KeyError:
            found = []
        rows = [
            NextLead(one.lead_id, one.name, one.score, one.distance_km, one.load, one.capacity, one.why_not)
            for one in found
            if one.lead_id not in refused
        ]
        if rows:
            return rows[:_SHOWN]
    return _by_load(partnership, refused)


def _by_load(partnership: Partnership, refused: set[int]) -> list[NextLead]:
    territory, year = partnership.mentee.territory, partnership.school_year
    working = Q(partnerships_as_lead__school_year=year) & ~Q(partnerships_as_lead__state__in=OVER)
    leads = (
        schools_in_role(territory.path or "/", StatusRole.GIVES_HELP, reference_day(year))
        .exclude(pk__in={*refused, partnership.mentee_id})
        .annotate(load=Count("partnerships_as_lead", filter=working, distinct=True))
        .order_by("load", "sort_key")
    )
    shown = list(leads[:_SHOWN])
    profiles = LeadProfile.objects.filter(school_year=year, organisation__in=shown)
    capacity = dict(profiles.values_list("organisation_id", "capacity"))
    return [
        NextLead(lead.pk, str(lead), None, None, lead.load, capacity.get(lead.pk))  # type: ignore[attr-defined]  # annotated
        for lead in shown
    ]


def waiting_answers(scope: Scope, *, sides_of: frozenset[int] | None = None) -> QuerySet[Partnership]:
    """Return proposals that wait for an answer; of these schools' own sides where ``sides_of`` is given."""
    rows = Partnership.objects.within(scope).filter(state=PartnershipState.PROPOSED)
    if sides_of is None:
        return rows
    answered = PartnershipConsent.objects.filter(organisation__in=sides_of).values("partnership")
    return rows.filter(Q(mentee__in=sides_of) | Q(lead__in=sides_of)).exclude(pk__in=answered)


def overdue_answers(scope: Scope, day: dt.date) -> QuerySet[Partnership]:
    """Return proposals whose time for an answer is over."""
    return waiting_answers(scope).filter(consent_due__lt=day)


def refused_without_next(scope: Scope) -> QuerySet[Partnership]:
    """Return refused proposals of schools that have no other partnership in that year."""
    rows = Partnership.objects.within(scope).filter(state=PartnershipState.REFUSED)
    return rows.exclude(mentee__partnerships_as_mentee__in=Partnership.objects.current()).filter(
        next_proposals__isnull=True
    )


def renewable(scope: Scope, school_year: SchoolYear) -> QuerySet[Partnership]:
    """Return the partnerships at work in a year about whose next year nothing is decided."""
    return (
        Partnership.objects.within(scope)
        .filter(
            school_year=school_year,
            state__in=(PartnershipState.ACTIVE, PartnershipState.PAUSED, PartnershipState.AGREED),
            renewal__isnull=True,
            not_renewed=False,
        )
        .select_related("mentee__territory", "lead", "school_year")
        .order_by("mentee__territory__sort_key", "mentee__sort_key", "pk")
    )
