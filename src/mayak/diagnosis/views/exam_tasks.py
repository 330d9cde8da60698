"""The catalogues of tasks: the list, and the tasks of one."""

from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.diagnosis.filters.exam_tasks import ExamTaskFilter, TaskCatalogueFilter
from mayak.diagnosis.models import ExamTask, TaskCatalogue
from mayak.diagnosis.permissions.deficits import can_edit_catalogue
from mayak.diagnosis.selectors.exam_tasks import catalogues, last_load, tasks_of
from mayak.diagnosis.tables.exam_tasks import OF_THE_CATALOGUE, ExamTaskTable, TaskCatalogueTable, origin_word
from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.lists import EXPORT, Action, ListPage


def task_crumbs(*rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    """Return the way to a page below the list of catalogues."""
    return [
        (_("Diagnosis"), reverse("diagnosis:index")),
        (_("Catalogue of tasks"), reverse("diagnosis:exam-tasks")),
        *rest,
    ]


class TaskCatalogueList(ListPage):
    """The catalogues of all exams; they belong to no territory."""

    title = gettext_lazy("Catalogue of tasks")
    lead = gettext_lazy(
        "Which topic and skill each task of a paper asks for. With it the points of each task tell what falls behind."
    )
    table_class = TaskCatalogueTable
    filter_class = TaskCatalogueFilter
    export_name = "task-catalogues"
    empty_title = gettext_lazy("No catalogues yet")
    empty_text = gettext_lazy("Load the tasks of a paper from a file.")

    def get_queryset(self) -> QuerySet[TaskCatalogue]:
        """Return all catalogues.

        Raises:
            PermissionDenied: the account has no role.
        """
        _require_somebody(self.request)
        return catalogues()

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Return the way here."""
        return [(_("Diagnosis"), reverse("diagnosis:index"))]

    def get_actions(self) -> list[Action]:
        """Load a file."""
        if not can_edit_catalogue(request_scope(self.request)):
            return []
        return [Action(_("Load a file"), reverse("diagnosis:exam-tasks-import"), primary=True, icon="upload")]


class TaskCataloguePage(ListPage):
    """One catalogue with its tasks; its export is a file that can be loaded again."""

    table_class = ExamTaskTable
    filter_class = ExamTaskFilter
    template_name = "diagnosis/exam_catalogue.html"
    empty_title = gettext_lazy("This catalogue has no tasks")

    @cached_property
    def catalogue(self) -> TaskCatalogue:
        """The catalogue of the address."""
        found: TaskCatalogue = get_object_or_404(catalogues(), pk=self.kwargs["pk"])
        return found

    @property
    def export_name(self) -> str:  # type: ignore[override]  # the name of the file names the paper
        """Name of a downloaded file."""
        one = self.catalogue
        return "-".join(str(part) for part in (one.kind, one.year, one.subject.code, one.grade) if part)

    def get_queryset(self) -> QuerySet[ExamTask]:
        """Return the tasks of the catalogue.

        Raises:
            PermissionDenied: the account has no role.
        """
        _require_somebody(self.request)
        return tasks_of(self.catalogue)

    def get_title(self) -> Any:
        """Return the paper."""
        return str(self.catalogue)

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Return the way here."""
        return task_crumbs()

    def get_table_kwargs(self) -> dict[str, Any]:
        """What stands above the table has no column; the file has all of them, and nothing where nothing is known."""
        return {"default": ""} if EXPORT in self.request.GET else {"exclude": OF_THE_CATALOGUE}

    def get_actions(self) -> list[Action]:
        """Load another version."""
        if not can_edit_catalogue(request_scope(self.request)):
            return []
        return [Action(_("Load a file"), reverse("diagnosis:exam-tasks-import"), primary=True, icon="upload")]

    def get_extra_context(self) -> dict[str, Any]:
        """Where the catalogue comes from, and whether the last loading can be undone."""
        load = last_load(self.catalogue)
        return {
            "catalogue": self.catalogue,
            "origin": origin_word(self.catalogue),
            "load": load,
            "can_undo": load is not None and can_edit_catalogue(request_scope(self.request)),
        }


def _require_somebody(request: HttpRequest) -> None:
    if request_scope(request).is_empty:
        raise PermissionDenied(_("Nothing here is open to your role."))
