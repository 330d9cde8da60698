"""Recording what a source says of the deficits of a person. Other parts call ``record_deficits``.

    record_deficits(person, [DeficitRow(competence, severity=2, wants_help=True)],
                    source=DeficitSource.SELF, actor=actor, instrument="Анкета дефицитов, март 2026",
                    reference="surveys.response:3f2a")

``severity`` is 0 (no deficit) .. 3 (great); ``severity_of_share`` and ``severity_of_level`` of this module turn a share
of right answers and a level of a lesson sheet into one. Results of pupils are refused: ВПР never evaluate a teacher.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.diagnosis.algorithms.combining import severity_of_level, severity_of_share
from mayak.diagnosis.enums.deficits import MAX_SEVERITY, DeficitSource
from mayak.diagnosis.models import Competence, DeficitEvidence
from mayak.diagnosis.services.deficit_summaries import refresh_people
from mayak.diagnosis.validators.evidence import names_vpr
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record
from mayak.registry.models import Person

__all__ = [
    "DeficitRow",
    "check_source",
    "object_to_evidence",
    "record_deficits",
    "severity_of_level",
    "severity_of_share",
]

_PUPILS = "results."
"""References that begin so lead to results of pupils."""


@dataclass(frozen=True, slots=True)
class DeficitRow:
    """What is said of one competence; ``wants_help`` None where the source does not say."""

    competence: Competence
    severity: float
    wants_help: bool | None = None
    note: str = ""


@transaction.atomic
def record_deficits(
    person: Person,
    rows: Iterable[DeficitRow],
    *,
    source: str,
    actor: Actor,
    observed_on: dt.date | None = None,
    instrument: str = "",
    reference: str = "",
    refresh: bool = True,
) -> list[DeficitEvidence]:
    """Write what one source says of one person; the combined view and the needs follow at once.

    The caller checks the right; here is checked what may be said at all. Called again with the same ``reference`` it
    replaces what was written under it; without one every call is a new statement.

    Args:
        person: whose deficits.
        rows: one for each competence.
        source: a ``DeficitSource``.
        actor: who records.
        observed_on: the day of the statement; today where nothing is said.
        instrument: in words, by what it was found («Анкета дефицитов», the name of a test).
        reference: the object from which it comes («surveys.response:12»), to find it again.
        refresh: False where the caller refreshes many people at once with ``refresh_people``.

    Raises:
        ValidationError: an unknown source, results of pupils as a source, a severity outside 0..3, a competence twice
            or in the archive, a day in the future.
    """
    given = list(rows)
    day = observed_on or timezone.localdate()
    check_source(source, instrument, reference)
    _check_rows(given, day, source)
    known = _known(person, source, [row.competence.pk for row in given])
    written = [
        _write(person, row, known.get(row.competence.pk, []), source=source, day=day, instrument=instrument[:200],
               reference=reference)
        for row in given
    ]  # fmt: skip
    if written:
        record(
            person,
            actor=actor,
            action="record-deficits",
            changes={"source": source, "date": day.isoformat(), "count": len(written)},
            territory_path=person.territory.path or "",
        )
    if refresh and written:
        refresh_people([person.pk])
    return written


@transaction.atomic
def object_to_evidence(evidence: DeficitEvidence, *, text: str, actor: Actor) -> DeficitEvidence:
    """Put the objection of the person beside a statement; an empty text takes it back. The number stays."""
    evidence.objection = text.strip()
    evidence.save(update_fields=["objection"])
    record(
        evidence,
        actor=actor,
        action="object",
        changes={"objection": evidence.objection},
        territory_path=evidence.person.territory.path or "",
    )
    return evidence


def check_source(source: str, instrument: str = "", reference: str = "") -> None:
    """Refuse what may not be evidence on a teacher.

    Raises:
        ValidationError: an unknown source, or results of pupils.
    """
    if names_vpr(source) or names_vpr(instrument) or names_vpr(reference) or reference.startswith(_PUPILS):
        raise ValidationError(
            _(
                "Results of pupils, ВПР above all, may not be evidence on a teacher "
                "(Rules of the assessment of quality, recommendations for ВПР). Nothing is recorded."
            ),
            code="vpr",
        )
    if source not in DeficitSource.values:
        raise ValidationError(
            _("“%(source)s” is no source of deficits.") % {"source": source}, code="unknown_source"
        )


def _check_rows(rows: Sequence[DeficitRow], day: dt.date, source: str) -> None:
    if day > timezone.localdate():
        raise ValidationError(_("The date lies in the future."), code="future")
    seen: set[int] = set()
    for row in rows:
        values: dict[str, Any] = {"name": row.competence.name}
        if row.competence.is_archived:
            raise ValidationError(_("The competence “%(name)s” is in the archive.") % values, code="archived")
        if row.competence.pk in seen:
            raise ValidationError(_("The competence “%(name)s” stands twice.") % values, code="twice")
        check_source(source, row.note)
        if not 0 <= row.severity <= MAX_SEVERITY:
            raise ValidationError(_("“%(name)s”: a severity lies between 0 and 3.") % values, code="severity")
        seen.add(row.competence.pk)


def _known(person: Person, source: str, competences: list[int]) -> dict[int, list[DeficitEvidence]]:
    """Return the statements of the source so far, by competence, the newest first."""
    found: dict[int, list[DeficitEvidence]] = {}
    rows = DeficitEvidence.objects.filter(person=person, source=source, competence__in=competences)
    for one in rows.order_by("-observed_on", "-pk"):
        found.setdefault(one.competence_id, []).append(one)
    return found


def _write(
    person: Person,
    row: DeficitRow,
    known: list[DeficitEvidence],
    *,
    source: str,
    day: dt.date,
    instrument: str,
    reference: str,
) -> DeficitEvidence:
    same = next((one for one in known if reference and one.reference == reference), None)
    others = [one for one in known if one is not same]
    one = same or DeficitEvidence(
        person=person, competence=row.competence, source=source, reference=reference
    )
    one.severity, one.wants_help, one.note = row.severity, row.wants_help, row.note
    one.observed_on, one.instrument = day, instrument
    last = max((other.observed_on for other in others), default=dt.date.min)
    one.is_newest = day >= last
    for other in others:
        wanted = not one.is_newest and other is others[0]
        if other.is_newest != wanted:
            other.is_newest = wanted
            if not wanted:
                other.save(update_fields=["is_newest"])
    one.save()
    if not one.is_newest:
        others[0].save(update_fields=["is_newest"])
    return one
