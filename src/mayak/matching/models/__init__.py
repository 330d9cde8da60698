"""Pairings, their pairs and what people demanded of them."""

from mayak.matching.models.parts import MatchingPart
from mayak.matching.models.runs import MatchingRun
from mayak.matching.models.schools import MatchPair, PairRule, UnmatchedSchool
from mayak.matching.models.teachers import TeacherPair, TeacherRule, UncoveredNeed

__all__ = [
    "MatchPair",
    "MatchingPart",
    "MatchingRun",
    "PairRule",
    "TeacherPair",
    "TeacherRule",
    "UncoveredNeed",
    "UnmatchedSchool",
]
