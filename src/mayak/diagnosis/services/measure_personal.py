"""What contests, recommendations and training hold on people, told to the kernel."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.diagnosis.models import (
    Certificate,
    ContestAssignment,
    Enrolment,
    MentorReward,
    Recommendation,
    TrainingNeed,
)
from mayak.kernel.personal.erasing import Effect, Left, Target, register_eraser
from mayak.kernel.personal.holdings import Holding, Subjects, register_holdings
from mayak.kernel.personal.registry import register_personal, subject_of
from mayak.kernel.readings.services import WORDS


def register() -> None:
    """Register personal fields, holdings and the words of readings."""
    for model in ("trainingneed", "enrolment", "certificate", "mentorreward"):
        register_personal(
            f"diagnosis.{model}",
            _FIELDS.get(model, []),
            subject=lambda row: subject_of("registry.person", row.person_id),
        )
    register_personal(
        "diagnosis.recommendation",
        ["done_note", "trigger_label"],
        subject=lambda row: subject_of("registry.person", row.addressee_person_id),
        text=False,
    )
    register_personal("diagnosis.contest", ["chair", "secretary"], subject=lambda _row: None, text=False)
    register_personal(
        "diagnosis.contestexpert", [], subject=lambda row: subject_of("accounts.user", row.user_id)
    )
    register_personal(
        "diagnosis.contestassignment",
        ["declined_reason"],
        subject=lambda row: subject_of("accounts.user", row.expert.user_id),
        text=False,
    )
    WORDS.update(
        {
            "training": gettext_lazy("training and rewards of a mentor"),
            "recommendation": gettext_lazy("recommendation to the teacher"),
        }
    )
    register_eraser(erase_measures, order=62)
    register_holdings(held_on_training)
    register_holdings(held_on_recommendations)
    register_holdings(held_on_expertise)


_FIELDS = {
    "trainingneed": ["reason"],
    "enrolment": ["note"],
    "certificate": ["number"],
    "mentorreward": ["note"],
}


def held_on_training(subjects: Subjects) -> Iterable[Holding]:
    """Yield needs, courses, certificates and rewards of a person."""
    if subjects.person_id is None:
        return
    mine = {"person": subjects.person_id}
    yield Holding(
        "training-needs",
        _("Needs of training"),
        {"topic": _("Topic"), "school_year": _("School year"), "reason": _("Why"), "state": _("State")},
        [
            [str(row.topic), str(row.school_year), row.reason, row.get_state_display()]
            for row in TrainingNeed.objects.filter(**mine).select_related("topic", "school_year")
        ],
    )
    yield Holding(
        "training-courses",
        _("Courses for mentors"),
        {
            "course": _("Course"),
            "enrolled_on": _("Enrolled"),
            "state": _("State"),
            "ended_on": _("Ended"),
            "note": _("Note"),
        },
        [
            [str(row.course), row.enrolled_on, row.get_state_display(), row.ended_on, row.note]
            for row in Enrolment.objects.filter(**mine).select_related("course")
        ],
    )
    columns: dict[str, Any] = {
        "title": _("Title of the programme"),
        "provider": _("Who taught"),
        "hours": _("Hours"),
        "number": _("Number"),
        "issued_on": _("Date"),
        "valid_until": _("Valid until"),
    }
    yield Holding(
        "certificates",
        _("Certificates"),
        columns,
        [
            [row.title, row.provider, row.hours, row.number, row.issued_on, row.valid_until]
            for row in Certificate.objects.filter(**mine)
        ],
    )
    yield Holding(
        "rewards",
        _("Rewards"),
        {"reward": _("Reward"), "reason": _("Reason"), "given_on": _("Date"), "basis": _("Basis")},
        [
            [str(row.reward), str(row.reason or ""), row.given_on, str(row.basis or row.basis_text)]
            for row in MentorReward.objects.filter(**mine).select_related("reward", "reason", "basis")
        ],
    )


def held_on_recommendations(subjects: Subjects) -> Iterable[Holding]:
    """Yield the recommendations addressed to a person."""
    if subjects.person_id is None:
        return
    rows = Recommendation.objects.filter(addressee_person=subjects.person_id).exclude(state="draft")
    yield Holding(
        "recommendations",
        _("Targeted recommendations"),
        {
            "text": _("Recommendation"),
            "trigger": _("What showed it"),
            "deadline": _("Deadline"),
            "state": _("State"),
            "done": _("What was done"),
        },
        [
            [row.text, row.trigger_label, row.deadline, str(row.state_word), row.done_note]
            for row in rows.order_by("pk")
        ],
    )


def held_on_expertise(subjects: Subjects) -> Iterable[Holding]:
    """Yield the applications that a user scored as an expert."""
    if subjects.user_id is None:
        return
    rows = ContestAssignment.objects.filter(expert__user=subjects.user_id).select_related(
        "application__organisation", "application__contest"
    )
    yield Holding(
        "expertise",
        _("Expert evaluation"),
        {
            "contest": _("Contest"),
            "school": _("School"),
            "finished": _("Scored"),
            "conclusion": _("Conclusion"),
            "conflict": _("Conflict of interest"),
        },
        [
            [
                str(row.application.contest),
                str(row.application.organisation),
                row.finished_at,
                row.conclusion,
                row.declined_reason,
            ]
            for row in rows
        ],
    )


def erase_measures(target: Target) -> Iterable[Effect | Left]:
    """Take away training, certificates with their scans, rewards, and what recommendations say of the person."""
    person = target.subjects.person_id
    if person is not None:
        scans = [
            (row.scan.storage, row.scan.name)
            for row in Certificate.objects.filter(person=person).exclude(scan="")
        ]
        removed = sum(
            model._default_manager.filter(person=person).delete()[0]
            for model in (TrainingNeed, Enrolment, Certificate, MentorReward)
        )
        for storage, name in scans:
            transaction.on_commit(partial(storage.delete, str(name)))
        yield Effect(_("needs, courses, certificates and rewards of a mentor that are deleted"), removed)
        mine = Recommendation.objects.filter(addressee_person=person)
        papers = [(row.evidence.storage, row.evidence.name) for row in mine.exclude(evidence="")]
        for storage, name in papers:
            transaction.on_commit(partial(storage.delete, str(name)))
        told = mine.update(
            addressee_person=None, trigger_label="", done_note="", evidence="", evidence_hash=""
        )
        yield Effect(_("recommendations that no longer name the person"), told)
    if target.subjects.user_id is not None:
        words = ContestAssignment.objects.filter(expert__user=target.subjects.user_id)
        yield Effect(
            _("words of an expert on a conflict of interest that are shortened"),
            words.exclude(declined_reason="").update(declined_reason="–"),
        )
