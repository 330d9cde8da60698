"""A list of lessons of a festival from a file: a trial run that writes nothing, then everything at once."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from mayak.accounts.models import User
from mayak.diagnosis.enums.lessons import LessonKind
from mayak.diagnosis.models import LessonObservation, LessonRound
from mayak.diagnosis.selectors.lessons import may_be_observer
from mayak.diagnosis.services.lesson_guard import log_round
from mayak.diagnosis.services.lessons import add_observer, plan_lesson
from mayak.kernel.access import Actor, Scope
from mayak.registry.models import Organisation, Person, Subject
from mayak.registry.selectors.references import find_rows

NEW, KNOWN, REJECTED = "new", "known", "rejected"


@dataclass(frozen=True, slots=True)
class ListedLesson:
    """A row of the file: texts as they stand, day and grade read, ``problem`` where a cell cannot be read."""

    row: int
    held_on: dt.date | None = None
    teacher: str = ""
    school: str = ""
    subject: str = ""
    topic: str = ""
    kind: str = ""
    grade: int | None = None
    video_url: str = ""
    observers: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PlannedLesson:
    """What becomes of one row: new, known already, or rejected with the reason."""

    row: int
    outcome: str
    text: str
    problem: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    """The rows of the registry that a row of the file means."""

    teacher: Person
    school: Organisation
    subject: Subject
    observers: tuple[User, ...]


class _Refused(Exception):  # noqa: N818  # the reason why a row is left out
    """A row cannot be taken; the text says why."""


def plan_lesson_list(
    found: LessonRound, rows: Iterable[ListedLesson], *, scope: Scope, actor: Actor
) -> list[PlannedLesson]:
    """Return what taking the list would do; everything is tried and taken back."""
    with transaction.atomic():
        report = [_take(found, row, scope=scope, actor=actor) for row in rows]
        transaction.set_rollback(True)
    return report


@transaction.atomic
def apply_lesson_list(
    found: LessonRound, rows: Sequence[ListedLesson], *, scope: Scope, actor: Actor
) -> list[PlannedLesson]:
    """Plan the lessons of the list with their observers; rows that are rejected are left out.

    Raises:
        ValidationError: no row can be taken.
    """
    report = [_take(found, row, scope=scope, actor=actor) for row in rows]
    taken = sum(1 for one in report if one.outcome == NEW)
    if not taken:
        raise ValidationError(_("There is nothing new in the list, so nothing is written."))
    log_round(found, actor=actor, action="import", changes={"lessons": [None, taken]})
    return report


def rows_to_plain(rows: Iterable[ListedLesson]) -> list[dict[str, Any]]:
    """Return the rows for a signed field of the page."""
    return [{**asdict(row), "held_on": row.held_on.isoformat() if row.held_on else ""} for row in rows]


def rows_from_plain(plain: Iterable[Mapping[str, Any]]) -> list[ListedLesson]:
    """Return the rows of a signed field."""
    return [
        ListedLesson(
            **{
                **one,
                "held_on": dt.date.fromisoformat(one["held_on"]) if one["held_on"] else None,
                "observers": tuple(one["observers"]),
            }
        )
        for one in plain
    ]


def _take(found: LessonRound, row: ListedLesson, *, scope: Scope, actor: Actor) -> PlannedLesson:
    day = f"{row.held_on:%d.%m.%Y}" if row.held_on else ""
    text = ", ".join(part for part in (day, row.teacher, row.subject, row.topic) if part)
    try:
        held_on = _day(row)
        meant = _meant(row, scope)
        if _is_known(found, meant.teacher, held_on, row.topic):
            return PlannedLesson(row.row, KNOWN, text)
        with transaction.atomic():
            lesson = plan_lesson(
                actor=actor,
                teacher=meant.teacher,
                organisation=meant.school,
                subject=meant.subject,
                held_on=held_on,
                form=found.form,
                round=found,
                topic=row.topic[:300],
                grade=row.grade,
                kind=row.kind or LessonKind.OPEN_LESSON,
                video_url=row.video_url,
            )
            for user in meant.observers:
                add_observer(lesson, user, actor=actor)
    except _Refused as refusal:
        return PlannedLesson(row.row, REJECTED, text, str(refusal))
    except ValidationError as error:
        return PlannedLesson(row.row, REJECTED, text, " ".join(error.messages))
    few = len(meant.observers) < found.min_observers
    note = _("fewer observers than a rating needs") if few else ""
    return PlannedLesson(row.row, NEW, text, note=note)


def _day(row: ListedLesson) -> dt.date:
    if row.problem or row.held_on is None:
        raise _Refused(row.problem)
    return row.held_on


def _is_known(found: LessonRound, teacher: Person, held_on: dt.date, topic: str) -> bool:
    same = LessonObservation.objects.filter(round=found, teacher=teacher, held_on=held_on)
    return same.filter(topic=topic[:300]).exists()


def _meant(row: ListedLesson, scope: Scope) -> _Found:
    teacher = _teacher(row, scope)
    return _Found(teacher, _school(row, teacher, scope), _subject(row, teacher), _observers(row))


def _teacher(row: ListedLesson, scope: Scope) -> Person:
    if not row.teacher:
        raise _Refused(_("no teacher is named"))
    people = find_rows(Person, scope, row.teacher)
    if len(people) > 1 and row.school:
        schools = find_rows(Organisation, scope, row.school)
        people = [one for one in people if one.employments.filter(organisation__in=schools).exists()]
    if len(people) != 1:
        reason = _("several people of the registry fit: add the school or the code in brackets")
        raise _Refused(reason if people else _("the registry knows no such person here"))
    return people[0]


def _school(row: ListedLesson, teacher: Person, scope: Scope) -> Organisation:
    if row.school:
        found = find_rows(Organisation, scope, row.school)
        if len(found) == 1:
            return found[0]
        raise _Refused(_("several schools fit") if found else _("the registry knows no such school here"))
    posts = list(teacher.employments.filter(valid_to__isnull=True).select_related("organisation__territory"))
    schools = {post.organisation_id: post.organisation for post in posts}
    if len(schools) != 1:
        raise _Refused(_("the school is not named, and the teacher does not work in exactly one"))
    return next(iter(schools.values()))


def _subject(row: ListedLesson, teacher: Person) -> Subject:
    if row.subject:
        wanted = row.subject.lower()
        for one in Subject.objects.all():
            if wanted in {one.name.lower(), one.code, *(str(alias).lower() for alias in one.aliases)}:
                return one
        raise _Refused(_("the subject “%(text)s” is unknown") % {"text": row.subject})
    taught = list(Subject.objects.filter(pk__in=teacher.employments.values("subjects")))
    if len(taught) != 1:
        raise _Refused(_("no subject is named"))
    return taught[0]


def _observers(row: ListedLesson) -> tuple[User, ...]:
    users = {
        user.lower_email: user
        for user in User.objects.annotate(lower_email=Lower("email")).filter(lower_email__in=row.observers)
    }
    unknown = [email for email in row.observers if email not in users or not may_be_observer(users[email])]
    if unknown:
        raise _Refused(_("no such observers: %(names)s") % {"names": ", ".join(unknown)})
    return tuple(users[email] for email in dict.fromkeys(row.observers))
