"""Ready pairs from a file: first a report, nothing is written before it is confirmed."""

from typing import Any, Final

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.kernel.access import Scope
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.exporting.responses import table_response
from mayak.kernel.importing import ImportProblem
from mayak.networks.forms.mentor_pairs import MentorPairFileForm
from mayak.networks.imports.mentor_pairs import EXAMPLE, TITLE_OF, TITLES, read_mentor_pairs
from mayak.networks.permissions.mentor_pairs import can_keep_pairs, keeping_scope
from mayak.networks.services.pair_list_rows import (
    KNOWN,
    NEW,
    REJECTED,
    PlannedRow,
    plan_pairs,
    rows_from_plain,
    rows_to_plain,
)
from mayak.networks.services.pair_lists import import_pairs
from mayak.networks.views.pair_common import NO_KEEPING, crumbs, tell
from mayak.registry.models import LegalAct, SchoolYear
from mayak.registry.selectors.school_years import current_start_year

SALT: Final = "mayak.networks.mentor-pairs"
PLAN_AGE: Final = 24 * 60 * 60
SHOWN: Final = 200
TOO_OLD = gettext_lazy("The report is too old. Load the file again.")


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Read a file of pairs and say what it would do."""
    scope = _scope(request)
    year = SchoolYear.objects.filter(start_year=current_start_year()).first()
    form = MentorPairFileForm(
        request.POST or None, request.FILES or None, scope=scope, initial={"school_year": year}
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            rows = read_mentor_pairs(values["file"].name or "file", values["file"].read())
        except ImportProblem as problem:
            form.add_error("file", problem.message)
        else:
            return _report(request, values, plan_pairs(rows, school_year=values["school_year"], scope=scope))
    context = {
        "form": form,
        "title": _("Pairs from a file"),
        "lead": _("First you see a report on every row; nothing is written before you confirm it."),
        "submit": _("Look what the file would do"),
        "template_url": reverse("networks:pair-import-template"),
        "cancel_url": reverse("networks:pairs"),
        "breadcrumbs": [*crumbs(), (_("Pairs from a file"), "")],
    }
    return render(request, "networks/pair_form.html", context, status=400 if form.errors else 200)


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Write what the report showed."""
    scope = _scope(request)
    try:
        plan = signing.loads(request.POST.get("plan", ""), salt=SALT, max_age=PLAN_AGE)
    except signing.BadSignature:
        messages.error(request, TOO_OLD)
        return redirect("networks:pair-import")
    year = get_object_or_404(SchoolYear, pk=plan["school_year"])
    order = get_object_or_404(LegalAct.objects.within(scope), pk=plan["order"]) if plan["order"] else None
    try:
        made = import_pairs(
            rows_from_plain(plan["rows"]),
            school_year=year,
            scope=scope,
            actor=request_actor(request),
            order=order,
        )
    except ValidationError as error:
        tell(request, error)
        return redirect("networks:pair-import")
    messages.success(request, _("Pairs written: %(count)s.") % {"count": len(made)})
    return redirect("networks:pairs")


@require_GET
def template(request: HttpRequest) -> HttpResponseBase:
    """A file to fill in, with an example row."""
    _scope(request)
    return table_response(list(TITLES), [list(EXAMPLE)], file_format="xlsx", name="mentor-pairs-template")


def _report(request: HttpRequest, values: dict[str, Any], rows: list[PlannedRow]) -> HttpResponse:
    order = values["order"]
    plain = {
        "school_year": values["school_year"].pk,
        "order": order.pk if order else None,
        "rows": rows_to_plain(rows),
    }
    by_outcome = {name: [row for row in rows if row.outcome == name] for name in (NEW, KNOWN, REJECTED)}
    context = {
        "new": by_outcome[NEW],
        "known": by_outcome[KNOWN],
        "rejected": [(row, TITLE_OF.get(row.column, "")) for row in by_outcome[REJECTED]],
        "shown": SHOWN,
        "order": order,
        "signed": signing.dumps(plain, salt=SALT, compress=True),
        "breadcrumbs": [
            *crumbs(),
            (_("Pairs from a file"), reverse("networks:pair-import")),
            (_("Report"), ""),
        ],
    }
    return render(request, "networks/pair_report.html", context)


def _scope(request: HttpRequest) -> Scope:
    scope = request_scope(request)
    if not can_keep_pairs(scope):
        raise PermissionDenied(NO_KEEPING)
    return keeping_scope(scope)
