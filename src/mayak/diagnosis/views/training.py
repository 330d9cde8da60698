"""Pages of the training of mentors: who is trained, courses, topics, reasons and rewards."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from mayak.diagnosis.filters.training import CourseFilter, IncentiveFilter, MentorFilter
from mayak.diagnosis.forms.training import CourseForm, IncentiveForm, TopicForm
from mayak.diagnosis.models import Enrolment, MentorIncentive, TrainingCourse, TrainingTopic
from mayak.diagnosis.permissions.measures import may_edit_catalogue, may_keep, may_read_measures
from mayak.diagnosis.selectors.training import mentors, warn_days
from mayak.diagnosis.services.training import save_dictionary
from mayak.diagnosis.tables.training import CourseTable, IncentiveTable, MentorTable, TopicTable
from mayak.diagnosis.views.dynamics import NO_CATALOGUE
from mayak.diagnosis.views.measure_common import CatalogueList, form_page, posted
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import Action, ListPage
from mayak.registry.models import Person

NO_RIGHT = gettext_lazy(
    "The training of mentors is kept by coordinators, methodists and heads of schools; everybody sees the own."
)


def crumbs(*rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    """The way to a page of the training."""
    return [
        (_("Diagnosis"), reverse("diagnosis:index")),
        (_("Training of mentors"), reverse("diagnosis:training")),
        *rest,
    ]


def require_reading(request: HttpRequest) -> None:
    """Refuse who may not read the training of others."""
    if not may_read_measures(request_scope(request)):
        raise PermissionDenied(NO_RIGHT)


class MentorList(ListPage):
    """The mentors of the scope and the state of their training."""

    title = gettext_lazy("Training of mentors")
    lead = gettext_lazy("Who is a mentor by papers, role or passport, and until when the training is valid.")
    table_class = MentorTable
    filter_class = MentorFilter
    export_name = "training-of-mentors"
    empty_title = gettext_lazy("No mentors yet")
    empty_text = gettext_lazy(
        "Somebody is a mentor with a supplement on mentoring, the role of a mentor or a passport."
    )

    def get_queryset(self) -> QuerySet[Person]:
        """Return the mentors of the scope."""
        require_reading(self.request)
        return mentors(request_scope(self.request))

    def get_table_kwargs(self) -> dict[str, Any]:
        """The days of the warning, read once."""
        return {"warn": warn_days()}

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """The step stands before."""
        return [(_("Diagnosis"), reverse("diagnosis:index"))]

    def get_actions(self) -> list[Action]:
        """Certificates from a list; courses; reasons and rewards."""
        return [
            Action(_("Load certificates"), reverse("diagnosis:training-import"), primary=True),
            Action(_("Courses"), reverse("diagnosis:training-courses")),
            Action(_("Topics"), reverse("diagnosis:training-topics")),
            Action(_("Reasons and rewards"), reverse("diagnosis:training-incentives")),
        ]


class CourseList(ListPage):
    """Courses for mentors."""

    title = gettext_lazy("Courses for mentors")
    table_class = CourseTable
    filter_class = CourseFilter
    export_name = "courses"
    empty_title = gettext_lazy("No courses yet")
    empty_text = gettext_lazy("Write down who teaches what and for how many hours.")

    def get_queryset(self) -> QuerySet[TrainingCourse]:
        """Return the courses of the scope with the number of people of the scope."""
        require_reading(self.request)
        scope = request_scope(self.request)
        return (
            TrainingCourse.objects.within(scope)
            .select_related("topic", "territory")
            .annotate(learners=Count("enrolments", distinct=True))
        )

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """The training stands before."""
        return crumbs()

    def get_actions(self) -> list[Action]:
        """Add one."""
        if not may_keep(request_scope(self.request)):
            return []
        return [Action(_("New course"), reverse("diagnosis:training-course-create"), primary=True)]


@require_http_methods(["GET", "POST"])
def course_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a course."""
    scope = request_scope(request)
    row = get_object_or_404(TrainingCourse.objects.within(scope), pk=pk) if pk else TrainingCourse()
    if not may_keep(scope):
        raise PermissionDenied(NO_RIGHT)
    if pk and not TrainingCourse.objects.owned(scope).filter(pk=pk).exists():
        raise PermissionDenied(_("A course of the region is changed by the region."))
    back = reverse("diagnosis:training-courses")
    return form_page(
        request,
        CourseForm(posted(request), instance=row, scope=scope),
        lambda values: save_dictionary(row, actor=request_actor(request), values=values),
        title=row.title or _("New course"),
        crumbs=crumbs((_("Courses for mentors"), back)),
        back=back,
        success=_("The course is saved."),
    )


@require_GET
def course(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a course with the people of the scope who learn in it."""
    scope = request_scope(request)
    row = get_object_or_404(TrainingCourse.objects.within(scope).select_related("topic", "territory"), pk=pk)
    require_reading(request)
    people = (
        Enrolment.objects.within(scope)
        .filter(course=row)
        .select_related("person")
        .order_by("person__sort_key")
    )
    context = {
        "course": row,
        "people": people,
        "may_edit": may_keep(scope) and scope.covers_territory(row.territory.path or ""),
        "rows": [
            (_("Who teaches"), row.provider),
            (_("Hours"), row.hours),
            (_("Topic"), row.topic),
            (_("Territory"), row.territory),
            (_("Begins"), row.starts_on),
            (_("Ends"), row.ends_on),
            (_("At a distance"), _("yes") if row.is_remote else _("no")),
            (_("Note"), row.note),
        ],
        "breadcrumbs": crumbs((_("Courses for mentors"), reverse("diagnosis:training-courses")), (row, "")),
    }
    return render(request, "diagnosis/training_course.html", context)


class TopicList(CatalogueList):
    """What a mentor may learn."""

    title = gettext_lazy("Topics of training")
    table_class = TopicTable
    export_name = "topics"

    def get_queryset(self) -> QuerySet[TrainingTopic]:
        """Return all of them."""
        require_reading(self.request)
        return TrainingTopic.objects.all()

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """The training stands before."""
        return crumbs()

    def get_actions(self) -> list[Action]:
        """Add one."""
        if not may_edit_catalogue(request_scope(self.request)):
            return []
        return [Action(_("New topic"), reverse("diagnosis:training-topic-create"), primary=True)]


class IncentiveList(ListPage):
    """Reasons and rewards."""

    title = gettext_lazy("Reasons and rewards for mentors")
    lead = gettext_lazy(
        "For what a mentor may be rewarded and how, with the sources. The list can be changed."
    )
    table_class = IncentiveTable
    filter_class = IncentiveFilter
    export_name = "rewards"

    def get_queryset(self) -> QuerySet[MentorIncentive]:
        """Return all of them."""
        require_reading(self.request)
        return MentorIncentive.objects.all()

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """The training stands before."""
        return crumbs()

    def get_table_kwargs(self) -> dict[str, Any]:
        """Only who may change sees the link."""
        return {} if may_edit_catalogue(request_scope(self.request)) else {"exclude": ("change",)}

    def get_actions(self) -> list[Action]:
        """Add one."""
        if not may_edit_catalogue(request_scope(self.request)):
            return []
        return [Action(_("New entry"), reverse("diagnosis:training-incentive-create"), primary=True)]


@require_http_methods(["GET", "POST"])
def topic(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a topic."""
    row = get_object_or_404(TrainingTopic, pk=pk) if pk else TrainingTopic()
    back = reverse("diagnosis:training-topics")
    return _dictionary(request, row, TopicForm, (_("Topics of training"), back))


@require_http_methods(["GET", "POST"])
def incentive(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a reason or a reward."""
    row = get_object_or_404(MentorIncentive, pk=pk) if pk else MentorIncentive()
    back = reverse("diagnosis:training-incentives")
    return _dictionary(request, row, IncentiveForm, (_("Reasons and rewards for mentors"), back))


def _dictionary(request: HttpRequest, row: Any, form_class: Any, place: tuple[Any, str]) -> HttpResponse:
    if not may_edit_catalogue(request_scope(request)):
        raise PermissionDenied(NO_CATALOGUE)
    return form_page(
        request,
        form_class(posted(request), instance=row),
        lambda values: save_dictionary(row, actor=request_actor(request), values=values),
        title=row.name or _("New entry"),
        crumbs=crumbs(place),
        back=place[1],
        success=_("The entry is saved."),
    )
