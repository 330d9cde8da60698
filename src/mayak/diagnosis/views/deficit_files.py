"""Files that come in: a catalogue of competences, results of a test; first a report, nothing is written before."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.diagnosis.forms.competences import CompetenceFileForm
from mayak.diagnosis.forms.deficits import TestFileForm
from mayak.diagnosis.imports.competences import read_competences
from mayak.diagnosis.imports.teacher_tests import read_results
from mayak.diagnosis.models import Competence
from mayak.diagnosis.permissions.deficits import can_edit_catalogue, can_import_tests
from mayak.diagnosis.selectors.table_words import table_words
from mayak.diagnosis.services import competence_lists, test_lists
from mayak.diagnosis.views.competences import COLUMNS, NO_RIGHT, catalogue_crumbs
from mayak.diagnosis.views.school_pages import tell_error
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.exporting.responses import table_response
from mayak.kernel.importing import ImportProblem

COMPETENCE_SALT, TEST_SALT = "mayak.diagnosis.competences", "mayak.diagnosis.tests"
PLAN_AGE = 24 * 60 * 60
NO_TEST_RIGHT = gettext_lazy("Results of tests are loaded by methodists, coordinators and heads of schools.")
TOO_OLD = gettext_lazy("The report is too old. Load the file again.")


@require_http_methods(["GET", "POST"])
def competence_import(request: HttpRequest) -> HttpResponse:
    """Read a catalogue and say what it would do; nothing is written."""
    _require_catalogue(request)
    form = CompetenceFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            planned = competence_lists.plan_competences(read_competences(file.name or "file", file.read()))
        except ImportProblem as problem:
            form.add_error("file", problem.message)
        else:
            plain = [asdict(row) for row in planned if row.outcome in {"new", "changed"}]
            return _report(
                request,
                planned,
                lines=lambda row: (row.row, row.name, row.problem),
                plan=signing.dumps(plain, salt=COMPETENCE_SALT, compress=True),
                address="diagnosis:competence",
                crumbs=catalogue_crumbs((_("Load a file"), reverse("diagnosis:competence-import"))),
            )
    context = {
        "title": _("Load competences from a file"),
        "template_url": reverse("diagnosis:competence-template"),
        "form": form,
        "cancel_url": reverse("diagnosis:competences"),
        "breadcrumbs": catalogue_crumbs((_("Load a file"), "")),
    }
    return render(request, "diagnosis/file_form.html", context, status=400 if form.errors else 200)


@require_POST
def competence_confirm(request: HttpRequest) -> HttpResponse:
    """Write what the report showed."""
    _require_catalogue(request)
    try:
        plain = signing.loads(request.POST.get("plan", ""), salt=COMPETENCE_SALT, max_age=PLAN_AGE)
        planned = [competence_lists.PlannedCompetence(**row) for row in plain]
        new, changed = competence_lists.apply_competences(planned, actor=request_actor(request))
    except signing.BadSignature:
        messages.error(request, TOO_OLD)
        return redirect("diagnosis:competence-import")
    except ValidationError as error:
        tell_error(request, error)
        return redirect("diagnosis:competence-import")
    messages.success(
        request,
        _("Competences added: %(new)s, changed: %(changed)s.") % {"new": new, "changed": changed},
    )
    return redirect("diagnosis:competences")


@require_GET
def competence_template(request: HttpRequest) -> HttpResponseBase:
    """A file to fill in, with an example row."""
    _require_catalogue(request)
    example = table_words()["competence_example"]
    return table_response(COLUMNS, [example], file_format="xlsx", name="competences-template")


@require_http_methods(["GET", "POST"])
def test_import(request: HttpRequest) -> HttpResponse:
    """Read results of a test and say what they would do; nothing is written."""
    _require_tests(request)
    form = TestFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            rows = read_results(values["file"].name or "file", values["file"].read(), _competence_names())
            planned = test_lists.plan_results(
                rows,
                scope=request_scope(request),
                kind=values["kind"],
                day=values["day"],
                instrument=values["instrument"],
            )
        except ImportProblem as problem:
            form.add_error("file", problem.message)
        except ValidationError as error:
            form.add_error("instrument", error)
        else:
            plain = {"instrument": values["instrument"], "rows": test_lists.plan_to_plain(planned)}
            return _report(
                request,
                planned,
                lines=lambda row: (row.row, f"{row.who}: {row.competence}", row.problem),
                plan=signing.dumps(plain, salt=TEST_SALT, compress=True),
                address="diagnosis:test",
                crumbs=_test_crumbs((_("Load results of a test"), reverse("diagnosis:test-import"))),
            )
    context = {
        "title": _("Load results of a test"),
        "lead": _("Results of the teachers themselves. Results of pupils, ВПР above all, are refused."),
        "template_url": reverse("diagnosis:test-template"),
        "form": form,
        "cancel_url": reverse("diagnosis:matrix"),
        "breadcrumbs": _test_crumbs((_("Load results of a test"), "")),
    }
    return render(request, "diagnosis/file_form.html", context, status=400 if form.errors else 200)


@require_POST
def test_confirm(request: HttpRequest) -> HttpResponse:
    """Write what the report showed."""
    _require_tests(request)
    try:
        plain = signing.loads(request.POST.get("plan", ""), salt=TEST_SALT, max_age=PLAN_AGE)
        results, people = test_lists.apply_results(
            test_lists.plan_from_plain(plain["rows"]),
            scope=request_scope(request),
            instrument=plain["instrument"],
            actor=request_actor(request),
        )
    except signing.BadSignature:
        messages.error(request, TOO_OLD)
        return redirect("diagnosis:test-import")
    except ValidationError as error:
        tell_error(request, error)
        return redirect("diagnosis:test-import")
    messages.success(
        request,
        _("Results recorded: %(results)s, of people: %(people)s.") % {"results": results, "people": people},
    )
    return redirect("diagnosis:matrix")


@require_GET
def test_template(request: HttpRequest) -> HttpResponseBase:
    """A file to fill in, with two example rows."""
    _require_tests(request)
    columns = [_("Person"), _("E-mail"), _("School"), _("Competence code"), _("Result"), _("Date")]
    day = timezone.localdate() - dt.timedelta(days=1)
    rows = [[*row, day] for row in table_words()["test_examples"]]
    return table_response(columns, rows, file_format="xlsx", name="test-template")


def _report(
    request: HttpRequest, planned: Sequence[Any], *, lines: Any, plan: str, address: str, crumbs: Any
) -> HttpResponse:
    def of(*outcomes: str) -> Iterable[Any]:
        return [lines(row) for row in planned if row.outcome in outcomes]

    context = {
        "title": _("What the file would do"),
        "new": of("new"),
        "changed": of("changed"),
        "same": of("same"),
        "rejected": of("rejected"),
        "plan": plan,
        "confirm_url": reverse(f"{address}-confirm"),
        "again_url": reverse(f"{address}-import"),
        "breadcrumbs": [*crumbs, (_("Report"), "")],
    }
    return render(request, "diagnosis/file_report.html", context)


def _competence_names() -> list[str]:
    rows = Competence.objects.kept().values_list("code", "name")
    return [text for row in rows for text in row]


def _test_crumbs(*rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [
        (_("Diagnosis"), reverse("diagnosis:index")),
        (_("Deficit matrix"), reverse("diagnosis:matrix")),
        *rest,
    ]


def _require_catalogue(request: HttpRequest) -> None:
    if not can_edit_catalogue(request_scope(request)):
        raise PermissionDenied(NO_RIGHT)


def _require_tests(request: HttpRequest) -> None:
    if not can_import_tests(request_scope(request)):
        raise PermissionDenied(NO_TEST_RIGHT)
