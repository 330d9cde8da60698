"""The page that shows all components, and the glossary."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from mayak.kernel.ui.glossary import TERMS
from mayak.kernel.ui.lists import PAGE_SIZES, Action
from mayak.kernel.ui.sample_pictures import sample_charts, sample_map, sample_network
from mayak.kernel.ui.samples import (
    SampleFilter,
    SampleForm,
    SampleTable,
    sample_figures,
    sample_rows,
    sample_tasks,
)


def components(request: HttpRequest) -> HttpResponse:
    """Show every component of the interface once; sending its form shows the errors, nothing is stored."""
    form = SampleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        messages.success(request, _("Saved: this is how a message looks."))
        return redirect("ui:components")
    rows = sample_rows()
    table = SampleTable(rows, order_by=request.GET.get("sort", ""))
    table.paginate(page=2 if request.GET.get("page") == "2" else 1, per_page=PAGE_SIZES[0])
    context = {
        "title": _("Components"),
        "breadcrumbs": [(_("Components"), "")],
        "actions": [Action(_("Load results"), "#form", primary=True)],
        "form": form,
        "filter": SampleFilter(request.GET),
        "table": table,
        "page_size": PAGE_SIZES[0],
        "page_sizes": PAGE_SIZES,
        "export_formats": (),
        "charts": sample_charts(),
        "network": sample_network(),
        "map": sample_map(),
        "tasks": sample_tasks(),
        "figures": sample_figures(),
        "fields": [(_("School"), rows[0]["name"]), (_("Branch of"), ""), (_("Pupils"), rows[0]["pupils"])],
        "badges": badges(),
    }
    return render(request, "ui/components.html", context, status=400 if form.errors else 200)


def glossary(request: HttpRequest) -> HttpResponse:
    """Show the words of orders with their meaning."""
    context = {"title": _("Glossary"), "terms": TERMS, "breadcrumbs": [(_("Glossary"), "")]}
    return render(request, "ui/glossary.html", context)


def badges() -> list[tuple[str, str]]:
    """Return one status word per tone."""
    return [
        ("good", _("Loaded")),
        ("warning", _("Needs a look")),
        ("bad", _("Rejected")),
        ("info", _("In progress")),
        ("neutral", _("Not started")),
    ]
