"""Template tags of the interface; built into every template, so no {% load %} is needed."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from mayak.kernel.access.requests import request_scope
from mayak.kernel.audit.pages import history_url
from mayak.kernel.audit.permissions import may_read_audit
from mayak.kernel.ui.charts import Chart
from mayak.kernel.ui.drawing import badge_html, draw
from mayak.kernel.ui.fields import shown_rows
from mayak.kernel.ui.filters import SEARCH
from mayak.kernel.ui.glossary import find_term
from mayak.kernel.ui.pictures import MapPicture, NetworkPicture
from mayak.kernel.ui.tables import number_text
from mayak.kernel.ui.tones import ICON_OF_TONE, tone_of

register = template.Library()

CHARTS, NETWORKS = "charts", "networks"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of the sprite: silent for a screen reader unless it has a label of its own."""
    href = f"{static('ui/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', href)


@register.simple_tag
def badge(tone: str, text: Any) -> SafeString:
    """Draw the status of something: a word, a colour and a shape."""
    return badge_html(tone, text)


@register.inclusion_tag("ui/key_figure.html")
def key_figure(value: Any, label: Any, note: Any = "", tone: str = "", url: str = "") -> dict[str, Any]:
    """Draw a number with what it means; a click leads to its records."""
    shown = number_text(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    return {
        "value": shown,
        "label": label,
        "note": note,
        "tone": tone,
        "icon": ICON_OF_TONE.get(tone, ""),
        "url": url,
    }


@register.inclusion_tag("ui/empty_state.html")
def empty_state(title: Any, text: Any = "", url: str = "", label: Any = "") -> dict[str, Any]:
    """Draw what stands in place of a list without rows: it says what to do."""
    return {"title": title, "text": text, "url": url, "label": label}


@register.inclusion_tag("ui/progress.html", takes_context=True)
def progress(context: Context, done: int | None, total: int | None, label: Any = "") -> dict[str, Any]:
    """Draw «3 of 8»; without a total only that the work goes on."""
    share = min(max(int(done or 0) * 100 // total, 0), 100) if total else 0
    return {
        "done": done or 0,
        "total": total,
        "label": label,
        "share": share,
        "id": unique_id(context, "progress"),
    }


@register.inclusion_tag("ui/breadcrumbs.html", takes_context=True)
def breadcrumbs(context: Context) -> dict[str, Any]:
    """Draw the way to this page from ``breadcrumbs`` of the view: pairs (label, url), the last without an address."""
    return {"crumbs": context.get("breadcrumbs", [])}


@register.inclusion_tag("audit/history_link.html", takes_context=True)
def history_link(context: Context, instance: Any) -> dict[str, Any]:
    """Draw the way to the history of an object for whoever may read the audit log."""
    request = context.get("request")
    may_read = request is not None and may_read_audit(request_scope(request))
    return {"url": history_url(instance) if may_read else ""}


@register.inclusion_tag("ui/fields.html")
def fields(rows: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    """Draw label and value of a detail page; rows without a value are left out."""
    return {"rows": shown_rows(rows)}


@register.simple_block_tag
def card(content: str, title: Any = "", url: str = "", tone: str = "") -> SafeString:
    """Draw a block of the page with an optional heading."""
    return draw("ui/card.html", {"content": content, "title": title, "url": url, "tone": tone})


@register.simple_block_tag
def notice(content: str, tone: str = "info", title: Any = "") -> SafeString:
    """Draw a message that stays on the page."""
    known = tone_of(tone)
    return draw(
        "ui/notice.html", {"content": content, "tone": known, "title": title, "icon": ICON_OF_TONE[known]}
    )


@register.simple_block_tag
def details(content: str, summary: Any, is_open: bool = False) -> SafeString:
    """Draw something that opens on demand; needs no JavaScript."""
    return draw("ui/details.html", {"content": content, "summary": summary, "is_open": is_open})


@register.inclusion_tag("ui/confirm_button.html", takes_context=True)
def confirm_button(
    context: Context, url: str, label: Any, question: Any, tone: str = "bad"
) -> dict[str, Any]:
    """Draw a button that asks before it sends (POST); without JavaScript the question unfolds in place."""
    return {
        "url": url,
        "label": label,
        "question": question,
        "tone": tone,
        "csrf_token": context.get("csrf_token", ""),
        "id": unique_id(context, "confirm"),
    }


@register.inclusion_tag("ui/form_page.html", takes_context=True)
def form_page(
    context: Context, form: Any, submit_label: Any = "", cancel_url: str = "", enctype: bool = False
) -> dict[str, Any]:
    """Draw a whole form: summary of errors, fields, the one action and a way back."""
    is_multipart = enctype or form.is_multipart()
    return {
        "form": form,
        "submit_label": submit_label or _("Save"),
        "cancel_url": cancel_url,
        "is_multipart": is_multipart,
        "csrf_token": context.get("csrf_token", ""),
    }


@register.inclusion_tag("ui/error_summary.html")
def error_summary(form: Any) -> dict[str, Any]:
    """Draw the list of errors at the top of a form, each a link to its field."""
    return {"form": form, "fields": [field for field in form if field.errors and not field.is_hidden]}


@register.inclusion_tag("ui/chart.html", takes_context=True)
def chart(context: Context, chart: Chart) -> dict[str, Any]:
    """Draw a chart with its table beside it and its downloads."""
    need(context, CHARTS)
    return {"chart": chart, "id": unique_id(context, "chart"), "kind": chart.kind}


@register.inclusion_tag("ui/chart.html", takes_context=True)
def network(context: Context, picture: NetworkPicture) -> dict[str, Any]:
    """Draw a network with the table of its ties."""
    need(context, NETWORKS)
    return {"chart": _as_chart(picture), "id": unique_id(context, "network"), "kind": "network"}


@register.inclusion_tag("ui/chart.html", takes_context=True)
def map_picture(context: Context, picture: MapPicture) -> dict[str, Any]:
    """Draw places by their coordinates with the table of them."""
    need(context, CHARTS)
    return {"chart": _as_chart(picture), "id": unique_id(context, "map"), "kind": "map"}


@register.simple_tag(takes_context=True)
def term(context: Context, abbreviation: str) -> str:
    """Draw an abbreviation that is explained on hover, on focus and in the glossary."""
    found = find_term(abbreviation)
    if found is None:
        return abbreviation
    values = {"term": found, "abbreviation": abbreviation, "id": unique_id(context, "term")}
    return draw("ui/term.html", values)


@register.simple_tag
def num(value: Any, digits: int | None = None) -> str:
    """Write a number with thousands separators; «—» for none."""
    return number_text(value, digits) or "—"


@register.simple_tag
def percent(share: Any, n: int | None = None, digits: int = 1) -> str:
    """Write a share from 0 to 1 as a percent, with the number of cases it rests on where given."""
    if share is None or share == "":
        return "—"
    text = f"{number_text(float(share) * 100, digits)}\u202f%"
    return text if n is None else _("%(percent)s of %(count)s") % {"percent": text, "count": number_text(n)}


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """Return the query of this address with some values changed («None» drops one)."""
    request = context["request"]
    values = request.GET.copy()
    for name, value in changes.items():
        values.pop(name, None)
        if value not in {None, ""}:
            values[name] = str(value)
    return f"?{urlencode(list(_pairs(values)))}" if values else "?"


@register.simple_tag(takes_context=True)
def needs_charts(context: Context) -> str:
    """Return which library of charts the page asked for: nothing, «charts» or «networks»."""
    return str(_memory(context).get("needs", ""))


def need(context: Context, library: str) -> None:
    """Note that the page needs a library; that of networks holds that of charts."""
    memory = _memory(context)
    if memory.get("needs") != NETWORKS:
        memory["needs"] = library


def unique_id(context: Context, prefix: str) -> str:
    """Return an id that occurs once on the page."""
    memory = _memory(context)
    memory["ids"] = int(memory.get("ids", 0)) + 1
    return f"{prefix}-{memory['ids']}"


def _memory(context: Context) -> dict[str, Any]:
    request = context.get("request")
    if request is None:
        return {"ids": uuid4().int}
    memory: dict[str, Any] = request.__dict__.setdefault("_ui_memory", {})
    return memory


def _as_chart(picture: NetworkPicture | MapPicture) -> Chart:
    return Chart(
        title=picture.title,
        summary=picture.summary,
        option=picture.option,
        columns=picture.table_columns,
        rows=picture.table_rows,
        height=picture.height,
    )


def _pairs(values: Any) -> Iterable[tuple[str, str]]:
    for name in values:
        for value in values.getlist(name):
            yield name, value


@register.filter
def ui_json(value: Any, element_id: str) -> SafeString:
    """Write data for a script into the page; a data block is no script, so a strict CSP lets it stand."""
    return json_script(value, f"{element_id}-option", encoder=DjangoJSONEncoder)


@register.filter
def sort_state(column: Any) -> SafeString:
    """Write ``aria-sort`` of the column by which a table is sorted."""
    if not (column.orderable and column.is_ordered):
        return SafeString("")
    return format_html(
        ' aria-sort="{}"', "descending" if column.order_by_alias.is_descending else "ascending"
    )


@register.filter
def page_numbers(paginator: Any, number: int) -> list[Any]:
    """Return the numbers of the pages around one, with «…» for the gaps."""
    return list(paginator.get_elided_page_range(number, on_each_side=1, on_ends=1))


@register.filter
def filter_fields(chosen: Any) -> list[Any]:
    """Return the fields of a filter besides the search."""
    return [field for field in chosen.form if field.name != SEARCH]


@register.filter
def message_icon(level: str) -> str:
    """Return the icon of a message's level."""
    tones = {"success": "good", "warning": "warning", "error": "bad"}
    return ICON_OF_TONE[tones.get(level, "info")]


@register.filter
def strip_lead(content: SafeString) -> SafeString:
    """Wrap the lead of a page; nothing at all where a page has none.

    The content is what a template block drew, so it is escaped already.
    """
    return format_html('<div class="lead-text">{}</div>', content) if content.strip() else SafeString("")
