"""The parts of diagnosis that a person may open, for the first page of the step."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.permissions.deficits import can_see_matrix
from mayak.diagnosis.selectors.measure_sections import MEASURE_SECTIONS
from mayak.diagnosis.selectors.school_sections import SCHOOL_SECTIONS
from mayak.kernel.access import Scope


@dataclass(frozen=True, slots=True)
class Section:
    """A part of diagnosis.

    Attributes:
        label: how it is called.
        text: what it answers, in one sentence.
        url_name: where it begins.
        is_open: whether somebody with this scope has something to do there.
    """

    label: Any
    text: Any
    url_name: str
    is_open: Callable[[Scope], bool] = bool


SECTIONS: tuple[Section, ...] = (
    Section(
        _("My deficits and requests"),
        _("For a teacher: what is known of you, who looked, and what help you ask for."),
        "diagnosis:my-deficits",
        lambda scope: not scope.everything,
    ),
    Section(
        _("Competences"),
        _("What a teacher and a head of school must be able to do, with levels and sources."),
        "diagnosis:competences",
        lambda scope: not scope.is_empty,
    ),
    Section(
        _("Catalogue of tasks"),
        _("Which topic and skill each task of ВПР, ОГЭ, ЕГЭ and other papers asks for."),
        "diagnosis:exam-tasks",
        lambda scope: not scope.is_empty,
    ),
    Section(
        _("Deficit matrix"),
        _("How many teachers have a deficit, by competence and place; small groups are hidden."),
        "diagnosis:matrix",
        can_see_matrix,
    ),
    Section(
        _("Problem groups"),
        _("Teachers with the same deficits who work on them together."),
        "diagnosis:problem-groups",
        can_see_matrix,
    ),
    Section(
        _("Lead schools"),
        _("What each lead school is strong in and how many schools it can help."),
        "diagnosis:profiles",
        lambda scope: not scope.is_empty,
    ),
    *(Section(*row) for row in SCHOOL_SECTIONS),
    Section(
        _("Lesson observation"),
        _("Lessons that are observed, the sheets of the observers, what was found and the note of analysis."),
        "diagnosis:lessons",
        lambda scope: not scope.is_empty,
    ),
    Section(
        _("My observations"),
        _("Score a lesson on the telephone: nothing is lost when the line breaks."),
        "diagnosis:my-sheets",
        lambda scope: scope.allows("diagnosis.observe"),
    ),
    Section(
        _("Festivals of lessons"),
        _("Rounds of open lessons with their table by criterion, inside the network only."),
        "diagnosis:lesson-rounds",
        lambda scope: scope.allows("diagnosis.observe"),
    ),
    Section(
        _("Sheets for lessons"),
        _("By what a lesson is looked at: supplied sheets and your own."),
        "diagnosis:lesson-forms",
        lambda scope: scope.allows("diagnosis.observe"),
    ),
    Section(
        _("What surveys say"),
        _(
            "Satisfaction against its target, results against resources, risk factors of schools from closed surveys."
        ),
        "diagnosis:survey-rounds",
        lambda scope: scope.allows("surveys.results"),
    ),
    *(Section(*row) for row in MEASURE_SECTIONS),
)


def sections_of(scope: Scope) -> list[Section]:
    """Return the parts that are open in this scope, in the order of the work."""
    return [section for section in SECTIONS if section.is_open(scope)]
