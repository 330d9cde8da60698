"""Social passports: shares whose medians are the published ones of a region, tied to how hard life is at the school."""

from dataclasses import dataclass

import numpy as np

from mayak.web.demonstration.plans import Level
from mayak.web.demonstration.scores import Floats, Part

PASSPORT_YEARS = (2024, 2025, 2026)
"""Calendar years in which the school years of the passports end."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator: its code, the header of the files, the median share, spread and tie to the burden (-1..1)."""

    code: str
    header: str
    median: float
    spread: float
    tie: float


INDICATORS = (
    Indicator("parents_without_higher_education", "Родители без высшего образования, %", 0.743, 0.65, 0.85),
    Indicator("low_income", "Малообеспеченные семьи, %", 0.171, 0.75, 0.85),
    Indicator("single_parent", "Неполные семьи, %", 0.215, 0.35, 0.55),
    Indicator("single_mothers", "Матери-одиночки, %", 0.09, 0.45, 0.5),
    Indicator("large_family", "Многодетные семьи, %", 0.259, 0.45, 0.6),
    Indicator("unemployed_parent", "Безработный родитель, %", 0.114, 0.7, 0.75),
    Indicator("special_needs", "Обучающиеся с ОВЗ, %", 0.052, 0.6, 0.4),
)
"""Medians as published for one region, except that of single mothers, which is an assumption."""

_BURDENS = {
    Level.LEAD: -1.1,
    Level.GOOD: -0.7,
    Level.MIDDLE: 0.0,
    Level.ONE_YEAR: 0.2,
    Level.LOW: 0.9,
    Level.LOW_TWICE: 0.6,
    Level.DRAWN: 0.0,
}
_ADVERSE = 1.2


def draw_burden(part: Part) -> Floats:
    """Return how hard the context of each school is, in standard deviations."""
    planned = np.array([_BURDENS[school.level] + _ADVERSE * school.is_adverse for school in part.schools])
    return planned + part.stream("burden").normal(0, np.where(part.drawn, 1.0, 0.35))


def draw_passport(part: Part, year: int, given: dict[str, dict[str, float]]) -> Floats:
    """Return the shares (0..1), a row for each school and a column for each indicator.

    ``given`` holds per cents that a source states, by name of school and code of indicator.
    """
    shares = np.empty((len(part.schools), len(INDICATORS)))
    for column, indicator in enumerate(INDICATORS):
        lasting = part.stream("passport", indicator.code).normal(0, 1, len(part.schools))
        moving = part.stream("passport", indicator.code, str(year)).normal(0, 0.05, len(part.schools))
        score = indicator.tie * part.burden + np.sqrt(1 - indicator.tie**2) * lasting + moving
        if part.drawn.all():
            score -= np.median(score)
        odds = np.log(indicator.median / (1 - indicator.median)) + indicator.spread * score
        shares[:, column] = 1 / (1 + np.exp(-odds))
    codes = [indicator.code for indicator in INDICATORS]
    for row, school in enumerate(part.schools):
        for code, percent in given.get(school.name, {}).items():
            shares[row, codes.index(code)] = percent / 100
    return shares
