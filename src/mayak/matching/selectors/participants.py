"""Who takes part in a computed pairing: the choices of the forms for scenarios and repairs."""

from collections.abc import Iterable

from mayak.matching.enums import MatchingLevel
from mayak.matching.models import MatchingRun
from mayak.registry.models import Person

Choices = list[tuple[str, str]]


def participants_of(run: MatchingRun) -> tuple[Choices, Choices]:
    """Return keys and names of those who get help and of those who give it, by name."""
    if run.level == MatchingLevel.TEACHERS:
        return _people(run)
    names = run.snapshot.get("names", {})
    problem = run.snapshot.get("problem", {})

    def sided(side: str) -> Choices:
        return _sorted((row["key"], names[row["key"]]) for row in problem.get(side, []))

    return sided("mentees"), sided("leads")


def _people(run: MatchingRun) -> tuple[Choices, Choices]:
    pairs = list(run.teacher_pairs.order_by().values_list("mentee_id", "mentor_id"))
    wanting = {mentee for mentee, _mentor in pairs} | set(
        run.uncovered.order_by().values_list("mentee_id", flat=True)
    )
    plain = run.snapshot.get("teachers", {})
    giving = {mentor for _mentee, mentor in pairs} | {
        int(key) for key in plain.get("mentors", {}).get("key", [])
    }
    people = Person.objects.only("family_name", "given_name", "patronymic").in_bulk(wanting | giving)

    def sided(keys: set[int]) -> Choices:
        return _sorted((str(key), str(people[key])) for key in keys if key in people)

    return sided(wanting), sided(giving)


def _sorted(rows: Iterable[tuple[str, str]]) -> Choices:
    return sorted(rows, key=lambda row: (row[1], row[0]))
