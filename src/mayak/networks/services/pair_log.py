"""What every change of a pair checks and records."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record
from mayak.networks.enums.mentor_pairs import PAIR_TRANSITIONS, PairState
from mayak.networks.models import MentorPair, PairMentee
from mayak.registry.models import Organisation


def held_pair(pair: MentorPair) -> MentorPair:
    """Return the pair locked; its school year must be open.

    Raises:
        ValidationError: the school year is closed.
    """
    found = (
        MentorPair.objects.select_for_update(of=("self",))
        .select_related("mentor", "mentor_school__territory", "first_school__territory", "school_year")
        .get(pk=pair.pk)
    )
    if found.school_year.is_closed:
        raise ValidationError(
            _("The school year %(year)s is closed for changes.") % {"year": found.school_year},
            code="closed_year",
        )
    return found


def working_pair(pair: MentorPair) -> MentorPair:
    """Return the pair locked, refusing one that is over.

    Raises:
        ValidationError: the pair is over, or the year is closed.
    """
    found = held_pair(pair)
    if found.is_over:
        raise ValidationError(_("This pair has ended: nothing is written into it any more."))
    return found


def move_pair(
    pair: MentorPair, to: PairState, *, actor: Actor, action: str, fields: Mapping[str, Any] | None = None
) -> MentorPair:
    """Write the next state with what belongs to it; the caller holds the pair.

    Raises:
        ValidationError: the table of transitions has no such step.
    """
    if to not in PAIR_TRANSITIONS[pair.state]:
        raise ValidationError(
            _("A pair in the state “%(state)s” cannot take this step.") % {"state": pair.get_state_display()}
        )
    values = {"state": to, **(fields or {})}
    before = {name: _plain(getattr(pair, name)) for name in values}
    for name, value in values.items():
        setattr(pair, name, value)
    pair.full_clean(exclude=["competences"])
    pair.save(update_fields=list(values))
    changes = {name: [before[name], _plain(value)] for name, value in values.items()}
    log_pair(pair, actor=actor, action=action, changes={k: v for k, v in changes.items() if v[0] != v[1]})
    return pair


def log_pair(
    pair: MentorPair, *, actor: Actor, action: str, changes: Mapping[str, Any] | None = None
) -> None:
    """Write the audit entry of a pair: seen by the territory of the mentee and its school."""
    record(
        pair,
        actor=actor,
        action=action,
        changes=changes or {},
        territory_path=pair.first_school.territory.path or "",
        organisation_id=pair.first_school_id,
    )


def log_row(
    row: models.Model,
    pair: MentorPair,
    *,
    actor: Actor,
    action: str,
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Write the audit entry of a row below a pair. Words of diaries and private notes are never given here."""
    record(
        row,
        actor=actor,
        action=action,
        changes=changes or {},
        territory_path=pair.first_school.territory.path or "",
        organisation_id=pair.first_school_id,
    )


def note_deed(pair: MentorPair, day: dt.date, *, is_meeting: bool = False) -> None:
    """Keep the newest dates of what the pair did; the caller holds the pair."""
    names = ["last_deed_on", *(["last_meeting_on"] if is_meeting else [])]
    changed = [name for name in names if (known := getattr(pair, name)) is None or known < day]
    for name in changed:
        setattr(pair, name, day)
    if changed:
        pair.save(update_fields=changed)


def mentees_of(pair: MentorPair) -> list[PairMentee]:
    """Return the mentees with people and schools."""
    return list(pair.mentees.select_related("person", "school__territory").order_by("person__sort_key", "pk"))


def have_one_employer(mentor_school: Organisation, schools: Collection[Organisation]) -> bool:
    """Whether one legal person employs everybody; a branch belongs to its school."""
    employers = {_employer(school) for school in schools}
    return employers == {_employer(mentor_school)}


def _employer(school: Organisation) -> int:
    return school.parent_id if school.is_branch and school.parent_id is not None else school.pk


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    return value.isoformat() if isinstance(value, dt.date) else value
