"""Invented scores of participants: calibrated for the synthetic region, aimed for the schools of the districts.

Calibration: published figures of one region, ЕГЭ 2015-2019, 279 schools: the score of a pupil is the mean plus the
lasting effect of the school plus its swing of the year plus the pupil's own part, each with a known variance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mayak.results.enums import AssessmentKind
from mayak.web.demonstration.plans import Level, SchoolPlan
from mayak.web.demonstration.procedures import MATHEMATICS_6, PROCEDURES, YEARS, Procedure
from mayak.web.demonstration.randomness import stream

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]
Truths: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Distribution:
    """Mean and variances of one subject."""

    mean: float
    pupils: float
    schools: float
    school_years: float

    @property
    def deviation(self) -> float:
        """Standard deviation of one pupil of the region."""
        return float(np.sqrt(self.pupils + self.schools + self.school_years))


DISTRIBUTIONS = {
    "russian": Distribution(mean=61.5, pupils=181.2, schools=37.8, school_years=8.9),
    "mathematics": Distribution(mean=42.0, pupils=258.8, schools=36.3, school_years=44.7),
}
PASS_SCORES = {"russian": 24, "mathematics-advanced": 27}
_NORMAL = NormalDist()

_TARGETS: dict[Level, float] = {
    Level.LEAD: 0.02,
    Level.GOOD: 0.05,
    Level.MIDDLE: 0.10,
    Level.ONE_YEAR: 0.10,
    Level.LOW: 0.42,
    Level.LOW_TWICE: 0.17,
}
"""Shares below the threshold in the last year; a bad procedure gets ``_BAD``."""
_BAD = 0.44
_EGE_RUSSIAN_PART = 0.15
"""Few fail Russian at the end of school even where much else goes wrong."""


@dataclass(frozen=True, slots=True)
class Participants:
    """Everybody who sat one procedure of one year in a set of schools: one element for each participant.

    ``school`` is the index of the school in the part; ``mark`` and ``journal`` are 0 where there is none.
    """

    procedure: Procedure
    year: int
    school: Integers
    score: Integers
    mark: Integers
    journal: Integers


@dataclass(frozen=True, slots=True)
class Part:
    """Schools whose results are drawn together, so that the numbers of one part do not depend on the others.

    ``burden`` says how hard the context of each school is, in standard deviations; it lowers the lasting effect.
    """

    seed: int
    key: str
    schools: Sequence[SchoolPlan]
    burden: Floats

    def stream(self, *purpose: str) -> np.random.Generator:
        """Return the random numbers for a purpose."""
        return stream(self.seed, self.key, *purpose)

    @property
    def drawn(self) -> Truths:
        """Which schools come from the calibrated distribution."""
        return np.array([school.level == Level.DRAWN for school in self.schools])

    def teaching(self, grade: int) -> Truths:
        """Which schools have this grade."""
        return np.array([school.last_grade >= grade for school in self.schools])


def draw_participants(part: Part, procedure: Procedure, year: int) -> Participants:
    """Draw one procedure of one year in all schools of the part that have the grade."""
    random = part.stream(procedure.key, str(year))
    sizes = _sizes(random, part, procedure)
    index = np.repeat(np.arange(len(part.schools)), sizes)
    if part.drawn.all():
        latent = _calibrated(random, part, procedure, year, index)
    else:
        latent = _aimed(random, part, procedure, year, sizes)
    if procedure.bounds:
        score = _helped_over_bound(random, part, procedure, index, _primary_scores(latent, procedure))
        mark = np.searchsorted(np.array(procedure.bounds), score, side="right") + 2
        journal = (
            _journal_marks(random, mark) if procedure.kind == AssessmentKind.VPR else np.zeros_like(mark)
        )
    else:
        given = DISTRIBUTIONS[procedure.family]
        score = np.clip(np.rint(given.mean + given.deviation * latent), 0, procedure.maximum).astype(np.int64)
        mark, journal = np.zeros_like(score), np.zeros_like(score)
    return Participants(procedure, year, index, score, mark, journal)


def _sizes(random: np.random.Generator, part: Part, procedure: Procedure) -> Integers:
    cohorts = np.array([school.cohort for school in part.schools], dtype=float)
    sizes = np.maximum(3, np.rint(cohorts * procedure.part * random.uniform(0.9, 1.1, len(cohorts))))
    return (sizes * part.teaching(procedure.grade)).astype(np.int64)


def _calibrated(
    random: np.random.Generator, part: Part, procedure: Procedure, year: int, index: Integers
) -> Floats:
    """Return what each participant is worth, in standard deviations of a pupil of the region."""
    given = DISTRIBUTIONS[procedure.family]
    lasting = _lasting(part, procedure)
    swing = _swing(part, procedure)[YEARS.index(year)]
    own = random.normal(0, np.sqrt(given.pupils), len(index))
    latent: Floats = ((lasting + swing)[index] + own) / given.deviation
    return latent


def _lasting(part: Part, procedure: Procedure) -> Floats:
    """Return the lasting effects: one for a family of subjects, worse where the context is hard."""
    given = DISTRIBUTIONS[procedure.family]
    common = part.stream("lasting").normal(0, 1, len(part.schools))
    special = part.stream("lasting", procedure.family).normal(0, 1, len(part.schools))
    mixed = -0.45 * part.burden + 0.6 * common + 0.66 * special
    return _exact(mixed, part.teaching(11)) * float(np.sqrt(given.schools))


def _swing(part: Part, procedure: Procedure) -> Floats:
    """Return the swings, one row for each year: of exactly the given variance, tied to nothing else."""
    given = DISTRIBUTIONS[procedure.family]
    random = part.stream("swing", procedure.key)
    rows = np.vstack([random.normal(0, 1, len(part.schools)) for _ in YEARS])
    among = part.teaching(procedure.grade)
    fixed = np.vstack([np.ones(int(among.sum())), _lasting(part, procedure)[among]])
    rows[:, among] = _untied(rows[:, among], fixed)
    return rows * float(np.sqrt(given.school_years))


def _untied(rows: Floats, fixed: Floats) -> Floats:
    """Make the rows orthogonal to the fixed ones and to each other, each with a mean square of 1."""
    count = rows.shape[1]
    if count <= len(rows) + len(fixed):
        return rows
    basis, sides = np.linalg.qr(np.vstack([fixed, rows]).T)
    signs = np.sign(np.diag(sides))[len(fixed) :]
    untied: Floats = (basis[:, len(fixed) :] * signs).T * np.sqrt(count)
    return untied


def _aimed(
    random: np.random.Generator, part: Part, procedure: Procedure, year: int, sizes: Integers
) -> Floats:
    """Return latent values such that each school comes as near its aimed share as whole pupils allow."""
    threshold = _threshold(procedure)
    pieces = [
        _spread(random, int(size), threshold, _aimed_share(school, procedure, year))
        for school, size in zip(part.schools, sizes, strict=True)
    ]
    return np.concatenate(pieces)


def _exact(values: Floats, among: Truths) -> Floats:
    """Shift and stretch so that mean and variance among the schools that count are exactly 0 and 1."""
    chosen = values[among] if among.sum() > 1 else values
    spread = float(chosen.std()) if len(chosen) > 1 else 1.0
    return (values - float(chosen.mean())) / (spread or 1.0)


def _threshold(procedure: Procedure) -> float:
    """Return the latent value below which a participant has not reached the threshold."""
    if procedure.bounds:
        return _NORMAL.inv_cdf(procedure.shares[0])
    given = DISTRIBUTIONS[procedure.family]
    return (PASS_SCORES[procedure.subject] - 0.5 - given.mean) / given.deviation


def _aimed_share(school: SchoolPlan, procedure: Procedure, year: int) -> float:
    """Return the share below the threshold at which the school is aimed; it drifts by the school's own course."""
    share = _TARGETS[school.level]
    last = YEARS[-1]
    if school.level == Level.LOW:
        share -= 0.025 * (last - year)
    bad_years = {Level.ONE_YEAR: (last,), Level.LOW_TWICE: (last - 1, last)}.get(school.level, ())
    if procedure == MATHEMATICS_6 and year in bad_years:
        return _BAD
    if procedure.kind == AssessmentKind.EGE:
        share *= _EGE_RUSSIAN_PART if procedure.family == "russian" else 0.8
    return share


def _spread(random: np.random.Generator, size: int, threshold: float, share: float) -> Floats:
    """Return values of which as near ``share`` as whole pupils allow lie below the threshold, in random order."""
    below = int(np.floor(share * size + 0.5 + 1e-9))
    part = below / size if size else 0.0
    ranks = (np.arange(size) + random.uniform(0.2, 0.8, size)) / max(size, 1)
    shift = threshold - _NORMAL.inv_cdf(min(max(part, 0.5 / (size + 1)), 1 - 0.5 / (size + 1)))
    values = np.array([_NORMAL.inv_cdf(rank) for rank in ranks]) + shift
    values[:below] = np.minimum(values[:below], threshold - 0.02)
    values[below:] = np.maximum(values[below:], threshold + 0.02)
    return np.asarray(random.permutation(values))


def _primary_scores(latent: Floats, procedure: Procedure) -> Integers:
    """Turn latent values into primary scores so that the shares of the marks in the region are as given."""
    two, three, four = procedure.shares
    cuts = [_NORMAL.inv_cdf(share) for share in (two, two + three, two + three + four)]
    bound_3, bound_4, bound_5 = procedure.bounds
    # Outside the outer bounds the scale goes on as steep as beside them, else a border would look like a peak.
    below = bound_3 / (bound_4 - bound_3) * (cuts[1] - cuts[0])
    above = (procedure.maximum + 1 - bound_5) / (bound_5 - bound_4) * (cuts[2] - cuts[1])
    knots = [min(cuts[0] - below, -3.0), *cuts, max(cuts[2] + above, 2.1)]
    heights = [0.0, float(bound_3), float(bound_4), float(bound_5), procedure.maximum + 0.999]
    scores = np.floor(np.interp(latent, knots, heights) + 1e-9)
    return scores.astype(np.int64)


def _helped_over_bound(
    random: np.random.Generator, part: Part, procedure: Procedure, index: Integers, score: Integers
) -> Integers:
    """In one school of twenty somebody helps those who miss «3» in ВПР by a point or two: a peak at the border."""
    if procedure.kind != AssessmentKind.VPR:
        return score
    helped = (part.stream("helped").random(len(part.schools)) < 0.05) & part.drawn  # noqa: PLR2004  # one of twenty
    bound = procedure.bounds[0]
    near = (score < bound) & (score >= bound - 2) & helped[index] & (random.random(len(score)) < 0.8)  # noqa: PLR2004  # invented
    return np.where(near, bound, score)


def _journal_marks(random: np.random.Generator, mark: Integers) -> Integers:
    """Return marks of the journal: mostly equal, oftener kinder than stricter, now and then missing (0)."""
    shift = random.choice([-1, 0, 1, 2], size=len(mark), p=[0.06, 0.68, 0.24, 0.02])
    journal = np.clip(mark + shift, 3, 5)
    missing = random.random(len(mark)) < 0.005  # noqa: PLR2004  # one of two hundred has no mark
    return np.where(missing, 0, journal)


def all_procedures() -> tuple[tuple[Procedure, int], ...]:
    """Return every procedure of every year, oldest first."""
    return tuple((procedure, year) for year in YEARS for procedure in PROCEDURES)
