"""The deficit matrix: sums of a territory or a school, people of a school; the same as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from mayak.accounts.services.reading import note_reading
from mayak.diagnosis.models import Competence, CompetenceGroup
from mayak.diagnosis.permissions.deficits import (
    can_import_tests,
    can_read_people,
    can_see_matrix,
    can_see_school_matrix,
    can_see_territory_matrix,
)
from mayak.diagnosis.selectors.competences import competence_list
from mayak.diagnosis.selectors.deficits import READING
from mayak.diagnosis.selectors.matrix import Matrix, MatrixCell, school_matrix, territory_matrix
from mayak.diagnosis.selectors.people_matrix import PersonRow, people_matrix
from mayak.diagnosis.selectors.risk import schools_in
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.exporting.responses import TableFormat, table_response
from mayak.registry.models import Organisation, Territory

NO_RIGHT = gettext_lazy("Sums of deficits are read by methodists, coordinators and heads of schools.")
ALL = "all"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The competences of the page: those of a group, or all of them."""

    code: str
    groups: tuple[CompetenceGroup, ...]
    competences: tuple[Competence, ...]


@require_GET
def matrix(request: HttpRequest) -> HttpResponse:
    """Lead to the matrix of the own territory or school; a choice where there are several."""
    scope = request_scope(request)
    if not can_see_matrix(scope):
        raise PermissionDenied(NO_RIGHT)
    territories = list(Territory.objects.filter(path__in=scope.territory_paths).order_by("sort_key"))
    if scope.everything:
        territories = list(Territory.objects.filter(parent__parent__isnull=True, parent__isnull=False))
    schools = [] if territories else list(schools_in(scope))
    if len(territories) + len(schools) == 1:
        place = (territories or schools)[0]
        name = "matrix-territory" if territories else "matrix-school"
        return redirect(f"diagnosis:{name}", pk=place.pk)
    context = {
        "territories": territories,
        "schools": schools,
        "breadcrumbs": _crumbs(),
    }
    return render(request, "diagnosis/matrix_choice.html", context)


@require_GET
def of_territory(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the sums of a territory and of what lies in it."""
    scope = request_scope(request)
    territory: Territory = get_object_or_404(Territory.objects.within(scope), pk=pk)
    if not can_see_territory_matrix(scope, territory):
        raise PermissionDenied(NO_RIGHT)
    chosen = _chosen(request)
    found = territory_matrix(territory, chosen.competences)
    if kind := _export_kind(request):
        return _sums_file(found, kind)
    context = _context(request, territory, chosen, found) | {
        "proposals_url": reverse("diagnosis:group-proposals-territory", args=[pk]),
        "breadcrumbs": _crumbs((territory.name, "")),
    }
    return render(request, "diagnosis/matrix.html", context)


@require_GET
def of_school(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the sums of a school and, to those who may read people and ask for them, a row for each teacher."""
    scope = request_scope(request)
    school: Organisation = get_object_or_404(
        Organisation.objects.within(scope).schools().select_related("territory"), pk=pk
    )
    if not can_see_school_matrix(scope, school):
        raise PermissionDenied(NO_RIGHT)
    chosen = _chosen(request)
    sees_neighbours = scope.covers_territory(school.territory.path or "")
    wants_people = request.GET.get("people") == "1"
    if wants_people and not can_read_people(scope):
        raise PermissionDenied(_("Deficits of single teachers are read by those who help them."))
    people = people_matrix(school, chosen.competences, scope) if wants_people else []
    for row in people:
        note_reading(row.person, READING, actor=request_actor(request))
    found = school_matrix(school, chosen.competences, sees_neighbours=sees_neighbours)
    if kind := _export_kind(request):
        return _people_file(found, people, kind) if wants_people else _sums_file(found, kind)
    context = _context(request, school, chosen, found) | {
        "is_school": True,
        "people": people,
        "wants_people": wants_people,
        "can_read_people": can_read_people(scope),
        "tasks_url": reverse("diagnosis:school-tasks", args=[pk]),
        "proposals_url": reverse("diagnosis:group-proposals-school", args=[pk]),
        "breadcrumbs": _crumbs(
            *([(school.territory.name, reverse("diagnosis:matrix-territory", args=[school.territory_id]))]
              if sees_neighbours else []),
            (str(school), ""),
        ),
    }  # fmt: skip
    return render(request, "diagnosis/matrix.html", context)


def _context(request: HttpRequest, place: Any, chosen: Chosen, found: Matrix) -> dict[str, Any]:
    return {
        "place": place,
        "matrix": found,
        "groups": chosen.groups,
        "group_code": chosen.code,
        "export_query": _query(request, _export="xlsx"),
        "can_import": can_import_tests(request_scope(request)),
    }


def _chosen(request: HttpRequest) -> Chosen:
    of_everybody = Count("competences", filter=Q(competences__subject__isnull=True))
    found = CompetenceGroup.objects.filter(competences__archived_at__isnull=True)
    groups = tuple(found.annotate(of_everybody=of_everybody).order_by("position", "pk"))
    asked = request.GET.get("group", "")
    code = asked if asked == ALL or asked in {group.code for group in groups} else _first_code(groups)
    rows = competence_list().kept().order_by("group__position", "subject__position", "name")
    return Chosen(code, groups, tuple(rows if code == ALL else rows.filter(group__code=code)))


def _first_code(groups: Sequence[CompetenceGroup]) -> str:
    """Return the group to begin with: competences of one subject concern few teachers, so schools see them hidden."""
    general = [group for group in groups if group.of_everybody]  # type: ignore[attr-defined]  # annotated
    return (general or list(groups))[0].code if groups else ""


def _export_kind(request: HttpRequest) -> TableFormat | None:
    kind = request.GET.get("_export", "")
    return "xlsx" if kind == "xlsx" else "csv" if kind == "csv" else None


def _query(request: HttpRequest, **changes: str) -> str:
    asked = request.GET.copy()
    for name, value in changes.items():
        asked[name] = value
    return f"?{asked.urlencode()}"


def _sums_file(found: Matrix, kind: TableFormat) -> HttpResponseBase:
    hidden = _("hidden: fewer than %(limit)s") % {"limit": found.limit}
    columns: list[Any] = [_("Territory or school"), _("Teachers with data")]
    for one in found.competences:
        columns += [
            _("%(name)s: teachers with data") % {"name": one.name},
            _("%(name)s: with a deficit") % {"name": one.name},
            _("%(name)s: share with a deficit") % {"name": one.name},
            _("%(name)s: mean severity") % {"name": one.name},
        ]

    def cells(values: Sequence[MatrixCell]) -> list[Any]:
        given: list[Any] = []
        for cell in values:
            if cell.is_hidden:
                given += [hidden] * 4
            elif not cell.known:
                given += [0, None, None, None]
            else:
                given += [cell.known, cell.deficits, round(cell.share, 4), round(cell.mean, 2)]
        return given

    rows = [
        [str(row.place), hidden if row.people is None else row.people, *cells(row.cells)]
        for row in (found.total, *found.rows)
    ]
    return table_response(columns, rows, file_format=kind, name=_file_name())


def _people_file(found: Matrix, people: Sequence[PersonRow], kind: TableFormat) -> HttpResponseBase:
    columns = [_("Teacher"), _("Subjects"), *(one.name for one in found.competences)]
    rows = [
        [
            str(row.person),
            row.subjects,
            *(None if cell.severity is None else cell.severity for cell in row.cells),
        ]
        for row in people
    ]
    return table_response(columns, rows, file_format=kind, name=_file_name())


def _file_name() -> str:
    return f"deficits-{timezone.localdate():%Y-%m-%d}"


def _crumbs(*rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    own = reverse("diagnosis:matrix") if rest else ""
    return [(_("Diagnosis"), reverse("diagnosis:index")), (_("Deficit matrix"), own), *rest]
