"""The parts of diagnosis on contests, dynamics, recommendations and training, for its first page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.permissions.measures import may_read_measures
from mayak.kernel.access import Scope


def _somebody(scope: Scope) -> bool:
    return not scope.is_empty


MEASURE_SECTIONS: tuple[tuple[Any, ...], ...] = (
    (
        _("Targeted recommendations"),
        _("From level to measure: to whom, until when, who controls, what became of it."),
        "diagnosis:recommendations",
        _somebody,
    ),
    (
        _("Dynamics of schools"),
        _("Indicators of a school at the entry and at the exit, filled from data; no ranking."),
        "diagnosis:dynamics",
        may_read_measures,
    ),
    (
        _("Contests of schools"),
        _("Schools with low results and donor schools are chosen by expert evaluation."),
        "diagnosis:contests",
        _somebody,
    ),
    (
        _("My expert evaluation"),
        _("Applications that you were asked to score."),
        "diagnosis:contest-tasks",
        _somebody,
    ),
    (
        _("Training of mentors"),
        _("Who is trained and until when, courses, certificates, reasons and rewards."),
        "diagnosis:training",
        may_read_measures,
    ),
    (
        _("My training"),
        _("Your needs, courses, certificates and rewards as a mentor."),
        "diagnosis:training-mine",
        _somebody,
    ),
)
