"""What every page of the shell needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the values for the base template."""
    return {"demo": settings.DEMO}
