"""The way to the identity service of the region and back."""

from allauth.socialaccount.providers.openid_connect.views import callback, login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

OWN_PAGES = {"", "same-origin", "none"}
"""What a browser says of a link on our page, or of an address that was typed."""


@never_cache
@login_not_required
@require_safe
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to the identity service; a link on another site cannot begin a sign-in."""
    if request.headers.get("Sec-Fetch-Site", "") not in OWN_PAGES:
        return redirect("accounts:sign-in")
    response: HttpResponse = login(request, provider_id)
    return response


@never_cache
@login_not_required
@require_safe
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Come back from the identity service."""
    response: HttpResponse = callback(request, provider_id)
    return response
