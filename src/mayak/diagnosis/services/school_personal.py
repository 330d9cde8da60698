"""What passports of mentors hold on a person: shown to the person, hidden in the log, taken away by an erasure."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.diagnosis.enums.passports import PassportState
from mayak.diagnosis.models import MentorProfile, MentorProof, MentorScore, MentorScoring, MentorStrength
from mayak.kernel.personal.erasing import Effect, Left, Target, register_eraser
from mayak.kernel.personal.holdings import Holding, Subjects, register_holdings
from mayak.kernel.personal.registry import register_personal, subject_of
from mayak.kernel.readings.services import WORDS

PERSON = "registry.person"
READING = "mentor"


def held_in_passports(subjects: Subjects) -> Iterable[Holding]:
    """Yield the passports of the person with strengths, proofs and points, and the sheets that the person wrote."""
    if subjects.person_id is not None:
        yield _passports(subjects.person_id)
        yield _points(subjects.person_id)
    if subjects.user_id is not None:
        sheets = MentorScoring.objects.filter(scorer_id=subjects.user_id).order_by("pk")
        columns = {"changed": _("Changed"), "criteria": _("Criteria")}
        rows = [[one.updated_at, str(one.criteria)] for one in sheets.select_related("criteria")]
        yield Holding("mentor-sheets", _("Sheets of mentor candidates that I wrote"), columns, rows)


def erase_passports(target: Target) -> Iterable[Effect | Left]:
    """Take away the words on the person; points stay without the name and without reasons."""
    person = target.subjects.person_id
    if person is None:
        return
    mine = MentorProfile.objects.filter(person_id=person)
    yield Effect(
        _("proofs of a mentor that are deleted"), MentorProof.objects.filter(profile__in=mine).delete()[0]
    )
    words = MentorStrength.objects.filter(profile__in=mine).exclude(note="")
    named = words.exclude(subject=None, competence="").update(note="")
    told = mine.exclude(about="").update(about="")
    yield Effect(_("words of a mentor that are deleted"), named + words.delete()[0] + told)
    reasons = MentorScore.objects.filter(scoring__profile__in=mine).update(reason="–")
    yield Effect(_("reasons of points that are deleted"), reasons)
    mine.update(state=PassportState.RETURNED, decision_reason="")


def register() -> None:
    """Tell the kernel all of it."""
    WORDS[READING] = gettext_lazy("passport of a mentor")
    register_personal(
        "diagnosis.mentorprofile",
        ["about", "decision_reason", "strengths", "proofs"],
        subject=lambda row: subject_of(PERSON, row.person_id),
    )
    register_personal(
        "diagnosis.mentorscoring", [], subject=lambda row: subject_of(PERSON, row.profile.person_id)
    )
    register_holdings(held_in_passports)
    register_eraser(erase_passports, order=60)


def _passports(person_id: int) -> Holding:
    profiles = MentorProfile.objects.filter(person_id=person_id).select_related("organisation", "school_year")
    columns = {
        "year": _("School year"),
        "school": _("School"),
        "state": _("State"),
        "pairs": _("Mentees at most"),
        "hours": _("Hours a month"),
        "strengths": _("In what I can help"),
        "proofs": _("Proved by what"),
        "about": _("About the own work"),
    }
    rows = [
        [
            str(one.school_year),
            str(one.organisation),
            one.get_state_display(),
            one.pairs,
            one.hours_per_month,
            "; ".join(
                str(line.subject or line.note or line.competence)
                for line in one.strengths.select_related("subject")
            ),
            "; ".join(proof.title for proof in one.proofs.all()),
            one.about,
        ]
        for one in profiles
    ]
    return Holding("mentor-passports", _("My passports of a mentor"), columns, rows)


def _points(person_id: int) -> Holding:
    found = MentorScore.objects.filter(scoring__profile__person_id=person_id).select_related("criterion")
    columns = {
        "criterion": _("Criterion"),
        "points": _("Points"),
        "of": _("Most points"),
        "reason": _("Reason"),
    }
    rows = [
        [one.criterion.text, one.points, one.criterion.max_points, one.reason] for one in found.order_by("pk")
    ]
    return Holding("mentor-points", _("Points by which I was chosen as a mentor"), columns, rows)
