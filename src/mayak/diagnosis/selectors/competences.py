"""Reads of the catalogue of competences."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from mayak.diagnosis.models import Competence, CompetenceGroup, CompetenceLevel
from mayak.diagnosis.models.competences import CompetenceQuerySet
from mayak.registry.models import Person, Subject

RELATED_SUBJECTS: dict[str, frozenset[str]] = {
    "mathematics": frozenset(
        {"algebra", "geometry", "probability", "mathematics-basic", "mathematics-advanced"}
    ),
    "foreign-language": frozenset({"english", "german", "french", "spanish", "chinese"}),
    "primary-classes": frozenset({"surrounding-world", "literary-reading"}),
}
"""Subjects that the same teacher teaches, by the code of the wider one."""


@dataclass(frozen=True, slots=True)
class LevelWords:
    """How a level looks and whether the words are the competence's own."""

    level: int
    text: str
    is_own: bool


def competence_list() -> CompetenceQuerySet:
    """Return the catalogue with what a list shows."""
    return Competence.objects.select_related("group", "subject")


def groups_with_competences(*, with_archived: bool = False) -> QuerySet[CompetenceGroup]:
    """Return the groups, each with its competences and the words of its levels."""
    rows = (
        Competence.objects.select_related("subject")
        .prefetch_related("levels")
        .order_by("subject__position", "grade_from", "name")
    )
    return CompetenceGroup.objects.prefetch_related(
        Prefetch("competences", queryset=rows if with_archived else rows.kept(), to_attr="shown"),
        Prefetch("levels", queryset=CompetenceLevel.objects.order_by("level")),
    )


def levels_of(competence: Competence) -> list[LevelWords]:
    """Return the four levels: the competence's own words, else those of its group."""
    own = {row.level: row.description for row in competence.levels.all()}
    common = {row.level: row.description for row in competence.group.levels.all()}
    return [LevelWords(level, own.get(level) or common.get(level, ""), level in own) for level in range(4)]


def suitable_competences(person: Person, subjects: Iterable[Subject], *, is_head: bool) -> CompetenceQuerySet:
    """Return what concerns a person: of the subjects taught, common ones, for heads those of heads.

    Where the registry knows no subject of the person, the competences of all subjects are offered.
    """
    taught = {subject.code for subject in subjects}
    wider = {code for code, related in RELATED_SUBJECTS.items() if related & taught}
    narrower = {one for code in taught for one in RELATED_SUBJECTS.get(code, frozenset())}
    found = competence_list().kept()
    if not is_head:
        found = found.filter(group__for_heads=False)
    if not taught:
        return found
    own = found.filter(subject__code__in=taught | wider | narrower)
    return found.filter(pk__in=own.values("pk")) | found.filter(subject__isnull=True)


def competence_words(competence: Competence) -> str:
    """Return the subject and the grades in words, empty where it depends on neither."""
    parts = [str(competence.subject)] if competence.subject else []
    if competence.grade_from and competence.grade_to:
        grades = f"{competence.grade_from}–{competence.grade_to}"
        parts.append(str(competence.grade_from) if competence.grade_from == competence.grade_to else grades)
    return ", ".join(parts)
