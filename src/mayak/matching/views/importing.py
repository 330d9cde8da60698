"""Ready pairs from a file: first a report, nothing is written before it is confirmed."""

from typing import Any

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

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.exporting.responses import table_response
from mayak.kernel.importing import ImportProblem
from mayak.matching.enums import MatchingLevel
from mayak.matching.forms import PairFileForm
from mayak.matching.imports.pairs import example_table, read_pairs
from mayak.matching.models import MatchingRun
from mayak.matching.permissions import can_create_runs, can_pair_territory
from mayak.matching.services.once import made_once
from mayak.matching.services.pair_lists import import_school_pairs, plan_school_pairs
from mayak.matching.services.pair_people import import_people_pairs, plan_people_pairs
from mayak.matching.services.pair_rows import NEW, REJECTED, PairPlan, rows_from_plain, rows_to_plain
from mayak.matching.views.common import NO_EDIT, once_key
from mayak.registry.models import SchoolYear, Territory
from mayak.registry.selectors.school_years import current_start_year

SALT = "mayak.matching.pairs"
PLAN_AGE = 24 * 60 * 60
REJECTED_SHOWN = 200
ROWS_AT_MOST = 2000
"""Rows of a file: each name is looked for in the registry while the user waits."""
TOO_OLD = gettext_lazy("The report is too old. Load the file again.")


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Read a file of pairs and say what it would do."""
    _require(request)
    year = SchoolYear.objects.filter(start_year=current_start_year()).first()
    form = PairFileForm(
        request.POST or None,
        request.FILES or None,
        scope=request_scope(request),
        initial={"school_year": year},
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if not can_pair_territory(request_scope(request), values["territory"]):
            raise PermissionDenied(NO_EDIT)
        of_people = values["level"] == MatchingLevel.TEACHERS
        try:
            rows = read_pairs(values["file"].name or "file", values["file"].read(), of_people=of_people)
        except ImportProblem as problem:
            form.add_error("file", problem.message)
        else:
            if len(rows) > ROWS_AT_MOST:
                form.add_error(
                    "file",
                    _("A list has %(most)s rows at most, this one %(rows)s: divide it by districts.")
                    % {"most": ROWS_AT_MOST, "rows": len(rows)},
                )
                return _asked(request, form)
            planning = plan_people_pairs if of_people else plan_school_pairs
            return _report(request, values, planning(values["territory"], values["school_year"], rows))
    return _asked(request, form)


def _asked(request: HttpRequest, form: PairFileForm) -> HttpResponse:
    context = {
        "form": form,
        "template_url": reverse("matching:import-template"),
        "cancel_url": reverse("matching:runs"),
        "breadcrumbs": _crumbs((_("Ready pairs from a file"), "")),
    }
    return render(request, "matching/pair_file.html", context, status=400 if form.errors else 200)


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Write what the report showed."""
    _require(request)
    try:
        plan = signing.loads(request.POST.get("plan", ""), salt=SALT, max_age=PLAN_AGE)
    except signing.BadSignature:
        messages.error(request, TOO_OLD)
        return redirect("matching:import")
    scope = request_scope(request)
    territory = get_object_or_404(Territory.objects.within(scope), pk=plan["territory"])
    if not can_pair_territory(scope, territory):
        raise PermissionDenied(NO_EDIT)
    school_year = get_object_or_404(SchoolYear, pk=plan["school_year"])
    importing = import_people_pairs if plan["level"] == MatchingLevel.TEACHERS else import_school_pairs
    left_out = 0

    def write() -> MatchingRun:
        nonlocal left_out
        made, left_out = importing(
            territory,
            school_year,
            rows_from_plain(plan["rows"]),
            actor=request_actor(request),
            title=plan["title"],
            reason=request.POST.get("reason", "")[:300],
        )
        return made

    try:
        run = made_once(once_key(request, nonce="plan"), write)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return redirect("matching:import")
    if left_out:
        messages.warning(
            request,
            _("Pairs left out because they break a limit and no reason is given: %(count)s.")
            % {"count": left_out},
        )
    messages.success(request, _("The pairs stand in a draft. Look at them, then approve them."))
    return redirect("matching:review", pk=run.pk)


@require_GET
def template(request: HttpRequest) -> HttpResponseBase:
    """A file to fill in, with an example row."""
    _require(request)
    of_people = request.GET.get("level") == MatchingLevel.TEACHERS
    columns, rows = example_table(of_people=of_people)
    return table_response(columns, rows, file_format="xlsx", name="pairs-template")


def _report(request: HttpRequest, values: dict[str, Any], plan: PairPlan) -> HttpResponse:
    plain = {
        "territory": values["territory"].pk,
        "school_year": values["school_year"].pk,
        "level": values["level"],
        "title": values["title"],
        "rows": rows_to_plain(plan.rows),
    }
    context = {
        "plan": plan,
        "new": plan.of(NEW),
        "rejected": plan.of(REJECTED),
        "shown": REJECTED_SHOWN,
        "without_reason": [row for row in plan.breaking if not row.reason],
        "of_people": values["level"] == MatchingLevel.TEACHERS,
        "signed": signing.dumps(plain, salt=SALT, compress=True),
        "breadcrumbs": _crumbs((_("Ready pairs from a file"), reverse("matching:import")), (_("Report"), "")),
    }
    return render(request, "matching/pair_report.html", context)


def _crumbs(*rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [(_("Pairings"), reverse("matching:runs")), *rest]


def _require(request: HttpRequest) -> None:
    if not can_create_runs(request_scope(request)):
        raise PermissionDenied(NO_EDIT)
