"""Results of pupils as a hint, for the person alone.

Results of ВПР may not be used to evaluate teachers (recommendations for ВПР, LAW_508937; Rules of the Government). So
what is read here is computed for the page of the person, written nowhere, added to nothing and given to nobody else:
the only way in is ``hints_for``, which takes the signed-in person and refuses to look at anybody else.
"""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from mayak.diagnosis.enums.deficits import Rule
from mayak.diagnosis.selectors.competences import RELATED_SUBJECTS
from mayak.diagnosis.selectors.deficit_rules import rule_values
from mayak.diagnosis.selectors.teachers import work_of
from mayak.kernel.access import Scope
from mayak.registry.models import Person
from mayak.results.enums import ResultBasis
from mayak.results.selectors.results import counted_results

SHOWN = 8


@dataclass(frozen=True, slots=True)
class PupilHint:
    """A result of the own school in a subject that the person teaches; of which class it is nobody knows."""

    title: str
    school: str
    participants: int
    below_share: float
    is_small: bool


def hints_for(viewer: Any, person: Person) -> list[PupilHint]:
    """Return the newest results of the schools and subjects of a person, the weakest first.

    Args:
        viewer: the signed-in user.
        person: must be the viewer's own.

    Raises:
        PermissionDenied: somebody else asks, whatever the role.
    """
    if getattr(viewer, "person_id", None) != person.pk or viewer.person_id is None:
        raise PermissionDenied(_("Results of pupils are shown to the teacher alone."))
    work = work_of(person)
    codes = {subject.code for subject in work.subjects}
    codes |= {one for code in codes for one in RELATED_SUBJECTS.get(code, frozenset())}
    codes |= {code for code, related in RELATED_SUBJECTS.items() if related & codes}
    if not codes or not work.schools:
        return []
    values = rule_values()
    scope = Scope(organisation_ids=frozenset(school.pk for school in work.schools))
    rows = (
        counted_results(scope)
        .filter(assessment__subject__code__in=codes, below_share__isnull=False)
        .exclude(basis=ResultBasis.JOURNAL)
        .order_by("-assessment__year", "assessment__grade")
    )
    newest: dict[tuple[Any, ...], PupilHint] = {}
    for row in rows:
        one = row.assessment
        key = (row.organisation_id, one.kind, one.subject_id, one.grade)
        count = row.participants or 0
        if key in newest or count < values[Rule.GROUP_LIMIT]:
            continue
        newest[key] = PupilHint(
            str(one),
            str(row.organisation),
            count,
            float(row.below_share or 0),
            count < values[Rule.TASK_LIMIT],
        )
    return sorted(newest.values(), key=lambda hint: (-hint.below_share, hint.title))[:SHOWN]
