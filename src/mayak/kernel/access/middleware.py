"""Gives each request a number of its own: in the answer, in the log of the server and in the audit log."""

import secrets
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from mayak.kernel.access.origin import working_for

HEADER = "X-Request-ID"


class RequestIdMiddleware:
    """Stands first. A number from outside is not taken over: whoever sends it could pass for another request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Number the request and answer with the number."""
        request_id = secrets.token_hex(12)
        with working_for(request_id=request_id):
            response = self.get_response(request)
        response[HEADER] = request_id
        return response
