"""What the selectors of diagnosis give."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SubjectNeed:
    """A subject and grade in which a school fails.

    Attributes:
        subject_id: key of the subject.
        grade: the grade of the procedures, None where they name none.
        share: share of participants below the threshold, 0..1, over all procedures of the window.
        participants: how many participants the share rests on.
    """

    subject_id: int
    grade: int | None
    share: float
    participants: int


@dataclass(frozen=True, slots=True)
class SubjectStrength:
    """How well a school does in a subject and grade: ``level`` 0..1 and what it was computed from."""

    subject_id: int
    grade: int | None
    level: float
    participants: int
    is_percentile: bool
