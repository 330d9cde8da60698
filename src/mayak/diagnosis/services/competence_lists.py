"""A catalogue of competences from a file: a trial run that writes nothing, then everything at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.diagnosis.models import Competence, CompetenceGroup, CompetenceLevel
from mayak.diagnosis.services.competences import create_competence, update_competence
from mayak.kernel.access import Actor
from mayak.registry.models import Subject

NEW, CHANGED, SAME, REJECTED = "new", "changed", "same", "rejected"
_GRADES = range(1, 13)


@dataclass(frozen=True, slots=True)
class GivenCompetence:
    """A row as it stands; a grade is a number, an empty text, or None where it is no number."""

    row: int
    code: str
    group: str
    name: str
    description: str = ""
    subject: str = ""
    grade_from: float | str | None = ""
    grade_to: float | str | None = ""
    source: str = ""
    levels: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedCompetence:
    """What becomes of a row; plain data, so that the report can be sent back with the confirmation."""

    row: int
    outcome: str
    name: str
    values: dict[str, Any]
    problem: str = ""
    pk: int | None = None


def plan_competences(rows: Iterable[GivenCompetence]) -> list[PlannedCompetence]:
    """Say what each row would do; reads only.

    A row with a known code, or with a known name of its group, changes that competence.
    """
    groups = {
        _plain(name): group for group in CompetenceGroup.objects.all() for name in (group.code, group.name)
    }
    subjects = {
        _plain(name): subject
        for subject in Subject.objects.all()
        for name in (subject.code, subject.name, *subject.aliases)
    }
    by_code: dict[str, Competence] = {}
    by_name: dict[tuple[int, str], Competence] = {}
    for one in Competence.objects.prefetch_related("levels"):
        by_code[one.code], by_name[one.group_id, _plain(one.name)] = one, one
    seen: set[Any] = set()
    planned = []
    for row in rows:
        values, problem = _values(row, groups, subjects)
        known = by_code.get(row.code) if row.code else by_name.get((values.get("group", 0), _plain(row.name)))
        key = known.pk if known else (row.code or (values.get("group"), _plain(row.name)))
        if not problem and key in seen:
            problem = _("the file names this competence twice")
        other = by_name.get((values.get("group", 0), _plain(row.name)))
        if not problem and other is not None and (known is None or other.pk != known.pk):
            problem = _("the group has a competence of this name with another code")
        seen.add(key)
        outcome = REJECTED if problem else NEW if known is None else _outcome(known, values)
        planned.append(
            PlannedCompetence(row.row, outcome, row.name, values, problem, known.pk if known else None)
        )
    return planned


@transaction.atomic
def apply_competences(planned: Sequence[PlannedCompetence], *, actor: Actor) -> tuple[int, int]:
    """Write the new and changed rows of a plan; return how many of each.

    Raises:
        ValidationError: nothing is new, or the catalogue was changed meanwhile; then nothing is written.
    """
    chosen = [row for row in planned if row.outcome in {NEW, CHANGED}]
    if not chosen:
        raise ValidationError(_("There is nothing new in this file."))
    groups, subjects = CompetenceGroup.objects.in_bulk(), Subject.objects.in_bulk()
    known = Competence.objects.in_bulk([row.pk for row in chosen if row.pk])
    counts = {NEW: 0, CHANGED: 0}
    for row in chosen:
        values = dict(row.values)
        levels = {int(level): text for level, text in values.pop("levels").items()}
        group = groups.get(values["group"])
        if group is None or (row.pk and row.pk not in known):
            raise ValidationError(_("Row %(row)s can no longer be written: try again.") % {"row": row.row})
        values |= {"group": group, "subject": subjects.get(values["subject"] or 0)}
        if row.pk:
            code = values.pop("code")
            competence = known[row.pk]
            update_competence(
                competence, actor=actor, levels=levels, **values | {"code": code or competence.code}
            )
        else:
            create_competence(actor=actor, levels=levels, **values)
        counts[row.outcome] += 1
    return counts[NEW], counts[CHANGED]


def _values(
    row: GivenCompetence, groups: Mapping[str, CompetenceGroup], subjects: Mapping[str, Subject]
) -> tuple[dict[str, Any], str]:
    group, subject = groups.get(_plain(row.group)), subjects.get(_plain(row.subject))
    grades = [row.grade_from or None, row.grade_to or None]
    numbers = [int(one) if isinstance(one, float) and one == int(one) else one for one in grades]
    bad = row.grade_from is None or row.grade_to is None or any(one and one not in _GRADES for one in numbers)
    first, last = numbers
    problems = (
        (not row.name.strip(), _("no name")),
        (group is None, _("the group “%(name)s” is unknown") % {"name": row.group}),
        (
            bool(row.subject) and subject is None,
            _("the subject “%(name)s” is unknown") % {"name": row.subject},
        ),
        (bad, _("a grade is a number from 1 to 12")),
        (
            not bad and bool(first) and bool(last) and float(last or 0) < float(first or 0),
            _("the last grade lies below the first"),
        ),
        (len(row.name) > _NAME, _("the name is longer than 200 letters")),
        (
            bool(row.code) and not _is_code(row.code),
            _("the code has signs other than Latin letters, digits, “-”"),
        ),
    )
    values = {
        "code": row.code,
        "group": group.pk if group else 0,
        "name": row.name.strip(),
        "description": row.description,
        "subject": subject.pk if subject else None,
        "grade_from": None if bad else first,
        "grade_to": None if bad else last,
        "source": row.source[:300],
        "levels": {str(level): text for level, text in row.levels.items()},
    }
    return values, next((text for is_wrong, text in problems if is_wrong), "")


_NAME, _CODE = 200, 60


def _is_code(text: str) -> bool:
    return len(text) <= _CODE and text.isascii() and all(sign.isalnum() or sign in "-_" for sign in text)


def _outcome(known: Competence, values: Mapping[str, Any]) -> str:
    levels = {str(row.level): row.description for row in _levels(known)}
    same = (
        known.group_id == values["group"]
        and known.name == values["name"]
        and known.description == values["description"]
        and known.subject_id == values["subject"]
        and (known.grade_from, known.grade_to) == (values["grade_from"], values["grade_to"])
        and known.source == values["source"]
        and (not values["code"] or known.code == values["code"])
        and all(levels.get(level, "") == text for level, text in values["levels"].items())
    )
    return SAME if same else CHANGED


def _levels(known: Competence) -> Iterable[CompetenceLevel]:
    return known.levels.all()


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("ё", "е").split())
