"""Pages of the needs of schools: the list of a scope, the list of a school, changes with reasons."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.diagnosis.enums.needs import NeedState
from mayak.diagnosis.filters.school_lists import SchoolNeedsFilter
from mayak.diagnosis.forms.needs import NeedForm, ReasonForm, WeightForm
from mayak.diagnosis.models import SchoolNeed
from mayak.diagnosis.permissions.schools import can_decide_school, can_edit_school, can_edit_schools
from mayak.diagnosis.selectors.needs import needs_in, schools_with_needs
from mayak.diagnosis.selectors.passports import competence_names
from mayak.diagnosis.services.need_jobs import ask_to_compute, unfinished_jobs
from mayak.diagnosis.services.needs import (
    NeedReport,
    add_need,
    compute_needs,
    drop_need,
    restore_need,
    weigh_need,
)
from mayak.diagnosis.tables.school_lists import SchoolNeedsTable
from mayak.diagnosis.views.school_pages import (
    NO_COORDINATOR_RIGHT,
    NO_SCHOOL_RIGHT,
    editable_school,
    school_or_404,
    show_errors,
    tell_error,
    year_choice,
    year_or_404,
)
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.exporting.responses import table_response
from mayak.kernel.ui.lists import ListPage
from mayak.registry.models import Organisation, SchoolYear


class NeedsList(ListPage):
    """Schools of the scope with how many needs they have."""

    title = gettext_lazy("Needs of schools")
    lead = gettext_lazy("One list for each school: what is missing, how much it weighs, on what that rests.")
    table_class = SchoolNeedsTable
    filter_class = SchoolNeedsFilter
    export_name = "schools-with-needs"
    template_name = "diagnosis/needs_list.html"
    empty_title = gettext_lazy("No schools here")

    def get_queryset(self) -> QuerySet[Organisation]:
        """Return the schools of the scope."""
        return schools_with_needs(request_scope(self.request), year_choice(self.request).chosen)

    def get_table_kwargs(self) -> dict[str, Any]:
        """Let the links keep the year."""
        return {"year_query": year_choice(self.request).query}

    def get_extra_context(self) -> dict[str, Any]:
        """Give the years, whether the lists of all schools may be computed, and the job that does it now."""
        choice, can_compute = year_choice(self.request), can_edit_schools(request_scope(self.request))
        running = None
        if choice.chosen is not None and can_compute:
            running = unfinished_jobs(choice.chosen, request_actor(self.request)).first()
        return {"choice": choice, "can_compute": can_compute, "running": running}


@require_GET
def export(request: HttpRequest) -> HttpResponseBase:
    """Give the needs of all schools of the scope as a table."""
    year = year_choice(request).chosen
    if year is None:
        return _table([], "needs")
    rows = needs_in(request_scope(request), year).order_by(
        "organisation__sort_key", "organisation", "-weight", "pk"
    )
    return _table(rows.iterator(chunk_size=2000), f"needs-{year.start_year}")


@require_POST
def compute_all(request: HttpRequest) -> HttpResponse:
    """Let a job compute the lists of all schools of the scope; a second click leads to the same job."""
    if not can_edit_schools(request_scope(request)):
        raise PermissionDenied(NO_COORDINATOR_RIGHT)
    year = year_or_404(request)
    try:
        return redirect(ask_to_compute(year, actor=request_actor(request)))
    except ValidationError as error:
        tell_error(request, error)
        return redirect(reverse("diagnosis:needs") + f"?year={year.start_year}")


@require_GET
def school(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the needs of a school, the heaviest first, and what was taken out."""
    found, year = school_or_404(request, pk), year_or_404(request)
    rows = needs_in(request_scope(request), year).filter(organisation=found)
    every = sorted(rows, key=lambda need: (-need.counted_weight, need.title))
    names = competence_names(need.competence for need in every)
    context = {
        "school": found,
        "choice": year_choice(request),
        "query": f"?year={year.start_year}",
        "needs": [(need, names.get(need.competence, "")) for need in every if need.state == NeedState.OPEN],
        "dropped": [need for need in every if need.state == NeedState.DROPPED],
        "can_edit": can_edit_school(request_scope(request), found) and not year.is_closed,
        "may_propose": can_decide_school(request_scope(request), found) and not year.is_closed,
        "breadcrumbs": [
            (_("Diagnosis"), reverse("diagnosis:index")),
            (_("Needs of schools"), reverse("diagnosis:needs")),
            (found, ""),
        ],
    }
    return render(request, "diagnosis/needs_school.html", context)


@require_GET
def export_school(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the needs of a school as a table."""
    found, year = school_or_404(request, pk), year_or_404(request)
    rows = needs_in(request_scope(request), year).filter(organisation=found)
    every = sorted(rows, key=lambda need: (-need.counted_weight, need.title))
    return _table(every, f"needs-{found.pk}-{year.start_year}")


@require_POST
def compute(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute the list of a school anew."""
    found, year = editable_school(request, pk), year_or_404(request)
    _compute(request, [found], year)
    return _back(found, year)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a need by hand."""
    found, year = editable_school(request, pk), year_or_404(request)
    form = NeedForm(request.POST or None)

    def save() -> None:
        values = dict(form.cleaned_data)
        weight = values.pop("percent") / 100
        add_need(found, year, weight=weight, actor=request_actor(request), **values)

    return _form_page(request, (found, year), form, save, _("Add a need"))


@require_http_methods(["GET", "POST"])
def weigh(request: HttpRequest, pk: int) -> HttpResponse:
    """State another weight."""
    need = _need(request, pk)
    stated = need.stated_weight
    initial = {"weight": None if stated is None else round(100 * stated), "reason": need.reason}
    form = WeightForm(request.POST or None, initial=initial)

    def save() -> None:
        percent = form.cleaned_data["weight"]
        weight = None if percent is None else percent / 100
        weigh_need(need, weight=weight, reason=form.cleaned_data["reason"], actor=request_actor(request))

    title = _("Weight: %(need)s") % {"need": need.title}
    return _form_page(request, (need.organisation, need.school_year), form, save, title)


@require_http_methods(["GET", "POST"])
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a need out with a reason."""
    need = _need(request, pk)
    form = ReasonForm(request.POST or None)

    def save() -> None:
        drop_need(need, reason=form.cleaned_data["reason"], actor=request_actor(request))

    title = _("Take out: %(need)s") % {"need": need.title}
    return _form_page(request, (need.organisation, need.school_year), form, save, title)


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a need back into the list."""
    need = _need(request, pk)
    try:
        restore_need(need, actor=request_actor(request))
    except ValidationError as error:
        tell_error(request, error)
    else:
        messages.success(request, _("The need is back in the list."))
    return _back(need.organisation, need.school_year)


def _compute(request: HttpRequest, schools: list[Organisation], year: SchoolYear) -> None:
    try:
        report = compute_needs(schools, year, actor=request_actor(request))
    except ValidationError as error:
        tell_error(request, error)
    else:
        messages.success(request, _report_text(report))


def _report_text(report: NeedReport) -> str:
    text = ngettext(
        "Needs of %(schools)s school computed: %(created)s new, %(updated)s changed, %(removed)s gone.",
        "Needs of %(schools)s schools computed: %(created)s new, %(updated)s changed, %(removed)s gone.",
        report.schools,
    ) % {
        "schools": report.schools,
        "created": report.created,
        "updated": report.updated,
        "removed": report.removed,
    }
    if report.kept:
        text += " " + _("What people edited stays.")
    return text


def _form_page(
    request: HttpRequest, of: tuple[Organisation, SchoolYear], form: Any, save: Any, title: str
) -> HttpResponse:
    found, year = of
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The list is saved."))
            return _back(found, year)
    own = reverse("diagnosis:needs-school", args=[found.pk]) + f"?year={year.start_year}"
    context = {
        "title": title,
        "lead": _("%(school)s, school year %(year)s") % {"school": found, "year": year},
        "form": form,
        "cancel_url": own,
        "breadcrumbs": [(_("Needs of schools"), reverse("diagnosis:needs")), (found, own), (title, "")],
    }
    return render(request, "diagnosis/plain_form.html", context, status=400 if form.errors else 200)


def _need(request: HttpRequest, pk: int) -> SchoolNeed:
    rows = SchoolNeed.objects.within(request_scope(request)).select_related(
        "organisation__territory", "school_year"
    )
    found = get_object_or_404(rows, pk=pk)
    if not can_edit_school(request_scope(request), found.organisation):
        raise PermissionDenied(NO_SCHOOL_RIGHT)
    return found


def _table(rows: Any, name: str) -> HttpResponseBase:
    columns = [
        _("Territory"), _("School"), _("School year"), _("What is missing"), _("Where from"), _("Weight, 0 to 1"),
        _("Computed weight"), _("Stated weight"), _("Reason"), _("Evidence"), _("State"),
    ]  # fmt: skip
    values = (
        [
            str(need.organisation.territory),
            str(need.organisation),
            str(need.school_year),
            need.title,
            need.get_kind_display(),
            need.counted_weight,
            need.weight,
            need.stated_weight,
            need.reason,
            " ".join(need.evidence),
            need.get_state_display(),
        ]
        for need in rows
    )
    return table_response(columns, values, file_format="xlsx", name=name)


def _back(found: Organisation, year: SchoolYear) -> HttpResponse:
    return redirect(reverse("diagnosis:needs-school", args=[found.pk]) + f"?year={year.start_year}")
