"""The combined view of deficits and the needs that follow: made again from the evidence."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from mayak.diagnosis.algorithms.combining import Combined, Statement, combine, need_weight
from mayak.diagnosis.algorithms.packing import pack
from mayak.diagnosis.enums.deficits import Rule
from mayak.diagnosis.enums.needs import NeedState
from mayak.diagnosis.models import DeficitEvidence, DeficitSummary, TeacherNeed
from mayak.diagnosis.selectors.deficit_rules import rule_values, source_weights
from mayak.registry.models import SchoolYear
from mayak.registry.selectors.school_years import school_year_of

AT_ONCE = 300
"""People in one portion."""


@dataclass(slots=True)
class _Person:
    """Everything known of one person, by competence."""

    statements: dict[int, list[Statement]] = field(default_factory=lambda: defaultdict(list))
    lines: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))


def refresh_people(people: Iterable[int], *, school_year: SchoolYear | None = None) -> int:
    """Combine the evidence of these people anew and rank their needs of the school year; return how many people.

    A weight that a person stated stays with its reason; a need that rests on nothing any more and that nobody touched
    goes. Calling it twice changes nothing.
    """
    year = school_year or school_year_of(timezone.localdate())
    values = rule_values()
    remaining = iter(sorted(set(people)))
    done = 0
    while portion := list(islice(remaining, AT_ONCE)):
        _refresh(portion, year, values)
        done += len(portion)
    return done


@transaction.atomic
def _refresh(people: Sequence[int], year: SchoolYear | None, values: dict[str, float]) -> None:
    known = _read(people)
    weights = source_weights(values)
    combined = {
        person: {
            competence: found
            for competence, statements in one.statements.items()
            if (found := combine(statements, weights)) is not None
        }
        for person, one in known.items()
    }
    now = timezone.now()
    DeficitSummary.objects.bulk_create(
        [
            DeficitSummary(
                person_id=person,
                packed=pack(
                    {key: (one.severity, one.wants_help) for key, one in combined.get(person, {}).items()}
                ),
                computed_at=now,
            )
            for person in people
        ],
        update_conflicts=True,
        unique_fields=["person"],
        update_fields=["packed", "computed_at"],
    )
    if year is not None:
        _rank_needs(people, year, combined, known, values)


def _read(people: Sequence[int]) -> dict[int, _Person]:
    found: dict[int, _Person] = defaultdict(_Person)
    rows = DeficitEvidence.objects.filter(
        person__in=people, is_newest=True, competence__archived_at__isnull=True
    )
    for one in rows.only(
        "person", "competence", "source", "severity", "wants_help", "observed_on", "instrument"
    ).order_by("source"):
        person = found[one.person_id]
        person.statements[one.competence_id].append(
            Statement(one.source, one.severity, one.observed_on, one.wants_help)
        )
        person.lines[one.competence_id].append(
            {
                "source": one.source,
                "severity": round(one.severity, 2),
                "date": one.observed_on.isoformat(),
                "instrument": one.instrument,
            }
        )
    return found


def _rank_needs(
    people: Sequence[int],
    year: SchoolYear,
    combined: dict[int, dict[int, Combined]],
    known: dict[int, _Person],
    values: dict[str, float],
) -> None:
    present = {
        (need.person_id, need.competence_id): need
        for need in TeacherNeed.objects.select_for_update().filter(person__in=people, school_year=year)
    }
    wanted = {
        (person, competence): one
        for person, found in combined.items()
        for competence, one in found.items()
        if one.severity >= values[Rule.DEFICIT_FROM] or one.wants_help
    }
    fresh: list[TeacherNeed] = []
    changed: list[TeacherNeed] = []
    for (person, competence), one in wanted.items():
        need = present.pop((person, competence), None)
        is_new = need is None
        if need is None:
            need = TeacherNeed(person_id=person, competence_id=competence, school_year=year)
        need.weight = round(
            need_weight(one.severity, wants_help=one.wants_help, bonus=values[Rule.HELP_BONUS]), 4
        )
        need.wants_help = one.wants_help
        need.evidence = known[person].lines[competence]
        (fresh if is_new else changed).append(need)
    for need in present.values():
        if need.reason or need.state != NeedState.OPEN:
            need.weight, need.wants_help, need.evidence = 0, False, []
            changed.append(need)
    gone = [need.pk for need in present.values() if not (need.reason or need.state != NeedState.OPEN)]
    TeacherNeed.objects.filter(pk__in=gone).delete()
    TeacherNeed.objects.bulk_create(fresh)
    TeacherNeed.objects.bulk_update(changed, ["weight", "wants_help", "evidence"])
