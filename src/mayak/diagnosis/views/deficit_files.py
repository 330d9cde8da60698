"""Files that come in: a catalogue of competences, results of a test; first a report, nothing is written before."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
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
from mayak.diagnosis.views.file_plans import on_consent, signed_plan, trial_page
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.exporting.responses import table_response

COMPETENCE_SALT, TEST_SALT = "mayak.diagnosis.competences", "mayak.diagnosis.tests"
NO_TEST_RIGHT = gettext_lazy("Results of tests are loaded by methodists, coordinators and heads of schools.")


@require_http_methods(["GET", "POST"])
def competence_import(request: HttpRequest) -> HttpResponse:
    """Read a catalogue and say what it would do; nothing is written."""
    _require_catalogue(request)
    crumbs = catalogue_crumbs((_("Load a file"), reverse("diagnosis:competence-import")))

    def plan(values: dict[str, Any]) -> Sequence[Any]:
        file = values["file"]
        return competence_lists.plan_competences(read_competences(file.name or "file", file.read()))

    def report(planned: Sequence[Any]) -> HttpResponse:
        plain = [asdict(row) for row in planned if row.outcome in {"new", "changed"}]
        return _report(
            request,
            planned,
            lines=lambda row: (row.row, row.name, row.problem),
            plan=signed_plan(plain, salt=COMPETENCE_SALT),
            address="diagnosis:competence",
            crumbs=crumbs,
        )

    context = {
        "title": _("Load competences from a file"),
        "template_url": reverse("diagnosis:competence-template"),
        "cancel_url": reverse("diagnosis:competences"),
        "breadcrumbs": catalogue_crumbs((_("Load a file"), "")),
    }
    form = CompetenceFileForm(request.POST or None, request.FILES or None)
    return trial_page(request, form, plan, report, context=context)


@require_POST
def competence_confirm(request: HttpRequest) -> HttpResponse:
    """Write what the report showed."""
    _require_catalogue(request)

    def write(plain: list[dict[str, Any]]) -> HttpResponse:
        planned = [competence_lists.PlannedCompetence(**row) for row in plain]
        new, changed = competence_lists.apply_competences(planned, actor=request_actor(request))
        messages.success(
            request,
            _("Competences added: %(new)s, changed: %(changed)s.") % {"new": new, "changed": changed},
        )
        return redirect("diagnosis:competences")

    return on_consent(request, write, salt=COMPETENCE_SALT, again="diagnosis:competence-import")


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

    def plan(values: dict[str, Any]) -> dict[str, Any]:
        file = values["file"]
        planned = test_lists.plan_results(
            read_results(file.name or "file", file.read(), _competence_names()),
            scope=request_scope(request),
            kind=values["kind"],
            day=values["day"],
            instrument=values["instrument"],
        )
        return {"instrument": values["instrument"], "rows": planned}

    def report(planned: dict[str, Any]) -> HttpResponse:
        plain = {**planned, "rows": test_lists.plan_to_plain(planned["rows"])}
        return _report(
            request,
            planned["rows"],
            lines=lambda row: (row.row, f"{row.who}: {row.competence}", row.problem),
            plan=signed_plan(plain, salt=TEST_SALT),
            address="diagnosis:test",
            crumbs=_test_crumbs((_("Load results of a test"), reverse("diagnosis:test-import"))),
        )

    context = {
        "title": _("Load results of a test"),
        "lead": _("Results of the teachers themselves. Results of pupils, ВПР above all, are refused."),
        "template_url": reverse("diagnosis:test-template"),
        "cancel_url": reverse("diagnosis:matrix"),
        "breadcrumbs": _test_crumbs((_("Load results of a test"), "")),
    }
    form = TestFileForm(request.POST or None, request.FILES or None)
    return trial_page(request, form, plan, report, context=context, refused_at="instrument")


@require_POST
def test_confirm(request: HttpRequest) -> HttpResponse:
    """Write what the report showed."""
    _require_tests(request)

    def write(plain: dict[str, Any]) -> HttpResponse:
        results, people = test_lists.apply_results(
            test_lists.plan_from_plain(plain["rows"]),
            scope=request_scope(request),
            instrument=plain["instrument"],
            actor=request_actor(request),
        )
        messages.success(
            request,
            _("Results recorded: %(results)s, of people: %(people)s.")
            % {"results": results, "people": people},
        )
        return redirect("diagnosis:matrix")

    return on_consent(request, write, salt=TEST_SALT, again="diagnosis:test-import")


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
