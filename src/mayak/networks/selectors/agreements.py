"""Agreements of a scope, the one of a partnership on a day, partnerships without one."""

import datetime as dt

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from mayak.kernel.access import Scope
from mayak.networks.enums import PartnershipState
from mayak.networks.enums.agreements import LASTING, AgreementKind, AgreementState
from mayak.networks.models import Agreement, AgreementQuerySet, Network, Partnership
from mayak.registry.models import SchoolYear

REMIND_DAYS = (60, 14)
"""Days before the end when a letter goes (assumption: two months to prepare a new one, two weeks to sign it)."""

_CURRENT_STATES = (PartnershipState.AGREED, PartnershipState.ACTIVE, PartnershipState.PAUSED)


def agreement_list(scope: Scope) -> AgreementQuerySet:
    """Return the agreements that the scope shows."""
    rows: AgreementQuerySet = Agreement.objects.within(scope).select_related(
        "territory",
        "school_year",
        "partnership__lead",
        "partnership__mentee",
        "network",
        "programme",
        "amends",
    )
    return rows


def agreement_of(partnership: Partnership, day: dt.date) -> Agreement | None:
    """Return the signed agreement of the partnership that holds on the day, the latest signed where there are more."""
    rows = Agreement.objects.filter(partnership=partnership, amends__isnull=True).binding_on(day)
    return rows.order_by("-signed_on", "-pk").first()


def last_agreement_of(partnership: Partnership) -> Agreement | None:
    """Return the agreement to look at: one that lasts before one that ended, the latest first."""
    ended = Case(
        When(state=AgreementState.ENDED, then=Value(1)), default=Value(0), output_field=IntegerField()
    )
    rows = Agreement.objects.filter(partnership=partnership, amends__isnull=True)
    return rows.annotate(is_over=ended).order_by("is_over", "-pk").first()


def partnerships_without_agreement(
    scope: Scope, school_year: SchoolYear, network: Network | None = None
) -> QuerySet[Partnership]:
    """Return the present partnerships of the year for which no agreement is even prepared."""
    present = Agreement.objects.lasting().filter(partnership=OuterRef("pk"), amends__isnull=True)
    rows = (
        Partnership.objects.within(scope)
        .current()
        .filter(~Exists(present), school_year=school_year)
        .exclude(state=PartnershipState.PROPOSED)
        .select_related("mentee__territory", "mentee__parent", "lead__parent", "school_year")
    )
    return rows.filter(network=network) if network is not None else rows


def unsecured_partnerships(scope: Scope, day: dt.date) -> QuerySet[Partnership]:
    """Return the partnerships that work without a signed agreement valid on the day (CH-04), with what there is.

    Each has ``is_expired``: an agreement was signed, but its term does not hold the day; ``is_prepared``: one is
    being prepared.
    """
    signed = Agreement.objects.filter(partnership=OuterRef("pk"), amends__isnull=True)
    return (
        Partnership.objects.within(scope)
        .filter(~Exists(signed.binding_on(day)), state__in=_CURRENT_STATES)
        .annotate(
            is_expired=Exists(signed.exclude(content_hash="")),
            is_prepared=Exists(signed.lasting().filter(content_hash="")),
        )
        .select_related("mentee__territory", "lead", "school_year")
        .order_by("pk")
    )


def ending_soon(scope: Scope, day: dt.date, days: int = max(REMIND_DAYS)) -> AgreementQuerySet:
    """Return the agreements in force that end within so many days."""
    rows: AgreementQuerySet = (
        Agreement.objects.within(scope)
        .filter(state__in=LASTING, ends_on__gte=day, ends_on__lte=day + dt.timedelta(days=days))
        .exclude(kind=AgreementKind.AMENDMENT)
        .order_by("ends_on", "pk")
    )
    return rows


def due_by_date(day: dt.date | None = None) -> tuple[QuerySet[Agreement], QuerySet[Agreement]]:
    """Return the signed agreements whose first day has come, and those in force whose last day is over."""
    today = day or timezone.localdate()
    begun = Agreement.objects.filter(
        Q(starts_on__isnull=True) | Q(starts_on__lte=today), state=AgreementState.SIGNED
    )
    over = Agreement.objects.filter(state__in=LASTING, ends_on__lt=today)
    return begun.order_by("pk"), over.order_by("pk")
