"""The rows of the teachers of a school in the deficit matrix."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from mayak.diagnosis.algorithms.packing import unpack
from mayak.diagnosis.enums.deficits import Rule
from mayak.diagnosis.models import Competence, DeficitSummary
from mayak.diagnosis.models.of_person import posts_on
from mayak.diagnosis.selectors.deficit_rules import rule_values
from mayak.diagnosis.selectors.deficits import severity_tone
from mayak.diagnosis.selectors.teachers import main_posts, readable_people
from mayak.kernel.access import Scope
from mayak.registry.models import Organisation, Person

SHOWN = 300


@dataclass(frozen=True, slots=True)
class PersonCell:
    """The combined severity of one competence of one person; None where nothing is known."""

    severity: float | None
    is_deficit: bool
    wish: bool

    @property
    def tone(self) -> int:
        """The shade 0..5 of the heat table."""
        return severity_tone(self.severity)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A teacher with the subjects taught."""

    person: Person
    subjects: str
    cells: tuple[PersonCell, ...]


def people_matrix(school: Organisation, competences: Sequence[Competence], scope: Scope) -> list[PersonRow]:
    """Return the teachers whose main post is in the school; the caller has the right and logs the reading of each."""
    posts = main_posts(organisation=school.pk)
    people = list(readable_people(scope).filter(pk__in=posts).order_by("sort_key", "pk")[:SHOWN])
    keys = [person.pk for person in people]
    packed = dict(DeficitSummary.objects.filter(person__in=keys).values_list("person_id", "packed"))
    subjects: dict[int, dict[str, None]] = {}
    rows = posts_on(timezone.localdate()).filter(person__in=keys, organisation=school, subjects__isnull=False)
    for key, name in rows.order_by("subjects__position").values_list("person_id", "subjects__name"):
        subjects.setdefault(key, {})[name] = None
    start = rule_values()[Rule.DEFICIT_FROM]
    found = []
    for person in people:
        known = unpack(packed.get(person.pk, b""))
        cells = tuple(
            PersonCell(known[one.pk][0], known[one.pk][0] >= start, known[one.pk][1])
            if one.pk in known
            else PersonCell(None, is_deficit=False, wish=False)
            for one in competences
        )
        found.append(PersonRow(person, ", ".join(subjects.get(person.pk, {})), cells))
    return found
