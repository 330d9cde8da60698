"""Partnerships from a table: first a report, nothing is written before it is confirmed."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.exporting.responses import table_response
from mayak.kernel.importing import ImportProblem
from mayak.networks.forms.partnerships import PartnershipFileForm
from mayak.networks.imports.partnerships import EXAMPLE, HEADERS, read_partnerships
from mayak.networks.permissions import can_renew
from mayak.networks.services.partnership_lists import import_partnerships, plan_partnerships, to_plain
from mayak.networks.services.partnership_rows import KNOWN, NEW, REJECTED
from mayak.registry.models import SchoolYear, Territory
from mayak.registry.selectors.school_years import current_start_year

SALT = "mayak.networks.partnerships"
PLAN_AGE = 24 * 60 * 60
SHOWN = 200
ROWS_AT_MOST = 2000
"""Rows of a file: each name is looked for in the registry while the user waits."""
NO_IMPORT = gettext_lazy("Partnerships are loaded by coordinators and methodists of the territory.")


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Read a table of partnerships and say what it would do."""
    _require(request)
    year = SchoolYear.objects.filter(start_year=current_start_year()).first()
    form = PartnershipFileForm(
        request.POST or None,
        request.FILES or None,
        scope=request_scope(request),
        initial={"school_year": year},
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            rows = read_partnerships(values["file"].name or "file", values["file"].read())
        except ImportProblem as problem:
            form.add_error("file", problem.message)
        else:
            if len(rows) <= ROWS_AT_MOST:
                return _report(request, values["territory"], values["school_year"], rows)
            words = {"most": ROWS_AT_MOST, "rows": len(rows)}
            form.add_error(
                "file",
                _("A list has %(most)s rows at most, this one %(rows)s: divide it by districts.") % words,
            )
    context = {
        "form": form,
        "cancel_url": reverse("networks:list"),
        "breadcrumbs": _crumbs((_("Partnerships from a file"), "")),
    }
    return render(request, "networks/import.html", context, status=400 if form.errors else 200)


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Write what the report showed."""
    _require(request)
    try:
        plan = signing.loads(request.POST.get("plan", ""), salt=SALT, max_age=PLAN_AGE)
    except signing.BadSignature:
        messages.error(request, _("The report is too old. Load the file again."))
        return redirect("networks:import")
    territory = get_object_or_404(Territory.objects.within(request_scope(request)), pk=plan["territory"])
    try:
        made = import_partnerships(territory, plan["rows"], actor=request_actor(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("networks:import")
    words = ngettext("%(count)s partnership is loaded.", "%(count)s partnerships are loaded.", len(made))
    messages.success(request, words % {"count": len(made)})
    return redirect("networks:list")


@require_GET
def template(request: HttpRequest) -> HttpResponseBase:
    """A file to fill in, with an example row."""
    _require(request)
    return table_response(list(HEADERS), [list(EXAMPLE)], file_format="xlsx", name="partnerships-template")


def _report(request: HttpRequest, territory: Territory, year: SchoolYear, rows: Any) -> HttpResponse:
    planned = plan_partnerships(territory, year, rows)
    plain = {"territory": territory.pk, "rows": to_plain(planned)}
    context = {
        "new": [row for row in planned if row.outcome == NEW],
        "known": [row for row in planned if row.outcome == KNOWN],
        "rejected": [row for row in planned if row.outcome == REJECTED],
        "shown": SHOWN,
        "signed": signing.dumps(plain, salt=SALT, compress=True),
        "breadcrumbs": _crumbs(
            (_("Partnerships from a file"), reverse("networks:import")), (_("Report"), "")
        ),
    }
    return render(request, "networks/import_report.html", context)


def _crumbs(*rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [(_("Network pairs"), reverse("networks:list")), *rest]


def _require(request: HttpRequest) -> None:
    if not can_renew(request_scope(request)):
        raise PermissionDenied(NO_IMPORT)
