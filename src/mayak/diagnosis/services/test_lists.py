"""Results of a test of teachers from a file: a trial run that writes nothing, then everything at once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.diagnosis.enums.deficits import MAX_SEVERITY, DeficitSource, ValueKind
from mayak.diagnosis.models import Competence, DeficitEvidence
from mayak.diagnosis.selectors.teachers import present_schools, readable_people
from mayak.diagnosis.services.deficit_summaries import refresh_people
from mayak.diagnosis.services.deficits import (
    DeficitRow,
    check_source,
    record_deficits,
    severity_of_level,
    severity_of_share,
)
from mayak.kernel.access import Actor, Scope
from mayak.registry.models import Person

NEW, SAME, REJECTED = "new", "same", "rejected"


@dataclass(frozen=True, slots=True)
class GivenResult:
    """A result as it stands in the file; ``value`` None where it is no number."""

    row: int
    person: str
    email: str
    school: str
    competence: str
    value: float | None
    value_text: str
    day: dt.date | None
    is_bad_day: bool


@dataclass(frozen=True, slots=True)
class PlannedResult:
    """What becomes of a result. The plan that goes through the browser holds keys only, no names."""

    row: int
    outcome: str
    who: str
    competence: str
    problem: str = ""
    person_id: int = 0
    competence_id: int = 0
    severity: float = 0.0
    day: dt.date = dt.date.min


def plan_results(
    rows: Iterable[GivenResult], *, scope: Scope, kind: str, day: dt.date, instrument: str
) -> list[PlannedResult]:
    """Say what each result would do; reads only.

    A person is found by e-mail, else by the exact name among the people of the scope (and school), never by a
    similar one.

    Raises:
        ValidationError: the name of the test says that it is one of pupils.
    """
    check_source(DeficitSource.TEST, instrument)
    people = _People(scope)
    competences: dict[str, Competence] = {}
    for one in Competence.objects.kept():
        competences[_plain(one.code)], competences[_plain(one.name)] = one, one
    planned, seen = [], set()
    for row in rows:
        person, problem = people.find(row)
        competence = competences.get(_plain(row.competence))
        severity, bad_value = _severity(row.value, kind)
        held = row.day or day
        key = (person.pk if person else 0, competence.pk if competence else 0)
        problems = (
            (person is None, problem),
            (not row.competence, _("no competence is named")),
            (competence is None, _("the competence “%(name)s” is unknown") % {"name": row.competence}),
            (bad_value, _("“%(text)s” is no result of this kind") % {"text": row.value_text}),
            (row.is_bad_day, _("the date cannot be read")),
            (held > timezone.localdate(), _("the date lies in the future")),
            (key in seen, _("the file names this person and competence twice")),
        )
        reason = next((text for is_wrong, text in problems if is_wrong), "")
        if not reason:
            seen.add(key)
        planned.append(
            PlannedResult(
                row.row,
                REJECTED if reason else NEW,
                row.person or row.email,
                competence.name if competence else row.competence,
                reason,
                key[0],
                key[1],
                round(severity, 4),
                held,
            )
        )
    return _against_stored(planned, instrument)


@transaction.atomic
def apply_results(
    planned: Sequence[PlannedResult], *, scope: Scope, instrument: str, actor: Actor
) -> tuple[int, int]:
    """Write the new results; return how many results of how many people.

    Raises:
        ValidationError: nothing is new, or a person or competence has gone meanwhile; then nothing is written.
    """
    chosen = [row for row in planned if row.outcome == NEW]
    if not chosen:
        raise ValidationError(_("There is nothing new in this file."))
    people = readable_people(scope).in_bulk([row.person_id for row in chosen])
    competences = Competence.objects.kept().in_bulk([row.competence_id for row in chosen])
    by_person: dict[tuple[int, dt.date], list[PlannedResult]] = defaultdict(list)
    for row in chosen:
        if row.person_id not in people or row.competence_id not in competences:
            raise ValidationError(_("Row %(row)s can no longer be written: try again.") % {"row": row.row})
        by_person[row.person_id, row.day].append(row)
    for (person, day), rows in by_person.items():
        record_deficits(
            people[person],
            [DeficitRow(competences[row.competence_id], row.severity) for row in rows],
            source=DeficitSource.TEST,
            actor=actor,
            observed_on=day,
            instrument=instrument,
            refresh=False,
        )
    refresh_people(people)
    return len(chosen), len(people)


def plan_to_plain(planned: Sequence[PlannedResult]) -> list[list[Any]]:
    """The new rows of a plan as plain data without a name, to be signed and sent back."""
    return [
        [row.row, row.person_id, row.competence_id, row.severity, row.day.isoformat()]
        for row in planned
        if row.outcome == NEW
    ]


def plan_from_plain(data: Iterable[Sequence[Any]]) -> list[PlannedResult]:
    """Read what ``plan_to_plain`` wrote."""
    return [
        PlannedResult(
            row,
            NEW,
            "",
            "",
            person_id=person,
            competence_id=one,
            severity=value,
            day=dt.date.fromisoformat(day),
        )
        for row, person, one, value, day in data
    ]


class _People:
    """The people of a scope by e-mail and by name."""

    def __init__(self, scope: Scope) -> None:
        self.by_email: dict[str, list[Person]] = defaultdict(list)
        self.by_name: dict[str, list[Person]] = defaultdict(list)
        people = list(readable_people(scope))
        self.schools = present_schools([one.pk for one in people])
        for one in people:
            self.by_name[_plain(str(one))].append(one)
            if one.email:
                self.by_email[one.email.lower()].append(one)

    def find(self, row: GivenResult) -> tuple[Person | None, str]:
        found = self.by_email.get(row.email.lower(), []) if row.email else []
        if not found and row.person:
            found = self.by_name.get(_plain(row.person), [])
            if row.school:
                name = _plain(row.school)
                found = [one for one in found if name in self.schools.get(one.pk, ())]
        if len(found) == 1:
            return found[0], ""
        if found:
            return None, _("several people bear this name: write the e-mail or the school")
        return None, _("nobody of your territory has this e-mail or name")


def _severity(value: float | None, kind: str) -> tuple[float, bool]:
    if value is None:
        return 0.0, True
    try:
        if kind == ValueKind.PERCENT:
            return severity_of_share(value / 100), False
        if kind == ValueKind.LEVEL:
            return severity_of_level(value), False
    except ValueError:
        return 0.0, True
    return value, not 0 <= value <= MAX_SEVERITY


def _against_stored(planned: list[PlannedResult], instrument: str) -> list[PlannedResult]:
    rows = DeficitEvidence.objects.filter(
        source=DeficitSource.TEST,
        instrument=instrument,
        person__in={row.person_id for row in planned if row.person_id},
    )
    stored: Mapping[tuple[int, int, dt.date], float] = {
        (person, competence, day): severity
        for person, competence, day, severity in rows.values_list(
            "person_id", "competence_id", "observed_on", "severity"
        )
    }

    def settled(row: PlannedResult) -> PlannedResult:
        known = stored.get((row.person_id, row.competence_id, row.day))
        if row.outcome != NEW or known is None or abs(known - row.severity) > _NOTHING:
            return row
        return PlannedResult(row.row, SAME, row.who, row.competence)

    return [settled(row) for row in planned]


_NOTHING = 1e-3


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("ё", "е").split())
