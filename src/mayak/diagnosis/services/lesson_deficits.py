"""What a finished observation says of the deficits of the teacher."""

from statistics import fmean

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.diagnosis.enums.deficits import DeficitSource
from mayak.diagnosis.models import Competence, DeficitEvidence, LessonObservation
from mayak.diagnosis.selectors.lesson_results import lesson_results
from mayak.diagnosis.services.deficits import DeficitRow, record_deficits, severity_of_share
from mayak.kernel.access import Actor


@transaction.atomic
def record_lesson_deficits(lesson: LessonObservation, *, actor: Actor) -> list[DeficitEvidence]:
    """Write one statement for each competence that the criteria of the form name.

    The share of the maximum, meant over observers and over the criteria of a competence, becomes the severity; a code
    that the catalogue does not know is passed over. Finishing a lesson again replaces what was written before.
    """
    found = lesson_results(lesson)
    shares: dict[str, list[float]] = {}
    for one in found.criteria:
        if one.part.competence and one.result.share is not None:
            shares.setdefault(one.part.competence, []).append(one.result.share)
    catalogue = Competence.objects.kept().filter(code__in=shares).order_by("pk")
    count = len(found.sheets)
    note = ngettext("%(count)s observer", "%(count)s observers", count) % {"count": count}
    rows = [
        DeficitRow(one, severity=severity_of_share(fmean(shares[one.code])), note=note) for one in catalogue
    ]
    return record_deficits(
        lesson.teacher,
        rows,
        source=DeficitSource.LESSON,
        actor=actor,
        observed_on=min(lesson.held_on, timezone.localdate()),
        instrument=_("Lesson observation"),
        reference=f"diagnosis.lessonobservation:{lesson.pk}",
    )
