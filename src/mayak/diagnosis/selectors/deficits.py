"""What is known of one person: each source apart, the combination, the requests, the needs."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mayak.diagnosis.algorithms.combining import Statement, combine
from mayak.diagnosis.enums.deficits import DeficitSource, HelpRequestState, Rule
from mayak.diagnosis.models import Competence, DeficitEvidence, HelpRequest, TeacherNeed
from mayak.diagnosis.models.teacher_needs import TeacherNeedQuerySet
from mayak.diagnosis.selectors.deficit_rules import rule_values, source_weights
from mayak.kernel.access import Scope
from mayak.kernel.readings.models import Reading
from mayak.kernel.ui.tables import number_text
from mayak.registry.models import Person, SchoolYear

READING = "deficits"
"""The word under which a reading is logged."""
SHOWN_READINGS = 50


@dataclass(frozen=True, slots=True)
class SourceLine:
    """The newest statement of one source and how much it counts; ``earlier`` are the ones before it."""

    evidence: DeficitEvidence
    weight: float
    earlier: tuple[DeficitEvidence, ...]


@dataclass(frozen=True, slots=True)
class CompetenceView:
    """One competence of one person: the combination (None where nothing counts) and every source apart."""

    competence: Competence
    severity: float | None
    is_deficit: bool
    wants_help: bool
    sources: tuple[SourceLine, ...]

    @property
    def tone(self) -> int:
        """The shade 0..5 of the heat table."""
        return severity_tone(self.severity)


def severity_tone(severity: float | None) -> int:
    """Return the shade 0..5 of a severity 0..3."""
    return 0 if severity is None else min(5, int(severity / 3 * 5 + 0.999))


def person_deficits(person: Person) -> list[CompetenceView]:
    """Return everything known of a person, the greatest deficits first; two queries."""
    values = rule_values()
    weights = source_weights(values)
    found: dict[int, dict[str, list[DeficitEvidence]]] = defaultdict(lambda: defaultdict(list))
    competences: dict[int, Competence] = {}
    rows = DeficitEvidence.objects.filter(person=person, competence__archived_at__isnull=True)
    for one in rows.select_related("competence__group", "competence__subject").order_by(
        "-is_newest", "-observed_on", "-pk"
    ):
        found[one.competence_id][one.source].append(one)
        competences[one.competence_id] = one.competence
    views = []
    for key, by_source in found.items():
        statements = [
            Statement(source, lines[0].severity, lines[0].observed_on, lines[0].wants_help)
            for source, lines in by_source.items()
        ]
        combined = combine(statements, weights)
        severity = combined.severity if combined else None
        sources = tuple(
            SourceLine(by_source[source][0], weights[source], tuple(by_source[source][1:]))
            for source in DeficitSource.values
            if source in by_source
        )
        views.append(
            CompetenceView(
                competences[key],
                severity,
                severity is not None and severity >= values[Rule.DEFICIT_FROM],
                bool(combined and combined.wants_help),
                sources,
            )
        )
    return sorted(
        views, key=lambda one: (-(one.severity if one.severity is not None else -1), one.competence.name)
    )


def requests_of(person: Person) -> QuerySet[HelpRequest]:
    """Return the request map of a person, without what was withdrawn."""
    rows = HelpRequest.objects.filter(person=person).exclude(state=HelpRequestState.WITHDRAWN)
    return rows.select_related("competence", "school_year")


def teacher_needs(scope: Scope, *, school_year: SchoolYear | None = None) -> TeacherNeedQuerySet:
    """Return the open needs of the teachers of a scope for matching: by person, the heaviest first.

    ``need.counted_weight`` is the weight that counts, ``need.rank_weight`` the same in the database,
    ``evidence_lines(need)`` the sentences on which it rests. Whoever shows them by name needs the right to read the
    deficits of people, and the reading is logged.
    """
    rows = TeacherNeed.objects.within(scope).select_related(
        "person__territory", "competence__group", "competence__subject"
    )
    return (rows if school_year is None else rows.filter(school_year=school_year)).ranked()


def needs_of_person(person: Person, school_year: SchoolYear | None) -> list[TeacherNeed]:
    """Return all needs of a person in a year, those taken out last."""
    if school_year is None:
        return []
    rows = TeacherNeed.objects.filter(
        person=person, school_year=school_year, competence__archived_at__isnull=True
    ).select_related("competence__group", "competence__subject")
    return sorted(rows, key=lambda need: (need.state != "open", -need.counted_weight, need.competence.name))


def readings_of_deficits(person: Person) -> list[Reading]:
    """Return who looked at the deficits of a person, the newest first."""
    rows = Reading.objects.filter(subject=f"registry.person:{person.pk}", what=READING)
    return list(rows.with_keys().order_by("-at", "-pk")[:SHOWN_READINGS])


def evidence_lines(need: Any) -> list[str]:
    """Return the evidence of a need in sentences: «тест, 12.03.2026: 2,4 из 3 (Диагностика)»."""
    labels = dict(DeficitSource.choices)
    lines = []
    for row in need.evidence:
        text = _("%(source)s, %(date)s: %(severity)s of 3") % {
            "source": labels.get(row["source"], row["source"]),
            "date": _day(row["date"]),
            "severity": number_text(float(row["severity"]), 1),
        }
        lines.append(f"{text} ({row['instrument']})" if row.get("instrument") else text)
    return lines


def _day(text: str) -> str:
    return date_format(dt.date.fromisoformat(text), "d.m.Y")
