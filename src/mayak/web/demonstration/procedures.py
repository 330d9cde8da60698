"""Which procedures the demonstration holds, with their scales."""

from dataclasses import dataclass

from mayak.results.enums import AssessmentKind

YEARS = (2023, 2024, 2025, 2026)
"""Calendar years of the procedures: school years 2022/23 to 2025/26."""


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure that is held every year.

    Attributes:
        kind: ВПР, ОГЭ or ЕГЭ.
        subject: code of the subject.
        title: name of the subject as the files write it.
        grade: grade of the participants.
        maximum: highest score.
        bounds: least scores of «3», «4», «5»; empty where there are no marks.
        shares: shares of «2», «3», «4» in the whole region (the rest are «5»); with marks only.
        part: share of the grade that takes part.
        family: which of the two calibrated distributions the pupils come from.
    """

    kind: AssessmentKind
    subject: str
    title: str
    grade: int
    maximum: int
    bounds: tuple[int, ...] = ()
    shares: tuple[float, float, float] = (0.0, 0.0, 0.0)
    part: float = 0.96
    family: str = "russian"

    @property
    def key(self) -> str:
        """A name for random streams and files."""
        return f"{self.kind}-{self.subject}-{self.grade}"


RUSSIAN_5 = Procedure(AssessmentKind.VPR, "russian", "Русский язык", 5, 45, (18, 29, 39), (0.08, 0.41, 0.37))
MATHEMATICS_5 = Procedure(
    AssessmentKind.VPR,
    "mathematics",
    "Математика",
    5,
    20,
    (7, 11, 15),
    (0.07, 0.39, 0.36),
    family="mathematics",
)
RUSSIAN_6 = Procedure(AssessmentKind.VPR, "russian", "Русский язык", 6, 51, (25, 35, 45), (0.09, 0.44, 0.35))
MATHEMATICS_6 = Procedure(
    AssessmentKind.VPR,
    "mathematics",
    "Математика",
    6,
    16,
    (6, 10, 14),
    (0.08, 0.47, 0.34),
    family="mathematics",
)
RUSSIAN_OGE = Procedure(
    AssessmentKind.OGE, "russian", "Русский язык", 9, 33, (15, 23, 29), (0.03, 0.37, 0.37), part=0.94
)
MATHEMATICS_OGE = Procedure(
    AssessmentKind.OGE,
    "mathematics",
    "Математика",
    9,
    31,
    (8, 15, 22),
    (0.06, 0.49, 0.36),
    part=0.94,
    family="mathematics",
)
RUSSIAN_EGE = Procedure(AssessmentKind.EGE, "russian", "Русский язык", 11, 100, part=0.55)
MATHEMATICS_EGE = Procedure(
    AssessmentKind.EGE,
    "mathematics-advanced",
    "Математика профильная",
    11,
    100,
    part=0.34,
    family="mathematics",
)
PROCEDURES = (
    RUSSIAN_5, MATHEMATICS_5, RUSSIAN_6, MATHEMATICS_6, RUSSIAN_OGE, MATHEMATICS_OGE, RUSSIAN_EGE, MATHEMATICS_EGE,
)  # fmt: skip
"""Bounds of ОГЭ Russian are those of 2023 (domain.md B1.1); the other bounds and the shares are assumptions."""
