"""Headers of every answer: pages, files, static files, redirects and errors alike."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture",
            "encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid", "magnetometer", "microphone",
            "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
        )
    ),
}  # fmt: skip
"""What the browser may not do with our answers; a view may say it more strictly, so nothing is overwritten."""
STORED_NOWHERE = "no-store, private"
FILE_POLICY = "default-src 'none'; sandbox"
"""A file that a person once uploaded runs nothing, even where a browser shows it."""


class HeadersMiddleware:
    """Stands outside of all that answers, so that no error page and no file goes without."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add what is missing; only static files say themselves how long they may be kept."""
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if response.headers.get("Content-Disposition", "").startswith("attachment"):
            response.headers["Content-Security-Policy"] = FILE_POLICY
        response.headers.setdefault("Cache-Control", STORED_NOWHERE)
        return response
