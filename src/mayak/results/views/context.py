"""The social passport of schools: small cells are hidden outside the school itself, also from those who subtract."""

from typing import Any

import django_tables2 as tables
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.lists import ListPage
from mayak.kernel.ui.tables import MayakTable, number_text
from mayak.registry.models import Organisation
from mayak.results.filters.results import ContextFilter
from mayak.results.models import ContextValue
from mayak.results.selectors.context import ShownValue, show_values
from mayak.results.selectors.scales import small_cell_limit
from mayak.results.views.common import crumbs


class ContextTable(MayakTable):
    """Context of schools; the table asks once for the whole page what may be shown."""

    organisation = tables.Column(
        linkify=("results:context-school", {"pk": tables.A("organisation_id")}),
        order_by="organisation__sort_key",
        verbose_name=gettext_lazy("school"),
    )
    territory = tables.Column(
        accessor="organisation__territory",
        order_by="organisation__territory__path",
        verbose_name=gettext_lazy("territory"),
    )
    school_year = tables.Column(order_by="school_year__start_year", verbose_name=gettext_lazy("school year"))
    indicator = tables.Column(order_by="indicator__position", verbose_name=gettext_lazy("indicator"))
    value = tables.Column(accessor="pk", orderable=False, verbose_name=gettext_lazy("value"))

    class Meta(MayakTable.Meta):
        model = ContextValue
        fields = ("organisation", "territory", "school_year", "indicator", "value")
        order_by = ("organisation", "-school_year", "indicator")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._shown: dict[int, ShownValue] = {}

    def render_value(self, record: ContextValue) -> str:
        """Return the value, or the word «hidden»."""
        return shown_text(self._find(record))

    def value_value(self, record: ContextValue) -> str:
        """Return the same for an export."""
        return shown_text(self._find(record))

    def _find(self, record: ContextValue) -> ShownValue:
        if record.pk not in self._shown:
            rows = [row.record for row in self.rows] if self.paginated_rows is not None else [record]
            records = [row for row in rows if isinstance(row, ContextValue)]
            scope = request_scope(self.request)
            for shown in show_values([record, *records], scope):
                self._shown[shown.value.pk] = shown
        return self._shown[record.pk]


def shown_text(shown: ShownValue) -> str:
    """A value in words: share with its numbers, a number, or that it is hidden."""
    if shown.is_hidden:
        return _("hidden: fewer than %(limit)s pupils") % {"limit": small_cell_limit()}
    if shown.count is not None and shown.total:
        share = number_text(shown.count * 100 / shown.total, 1)
        return _("%(share)s %% (%(count)s of %(total)s)") % {
            "share": share,
            "count": shown.count,
            "total": shown.total,
        }
    if shown.count is not None:
        return number_text(shown.count)
    if shown.share is not None:
        return f"{number_text(float(shown.share) * 100, 1)} %"
    return number_text(shown.number, 2) if shown.number is not None else "—"


class ContextList(ListPage):
    """Context of the schools of the scope."""

    title = gettext_lazy("Context of schools")
    lead = gettext_lazy(
        "The social passport by school year. Cells with few pupils are hidden outside the school itself."
    )
    table_class = ContextTable
    filter_class = ContextFilter
    export_name = "context"
    empty_title = gettext_lazy("No social passports yet")
    empty_text = gettext_lazy(
        "Upload a table with indicators of the schools: it is read like a file of results."
    )
    empty_url_name = "results:upload"
    empty_label = gettext_lazy("Upload a table")

    def get_queryset(self) -> Any:
        """Return the visible values of the scope."""
        rows = ContextValue.objects.visible().within(request_scope(self.request))
        return rows.select_related("organisation__territory", "school_year", "indicator")

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Return the way here."""
        return crumbs()


@require_GET
def context_school(request: HttpRequest, pk: int) -> HttpResponse:
    """The social passport of one school over the years."""
    scope = request_scope(request)
    school = get_object_or_404(Organisation.objects.within(scope).select_related("territory"), pk=pk)
    values = (
        ContextValue.objects.visible()
        .within(scope)
        .filter(organisation=school)
        .select_related("indicator", "school_year")
        .order_by("indicator__position", "indicator__name", "-school_year__start_year")
    )
    shown = show_values(values, scope)
    years = sorted({one.value.school_year for one in shown}, key=lambda year: -year.start_year)
    table: dict[Any, dict[Any, str]] = {}
    for one in shown:
        table.setdefault(one.value.indicator, {})[one.value.school_year] = shown_text(one)
    context = {
        "school": school,
        "years": years,
        "rows": [(indicator, [cells.get(year, "—") for year in years]) for indicator, cells in table.items()],
        "is_own": school.pk in scope.organisation_ids,
        "limit": small_cell_limit(),
        "breadcrumbs": crumbs((_("Context of schools"), reverse("results:context")), (str(school), "")),
    }
    return render(request, "results/context_school.html", context)
