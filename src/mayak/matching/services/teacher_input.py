"""The input of a pairing of teachers, refused in words where nothing could be computed from it."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mayak.matching.algorithms.messages import ProblemError
from mayak.matching.algorithms.teachers.canonical import canonical, check
from mayak.matching.algorithms.teachers.facts import check_fixed, facts_of
from mayak.matching.algorithms.teachers.problem import TeacherProblem
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.teacher_problems import TeacherInput, teacher_input_of
from mayak.matching.services.guard import fault_texts


def checked_teacher_input(run: MatchingRun) -> TeacherInput:
    """Return the present input of the pairing.

    Raises:
        ValidationError: there is nobody to pair, or the input contradicts itself; each fault is named.
    """
    found = teacher_input_of(run)
    if not len(found.problem.mentees.key):
        raise ValidationError(
            _("No teacher of the territory has an open need in this school year."), code="no_mentees"
        )
    if not len(found.problem.mentors.key):
        raise ValidationError(_("No mentor of the territory has an accepted passport."), code="no_mentors")
    if against := teacher_faults(found.problem, found.names):
        raise ValidationError(against, code="faults")
    return found


def teacher_faults(problem: TeacherProblem, names: Mapping[str, str]) -> list[str]:
    """Return what is wrong with the input in words; empty where nothing is."""
    try:
        check(problem)
        sorted_problem = canonical(problem)
        check_fixed(sorted_problem, facts_of(sorted_problem))
    except ProblemError as error:
        return fault_texts(error.faults, names)
    return []
