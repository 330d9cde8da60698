"""Pages of the card of a school's dynamics, its indicators and the thresholds."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.diagnosis.enums.dynamics import MeasureMoment
from mayak.diagnosis.filters.dynamics import CardFilter
from mayak.diagnosis.forms.dynamics import CardForm, CardNoteForm, IndicatorForm, ThresholdForm, ValueForm
from mayak.diagnosis.models import DynamicsCard, DynamicsIndicator, DynamicsValue, MeasureThreshold
from mayak.diagnosis.permissions.measures import may_edit_catalogue, may_fill_school, may_read_measures
from mayak.diagnosis.selectors.dynamics import (
    card_list,
    card_parts,
    export_columns,
    export_rows,
    indicator_name,
)
from mayak.diagnosis.services import dynamics as services
from mayak.diagnosis.services.measures import save_threshold
from mayak.diagnosis.tables.dynamics import CardTable, IndicatorTable, ThresholdTable
from mayak.diagnosis.views.measure_common import CatalogueList, do_post, form_page, posted
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.exporting.responses import table_response
from mayak.kernel.ui.lists import Action, ListPage
from mayak.registry.models import Organisation, SchoolYear
from mayak.registry.selectors.school_years import current_start_year

NO_RIGHT = gettext_lazy("Cards of dynamics are kept by coordinators and methodists and by the school itself.")
NO_CATALOGUE = gettext_lazy("Indicators, measures and thresholds are changed by coordinators and methodists.")


def crumbs(*rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    """The way to a page of the cards."""
    return [
        (_("Diagnosis"), reverse("diagnosis:index")),
        (_("Dynamics of schools"), reverse("diagnosis:dynamics")),
        *rest,
    ]


class CardList(ListPage):
    """The cards of the schools that the user may see."""

    title = gettext_lazy("Dynamics of schools")
    lead = gettext_lazy(
        "Indicators at the entry and at the exit of the work with a school. The list does not compare schools."
    )
    table_class = CardTable
    filter_class = CardFilter
    export_name = "dynamics"
    empty_title = gettext_lazy("No cards yet")
    empty_text = gettext_lazy(
        "A card is filled from the results, the social passport and the staffing that are loaded."
    )

    def get_queryset(self) -> QuerySet[DynamicsCard]:
        """Return the cards of the scope."""
        scope = request_scope(self.request)
        if not may_read_measures(scope):
            raise PermissionDenied(NO_RIGHT)
        return card_list(scope)

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """The step stands before."""
        return [(_("Diagnosis"), reverse("diagnosis:index"))]

    def get_actions(self) -> list[Action]:
        """Make cards; indicators; thresholds."""
        found = [
            Action(_("New card"), reverse("diagnosis:dynamics-create"), primary=True),
            Action(_("Indicators"), reverse("diagnosis:dynamics-indicators")),
        ]
        return [*found, Action(_("Thresholds"), reverse("diagnosis:measure-thresholds"))]


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Make cards of one or several schools."""
    scope = request_scope(request)
    if not may_read_measures(scope):
        raise PermissionDenied(NO_RIGHT)
    schools = Organisation.objects.within(scope).schools().open().select_related("territory")
    years = {row.start_year: row.pk for row in SchoolYear.objects.all()}
    current = current_start_year()
    initial: dict[str, Any] = {"entry_year": years.get(current - 1), "exit_year": years.get(current)}
    own = list(schools[:2])
    if len(own) == 1:
        initial["schools"] = own

    def act(values: dict[str, Any]) -> None:
        made, known = services.create_cards(
            list(values["schools"]),
            actor=request_actor(request),
            entry_year=values["entry_year"],
            exit_year=values["exit_year"],
            programme=values["programme"],
        )
        messages.info(
            request, _("Cards made: %(made)s, there already: %(known)s.") % {"made": made, "known": known}
        )

    return form_page(
        request,
        CardForm(posted(request), schools=schools, scope=scope, initial=initial),
        act,
        title=_("New card"),
        lead=_("The values are taken from what is loaded; the school adds the rest."),
        crumbs=crumbs(),
        back=reverse("diagnosis:dynamics"),
        success=_("Done."),
        submit=_("Make and fill"),
    )


@require_GET
def card(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show a card; ``?format=xlsx`` gives the file."""
    row = _card(request, pk)
    parts = card_parts(row)
    if request.GET.get("format") == "xlsx":
        return table_response(
            export_columns(), export_rows(row, parts), file_format="xlsx", name=f"dynamics-{row.pk}"
        )
    return render(request, "diagnosis/dynamics_card.html", _context(row, parts))


@require_GET
def print_card(request: HttpRequest, pk: int) -> HttpResponse:
    """The card for printing."""
    row = _card(request, pk)
    return render(request, "diagnosis/dynamics_print.html", _context(row, card_parts(row)))


def _context(row: DynamicsCard, parts: list[Any]) -> dict[str, Any]:
    lines = [line for part in parts for line in part.lines]
    return {
        "card": row,
        "parts": parts,
        "measured_twice": sum(line.difference.delta is not None for line in lines),
        "total": len(lines),
        "stated": [
            (line, one)
            for line in lines
            for one in (line.entry, *line.interim, line.exit, line.forecast)
            if one and one.row.note and one.is_stated
        ],
        "breadcrumbs": crumbs((row, "")),
    }


@require_POST
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the values anew from the data."""
    row = _card(request, pk)

    def act() -> None:
        count = services.fill_card(row, actor=request_actor(request))
        messages.info(request, _("Values taken from data: %(count)s.") % {"count": count})

    return do_post(request, act, success=_("Done."), back=card_url(row))


@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the conclusion."""
    row = _card(request, pk)
    return form_page(
        request,
        CardNoteForm(posted(request), instance=row, scope=request_scope(request)),
        lambda values: services.update_card(row, actor=request_actor(request), **values),
        title=_("Conclusion on the card"),
        crumbs=crumbs((row, card_url(row))),
        back=card_url(row),
        success=_("The card is saved."),
    )


@require_http_methods(["GET", "POST"])
def value(request: HttpRequest, pk: int, indicator_pk: int) -> HttpResponse:
    """State a value of one indicator."""
    row = _card(request, pk)
    indicator = get_object_or_404(DynamicsIndicator, pk=indicator_pk)
    wanted = request.GET.get("moment", "")
    moment = wanted if wanted in MeasureMoment.values else MeasureMoment.EXIT.value
    measured = {
        MeasureMoment.ENTRY.value: str(row.entry_year),
        MeasureMoment.EXIT.value: str(row.exit_year),
    }

    def act(values: dict[str, Any]) -> DynamicsValue | None:
        values["measured"] = values["measured"] or measured.get(values["moment"], "")
        return services.state_value(row, indicator, actor=request_actor(request), **values)

    return form_page(
        request,
        ValueForm(posted(request), indicator=indicator, initial={"moment": moment}),
        act,
        title=indicator_name(indicator),
        lead=str(row),
        crumbs=crumbs((row, card_url(row))),
        back=card_url(row),
        success=_("The value is saved."),
    )


class IndicatorList(CatalogueList):
    """The indicators of the card."""

    title = gettext_lazy("Indicators of dynamics")
    lead = gettext_lazy(
        "What stands on the card: unit, wanted change, from which data, source. An assumption is marked as one."
    )
    table_class = IndicatorTable
    export_name = "indicators"

    def get_queryset(self) -> QuerySet[DynamicsIndicator]:
        """Return all of them."""
        if not may_read_measures(request_scope(self.request)):
            raise PermissionDenied(NO_RIGHT)
        return DynamicsIndicator.objects.all()

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """The cards stand before."""
        return crumbs()

    def get_actions(self) -> list[Action]:
        """Add one."""
        if not may_edit_catalogue(request_scope(self.request)):
            return []
        return [Action(_("New indicator"), reverse("diagnosis:dynamics-indicator-create"), primary=True)]


@require_http_methods(["GET", "POST"])
def indicator(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change an indicator."""
    if not may_edit_catalogue(request_scope(request)):
        raise PermissionDenied(NO_CATALOGUE)
    row = get_object_or_404(DynamicsIndicator, pk=pk) if pk else DynamicsIndicator()
    back = reverse("diagnosis:dynamics-indicators")
    return form_page(
        request,
        IndicatorForm(posted(request), instance=row),
        lambda values: services.save_indicator(row, actor=request_actor(request), values=values),
        title=row.name or _("New indicator"),
        crumbs=crumbs((_("Indicators of dynamics"), back)),
        back=back,
        success=_("The indicator is saved."),
    )


class ThresholdList(CatalogueList):
    """The thresholds of measures."""

    title = gettext_lazy("Thresholds of measures")
    lead = gettext_lazy(
        "Numbers that contests, cards, recommendations and training rest on, with their sources."
    )
    table_class = ThresholdTable
    export_name = "thresholds"

    def get_queryset(self) -> QuerySet[MeasureThreshold]:
        """Return all of them."""
        if not may_read_measures(request_scope(self.request)):
            raise PermissionDenied(NO_RIGHT)
        return MeasureThreshold.objects.all()

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """The step stands before."""
        return [(_("Diagnosis"), reverse("diagnosis:index"))]


@require_http_methods(["GET", "POST"])
def threshold(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a threshold."""
    if not may_edit_catalogue(request_scope(request)):
        raise PermissionDenied(NO_CATALOGUE)
    row = get_object_or_404(MeasureThreshold, pk=pk)
    back = reverse("diagnosis:measure-thresholds")
    return form_page(
        request,
        ThresholdForm(posted(request), instance=row),
        lambda values: save_threshold(row, actor=request_actor(request), values=values),
        title=row.name,
        lead=row.unit,
        crumbs=[(_("Diagnosis"), reverse("diagnosis:index")), (_("Thresholds of measures"), back)],
        back=back,
        success=_("The threshold is saved."),
    )


def card_url(row: DynamicsCard) -> str:
    """The page of a card."""
    return reverse("diagnosis:dynamics-card", args=[row.pk])


def _card(request: HttpRequest, pk: int) -> DynamicsCard:
    scope = request_scope(request)
    row = get_object_or_404(card_list(scope), pk=pk)
    if not may_fill_school(scope, row.organisation):
        raise PermissionDenied(NO_RIGHT)
    return row
