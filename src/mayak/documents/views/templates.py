"""Templates: their list, their fields, upload and download."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from mayak.documents.enums import CONTENT_TYPES, DocumentFormat, TemplateKind
from mayak.documents.forms import TemplateForm
from mayak.documents.models import DocumentTemplate
from mayak.documents.permissions import can_upload_template, can_upload_templates
from mayak.documents.selectors import FIELDS, template_list
from mayak.documents.services import upload_template
from mayak.documents.services.templates import SUPPLIED
from mayak.documents.tables import TemplateTable
from mayak.documents.views.papers import send
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import Action, ListPage

NO_RIGHT = gettext_lazy("Templates are uploaded by whoever approves the pairs of the territory.")


class TemplateList(ListPage):
    """The templates that papers of the scope may be made from."""

    title = gettext_lazy("Templates")
    lead = gettext_lazy("Word files with fields. The newest one of the territory makes the next paper.")
    table_class = TemplateTable
    template_name = "documents/templates.html"
    export_name = "templates"
    empty_title = gettext_lazy("No templates of your own yet")
    empty_text = gettext_lazy(
        "Papers are made from the supplied template. Download it, change it in Word, upload it."
    )

    def get_queryset(self) -> QuerySet[DocumentTemplate]:
        """Return the templates of the scope."""
        return template_list(request_scope(self.request))

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Return the way here."""
        return [(_("Documents"), reverse("documents:list"))]

    def get_actions(self) -> list[Action]:
        """Offer the supplied file, the fields and the upload."""
        found = [
            Action(
                _("Download the supplied template"), reverse("documents:template-supplied"), icon="download"
            ),
            Action(_("Fields of the template"), reverse("documents:template-fields")),
        ]
        if can_upload_templates(request_scope(self.request)):
            found.append(Action(_("Upload a template"), reverse("documents:template-upload"), primary=True))
        return found


@require_GET
def fields(request: HttpRequest) -> HttpResponse:
    """Show the fields of a template: what to type, what it means, an example."""
    crumbs = [
        (_("Documents"), reverse("documents:list")),
        (_("Templates"), reverse("documents:templates")),
        (_("Fields"), ""),
    ]
    return render(request, "documents/template_fields.html", {"fields": FIELDS, "breadcrumbs": crumbs})


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Check a template and keep it as the next version."""
    scope = request_scope(request)
    if not can_upload_templates(scope):
        raise PermissionDenied(NO_RIGHT)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = TemplateForm(*given, scope=scope)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if not can_upload_template(scope, values["territory"]):
            raise PermissionDenied(NO_RIGHT)
        try:
            made = upload_template(
                values["file"],
                actor=request_actor(request),
                territory=values["territory"],
                name=values["name"],
            )
        except ValidationError as error:
            form.add_error("file", error.messages)
        else:
            text = _("The template is kept as version %(version)s; the next paper is made from it.")
            messages.success(request, text % {"version": made.version})
            return redirect("documents:templates")
    crumbs = [
        (_("Documents"), reverse("documents:list")),
        (_("Templates"), reverse("documents:templates")),
        (_("Upload"), ""),
    ]
    context = {"form": form, "cancel_url": reverse("documents:templates"), "breadcrumbs": crumbs}
    return render(request, "documents/template_upload.html", context, status=400 if form.errors else 200)


@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send the file of a template."""
    found = get_object_or_404(template_list(request_scope(request)), pk=pk)
    return send(found.file, f"{found.name.removesuffix('.docx')}.docx", CONTENT_TYPES[DocumentFormat.DOCX])


@require_GET
def supplied(request: HttpRequest) -> HttpResponseBase:
    """Send the template that comes with the product."""
    path = SUPPLIED[TemplateKind.PARTNERSHIP_ORDER]
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=path.name,
        content_type=CONTENT_TYPES[DocumentFormat.DOCX],
    )


def crumbs(last: Any) -> list[tuple[Any, str]]:
    """Return the way to a page of the templates."""
    return [
        (_("Documents"), reverse("documents:list")),
        (_("Templates"), reverse("documents:templates")),
        (last, ""),
    ]
