"""The parts of diagnosis about schools and mentors, for the first page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.permissions.schools import can_see_mentors
from mayak.kernel.access import Scope


def has_own_school(scope: Scope) -> bool:
    """Whether somebody works in a school and may nominate oneself."""
    return bool(scope.organisation_ids)


def sees_something(scope: Scope) -> bool:
    """Whether the scope shows anything at all."""
    return not scope.is_empty


SCHOOL_SECTIONS: tuple[tuple[Any, Any, str, Any], ...] = (
    (
        _("Risk profiles of schools"),
        _("Which factors lower the results of each school, on what that rests and what the school does."),
        "diagnosis:risk",
        sees_something,
    ),
    (
        _("Needs of schools"),
        _("One list for each school: what is missing, how much it weighs, on what that rests."),
        "diagnosis:needs",
        sees_something,
    ),
    (
        _("My passport of a mentor"),
        _("Nominate yourself in two minutes; see your passport and how you were scored."),
        "diagnosis:mentor-own",
        has_own_school,
    ),
    (
        _("Mentors"),
        _("What each mentor can give, to how many and when; the choice by criteria."),
        "diagnosis:mentors",
        can_see_mentors,
    ),
    (
        _("Criteria for choosing mentors"),
        _("Seventeen criteria in five groups by which candidates are scored."),
        "diagnosis:mentor-criteria",
        can_see_mentors,
    ),
    (
        _("Ready for pairing?"),
        _("Who has no profile, no capacity, no consent, no needs, no strengths, and where to mend it."),
        "diagnosis:readiness",
        can_see_mentors,
    ),
)
