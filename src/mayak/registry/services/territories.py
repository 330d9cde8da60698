"""Changing territories; the materialised path is kept here."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.models import AuditEntry, Finding, Reading
from mayak.registry.algorithms.sort_keys import natural_key
from mayak.registry.enums import TerritoryKind
from mayak.registry.models import Territory
from mayak.registry.services.rows import log, update_row

_LEVELS = {TerritoryKind.COUNTRY: 0, TerritoryKind.REGION: 1, TerritoryKind.MUNICIPALITY: 2}


def path_of(territory: Territory) -> str:
    """Return the path that the territory has under its present parent."""
    parent = territory.parent
    return f"{(parent.path or '/') if parent else '/'}{territory.pk}/"


@transaction.atomic
def create_territory(
    *, actor: Actor, name: str, kind: str, parent: Territory | None = None, code: str = ""
) -> Territory:
    """Create a territory below ``parent``.

    Raises:
        ValidationError: the name is taken there, the code is taken, or the level does not fit the parent's.
    """
    territory = Territory(
        name=name.strip(), kind=kind, parent=parent, code=code.strip(), sort_key=natural_key(name)
    )
    check_level(territory)
    # The path needs the key that saving gives, so that the audit entry is written last.
    territory.full_clean()
    territory.save()
    territory.path = path_of(territory)
    territory.save(update_fields=["path"])
    log(
        territory,
        actor=actor,
        action="create",
        changes={"name": [None, territory.name], "kind": [None, kind]},
    )
    return territory


@transaction.atomic
def update_territory(territory: Territory, *, actor: Actor, **changes: Any) -> Territory:
    """Change name, code, kind or parent; a new parent moves the whole subtree.

    Raises:
        ValidationError: as in ``create_territory``, or the new parent lies inside the territory.
    """
    old_path = territory.path or ""
    parent = changes.get("parent", territory.parent)
    if parent is not None and (parent.path or "").startswith(old_path):
        raise ValidationError({"parent": _("A territory cannot lie in itself.")})
    name = changes.get("name", territory.name)
    values = {**changes, "name": name.strip(), "sort_key": natural_key(name)}
    for key, value in values.items():
        setattr(territory, key, value)
    check_level(territory)
    values["path"] = path_of(territory)
    update_row(territory, actor=actor, values=values)
    if territory.path != old_path:
        move_paths(old_path, territory.path or "")
    return territory


def close_territory(territory: Territory, *, actor: Actor, closed_on: dt.date) -> Territory:
    """Close a territory that was dissolved (districts are merged into a округ).

    Raises:
        ValidationError: open organisations still lie in it.
    """
    count = territory.organisations.open().count()
    if count:
        raise ValidationError(
            _("Open organisations lie in this territory: %(count)s. Move them first.") % {"count": count}
        )
    return update_row(territory, actor=actor, values={"closed_on": closed_on}, action="close")


def reopen_territory(territory: Territory, *, actor: Actor) -> Territory:
    """Take the closing back."""
    return update_row(territory, actor=actor, values={"closed_on": None}, action="reopen")


def check_level(territory: Territory) -> None:
    """Refuse a region inside a municipality.

    Raises:
        ValidationError: the parent is of the same or of a lower level.
    """
    parent = territory.parent
    if parent is None or territory.kind not in _LEVELS:
        return
    if _LEVELS[TerritoryKind(territory.kind)] <= _LEVELS[TerritoryKind(parent.kind)]:
        raise ValidationError({"parent": _("A territory lies in one of a higher level.")})


def move_paths(old: str, new: str) -> None:
    """Rewrite a path and all below it, also where the kernel keeps copies of it."""
    copies = [(model, "territory_path") for model in (AuditEntry, Finding, Reading)]
    for model, field in [(Territory, "path"), *copies]:
        rows = model._base_manager.filter(**{f"{field}__under": old})
        rows.update(**{field: Concat(Value(new), Substr(F(field), len(old) + 1))})
