"""At which levels a school (or a teacher) stands now: every part that knows levels registers a source here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from mayak.registry.models import Organisation, Person, SchoolYear


@dataclass(frozen=True, slots=True)
class LevelTrigger:
    """A level that calls for a measure.

    Attributes:
        kind: a value of ``TriggerKind``.
        code: of the scale, competence or factor.
        level: a value of ``TriggerLevel``.
        label: what it is, in words («Низкая учебная мотивация обучающихся»).
        evidence: from what it is known, in words.
        group: code of the group to which the code belongs (the group of a competence), empty where there is none.
    """

    kind: str
    code: str
    level: str
    label: str
    evidence: str = ""
    group: str = ""

    @property
    def key(self) -> str:
        """The trigger in a form: «risk_factor:parents»."""
        return f"{self.kind}:{self.code}"


SchoolSource: TypeAlias = Callable[[Organisation, SchoolYear], Iterable[LevelTrigger]]
PersonSource: TypeAlias = Callable[[Person, SchoolYear], Iterable[LevelTrigger]]

_schools: list[SchoolSource] = []
_people: list[PersonSource] = []


def register_level_source(source: SchoolSource) -> SchoolSource:
    """Add a source of levels of a school; the same function is kept once."""
    if source not in _schools:
        _schools.append(source)
    return source


def register_person_level_source(source: PersonSource) -> PersonSource:
    """Add a source of levels of a teacher; results of pupils are not among them."""
    if source not in _people:
        _people.append(source)
    return source


def levels_of_school(school: Organisation, school_year: SchoolYear) -> list[LevelTrigger]:
    """Return what calls for a measure at the school in this year; a trigger that two sources name stands once."""
    return _once(trigger for source in _schools for trigger in source(school, school_year))


def levels_of_person(person: Person, school_year: SchoolYear) -> list[LevelTrigger]:
    """Return what calls for a measure for a teacher; whoever asks for it needs the right and is logged."""
    return _once(trigger for source in _people for trigger in source(person, school_year))


def _once(triggers: Iterable[LevelTrigger]) -> list[LevelTrigger]:
    found: dict[tuple[str, str], LevelTrigger] = {}
    for trigger in triggers:
        found.setdefault((trigger.kind, trigger.code), trigger)
    return list(found.values())
