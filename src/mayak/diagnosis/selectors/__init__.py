"""Reads of diagnosis: roles of schools, needs, strengths, passports."""

from mayak.diagnosis.selectors.profiles import profile_list
from mayak.diagnosis.selectors.roles import reference_day, schools_in_role
from mayak.diagnosis.selectors.strengths import levels_of, needs_of, strengths_of
from mayak.diagnosis.selectors.values import SubjectNeed, SubjectStrength

__all__ = [
    "SubjectNeed",
    "SubjectStrength",
    "levels_of",
    "needs_of",
    "profile_list",
    "reference_day",
    "schools_in_role",
    "strengths_of",
]
