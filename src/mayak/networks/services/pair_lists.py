"""Writing a list of ready mentor pairs that a trial run has planned: all pairs or none."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.diagnosis.models import Competence
from mayak.diagnosis.selectors.teachers import readable_people
from mayak.kernel.access import Actor, Scope
from mayak.networks.models import MentorPair
from mayak.networks.services.mentor_pairs import MenteeGiven, create_pair
from mayak.networks.services.pair_list_rows import NEW, PlannedRow, group_key
from mayak.networks.services.pair_states import consent_to_pair, form_pair, start_pair
from mayak.registry.models import LegalAct, Organisation, Person, SchoolYear, Subject


@transaction.atomic
def import_pairs(
    rows: Iterable[PlannedRow],
    *,
    school_year: SchoolYear,
    scope: Scope,
    actor: Actor,
    order: LegalAct | None = None,
) -> list[MentorPair]:
    """Write the pairs of a plan, all or none.

    Without an order they are proposed and wait for their consents. With one they are at work from the beginning: the
    consents on paper were given by the day of the order, says who imports.

    Raises:
        ValidationError: nothing is new; a pair cannot be written (with the numbers of its rows).
    """
    groups: dict[tuple[Any, ...], list[PlannedRow]] = defaultdict(list)
    for row in rows:
        if row.outcome == NEW:
            groups[group_key(row)].append(row)
    if not groups:
        raise ValidationError(_("No pair of this file can be taken."), code="no_pairs")
    seen = _Material(groups.values(), scope)
    made = []
    for together in groups.values():
        try:
            made.append(seen.write(together, school_year, order, actor=actor))
        except ValidationError as error:
            where = ", ".join(str(row.row) for row in together)
            texts = "; ".join(error.messages)
            raise ValidationError(
                _("Rows %(rows)s: %(problem)s") % {"rows": where, "problem": texts}
            ) from error
    return made


class _Material:
    """The rows of the database that a plan names, narrowed to the scope once more, and how a pair is written."""

    def __init__(self, groups: Iterable[Sequence[PlannedRow]], scope: Scope) -> None:
        rows = [row for group in groups for row in group]
        keys = {row.mentor for row in rows} | {row.mentee for row in rows}
        self._people = {one.pk: one for one in readable_people(scope).filter(pk__in=keys)}
        places = {row.mentor_school for row in rows} | {row.mentee_school for row in rows}
        schools = Organisation.objects.within(scope).select_related("territory", "parent")
        self._schools = {one.pk: one for one in schools.filter(pk__in=places)}
        self._subjects = Subject.objects.in_bulk([row.subject for row in rows if row.subject])
        self._competences = Competence.objects.in_bulk([row.competence for row in rows if row.competence])

    def write(
        self, rows: Sequence[PlannedRow], school_year: SchoolYear, order: LegalAct | None, *, actor: Actor
    ) -> MentorPair:
        """Write one pair or group; with an order consents, the order and the beginning too."""
        first = rows[0]
        mentor = self._person(first.mentor)
        pair = create_pair(
            mentor,
            mentor_school=self._school(first.mentor_school),
            mentees=[MenteeGiven(self._person(row.mentee), self._school(row.mentee_school)) for row in rows],
            school_year=school_year,
            actor=actor,
            competences=[
                self._competences[key] for key in dict.fromkeys(row.competence for row in rows) if key
            ],
            kind=first.kind,
            form=first.form,
            subject=self._subjects.get(first.subject) if first.subject else None,
            goal=first.goal,
            ends_on=dt.date.fromisoformat(first.ends_on) if first.ends_on else None,
        )
        if order is None:
            return pair
        paper = str(order)[:200]
        for person in [mentor, *(self._person(row.mentee) for row in rows)]:
            pair = consent_to_pair(pair, person, actor=actor, given_on=order.date, paper=paper)
        begin = dt.date.fromisoformat(first.starts_on) if first.starts_on else order.date
        pair = form_pair(pair, actor=actor, order=order, starts_on=begin, ends_on=pair.ends_on)
        return start_pair(pair, actor=actor)

    def _person(self, key: int) -> Person:
        if key not in self._people:
            raise ValidationError(_("somebody of the file is not to be found any more"))
        return self._people[key]

    def _school(self, key: int) -> Organisation:
        if key not in self._schools:
            raise ValidationError(_("a school of the file is not to be found any more"))
        return self._schools[key]
