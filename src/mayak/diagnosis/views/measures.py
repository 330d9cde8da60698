"""Pages of the library of typical measures, of what is proposed, and of recommendations."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from mayak.diagnosis.filters.measures import TemplateFilter
from mayak.diagnosis.forms.measures import ProposalForm, SchoolYearForm, TemplateForm
from mayak.diagnosis.models import MeasureTemplate
from mayak.diagnosis.permissions.measures import (
    may_edit_catalogue,
    may_keep,
    may_keep_school,
    may_read_measures,
    may_read_people,
)
from mayak.diagnosis.selectors.level_sources import levels_of_person, levels_of_school
from mayak.diagnosis.selectors.measures import ProposedMeasure, proposed_measures, with_trigger_names
from mayak.diagnosis.services import measures as services
from mayak.diagnosis.tables.measures import TemplateTable
from mayak.diagnosis.views.dynamics import NO_CATALOGUE
from mayak.diagnosis.views.measure_common import CatalogueList, form_page, posted
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.readings.services import log_reading
from mayak.kernel.ui.lists import Action
from mayak.registry.models import Organisation, Person, SchoolYear
from mayak.registry.selectors.school_years import current_start_year

NO_RIGHT = gettext_lazy("Recommendations are made by the coordinators and methodists of the territory.")
NO_PEOPLE = gettext_lazy(
    "What single teachers lack is read by those who have this right; every reading is logged and shown to the teacher."
)


def crumbs(*rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    """The way to a page of recommendations."""
    return [
        (_("Diagnosis"), reverse("diagnosis:index")),
        (_("Targeted recommendations"), reverse("diagnosis:recommendations")),
        *rest,
    ]


class TemplateList(CatalogueList):
    """The library."""

    title = gettext_lazy("Typical measures")
    lead = gettext_lazy(
        "What is proposed at which level. The words are ours, an assumption: change them to what holds in your region."
    )
    table_class = TemplateTable
    filter_class = TemplateFilter
    export_name = "typical-measures"

    def get_queryset(self) -> QuerySet[MeasureTemplate]:
        """Return all of them."""
        if not may_read_measures(request_scope(self.request)):
            raise PermissionDenied(NO_RIGHT)
        return with_trigger_names(MeasureTemplate.objects.all())

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Recommendations stand before."""
        return crumbs()

    def get_actions(self) -> list[Action]:
        """Add one."""
        if not may_edit_catalogue(request_scope(self.request)):
            return []
        return [Action(_("New measure"), reverse("diagnosis:measure-template-create"), primary=True)]


@require_http_methods(["GET", "POST"])
def template(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a typical measure."""
    if not may_edit_catalogue(request_scope(request)):
        raise PermissionDenied(NO_CATALOGUE)
    row = get_object_or_404(MeasureTemplate, pk=pk) if pk else MeasureTemplate()
    back = reverse("diagnosis:measure-templates")
    return form_page(
        request,
        TemplateForm(posted(request), instance=row),
        lambda values: services.save_template(row, actor=request_actor(request), values=values),
        title=_("Typical measure"),
        lead=_("Recommendations that were made from it before keep their words."),
        crumbs=crumbs((_("Typical measures"), back)),
        back=back,
        success=_("The measure is saved."),
    )


@require_http_methods(["GET"])
def choose(request: HttpRequest) -> HttpResponse:
    """Choose the school and the year for which measures are proposed."""
    scope = request_scope(request)
    if not may_keep(scope):
        raise PermissionDenied(NO_RIGHT)
    given = request.GET if "school" in request.GET else None
    current = SchoolYear.objects.filter(start_year=current_start_year()).first()
    form = SchoolYearForm(given, scope=scope, initial={"school_year": current})
    if given is not None and form.is_valid():
        values = form.cleaned_data
        return redirect(
            "diagnosis:measure-proposals", school_pk=values["school"].pk, year_pk=values["school_year"].pk
        )
    context = {
        "form": form,
        "title": _("From level to measure"),
        "lead": _("Choose a school: the system shows its present levels and the measures that fit them."),
        "submit": _("Show"),
        "breadcrumbs": crumbs((_("From level to measure"), "")),
    }
    return render(request, "diagnosis/measure_choose.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def proposals(request: HttpRequest, school_pk: int, year_pk: int) -> HttpResponse:
    """Show the present levels of a school with measures, and make drafts of the chosen ones."""
    scope = request_scope(request)
    school = get_object_or_404(
        Organisation.objects.within(scope).schools().select_related("territory"), pk=school_pk
    )
    if not may_keep_school(scope, school):
        raise PermissionDenied(NO_RIGHT)
    year = get_object_or_404(SchoolYear, pk=year_pk)
    person = _person(request, school)
    triggers = levels_of_person(person, year) if person else levels_of_school(school, year)
    found = proposed_measures(triggers)
    form = ProposalForm(posted(request))
    chosen = set(request.POST.getlist("measure"))
    if request.method == "POST" and form.is_valid():
        made = services.accept_proposals(
            school,
            year,
            actor=request_actor(request),
            proposals=[one for one in found if one.key in chosen],
            controller=form.cleaned_data["controller"],
            person=person,
        )
        _say(request, len(chosen), len(made))
        if made:
            return redirect(f"{reverse('diagnosis:recommendations')}?state=draft&q={school.short_name}")
    people = (
        Person.objects.within(scope).kept().filter(employments__organisation=school).distinct()
        if may_read_people(scope)
        else []
    )
    context = {
        "school": school,
        "year": year,
        "person": person,
        "people": people,
        "groups": [pair for pair in _grouped(found, triggers) if pair[1]],
        "without": [trigger for trigger, measures in _grouped(found, triggers) if not measures],
        "count": len(found),
        "form": form,
        "chosen": chosen,
        "breadcrumbs": crumbs(
            (_("From level to measure"), reverse("diagnosis:measure-choose")), (school, "")
        ),
    }
    return render(request, "diagnosis/measure_proposals.html", context, status=400 if form.errors else 200)


def _say(request: HttpRequest, chosen: int, made: int) -> None:
    if not chosen:
        messages.error(request, _("Choose at least one measure."))
        return
    text = ngettext(
        "Draft of %(count)s recommendation made.", "Drafts of %(count)s recommendations made.", made
    ) % {"count": made}
    messages.success(request, text)
    if chosen > made:
        messages.info(
            request,
            _("There already and left as they are: %(count)s.") % {"count": chosen - made},
        )


def _person(request: HttpRequest, school: Organisation) -> Person | None:
    """The teacher for whom measures are proposed; the reading of what the teacher lacks is logged."""
    asked = request.GET.get("person", "")
    if not asked.isdigit():
        return None
    scope = request_scope(request)
    if not may_read_people(scope):
        raise PermissionDenied(NO_PEOPLE)
    person = get_object_or_404(
        Person.objects.within(scope).filter(employments__organisation=school).distinct(), pk=asked
    )
    log_reading(
        actor=request_actor(request),
        subject=f"registry.person:{person.pk}",
        name=str(person),
        what="deficits",
        instance=person,
        territory_path=school.territory.path or "",
        organisation_id=school.pk,
    )
    return person


def _grouped(found: list[ProposedMeasure], triggers: list[Any]) -> list[tuple[Any, list[ProposedMeasure]]]:
    return [(trigger, [one for one in found if one.trigger == trigger]) for trigger in triggers]
