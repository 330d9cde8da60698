"""Levels of the competences of a pair at the entry and the exit: from the deficits where known, else entered."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.diagnosis.models import Competence
from mayak.diagnosis.selectors.deficits import person_deficits
from mayak.kernel.access import Actor
from mayak.networks.enums.mentor_pairs import LevelSource
from mayak.networks.models import MentorPair, PairLevel
from mayak.networks.services.pair_log import held_pair, log_row, mentees_of
from mayak.registry.models import Person

DIGITS = 2


def known_levels(person: Person) -> dict[int, float]:
    """Return competence -> combined severity 0..3 of the person, where the diagnosis says anything."""
    return {
        view.competence.pk: round(view.severity, DIGITS)
        for view in person_deficits(person)
        if view.severity is not None
    }


@transaction.atomic
def take_entry_levels(pair: MentorPair, *, actor: Actor) -> int:
    """Take the levels of the pair's competences that are known and not yet there; return how many."""
    wanted = list(pair.competences.all())
    present = set(pair.levels.values_list("person_id", "competence_id"))
    day = pair.starts_on or timezone.localdate()
    made = [
        PairLevel(
            pair=pair,
            person=mentee.person,
            competence=one,
            entry=known[one.pk],
            entry_on=day,
            entry_source=LevelSource.DEFICITS,
        )
        for mentee in (mentees_of(pair) if wanted else [])
        for known in [known_levels(mentee.person)]
        for one in wanted
        if one.pk in known and (mentee.person_id, one.pk) not in present
    ]
    for level in made:
        level.save()
        log_row(level, pair, actor=actor, action="take_level")
    return len(made)


@transaction.atomic
def take_exit_levels(pair: MentorPair, *, actor: Actor) -> int:
    """Take the levels of today where the diagnosis knows something newer than the entry; return how many."""
    count = 0
    known: dict[int, dict[int, tuple[float, dt.date]]] = {}
    for level in pair.levels.filter(exit__isnull=True).select_related("person"):
        if level.person_id not in known:
            known[level.person_id] = {
                view.competence.pk: (
                    round(view.severity, DIGITS),
                    max(line.evidence.observed_on for line in view.sources),
                )
                for view in person_deficits(level.person)
                if view.severity is not None and view.sources
            }
        found = known[level.person_id].get(level.competence_id)
        if found is None or found[1] <= level.entry_on:
            continue
        level.exit, level.exit_on = found
        level.exit_source = LevelSource.DEFICITS
        level.save(update_fields=["exit", "exit_on", "exit_source"])
        log_row(level, pair, actor=actor, action="take_level")
        count += 1
    return count


@transaction.atomic
def state_level(
    pair: MentorPair,
    person: Person,
    competence: Competence,
    *,
    actor: Actor,
    entry: float | None = None,
    exit_level: float | None = None,
) -> PairLevel:
    """Enter how difficult a competence is for a mentee (0 not at all .. 3 greatly), at the entry, the exit or both.

    Raises:
        ValidationError: nobody of the pair; no level at the entry; the diagnosis gave the entry; out of range.
    """
    held = held_pair(pair)
    if not held.mentees.filter(person=person).exists():
        raise ValidationError({"person": _("This person is no mentee of the pair.")})
    today = timezone.localdate()
    level = held.levels.select_for_update().filter(person=person, competence=competence).first()
    if level is None:
        if entry is None:
            raise ValidationError({"entry": _("Say first how it is at the entry.")})
        level = PairLevel(
            pair=held,
            person=person,
            competence=competence,
            entry=entry,
            entry_on=min(today, held.starts_on or today),
            entry_source=LevelSource.ENTERED,
        )
    elif entry is not None and entry != level.entry:
        if level.entry_source == LevelSource.DEFICITS:
            raise ValidationError({"entry": _("The level at the entry comes from the diagnosis and stays.")})
        level.entry = entry
    if exit_level is not None:
        level.exit, level.exit_on, level.exit_source = exit_level, today, LevelSource.ENTERED
    level.full_clean()
    level.save()
    if not held.competences.filter(pk=competence.pk).exists():
        held.competences.add(competence)
    log_row(level, held, actor=actor, action="state_level")
    return level
