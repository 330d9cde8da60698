"""A list of certificates: a trial run that writes nothing, then everything at once."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.diagnosis.models import Certificate
from mayak.diagnosis.selectors.training import people_of, valid_until_of
from mayak.diagnosis.services.training import add_certificate
from mayak.kernel.access import Actor, Scope
from mayak.registry.models import Employment

NEW, UNCHANGED, REJECTED = "new", "unchanged", "rejected"
_HOURS_AT_MOST = 2000


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A row of the file; the days are read, ``has_day`` says whether something stood where the day belongs."""

    row: int
    person: str
    school: str = ""
    title: str = ""
    provider: str = ""
    hours: str = ""
    number: str = ""
    issued_on: dt.date | None = None
    valid_until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class PlannedCertificate:
    """What becomes of one row."""

    row: int
    outcome: str
    person: str
    person_id: int | None = None
    title: str = ""
    provider: str = ""
    hours: int | None = None
    number: str = ""
    issued_on: dt.date | None = None
    valid_until: dt.date | None = None
    problem: str = ""


def plan_certificates(rows: Iterable[CertificateRow], *, scope: Scope) -> list[PlannedCertificate]:
    """Say what each row would do; reads only.

    A person is found by the full name, and by the school where two people of the scope bear it; nobody is guessed.
    """
    given = list(rows)
    people = _people(scope)
    posts = _posts(scope)
    known: set[tuple[int | None, str, dt.date | None]] = set(
        Certificate.objects.filter(person__in=people_of(scope)).values_list(
            "person_id", "number", "issued_on"
        )
    )
    planned = []
    for row in given:
        one = _planned(row, people, posts)
        key = (one.person_id, one.number, one.issued_on)
        if one.outcome == NEW and key in known:
            one = _as(one, UNCHANGED, _("registered already"))
        elif one.outcome == NEW:
            known.add(key)
        planned.append(one)
    return planned


@transaction.atomic
def apply_certificates(plan: Iterable[PlannedCertificate], *, scope: Scope, actor: Actor) -> int:
    """Register the new certificates of a plan; all or none.

    Raises:
        ValidationError: nothing is new, or something changed meanwhile.
    """
    rows = [row for row in plan if row.outcome == NEW]
    if not rows:
        raise ValidationError(_("There is nothing new in this list."))
    people = people_of(scope).filter(pk__in=[row.person_id for row in rows])
    by_key = {person.pk: person for person in people}
    for row in rows:
        person = by_key.get(row.person_id or 0)
        if person is None:
            raise ValidationError(_("Row %(row)s can no longer be written: try again.") % {"row": row.row})
        add_certificate(
            person,
            actor=actor,
            title=row.title,
            provider=row.provider,
            hours=row.hours,
            number=row.number,
            issued_on=row.issued_on,
            valid_until=row.valid_until,
        )
    return len(rows)


def plan_to_plain(plan: Iterable[PlannedCertificate]) -> list[dict[str, Any]]:
    """The plan as plain data, to be signed and sent back with the confirmation."""
    return [
        {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in asdict(row).items()
        }
        for row in plan
    ]


def plan_from_plain(data: Iterable[Mapping[str, Any]]) -> list[PlannedCertificate]:
    """Read what ``plan_to_plain`` wrote."""
    found = []
    for row in data:
        days = {
            name: dt.date.fromisoformat(row[name]) if row[name] else None
            for name in ("issued_on", "valid_until")
        }
        found.append(PlannedCertificate(**{**row, **days}))
    return found


def _planned(
    row: CertificateRow, people: Mapping[str, list[int]], posts: Mapping[int, set[str]]
) -> PlannedCertificate:
    same = people.get(_plain(row.person), [])
    if len(same) > 1 and row.school:
        same = [pk for pk in same if _plain(row.school) in posts.get(pk, set())]
    hours = int(row.hours) if row.hours.isdigit() and 0 < int(row.hours) <= _HOURS_AT_MOST else None
    problems = (
        (not same, _("nobody of your territory has this full name")),
        (len(same) > 1, _("several people have this name: write the school")),
        (not row.number, _("no number of the certificate")),
        (row.issued_on is None, _("no date, or not a date")),
        (
            row.issued_on is not None and row.issued_on > timezone.localdate(),
            _("the date lies in the future"),
        ),
        (not row.title, _("no title of the programme")),
        (bool(row.hours) and hours is None, _("the hours are no number")),
        (
            row.issued_on is not None and row.valid_until is not None and row.valid_until < row.issued_on,
            _("the end lies before the beginning"),
        ),
    )
    problem = next((text for is_wrong, text in problems if is_wrong), "")
    until = row.valid_until or (valid_until_of(row.issued_on) if row.issued_on else None)
    return PlannedCertificate(
        row=row.row,
        outcome=REJECTED if problem else NEW,
        person=row.person,
        person_id=same[0] if len(same) == 1 else None,
        title=row.title[:300],
        provider=row.provider[:300],
        hours=hours,
        number=row.number[:100],
        issued_on=row.issued_on,
        valid_until=until,
        problem=problem,
    )


def _as(row: PlannedCertificate, outcome: str, problem: str) -> PlannedCertificate:
    return PlannedCertificate(**{**asdict(row), "outcome": outcome, "problem": problem})


def _people(scope: Scope) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    rows = people_of(scope).values_list("pk", "family_name", "given_name", "patronymic")
    for pk, *names in rows:
        found[_plain(" ".join(name for name in names if name))].append(pk)
    return found


def _posts(scope: Scope) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = Employment.objects.within(scope).values_list(
        "person_id", "organisation__short_name", "organisation__name"
    )
    for pk, *names in rows:
        found[pk].update(_plain(name) for name in names)
    return found


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[«»\"“”„']", " ", text.lower().replace("ё", "е")).split())
