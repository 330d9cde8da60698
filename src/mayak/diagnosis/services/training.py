"""Needs, courses, enrolments, certificates and rewards of mentors."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.diagnosis.enums.training import EnrolmentState, IncentiveKind, NeedState
from mayak.diagnosis.models import (
    Certificate,
    Enrolment,
    MentorIncentive,
    MentorReward,
    TrainingCourse,
    TrainingNeed,
    TrainingTopic,
)
from mayak.diagnosis.selectors.training import valid_until_of
from mayak.diagnosis.validators.attachments import check_attachment
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import difference, record, snapshot
from mayak.registry.models import Person, SchoolYear
from mayak.registry.services.rows import create_row, update_row

RowT = TypeVar("RowT", TrainingCourse, TrainingTopic, MentorIncentive)
OfPersonT = TypeVar("OfPersonT", TrainingNeed, Enrolment, Certificate, MentorReward)


def save_dictionary(row: RowT, *, actor: Actor, values: Mapping[str, Any]) -> RowT:
    """Add or change a course, a topic, a reason or a reward.

    Raises:
        ValidationError: a field or a constraint says no.
    """
    if row.pk is None:
        for name, value in values.items():
            setattr(row, name, value)
        return create_row(row, actor=actor)
    return update_row(row, actor=actor, values=values)


@transaction.atomic
def add_need(
    person: Person,
    topic: TrainingTopic,
    *,
    actor: Actor,
    school_year: SchoolYear,
    reason: str = "",
    is_own: bool = False,
) -> TrainingNeed:
    """Note that somebody has to learn a topic.

    Raises:
        ValidationError: it is noted for this year already.
    """
    row = TrainingNeed(
        person=person, topic=topic, school_year=school_year, reason=reason.strip(), is_own=is_own
    )
    return _create(row, actor=actor)


def set_need_state(need: TrainingNeed, *, actor: Actor, state: str) -> TrainingNeed:
    """Say that a need is met, open again or dropped."""
    if state not in NeedState.values:
        raise ValidationError(_("There is no such state."))
    return _update(need, actor=actor, values={"state": state})


@transaction.atomic
def enrol(
    person: Person, course: TrainingCourse, *, actor: Actor, enrolled_on: dt.date | None = None
) -> Enrolment:
    """Enrol somebody in a course.

    Raises:
        ValidationError: enrolled already.
    """
    row = Enrolment(person=person, course=course, enrolled_on=enrolled_on or timezone.localdate())
    return _create(row, actor=actor)


@transaction.atomic
def end_enrolment(
    row: Enrolment, *, actor: Actor, state: str, ended_on: dt.date | None = None, note: str = ""
) -> Enrolment:
    """Say that somebody completed or left off a course; a completed one meets the needs of its topic.

    Raises:
        ValidationError: it has ended already, or leaving off has no reason.
    """
    if row.state != EnrolmentState.ENROLLED:
        raise ValidationError(_("This enrolment has ended already."))
    if state == EnrolmentState.DROPPED and not note.strip():
        raise ValidationError({"note": _("Say why the course was left off.")})
    if state not in {EnrolmentState.COMPLETED, EnrolmentState.DROPPED}:
        raise ValidationError(_("There is no such state."))
    values = {"state": state, "ended_on": ended_on or timezone.localdate(), "note": note.strip()}
    _update(row, actor=actor, values=values)
    if state == EnrolmentState.COMPLETED:
        _meet_needs(row.person_id, row.course.topic_id, actor=actor)
    return row


@transaction.atomic
def add_certificate(
    person: Person, *, actor: Actor, scan: Any = None, valid_until: dt.date | None = None, **fields: Any
) -> Certificate:
    """Register a certificate; without a last day it holds for the years of the threshold.

    Raises:
        ValidationError: registered already, dated in the future, or the scan is of a wrong type.
    """
    row = Certificate(person=person, **fields)
    if row.course is not None:
        row.title = row.title or row.course.title
        row.provider = row.provider or row.course.provider
        row.hours = row.hours or row.course.hours
    issued: dt.date | None = row.issued_on
    if issued is not None and issued > timezone.localdate():
        raise ValidationError({"issued_on": _("A certificate cannot be dated in the future.")})
    if issued is not None:
        row.valid_until = valid_until or valid_until_of(issued)
    if scan:
        try:
            row.scan_hash = check_attachment(scan)
        except ValidationError as error:
            raise ValidationError({"scan": error.messages}) from error
        row.scan = scan
    _create(row, actor=actor)
    if row.course is not None:
        _meet_needs(person.pk, row.course.topic_id, actor=actor)
    return row


@transaction.atomic
def remove_certificate(row: Certificate, *, actor: Actor) -> None:
    """Take a certificate out that was registered by mistake; the log keeps that it was there."""
    storage, name = row.scan.storage, row.scan.name
    _log(row, actor=actor, action="delete", changes={"number": [row.number, None]})
    row.delete()
    transaction.on_commit(lambda: storage.delete(name) if name else None)


@transaction.atomic
def give_reward(person: Person, *, actor: Actor, **fields: Any) -> MentorReward:
    """Write down a reward of a mentor.

    Raises:
        ValidationError: a reason in place of a reward, no basis, or a date in the future.
    """
    row = MentorReward(person=person, **fields)
    if row.reward_id and row.reward.kind != IncentiveKind.REWARD:
        raise ValidationError({"reward": _("Choose a reward, not a reason.")})
    given: dt.date | None = row.given_on
    if given is not None and given > timezone.localdate():
        raise ValidationError({"given_on": _("A reward cannot be dated in the future.")})
    return _create(row, actor=actor)


@transaction.atomic
def remove_reward(row: MentorReward, *, actor: Actor) -> None:
    """Take a reward out that was written down by mistake; the log keeps that it was there."""
    _log(row, actor=actor, action="delete", changes={"given_on": [str(row.given_on), None]})
    row.delete()


def _meet_needs(person_id: int, topic_id: int | None, *, actor: Actor) -> None:
    if topic_id is None:
        return
    for need in TrainingNeed.objects.filter(person=person_id, topic=topic_id, state=NeedState.OPEN):
        _update(need, actor=actor, values={"state": NeedState.MET})


def _create(row: OfPersonT, *, actor: Actor) -> OfPersonT:
    row.full_clean()
    row.save(force_insert=True)
    changes = {
        name: [None, value] for name, value in snapshot(row).items() if value not in (None, "", [], {})
    }
    _log(row, actor=actor, action="create", changes=changes)
    return row


def _update(row: OfPersonT, *, actor: Actor, values: Mapping[str, Any]) -> OfPersonT:
    before = snapshot(type(row).objects.get(pk=row.pk))
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    row.save(update_fields=list(values))
    if changes := difference(before, snapshot(row)):
        _log(row, actor=actor, action="update", changes=changes)
    return row


def _log(row: models.Model, *, actor: Actor, action: str, changes: Mapping[str, Any]) -> None:
    person: Person = row.person  # type: ignore[attr-defined]  # every row here has one
    record(row, actor=actor, action=action, changes=changes, territory_path=person.territory.path or "")
