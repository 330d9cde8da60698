"""The people whom a survey may ask, found in the registry and among the accounts; two queries for each audience.

A person with an account and a post is one; what counts is the territory of whoever holds the survey or, where it is a
school, the school with its branches.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from mayak.accounts.models import RoleAssignment
from mayak.diagnosis.selectors.roles import reference_day, schools_in_role
from mayak.registry.enums import SCHOOL_KINDS
from mayak.registry.models import Employment, Organisation
from mayak.registry.models.organisations import OrganisationQuerySet
from mayak.surveys.models import Campaign
from mayak.surveys.selectors.audiences import Invited

NOT_TEACHERS = ("учитель-логопед", "учитель-дефектолог", "Учитель-логопед", "Учитель-дефектолог")
TEACHERS = ("учитель", "преподаватель", "Учитель", "Преподаватель")
HEADS = (
    "директор", "Директор", "заведующий филиалом", "заведующая филиалом", "Заведующий филиалом",
    "Заведующая филиалом", "исполняющий обязанности директора", "Исполняющий обязанности директора",
)  # fmt: skip
DEPUTIES = ("заместитель директора", "Заместитель директора")
SERVICE_HEADS = ("руководитель", "Руководитель", "директор", "Директор", "заведующ", "Заведующ")
"""Beginnings of positions (registry/data/positions.yaml); both letters, because SQLite folds no Cyrillic."""


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody found; ``rank`` 0 is the first choice where one person answers for an organisation."""

    organisation_id: int
    person_id: int | None
    user_id: int | None
    email: str
    rank: int = 0

    def invited(self, role: str) -> Invited:
        """Return the invitation with the role as a group."""
        return Invited(
            organisation_id=self.organisation_id,
            person_id=self.person_id,
            user_id=self.user_id,
            email=self.email,
            groups={"role": role},
        )


def organisations_of(campaign: Campaign) -> OrganisationQuerySet:
    """Return the open organisations a survey may reach: those of its owner's territory, or the owning school."""
    owner = campaign.owner
    found = Organisation.objects.open()
    if owner.kind in SCHOOL_KINDS:
        return found.filter(Q(pk=owner.pk) | Q(parent=owner.pk))
    return found.filter(territory__path__under=owner.territory.path)


def schools_of(campaign: Campaign, status_role: str = "") -> OrganisationQuerySet:
    """Return the schools among them; with a status of this role where one is named."""
    schools = organisations_of(campaign).schools()
    if not status_role:
        return schools
    day = reference_day(campaign.school_year)
    bearing = schools_in_role(campaign.owner.territory.path or "", status_role, day)
    return schools.filter(pk__in=bearing.order_by().values("pk"))


def by_role(organisations: OrganisationQuerySet, roles: Iterable[str]) -> Iterator[Found]:
    """Yield who holds one of the roles today and may sign in; the first role is the first choice."""
    order = {role: rank for rank, role in enumerate(roles)}
    rows = (
        RoleAssignment.objects.current()
        .filter(role__in=order, user__is_active=True, organisation__in=organisations.order_by().values("pk"))
        .order_by("pk")
        .values_list("organisation_id", "user__person_id", "user_id", "user__email", "role")
    )
    for organisation, person, user, email, role in rows.iterator(chunk_size=5000):
        yield Found(organisation, person, user, email, order[role])


def by_position(
    organisations: OrganisationQuerySet,
    beginnings: Iterable[str],
    *,
    without: Iterable[str] = (),
    rank: int = 0,
) -> Iterator[Found]:
    """Yield who has a post today whose name begins so; the letter goes to the account, else to the person."""
    today = timezone.localdate()
    wanted, barred = Q(pk__in=[]), Q(pk__in=[])
    for word in beginnings:
        wanted |= Q(position__startswith=word)
    for word in without:
        barred |= Q(position__startswith=word)
    rows = (
        Employment.objects.filter(
            wanted,
            Q(valid_from__isnull=True) | Q(valid_from__lte=today),
            Q(valid_to__isnull=True) | Q(valid_to__gte=today),
            organisation__in=organisations.order_by().values("pk"),
            person__archived_at__isnull=True,
        )
        .exclude(barred)
        .order_by("pk")
        .values_list("organisation_id", *columns_of("person"))
    )
    yield from found_people(rows.iterator(chunk_size=5000), rank)


def columns_of(person: str) -> tuple[str, ...]:
    """Return the columns of a person that ``found_people`` reads, the person standing under this name."""
    return (
        f"{person}_id", f"{person}__email", f"{person}__user", f"{person}__user__email", f"{person}__user__is_active"
    )  # fmt: skip


def found_people(rows: Iterable[tuple[Any, ...]], rank: int = 0) -> Iterator[Found]:
    """Turn rows of an organisation and ``columns_of`` a person into what was found; a closed account is none."""
    for organisation, person, email, user, own_email, is_active in rows:
        account = user if is_active else None
        yield Found(organisation, person, account, (own_email if account else "") or email, rank)


def each_once(found: Iterable[Found]) -> Iterator[Found]:
    """Yield each person of each organisation once; the first that is found counts."""
    seen: set[tuple[int, str, int]] = set()
    for one in found:
        key = _key(one)
        if key not in seen:
            seen.add(key)
            if one.person_id and one.user_id:
                seen.add((one.organisation_id, "user", one.user_id))
            yield one


def one_for_each(found: Iterable[Found]) -> Iterator[Found]:
    """Yield one person for each organisation: the lowest rank, then the first found."""
    best: dict[int, Found] = {}
    for one in found:
        known = best.get(one.organisation_id)
        if known is None or one.rank < known.rank:
            best[one.organisation_id] = one
    yield from best.values()


def _key(one: Found) -> tuple[int, str, int]:
    if one.person_id is not None:
        return one.organisation_id, "person", one.person_id
    return one.organisation_id, "user", one.user_id or 0
