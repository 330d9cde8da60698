"""A page with a list: search, filters, sort and page size in the address, counts, and an export of what is shown."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar, Literal

from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views import View

from mayak.kernel.exporting.responses import table_response
from mayak.kernel.ui.filters import MayakFilterSet
from mayak.kernel.ui.tables import MayakTable

PAGE_SIZES = (25, 50, 100)
EXPORT_CHUNK = 2000
FORMATS = ("csv", "xlsx")
PAGE, PAGE_SIZE, SORT, EXPORT = "page", "per_page", "sort", "_export"


@dataclass(frozen=True, slots=True)
class Action:
    """A link among the actions of a page; at most one of a page is primary."""

    label: Any
    url: str
    primary: bool = False
    icon: str = ""


class ListPage(View):
    """A list page; a subclass names the table, the filter and the words.

    The page costs a fixed number of queries: one that counts, one that reads the page, and those of the choices of
    the filter. ``?_export=csv|xlsx`` gives all rows with the filters and the order of the page.
    """

    title: ClassVar[Any] = ""
    lead: ClassVar[Any] = ""
    table_class: ClassVar[type[MayakTable]] = MayakTable
    filter_class: ClassVar[type[MayakFilterSet] | None] = None
    export_name: ClassVar[str] = "list"
    empty_title: ClassVar[Any] = _("Nothing here yet")
    empty_text: ClassVar[Any] = ""
    empty_url_name: ClassVar[str] = ""
    empty_label: ClassVar[Any] = ""
    paginator_class: ClassVar[type[Paginator[Any]]] = Paginator
    template_name: ClassVar[str] = "ui/list_page.html"
    fragment_name: ClassVar[str] = "ui/list_body.html"

    def get_queryset(self) -> QuerySet[Any]:
        """Return the rows that the user may see, before the filters."""
        raise NotImplementedError

    def get_actions(self) -> list[Action]:
        """Return the actions of the page."""
        return []

    def may_open_rows(self) -> bool:
        """Return whether the user may open the pages of the rows; else the table has no links to them."""
        return True

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Return the crumbs before this page."""
        return []

    def get_title(self) -> Any:
        """Return the heading."""
        return self.title

    def get_table_kwargs(self) -> dict[str, Any]:
        """Return further arguments of the table («exclude» hides columns)."""
        return {}

    def get_extra_context(self) -> dict[str, Any]:
        """Return what a template of one's own needs besides."""
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the list, the part of it that htmx asks for, or its export."""
        rows = self.get_queryset()
        chosen = self._filter(rows)
        is_valid = chosen is None or chosen.form.is_valid()
        shown = rows if chosen is None else (chosen.qs if is_valid else rows.none())
        table = self._table(shown)
        kind = request.GET.get(EXPORT, "")
        if kind in FORMATS and is_valid:
            return self._export(table, kind)
        self._paginate(table)
        context = self._context(table, chosen)
        context["is_narrowed"] = bool(chosen and any(request.GET.get(name) for name in chosen.filters))
        status = 200 if is_valid else 400
        template = self.fragment_name if _wants_fragment(request) else self.template_name
        response: HttpResponse = render(request, template, context, status=status)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def _filter(self, rows: QuerySet[Any]) -> MayakFilterSet | None:
        if self.filter_class is None:
            return None
        return self.filter_class(data=self.request.GET, queryset=rows, request=self.request)

    def _table(self, rows: QuerySet[Any]) -> MayakTable:
        table = self.table_class(data=rows, **self.get_table_kwargs())
        table.request = (
            self.request
        )  # not an argument: that would read the page numbers of the address a second time
        if not self.may_open_rows():
            for column in table.columns:
                column.link = None
        if wanted := self.request.GET.get(SORT, ""):
            table.order_by = wanted.split(",")
        ordered = table.data.data
        # The key at the end makes the order total: no row is lost or doubled between two pages.
        keys = tuple(ordered.query.order_by) or tuple(ordered.model._meta.ordering)
        table.data.data = ordered.order_by(*keys, "pk")
        return table

    def _paginate(self, table: MayakTable) -> None:
        size = page_size(self.request)
        kind = self.paginator_class
        try:
            table.paginate(kind, page=self.request.GET.get(PAGE, 1), per_page=size)
        except PageNotAnInteger:
            table.paginate(kind, page=1, per_page=size)
        except EmptyPage:
            table.paginate(kind, page=table.paginator.num_pages, per_page=size)

    def _context(self, table: MayakTable, chosen: MayakFilterSet | None) -> dict[str, Any]:
        return {
            "title": self.get_title(),
            "lead": self.lead,
            "breadcrumbs": [*self.get_breadcrumbs(), (self.get_title(), "")],
            "actions": self.get_actions(),
            "table": table,
            "filter": chosen,
            "page_size": page_size(self.request),
            "page_sizes": PAGE_SIZES,
            "export_formats": FORMATS,
            "empty": {
                "title": self.empty_title,
                "text": self.empty_text,
                "url": reverse(self.empty_url_name) if self.empty_url_name else "",
                "label": self.empty_label,
            },
            **self.get_extra_context(),
        }

    def _export(self, table: MayakTable, kind: str) -> HttpResponseBase:
        columns = [column for column in table.columns if not column.column.exclude_from_export]
        header = [capfirst(column.header) for column in columns]
        name = f"{self.export_name}-{timezone.localdate():%Y-%m-%d}"
        kind_of_file: Literal["csv", "xlsx"] = "csv" if kind == "csv" else "xlsx"
        return table_response(header, export_rows(table, columns), file_format=kind_of_file, name=name)


def export_rows(table: MayakTable, columns: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the values of the shown columns of all rows, read in portions."""
    names = [column.name for column in columns]
    records = iter(table.data.data.iterator(chunk_size=EXPORT_CHUNK))
    while portion := list(islice(records, EXPORT_CHUNK)):
        for row in type(table.rows)(data=portion, table=table):
            yield [_without_markup(row.get_cell_value(name)) for name in names]


def _without_markup(value: Any) -> Any:
    return " ".join(strip_tags(value).split()) if isinstance(value, SafeString) else value


def page_size(request: HttpRequest) -> int:
    """Return the page size of the address; anything but an offered one is the smallest."""
    asked = request.GET.get(PAGE_SIZE, "")
    return next((size for size in PAGE_SIZES if str(size) == asked), PAGE_SIZES[0])


def _wants_fragment(request: HttpRequest) -> bool:
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.history_restore_request
