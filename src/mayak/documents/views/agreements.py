"""The Word file of an agreement."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from mayak.documents.enums import CONTENT_TYPES, DocumentFormat
from mayak.documents.services.agreements import agreement_docx
from mayak.kernel.access.requests import request_scope
from mayak.networks.models import Agreement
from mayak.networks.selectors.agreement_versions import last_version
from mayak.networks.selectors.agreements import agreement_list


@require_GET
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the present text of an agreement as a Word file."""
    found: Agreement = get_object_or_404(agreement_list(request_scope(request)), pk=pk)
    content = agreement_docx(found, last_version(found))
    response = HttpResponse(content, content_type=CONTENT_TYPES[DocumentFormat.DOCX])
    response["Content-Disposition"] = content_disposition_header(True, f"agreement-{found.pk}.docx")
    return response
