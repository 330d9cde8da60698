"""The list of papers, one paper, its file and its registration."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from mayak.documents.enums import CONTENT_TYPES, TemplateKind
from mayak.documents.filters import DocumentFilter
from mayak.documents.forms import RegisterForm
from mayak.documents.models import GeneratedDocument
from mayak.documents.permissions import can_register_document
from mayak.documents.selectors import document_list, registered_order
from mayak.documents.selectors.preview import preview_blocks
from mayak.documents.services import register_order
from mayak.documents.tables import DocumentTable, state_tone, state_words
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import Action, ListPage
from mayak.matching.enums import MatchingState


class DocumentList(ListPage):
    """The papers that the user may see."""

    title = gettext_lazy("Documents")
    lead = gettext_lazy("Orders and lists made from the pairs; each keeps the file that was given out.")
    table_class = DocumentTable
    filter_class = DocumentFilter
    export_name = "documents"
    empty_title = gettext_lazy("No documents yet")
    empty_text = gettext_lazy("The order and the list are made from a pairing.")
    empty_url_name = "matching:runs"
    empty_label = gettext_lazy("To the pairings")

    def get_queryset(self) -> QuerySet[GeneratedDocument]:
        """Return the papers of the scope."""
        return document_list(request_scope(self.request))

    def get_actions(self) -> list[Action]:
        """Lead to the templates."""
        return [Action(_("Templates"), reverse("documents:templates"))]


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a paper: what it is, its text, what may be done with it."""
    found = get_document(request, pk)
    known = registered_order(found.run) if found.run else None
    context = {
        "document": found,
        "state": state_words(found),
        "tone": state_tone(found),
        "is_order": found.kind == TemplateKind.PARTNERSHIP_ORDER,
        "blocks": preview_blocks(found),
        "rows": _rows(found),
        "known": known if known and known.pk != found.pk else None,
        "may_register": may_register(request, found) and known is None,
        "breadcrumbs": [(_("Documents"), reverse("documents:list")), (found.title, "")],
    }
    return render(request, "documents/detail.html", context)


@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send the file of a paper."""
    found = get_document(request, pk)
    return send(found.file, f"{found.title.replace('/', '-')}.{found.format}", CONTENT_TYPES[found.format])


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter number and date of the signed order."""
    found = get_document(request, pk)
    if not may_register(request, found):
        raise PermissionDenied(
            _("The order of an approved pairing is registered by whoever may approve the pairs.")
        )
    stored = {name: found.fields[name] for name in ("number", "date") if found.fields.get(name)}
    form = RegisterForm(request.POST if request.method == "POST" else None, initial=stored)
    if request.method == "POST" and form.is_valid():
        try:
            made = register_order(found, actor=request_actor(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The order is registered and is the basis of its pairs now."))
            return redirect("documents:detail", pk=made.pk)
    own = reverse("documents:detail", args=[pk])
    context = {
        "form": form,
        "document": found,
        "cancel_url": own,
        "breadcrumbs": [
            (_("Documents"), reverse("documents:list")),
            (found.title, own),
            (_("Registration"), ""),
        ],
    }
    return render(request, "documents/register.html", context, status=400 if form.errors else 200)


def get_document(request: HttpRequest, pk: int) -> GeneratedDocument:
    """Return the paper if the user may see it; else the answer is 404."""
    return get_object_or_404(document_list(request_scope(request)), pk=pk)


def may_register(request: HttpRequest, found: GeneratedDocument) -> bool:
    """Whether this paper may become the registered order."""
    is_order = found.kind == TemplateKind.PARTNERSHIP_ORDER and found.act_id is None and not found.is_draft
    is_approved = found.run is not None and found.run.state == MatchingState.APPROVED
    return is_order and is_approved and can_register_document(request_scope(request), found)


def send(file: Any, name: str, content_type: str) -> HttpResponseBase:
    """Return a kept file as a download.

    Raises:
        Http404: the file is gone from the disk.
    """
    if not file or not file.storage.exists(file.name):
        raise Http404(_("The file of this paper is missing."))
    return FileResponse(file.open("rb"), as_attachment=True, filename=name, content_type=content_type)


def _rows(found: GeneratedDocument) -> list[tuple[Any, Any]]:
    run = found.run
    return [
        (_("Kind"), found.get_kind_display()),
        (_("Territory"), found.territory),
        (_("School year"), run.school_year if run else ""),
        (_("Pairing"), _link("matching:review", run.pk, run) if run else ""),
        (_("Registered act"), _link("registry:acts-detail", found.act.pk, found.act) if found.act else ""),
        (_("Template"), found.template),
        (_("Made"), f"{found.created_at:%d.%m.%Y}, {found.owner_label}"),
        (_("Checksum of the file (SHA-256)"), found.sha256),
    ]


def _link(name: str, pk: int, text: Any) -> str:
    return format_html('<a href="{}">{}</a>', reverse(name, args=[pk]), text)
