"""What pairs of teachers hold on a person: shown to the person, hidden in the log, taken away by an erasure."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from mayak.kernel.personal.erasing import Effect, Left, Target, register_eraser
from mayak.kernel.personal.holdings import Holding, Subjects, register_holdings
from mayak.kernel.personal.registry import register_personal, subject_of
from mayak.matching.enums import MatchingState
from mayak.matching.models import TeacherPair, TeacherRule, UncoveredNeed

PERSON = "registry.person"


def held_in_pairs(subjects: Subjects) -> Iterable[Holding]:
    """Yield the approved pairs of the person. Drafts are work of the coordinators and are shown to nobody else."""
    person = subjects.person_id
    if person is None:
        return
    rows = TeacherPair.objects.filter(
        Q(mentee=person) | Q(mentor=person), run__approved_at__isnull=False
    ).select_related("mentee", "mentor", "run__school_year")
    columns = {
        "year": _("School year"),
        "mentor": _("Mentor"),
        "mentee": _("Teacher who gets help"),
        "need": _("Need"),
        "remote": _("Remote"),
    }
    found = [
        [str(one.run.school_year), str(one.mentor), str(one.mentee), one.need_title, one.is_remote]
        for one in rows.order_by("run__school_year__start_year", "pk")
    ]
    yield Holding("teacher-pairs", _("My pairs of a mentor and a teacher"), columns, found)


def erase_pairs(target: Target) -> Iterable[Effect | Left]:
    """Delete what drafts say of the person and the words of demands; approved pairs stay under the pseudonym."""
    person = target.subjects.person_id
    if person is None:
        return
    either = Q(mentee=person) | Q(mentor=person)
    drafts = TeacherPair.objects.filter(either, run__state=MatchingState.DRAFT)
    gone = drafts.delete()[0]
    gone += UncoveredNeed.objects.filter(mentee=person).delete()[0]
    yield Effect(_("rows of pairings of teachers that are deleted"), gone)
    rules = TeacherRule.objects.filter(either)
    yield Effect(_("demands on pairs of teachers that are deleted"), rules.delete()[0])


def register() -> None:
    """Tell the kernel all of it."""
    for label in ("matching.teacherpair", "matching.teacherrule", "matching.uncoveredneed"):
        register_personal(
            label,
            ["reason"] if label == "matching.teacherrule" else [],
            subject=lambda row: subject_of(PERSON, row.mentee_id),
        )
    register_holdings(held_in_pairs)
    register_eraser(erase_pairs, order=65)
