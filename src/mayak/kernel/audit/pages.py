"""Where the objects of the log have pages: their own, and that of their history."""

from collections.abc import Mapping

from django.db import models
from django.urls import reverse

_pages: dict[str, str] = {}


def register_object_pages(pages: Mapping[str, str]) -> None:
    """Say which address shows an object: «registry.person» -> «registry:people-detail», by the key of the object."""
    _pages.update(pages)


def object_url(object_type: str, object_id: str) -> str:
    """Return the page of an object; empty where it has none."""
    name = _pages.get(object_type)
    return reverse(name, args=[object_id]) if name and object_id else ""


def history_url(instance: models.Model) -> str:
    """Return the page of an object's history."""
    return reverse("audit:history", args=[instance._meta.label_lower, instance.pk])


def registered_pages() -> Mapping[str, str]:
    """Return all that was registered."""
    return _pages
