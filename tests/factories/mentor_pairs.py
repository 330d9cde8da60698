"""Fast rows of mentor pairs for tests."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from mayak.accounts.enums import Role
from mayak.accounts.models import MentoringTerms, User
from mayak.networks.enums.mentor_pairs import PairLoop, PairState
from mayak.networks.models import MentorPair, PairMentee
from mayak.networks.services.pair_log import have_one_employer
from mayak.registry.models import Organisation, Person, SchoolYear
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.people import teacher, this_year
from tests.factories.registry import LegalActFactory, SchoolFactory


def mentor_pair(
    *,
    state: str = PairState.ACTIVE,
    school: Organisation | None = None,
    mentor_school: Organisation | None = None,
    mentees: Sequence[Person] = (),
    mentor: Person | None = None,
    school_year: SchoolYear | None = None,
    **fields: Any,
) -> MentorPair:
    """Return a pair of two schools of one district, saved without services; formed ones have an order and a term."""
    place = school or SchoolFactory.create()
    lead = mentor_school or SchoolFactory.create(territory=place.territory)
    people = list(mentees) or [teacher(place, "Наставляемая")]
    today = timezone.localdate()
    if state in {PairState.FORMED, PairState.ACTIVE, PairState.PAUSED}:
        fields.setdefault("order", LegalActFactory.create(territory=place.territory))
        fields.setdefault("starts_on", today - dt.timedelta(days=10))
    if state in {PairState.ENDED, PairState.CHANGED}:
        fields.setdefault("ended_on", today)
        fields.setdefault("end_reason", "Цель достигнута")
    pair = MentorPair.objects.create(
        mentor=mentor or teacher(lead, "Наставник"),
        mentor_school=lead,
        first_school=place,
        school_year=school_year or this_year(),
        loop=PairLoop.INTERNAL if have_one_employer(lead, [place]) else PairLoop.EXTERNAL,
        state=state,
        **{"proposed_on": today, "consent_until": today + dt.timedelta(days=7)} | fields,
    )
    PairMentee.objects.bulk_create([PairMentee(pair=pair, person=one, school=place) for one in people])
    return pair


def mentee_of(pair: MentorPair) -> Person:
    """Return the first mentee."""
    return pair.mentees.select_related("person").order_by("pk")[0].person


def account_of(person: Person, school: Organisation, role: Role = Role.TEACHER) -> User:
    """Return the account of a person with a role at the school, made once."""
    if (known := User.objects.filter(person=person).first()) is not None:
        return known
    user = UserFactory.create(person=person)
    RoleAssignmentFactory.create(user=user, role=role, organisation=school)
    return user


def supplement(pair: MentorPair, **fields: Any) -> MentoringTerms:
    """Return the paper of the mentor by art. 351.8 that holds all the year."""
    today = timezone.localdate()
    return MentoringTerms.objects.create(
        **{
            "person": pair.mentor,
            "organisation": pair.mentor_school,
            "number": "12",
            "consented_on": today - dt.timedelta(days=30),
            "content": "Наставничество",
            "form": "в паре",
            "starts_on": today - dt.timedelta(days=30),
            "ends_on": today + dt.timedelta(days=300),
        }
        | fields
    )
