"""Lessons, sheets, forms and rounds as lists and pages show them."""

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from mayak.accounts.enums import ROLE_RIGHTS, TERRITORY_ROLES
from mayak.accounts.models import RoleAssignment, User
from mayak.diagnosis.enums.lessons import SheetState
from mayak.diagnosis.models import LessonObservation, LessonRound, ObservationForm, ObservationSheet
from mayak.diagnosis.permissions.lessons import oversees_lessons
from mayak.kernel.access import Scope
from mayak.registry.models import Organisation
from mayak.registry.models.territories import paths_above

OBSERVING_ROLES = frozenset(role for role, rights in ROLE_RIGHTS.items() if "diagnosis.observe" in rights)
CANDIDATES_AT_MOST = 500


def lessons_seen(scope: Scope, user: User) -> QuerySet[LessonObservation]:
    """Return the lessons of which the person may know that they are observed.

    The own ones, those that the person observes or planned, and for who oversees schools all of the scope.
    """
    own = Q(pk__in=ObservationSheet.objects.filter(observer=user).values("lesson"))
    own |= Q(planned_by_id=user.pk)
    if user.person_id is not None:
        own |= Q(teacher_id=user.person_id)
    if oversees_lessons(scope):
        own |= Q(pk__in=LessonObservation.objects.within(scope).values("pk"))
    return (
        LessonObservation.objects.filter(own)
        .select_related("teacher", "organisation__territory", "subject", "form", "round__territory")
        .annotate(
            sheet_count=Count("sheets"),
            finished_count=Count("sheets", filter=Q(sheets__state=SheetState.FINISHED)),
        )
    )


def sheets_of(lesson: LessonObservation) -> list[ObservationSheet]:
    """Return the sheets of a lesson with their observers, in the order in which they were asked."""
    return list(lesson.sheets.select_related("observer").order_by("pk"))


def own_sheets(user: User) -> QuerySet[ObservationSheet]:
    """Return the sheets of an observer, whatever schools the scope of today shows."""
    return (
        ObservationSheet.objects.filter(observer=user)
        .select_related(
            "lesson__teacher",
            "lesson__organisation__territory",
            "lesson__subject",
            "lesson__form",
            "observer",
        )
        .order_by("-lesson__held_on", "-pk")
    )


def forms_seen(scope: Scope) -> QuerySet[ObservationForm]:
    """Return the forms of the scope with the number of their lessons."""
    return (
        ObservationForm.objects.within(scope)
        .select_related("territory")
        .annotate(lesson_count=Count("lessons"))
        .order_by("title", "-version", "pk")
    )


def rounds_seen(scope: Scope) -> QuerySet[LessonRound]:
    """Return the festivals of the scope with the number of their lessons."""
    return (
        LessonRound.objects.within(scope)
        .select_related("territory", "organisation", "form")
        .annotate(lesson_count=Count("lessons"))
        .order_by("-starts_on", "-pk")
    )


def may_be_observer(user: User) -> bool:
    """Whether one of the user's roles of today may observe lessons."""
    held = RoleAssignment.objects.current().filter(user=user, role__in=OBSERVING_ROLES)
    return user.is_active and (user.is_superuser or held.exists())


def observer_candidates(school: Organisation, *, without: Iterable[int] = ()) -> QuerySet[User]:
    """Return who may be asked to observe in a school without being looked for.

    Its own observing people, those of the municipality's schools and services, and the coordinators and methodists of
    the territories above it.
    """
    path = school.territory.path or ""
    near = Q(organisation__territory=school.territory_id) | Q(organisation=school)
    above = Q(role__in=TERRITORY_ROLES, organisation__territory__path__in=paths_above(path))
    held = RoleAssignment.objects.current().filter(near | above, role__in=OBSERVING_ROLES)
    return (
        User.objects.filter(pk__in=held.values("user"), is_active=True)
        .exclude(pk__in=list(without))
        .order_by("full_name", "email")[:CANDIDATES_AT_MOST]
    )


def waiting_sheets(user: User) -> QuerySet[ObservationSheet]:
    """Return the sheets that the observer has not finished."""
    return own_sheets(user).filter(state=SheetState.DRAFT)
