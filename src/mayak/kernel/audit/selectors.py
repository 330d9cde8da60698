"""Reads of the audit log."""

from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from mayak.kernel.access import Scope, ScopedQuerySet
from mayak.kernel.audit.models import AuditEntry, AuditQuerySet
from mayak.kernel.personal.models import PersonKey

_GREATEST = 2**63 - 1


def entries_within(scope: Scope) -> AuditQuerySet:
    """Return what the scope shows, ready to be read by a person."""
    return AuditEntry.objects.within(scope).with_keys()


def history_of(object_type: str, object_id: str, *, scope: Scope) -> AuditQuerySet | None:
    """Return all entries about one object, oldest last; None where the scope shows neither it nor any entry of it.

    Besides what was done to the object itself these are what it brought about (the rows of an import, the pairs of a
    run), what concerns the same person (posts) and the entries on many rows in whose range its key lies.
    """
    model = _model(object_type)
    if model is None:
        return None
    key = _key(model, object_id)
    if key is None:
        return None
    found = entries_within(scope).filter(_about(object_type, str(key)))
    return found if found.exists() or _is_visible(model, key, scope) else None


def _about(object_type: str, object_id: str) -> Q:
    about = Q(object_type=object_type, object_id=object_id, row_count__isnull=True)
    about |= Q(cause_type=object_type, object_id=object_id)
    if object_id.isdecimal():
        number = int(object_id)
        about |= Q(
            object_type=object_type, row_first__isnull=False, row_first__lte=number, row_last__gte=number
        )
    person = (
        PersonKey.objects.filter(subject=f"{object_type}:{object_id}").values_list("pk", flat=True).first()
    )
    return about if person is None else about | Q(person_key_id=person)


def _model(object_type: str) -> type[models.Model] | None:
    try:
        model = apps.get_model(object_type)
    except (LookupError, ValueError):
        return None
    return model if model.__module__.startswith("mayak.") else None


def _key(model: type[models.Model], object_id: str) -> Any:
    try:
        key = model._meta.pk.to_python(object_id)
    except ValidationError:
        return None
    return None if isinstance(key, int) and not 0 < key <= _GREATEST else key


def _is_visible(model: type[models.Model], key: Any, scope: Scope) -> bool:
    rows = model._default_manager.all()
    if isinstance(rows, ScopedQuerySet):
        return rows.within(scope).filter(pk=key).exists()
    return scope.everything and rows.filter(pk=key).exists()
