"""Where computed needs of schools come from: each source is a function; another part adds its own."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from mayak.registry.models import SchoolYear


@dataclass(frozen=True, slots=True)
class NeedDraft:
    """A need as a source sees it.

    Attributes:
        key: names it for ever within a school and year («subject:math:9»).
        kind: a value of ``NeedKind``.
        title: in words.
        weight: 0..1, the greater the more it is needed.
        evidence: sentences that say what it rests on.
        subject_id: where it is a subject.
        grade: where it is of one grade.
        competence: code of a competence.
        risk_factor_id: where it is a risk factor.
    """

    key: str
    kind: str
    title: str
    weight: float
    evidence: list[str] = field(default_factory=list)
    subject_id: int | None = None
    grade: int | None = None
    competence: str = ""
    risk_factor_id: int | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """The computed columns of the row."""
        return {
            "kind": self.kind,
            "title": self.title[:300],
            "weight": round(min(max(self.weight, 0.0), 1.0), 4),
            "evidence": self.evidence,
            "subject_id": self.subject_id,
            "grade": self.grade,
            "competence": self.competence,
            "risk_factor_id": self.risk_factor_id,
        }


NeedSource: TypeAlias = Callable[[Collection[int], SchoolYear], dict[int, list[NeedDraft]]]
_sources: list[NeedSource] = []


def register_need_source(source: NeedSource) -> NeedSource:
    """Add a source of needs; the same function is kept once. Call it in ``AppConfig.ready``."""
    if source not in _sources:
        _sources.append(source)
    return source


def computed_needs(schools: Collection[int], school_year: SchoolYear) -> dict[int, list[NeedDraft]]:
    """Return what all sources say of the schools; of two with one key the heavier one stays."""
    found: dict[int, dict[str, NeedDraft]] = {school: {} for school in schools}
    for source in _sources:
        for school, drafts in source(schools, school_year).items():
            for draft in drafts:
                kept = found[school].get(draft.key)
                if kept is None or draft.weight > kept.weight:
                    found[school][draft.key] = draft
    return {school: list(drafts.values()) for school, drafts in found.items()}
