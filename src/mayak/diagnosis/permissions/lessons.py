"""Who plans, observes, reads and oversees lessons; who keeps forms and rounds."""

from mayak.accounts.models import User
from mayak.diagnosis.models import LessonObservation, LessonRound, ObservationForm, ObservationSheet
from mayak.kernel.access import Scope
from mayak.registry.models import Organisation

OVERSEEING = ("diagnosis.people", "diagnosis.edit", "diagnosis.own_school")


def oversees_lessons(scope: Scope) -> bool:
    """Whether the person sees which lessons are observed in the scope, besides the own ones."""
    return any(scope.allows(right) for right in OVERSEEING)


def may_observe(scope: Scope) -> bool:
    """Whether the person may fill in sheets, and so plan a visit."""
    return scope.allows("diagnosis.observe")


def may_plan_lesson(scope: Scope, school: Organisation) -> bool:
    """Whether the person may plan the observation of a lesson in this school."""
    return may_observe(scope) and scope.covers_organisation(school.pk, school.territory.path or "")


def may_organise_lesson(scope: Scope, user: User, lesson: LessonObservation) -> bool:
    """Whether the person may change a planned lesson and its observers: who planned it, and who oversees the school."""
    if not may_plan_lesson(scope, lesson.organisation):
        return False
    return oversees_lessons(scope) or lesson.planned_by_id == user.pk


def may_reopen_sheet(scope: Scope, lesson: LessonObservation) -> bool:
    """Whether the person may open a finished sheet again: who oversees the school, never the observer alone."""
    school = lesson.organisation
    return oversees_lessons(scope) and scope.covers_organisation(school.pk, school.territory.path or "")


def is_own_lesson(user: User, lesson: LessonObservation) -> bool:
    """Whether the user taught the lesson."""
    return user.person_id is not None and user.person_id == lesson.teacher_id


def may_read_lesson(scope: Scope, user: User, lesson: LessonObservation, *, observes: bool) -> bool:
    """Whether the person may read what was said of a finished lesson.

    The teacher, the observers, and who may read the deficits of single teachers in the scope; others see only that the
    lesson was observed and when.
    """
    school = lesson.organisation
    covered = scope.covers_organisation(school.pk, school.territory.path or "")
    return is_own_lesson(user, lesson) or observes or (scope.allows("diagnosis.people") and covered)


def may_fill_sheet(scope: Scope, user: User, sheet: ObservationSheet) -> bool:
    """Whether this is the person's own sheet, in a role that observes."""
    return sheet.observer_id == user.pk and may_observe(scope)


def may_keep_forms(scope: Scope) -> bool:
    """Whether the person may make forms of lesson observation at all."""
    return scope.allows("diagnosis.catalogue")


def may_edit_form(scope: Scope, form: ObservationForm) -> bool:
    """Whether this form may be changed; a supplied one is copied instead."""
    if form.territory is None:
        return may_keep_forms(scope) and scope.everything
    return may_keep_forms(scope) and scope.covers_territory(form.territory.path or "")


def may_keep_rounds(scope: Scope) -> bool:
    """Whether the person may hold festivals at all."""
    return scope.allows("diagnosis.edit") or scope.allows("diagnosis.own_school")


def may_keep_round(scope: Scope, found: LessonRound) -> bool:
    """Whether this festival may be changed."""
    if found.organisation_id is not None:
        covered = scope.covers_organisation(found.organisation_id, found.territory.path or "")
        return may_keep_rounds(scope) and covered
    return scope.allows("diagnosis.edit") and scope.covers_territory(found.territory.path or "")


def may_read_round(scope: Scope) -> bool:
    """Whether the person may read the table of a festival: who observes or oversees, never the public."""
    return oversees_lessons(scope) or may_observe(scope)
