"""Making and changing mentor pairs and groups."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.accounts.selectors.deadlines import deadline
from mayak.diagnosis.models import Competence
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import difference, snapshot
from mayak.networks.enums.mentor_pairs import PairKind, PairLoop
from mayak.networks.models import MentorPair, PairMentee, Partnership
from mayak.networks.selectors.pair_rules import GROUP_MENTEES, pair_rules
from mayak.networks.services.pair_log import have_one_employer, log_pair, working_pair
from mayak.registry.models import Organisation, Person, SchoolYear

CONSENT = "pair-consent"


@dataclass(frozen=True, slots=True)
class MenteeGiven:
    """Who becomes a mentee, in which school, and the need for which the mentor was chosen."""

    person: Person
    school: Organisation
    need: str = ""


@transaction.atomic
def create_pair(
    mentor: Person,
    *,
    mentor_school: Organisation,
    mentees: Sequence[MenteeGiven],
    school_year: SchoolYear,
    actor: Actor,
    competences: Collection[Competence] = (),
    today: dt.date | None = None,
    **fields: Any,
) -> MentorPair:
    """Propose a pair or group: the loop follows from the employers, the partnership from the schools.

    Consents are awaited until the deadline (five working days, data).

    Raises:
        ValidationError: the number of mentees does not fit the kind, somebody stands twice or has such a pair already,
            the year is closed, dates.
    """
    day = today or timezone.localdate()
    if school_year.is_closed:
        raise ValidationError(
            {"school_year": _("The school year %(year)s is closed for changes.") % {"year": school_year}}
        )
    given = list(mentees)
    kind = fields.get("kind", PairKind.TRADITIONAL)
    check_mentees(mentor, given, kind=kind)
    _refuse_double(mentor, given, school_year)
    schools = [one.school for one in given]
    internal = have_one_employer(mentor_school, schools)
    pair = MentorPair(
        mentor=mentor,
        mentor_school=mentor_school,
        first_school=schools[0],
        school_year=school_year,
        loop=PairLoop.INTERNAL if internal else PairLoop.EXTERNAL,
        partnership=partnership_of(mentor_school, schools, school_year),
        proposed_on=day,
        consent_until=deadline(CONSENT, day).day,
        **fields,
    )
    pair.full_clean(exclude=["competences"])
    pair.save()
    pair.competences.set(competences)
    PairMentee.objects.bulk_create(rows_of_mentees(pair, given))
    log_pair(
        pair,
        actor=actor,
        action="propose_pair",
        changes={"mentor": [None, mentor.pk], "mentees": [None, [one.person.pk for one in given]]},
    )
    return pair


@transaction.atomic
def update_pair(
    pair: MentorPair, *, actor: Actor, competences: Iterable[Competence] | None = None, **fields: Any
) -> MentorPair:
    """Change goal, kind, form, subject, dates and competences of a pair that is not over.

    Raises:
        ValidationError: the pair is over; the kind does not fit the mentees; dates.
    """
    held = working_pair(pair)
    before = snapshot(held)
    for name, value in fields.items():
        setattr(held, name, value)
    given = [MenteeGiven(one.person, one.school) for one in held.mentees.select_related("person", "school")]
    check_mentees(held.mentor, given, kind=held.kind)
    held.full_clean(exclude=["competences"])
    held.save(update_fields=list(fields))
    changes = difference(before, snapshot(held))
    if competences is not None:
        old, new = set(held.competences.values_list("pk", flat=True)), {one.pk for one in competences}
        if old != new:
            held.competences.set(new)
            changes["competences"] = [sorted(old), sorted(new)]
    if changes:
        log_pair(held, actor=actor, action="update", changes=changes)
    return held


def check_mentees(mentor: Person, mentees: Sequence[MenteeGiven], *, kind: str) -> None:
    """Refuse mentees that do not fit.

    Raises:
        ValidationError: none, one of them twice, the mentor among them, too few for a group, several in a pair.
    """
    people = [one.person.pk for one in mentees]
    if not people:
        raise ValidationError({"mentees": _("Name at least one mentee.")})
    if len(set(people)) < len(people):
        raise ValidationError({"mentees": _("One person stands twice among the mentees.")})
    if mentor.pk in people:
        raise ValidationError({"mentees": _("A person cannot be the own mentor.")})
    least = pair_rules()[GROUP_MENTEES]
    if kind == PairKind.GROUP and len(people) < least:
        raise ValidationError(
            {"mentees": _("A group has %(count)s mentees at least.") % {"count": least}}, code="group"
        )
    if kind == PairKind.TRADITIONAL and len(people) > 1:
        raise ValidationError({"mentees": _("A traditional pair has one mentee: choose another kind.")})


def rows_of_mentees(pair: MentorPair, mentees: Sequence[MenteeGiven]) -> list[PairMentee]:
    """Return the rows of the mentees of a pair, not saved."""
    return [
        PairMentee(
            pair=pair,
            person=one.person,
            school=one.school,
            need=one.need[:500],
            is_elsewhere=one.school.pk != pair.first_school_id,
        )
        for one in mentees
    ]


def partnership_of(
    lead: Organisation, mentees: Collection[Organisation], school_year: SchoolYear
) -> Partnership | None:
    """Return the current network pair of the schools, for a branch also that of its school."""

    def employers(school: Organisation) -> list[int]:
        return [school.pk, *([school.parent_id] if school.parent_id is not None else [])]

    rows = Partnership.objects.current().filter(
        school_year=school_year,
        lead__in=employers(lead),
        mentee__in=[key for school in mentees for key in employers(school)],
    )
    return rows.order_by("pk").first()


def _refuse_double(mentor: Person, mentees: Sequence[MenteeGiven], school_year: SchoolYear) -> None:
    present = MentorPair.objects.current().filter(mentor=mentor, school_year=school_year)
    same = PairMentee.objects.filter(pair__in=present, person__in=[one.person for one in mentees])
    if (found := same.select_related("person").first()) is not None:
        raise ValidationError(
            {
                "mentees": _("%(mentor)s and %(mentee)s are a pair of this year already.")
                % {"mentor": mentor, "mentee": found.person}
            },
            code="double",
        )
