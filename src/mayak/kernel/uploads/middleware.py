"""Every upload through the browser passes the antivirus before a page sees it."""

import logging
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mayak.kernel.access.requests import request_actor
from mayak.kernel.uploads.antivirus import InfectedError, ScannerSilentError, is_set, scan

PAGE = "kernel/upload_refused.html"
log = logging.getLogger("mayak.security")


class AntivirusMiddleware:
    """Stands last: who may not come in at all is gone, and the size of the upload is checked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        """Refuse the whole request where a file is infected, or where nobody can say whether it is."""
        if request.method != "POST" or not is_set():
            return None
        for name, file in request.FILES.lists():
            for one in file:
                refusal = _refusal(request, one)
                if refusal is not None:
                    log.warning(
                        "upload refused: field=%s file=%s by=%s", name, one.name, request_actor(request).label
                    )
                    return refusal
        return None


def _refusal(request: HttpRequest, file: Any) -> HttpResponse | None:
    content = file.read()
    file.seek(0)
    try:
        scan(content)
    except InfectedError as error:
        log.warning("antivirus: %s in %s", error, file.name)
        return render(request, PAGE, {"name": file.name, "found": str(error)}, status=400)
    except ScannerSilentError as error:
        log.error("antivirus does not answer: %s", error)
        return render(request, PAGE, {"name": file.name, "is_silent": True}, status=503)
    return None
