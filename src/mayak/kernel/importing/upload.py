"""Uploads stay in memory: nothing of a file with names of pupils may touch the disk before the names are dropped.

``BoundedMemoryUploadHandler`` keeps the files of a request in memory up to ``settings.UPLOAD_LIMIT_BYTES`` for the
whole request and drops everything above it; ``UploadLimitMiddleware`` then answers with 413 and the way out.
"""

import io
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .limits import MEGABYTE

_MARK = "upload_refused"
#: A body this many times over the limit is not even read to its end.
_DRAIN_FACTOR = 4


class BoundedMemoryUploadHandler(FileUploadHandler):
    """Collects the files of one request in memory; stops at the limit of the request."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._limit = int(settings.UPLOAD_LIMIT_BYTES)
        self._received = 0
        self._declared = 0
        self._buffer = io.BytesIO()

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803 - Django's own name of the argument
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        """Remember how long the body says it is."""
        self._declared = content_length

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file, unless the whole body is over the limit already."""
        super().new_file(*args, **kwargs)
        if self._declared > self._limit + MEGABYTE:
            self._refuse()
        self._buffer = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep the chunk in memory; nothing is passed on to another handler."""
        self._received += len(raw_data)
        if self._received > self._limit:
            self._refuse()
        self._buffer.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Return the file, still in memory."""
        self._buffer.seek(0)
        return InMemoryUploadedFile(
            file=self._buffer,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

    def _refuse(self) -> None:
        self._buffer = io.BytesIO()
        if self.request is not None:
            setattr(self.request, _MARK, True)
        raise StopUpload(connection_reset=self._declared > self._limit * _DRAIN_FACTOR)


def is_refused(request: HttpRequest) -> bool:
    """Whether files of this request were dropped because they are too big together."""
    return bool(getattr(request, _MARK, False))


class UploadLimitMiddleware:
    """Answers 413 with words where the upload was too big, whatever view was meant."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse | None:
        """Look whether reading the form dropped files (the CSRF check has read it by now)."""
        if request.method != "POST" or not (request.content_type or "").startswith("multipart/"):
            return None
        _ = request.POST
        if not is_refused(request):
            return None
        context = {"limit": int(settings.UPLOAD_LIMIT_BYTES) // MEGABYTE}
        return render(request, "kernel/upload_too_big.html", context, status=413)
