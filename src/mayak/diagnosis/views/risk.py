"""Pages of risk profiles: the matrix of a scope and the profile of a school."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.diagnosis.enums.risk import LEVEL_TONES, RiskLevel, RiskSource
from mayak.diagnosis.forms.risk import RiskLevelForm
from mayak.diagnosis.models import RiskFactor, RiskLine
from mayak.diagnosis.permissions.schools import can_decide_school, can_edit_catalogue, can_edit_school
from mayak.diagnosis.selectors.risk import (
    FactorCount,
    MatrixRow,
    count_levels,
    factors_of,
    matrix_of,
    profile_of,
    programmes,
    schools_in,
)
from mayak.diagnosis.services.risk import (
    compute_risk,
    copy_previous_year,
    plan_factor,
    set_risk_level,
    withdraw_level,
)
from mayak.diagnosis.views.risk_tables import counts_chart, matrix_export, school_export, years_chart
from mayak.diagnosis.views.school_pages import (
    editable_school,
    school_or_404,
    show_errors,
    tell_error,
    year_choice,
    year_or_404,
)
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.registry.models import Organisation, SchoolYear, Territory

PAGE_SIZE = 50


@require_GET
def matrix(request: HttpRequest) -> HttpResponse:
    """Show schools and factors as a heat table, in the order of the register."""
    scope, choice = request_scope(request), year_choice(request)
    programme = _programme(request)
    schools = _narrowed(request)
    page = Paginator(schools, PAGE_SIZE).get_page(request.GET.get("page", 1))
    factors: list[RiskFactor] = []
    rows: list[MatrixRow] = []
    counts: list[FactorCount] = []
    if choice.chosen:
        factors, rows = matrix_of(page.object_list, choice.chosen, programme)
        everyone = rows if page.paginator.num_pages == 1 else matrix_of(schools, choice.chosen, programme)[1]
        counts = count_levels(factors, everyone)
    context = {
        "choice": choice,
        "programme": programme,
        "programmes": programmes(),
        "territories": Territory.objects.within(scope).filter(organisations__in=schools_in(scope)).distinct(),
        "territory": request.GET.get("territory", ""),
        "page": page,
        "factors": factors,
        "rows": [(row.school, [_cell(line) for line in row.lines]) for row in rows],
        "chart": counts_chart(counts) if any(count.total for count in counts) else None,
        "legend": [(LEVEL_TONES[level], level.label) for level in RiskLevel],
        "can_edit_catalogue": can_edit_catalogue(scope),
        "breadcrumbs": [(_("Diagnosis"), reverse("diagnosis:index")), (_("Risk profiles of schools"), "")],
    }
    return render(request, "diagnosis/risk_matrix.html", context)


@require_GET
def export(request: HttpRequest) -> HttpResponseBase:
    """Give the matrix of the scope as a table."""
    year = year_choice(request).chosen
    factors, rows = matrix_of(_narrowed(request), year, _programme(request)) if year else ([], [])
    return matrix_export(factors, rows, year)


@require_GET
def school(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the profile of a school with what it rests on and its years."""
    found, year, programme = school_or_404(request, pk), year_or_404(request), _programme(request)
    rows = profile_of(found, year, programme)
    known = [row for row in rows if row.line and row.line.level]
    context = {
        "school": found,
        "choice": year_choice(request),
        "programme": programme,
        "programmes": programmes(),
        "query": f"?year={year.start_year}&programme={_escaped(programme)}",
        "rows": rows,
        "known": len(known),
        "high": sum(row.line.level == RiskLevel.HIGH for row in known if row.line),
        "chosen": sum(bool(row.line and row.line.is_chosen) for row in rows),
        "tones": LEVEL_TONES,
        "chart": years_chart(found, programme),
        "can_edit": can_edit_school(request_scope(request), found) and not year.is_closed,
        "may_propose": can_decide_school(request_scope(request), found) and not year.is_closed,
        "breadcrumbs": [
            (_("Diagnosis"), reverse("diagnosis:index")),
            (_("Risk profiles of schools"), reverse("diagnosis:risk")),
            (found, ""),
        ],
    }
    return render(request, "diagnosis/risk_school.html", context)


@require_GET
def export_school(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the profile of a school as a table."""
    found, year = school_or_404(request, pk), year_or_404(request)
    return school_export(found, year, profile_of(found, year, _programme(request)))


@require_POST
def compute(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute the factors for which there is data."""
    found, year = editable_school(request, pk), year_or_404(request)
    try:
        report = compute_risk(found, year, _programme(request), actor=request_actor(request))
    except ValidationError as error:
        tell_error(request, error)
    else:
        text = ngettext("%(count)s factor computed.", "%(count)s factors computed.", report.written)
        text = text % {"count": report.written}
        if report.without_data:
            text += " " + _("No data for: %(factors)s.") % {"factors": "; ".join(report.without_data)}
        messages.success(request, text)
    return _back(request, found, year)


@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry the previous school year over."""
    found, year = editable_school(request, pk), year_or_404(request)
    try:
        report = copy_previous_year(found, year, _programme(request), actor=request_actor(request))
    except ValidationError as error:
        tell_error(request, error)
    else:
        text = ngettext("%(count)s factor carried over.", "%(count)s factors carried over.", report.written)
        messages.success(request, text % {"count": report.written})
    return _back(request, found, year)


@require_http_methods(["GET", "POST"])
def factor(request: HttpRequest, pk: int, factor_pk: int) -> HttpResponse:
    """State the significance of a factor, choose it, write measures."""
    found, year = editable_school(request, pk), year_or_404(request)
    chosen = _factor(year, factor_pk)
    line = _line(found, year, chosen)
    form = RiskLevelForm(request.POST or None, initial=_initial(line))
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, (found, year, chosen), line, form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The factor is saved."))
            return _back(request, found, year)
    own = reverse("diagnosis:risk-school", args=[found.pk]) + f"?year={year.start_year}"
    context = {
        "school": found,
        "year": year,
        "factor": chosen,
        "line": line,
        "tones": LEVEL_TONES,
        "readings": line.readings.all() if line else [],
        "form": form,
        "cancel_url": own,
        "breadcrumbs": [
            (_("Risk profiles of schools"), reverse("diagnosis:risk")),
            (found, own),
            (chosen, ""),
        ],
    }
    return render(request, "diagnosis/risk_factor.html", context, status=400 if form.errors else 200)


@require_POST
def withdraw(request: HttpRequest, pk: int, factor_pk: int) -> HttpResponse:
    """Take back what was stated by hand."""
    found, year = editable_school(request, pk), year_or_404(request)
    line = _line(found, year, _factor(year, factor_pk))
    if line is None:
        raise Http404
    try:
        withdraw_level(line, source=RiskSource.HAND, actor=request_actor(request))
    except ValidationError as error:
        tell_error(request, error)
    else:
        messages.success(request, _("What was stated by hand is taken back."))
    return _back(request, found, year)


def _save(
    request: HttpRequest,
    of: tuple[Organisation, SchoolYear, RiskFactor],
    line: RiskLine | None,
    values: dict[str, Any],
) -> None:
    if values["level"]:
        line = set_risk_level(
            of[0],
            of[2],
            of[1],
            level=values["level"],
            source=RiskSource.HAND,
            evidence=values["evidence"],
            actor=request_actor(request),
        )
    if line is None:
        raise ValidationError({"level": _("First say how significant the factor is.")})
    plan_factor(
        line, is_chosen=values["is_chosen"], measures=values["measures"], actor=request_actor(request)
    )


def _initial(line: RiskLine | None) -> dict[str, Any]:
    if line is None:
        return {}
    stated = line.readings.filter(source=RiskSource.HAND).first()
    return {
        "level": stated.level if stated else "",
        "evidence": stated.evidence if stated else "",
        "is_chosen": line.is_chosen,
        "measures": line.measures,
    }


def _factor(year: SchoolYear, pk: int) -> RiskFactor:
    found = get_object_or_404(RiskFactor, pk=pk)
    if found.pk not in {one.pk for one in factors_of(year, found.programme)}:
        raise Http404
    return found


def _line(found: Organisation, year: SchoolYear, chosen: RiskFactor) -> RiskLine | None:
    return RiskLine.objects.filter(
        profile__organisation=found, profile__school_year=year, factor=chosen
    ).first()


def _narrowed(request: HttpRequest) -> Any:
    rows = schools_in(request_scope(request))
    asked = request.GET.get("territory", "")
    return rows.filter(territory=int(asked)) if asked.isdecimal() else rows


def _programme(request: HttpRequest) -> str:
    known = programmes()
    asked = request.GET.get("programme", "")
    return asked if asked in known else known[0]


def _escaped(value: str) -> str:
    return value.replace("+", "%2B").replace(" ", "%20")


def _cell(line: RiskLine | None) -> dict[str, Any]:
    if line is None or not line.level:
        return {"tone": "", "word": "", "line": line}
    return {"tone": LEVEL_TONES[RiskLevel(line.level)], "word": line.get_level_display(), "line": line}


def _back(request: HttpRequest, found: Organisation, year: SchoolYear) -> HttpResponse:
    query = f"?year={year.start_year}&programme={_escaped(_programme(request))}"
    return redirect(reverse("diagnosis:risk-school", args=[found.pk]) + query)
