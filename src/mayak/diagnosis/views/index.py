"""The first page of diagnosis: its parts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mayak.diagnosis.selectors.sections import sections_of
from mayak.kernel.access.requests import request_scope


def index(request: HttpRequest) -> HttpResponse:
    """Show the parts that the person may open."""
    context = {"sections": sections_of(request_scope(request)), "breadcrumbs": []}
    return render(request, "diagnosis/index.html", context)
