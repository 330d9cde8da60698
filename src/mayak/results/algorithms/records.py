"""What an imported row says, independent of the file it came from. Plain data: no Django, no file format.

Shares are 0..1, percents are 0..100 as given, counts are pupils, means are points of the scale of the file.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number stands: rows and columns from 1, as a spreadsheet program shows them."""

    file: str
    sheet: str = ""
    row: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class AssessmentKey:
    """Which assessment a row belongs to, in words of the file; `kind` is a value of results.enums.AssessmentKind.

    `subject_text` is the canonical name when the vocabulary knows the subject («БЕЛ», «бел», «BEL» are one), else the
    text of the file. `year` is the calendar year of the procedure: a school year 2022/2023 gives 2023. An empty kind or
    a year of None was found nowhere and must be given by a person before anything is written.
    """

    kind: str = ""
    subject_text: str = ""
    grade: int | None = None
    year: int | None = None
    date: dt.date | None = None
    wave: str | None = None
    quarter: int | None = None
    moment: str | None = None
    max_score: float | None = None


@dataclass(frozen=True, slots=True)
class SchoolRef:
    """Everything a row says of its school. Linking it to the registry is somebody else's decision.

    `code` is normalised («105 201» -> "105201"), `raw_code` is as written, `code_system` says how it was written:
    "digits", "hyphenated" or "mixed". Codes of different systems are never the same code, even if the digits agree.
    """

    login: str | None = None
    code: str | None = None
    raw_code: str | None = None
    code_system: str | None = None
    ogrn: str | None = None
    inn: str | None = None
    name: str | None = None
    municipality: str | None = None
    region: str | None = None
    settlement: str | None = None

    @property
    def is_empty(self) -> bool:
        """Is there nothing to recognise the school by?"""
        return not (self.login or self.code or self.ogrn or self.inn or self.name)


@dataclass(frozen=True, slots=True)
class Marks:
    """Marks 2 to 5: counts of pupils, or percents exactly as given (they may sum to 100.01)."""

    two: float | None = None
    three: float | None = None
    four: float | None = None
    five: float | None = None
    is_percent: bool = False

    @property
    def total(self) -> float:
        """The sum of what is known."""
        return sum(value for value in (self.two, self.three, self.four, self.five) if value is not None)


@dataclass(frozen=True, slots=True)
class JournalComparison:
    """Marks of the assessment against marks of the journal: lower, equal, higher; counts and percents as given."""

    lower: int | None = None
    same: int | None = None
    higher: int | None = None
    lower_percent: float | None = None
    same_percent: float | None = None
    higher_percent: float | None = None


@dataclass(frozen=True, slots=True)
class SchoolRecord:
    """One school in one assessment. `declared_participants` is what a file claims apart from the rows it lists."""

    place: Place
    school: SchoolRef
    assessment: AssessmentKey
    participants: int | None = None
    marks: Marks | None = None
    mean: float | None = None
    below_count: int | None = None
    below_share: float | None = None
    quality_share: float | None = None
    distribution: Mapping[int, float] | None = None
    distribution_is_percent: bool = False
    declared_participants: int | None = None
    journal: JournalComparison | None = None


class ParticipantRecord(NamedTuple):
    """One participant by code, never a name. A tuple, because a million of them is made in seconds.

    File and sheet stand once in the batch; `row` with them is the place. `tasks` holds the points of the tasks joined
    by ";" in the order of the header.
    """

    row: int
    school: SchoolRef
    assessment: AssessmentKey
    participant_code: str
    class_label: str
    variant: str
    primary_score: float | None
    test_score: float | None
    mark: int | None
    journal_mark: int | None
    tasks: str


@dataclass(frozen=True, slots=True)
class ContextRecord:
    """One indicator of the social context of a school (or another number about it that is not a result)."""

    place: Place
    school: SchoolRef
    year: int | None
    indicator: str
    count: int | None = None
    total: int | None = None
    share: float | None = None
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A cell or row that was not taken. `code` is stable; the sentences stand in imports.messages."""

    place: Place
    value: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
