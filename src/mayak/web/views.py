"""Pages of the shell."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def today(request: HttpRequest) -> HttpResponse:
    """Show what to do today."""
    return render(request, "web/today.html")
