"""What is held on a person here: shown in «my data», exported with it, erased with the person."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.diagnosis.models import DeficitEvidence, DeficitSummary, HelpRequest, ProblemGroup, TeacherNeed
from mayak.diagnosis.selectors.deficits import READING, evidence_lines
from mayak.kernel.personal.erasing import Effect, Left, Target, register_eraser
from mayak.kernel.personal.holdings import Holding, Subjects, register_holdings
from mayak.kernel.personal.registry import register_personal, subject_of
from mayak.kernel.readings.services import WORDS

PERSON = "registry.person"


def held_deficits(subjects: Subjects) -> Iterable[Holding]:
    """Yield evidence, requests, needs and problem groups of the person."""
    key = subjects.person_id or 0
    evidence = DeficitEvidence.objects.filter(person=key).select_related("competence")
    yield Holding(
        "deficits",
        _("Evidence of deficits"),
        {
            "competence": _("Competence"),
            "source": _("Source"),
            "severity": _("Severity, 0 to 3"),
            "date": _("Date"),
            "instrument": _("By what"),
            "note": _("Note"),
            "objection": _("Objection of the teacher"),
        },
        [
            [str(one.competence), one.get_source_display(), one.severity, one.observed_on, one.instrument, one.note,
             one.objection]
            for one in evidence
        ],
    )  # fmt: skip
    yield Holding(
        "help-requests",
        _("Requests for help"),
        {
            "competence": _("Competence"),
            "help": _("Which help"),
            "text": _("In words"),
            "date": _("Asked"),
            "state": _("State"),
            "answer": _("Answer"),
        },
        [
            [str(one.competence), one.get_form_display(), one.text, one.asked_on, one.get_state_display(), one.answer]
            for one in HelpRequest.objects.filter(person=key).select_related("competence")
        ],
    )  # fmt: skip
    yield Holding(
        "teacher-needs",
        _("Needs for the choice of mentors"),
        {
            "competence": _("Competence"),
            "year": _("School year"),
            "weight": _("Weight"),
            "reason": _("Reason"),
            "evidence": _("Evidence"),
        },
        [
            [str(one.competence), str(one.school_year), one.counted_weight, one.reason, "; ".join(evidence_lines(one))]
            for one in TeacherNeed.objects.filter(person=key).select_related("competence", "school_year")
        ],
    )  # fmt: skip
    yield Holding(
        "problem-groups",
        _("Problem groups"),
        {"title": _("Group"), "state": _("State"), "formed": _("Formed")},
        [
            [one.title, one.get_state_display(), one.formed_on]
            for one in ProblemGroup.objects.filter(members=key)
        ],
    )


def erase_deficits(target: Target) -> Iterable[Effect | Left]:
    """Delete everything that is known of the person here and take the person out of groups."""
    key = target.subjects.person_id
    if key is None:
        return
    for model, what in (
        (DeficitEvidence, _("evidence of deficits")),
        (DeficitSummary, _("summaries of deficits")),
        (HelpRequest, _("requests for help")),
        (TeacherNeed, _("needs for the choice of mentors")),
    ):
        rows: Any = model._default_manager.filter(person=key)
        yield Effect(what, rows.delete()[0])
    membership = ProblemGroup.members.through.objects.filter(person_id=key)
    yield Effect(_("memberships in problem groups"), membership.delete()[0])


def register() -> None:
    """Tell the kernel."""
    WORDS[READING] = gettext_lazy("deficits of the person")
    for model, fields in (
        ("deficitevidence", ["severity", "note", "objection", "instrument"]),
        ("deficitsummary", ["packed"]),
        ("helprequest", ["text", "answer", "severity"]),
        ("teacherneed", ["weight", "stated_weight", "reason", "evidence"]),
    ):
        register_personal(f"diagnosis.{model}", fields, subject=lambda row: subject_of(PERSON, row.person_id))
    register_holdings(held_deficits)
    register_eraser(erase_deficits)
