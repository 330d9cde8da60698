"""How actions, kinds of objects and fields are named on the pages of the audit log."""

from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Any] = {
    "create": _("created"),
    "update": _("changed"),
    "delete": _("deleted"),
    "archive": _("archived"),
    "restore": _("restored"),
    "import": _("imported"),
    "undo": _("undone"),
    "export": _("exported"),
    "read": _("read"),
    "link": _("linked"),
    "waive": _("waived"),
    "reopen": _("opened again"),
    "retry": _("tried again"),
    "make": _("made"),
    "register": _("registered"),
    "upload": _("uploaded"),
    "sign-in": _("signed in"),
}
"""Words of the actions that the services name; another action is shown as it is written."""


def action_word(action: str) -> str:
    """Return the action in words."""
    return str(ACTIONS.get(action, action))


def kind_word(object_type: str) -> str:
    """Return the kind of object («registry.organisation») in words."""
    try:
        return str(apps.get_model(object_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return object_type


def field_word(object_type: str, field: str) -> str:
    """Return the name of a field as forms show it."""
    try:
        found = apps.get_model(object_type)._meta.get_field(field)
    except (LookupError, ValueError, FieldDoesNotExist):
        return field
    return str(getattr(found, "verbose_name", field))


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds of objects of our own apps, in the order of their names."""
    models = [model for model in apps.get_models() if model.__module__.startswith("mayak.")]
    return sorted(
        ((model._meta.label_lower, str(model._meta.verbose_name)) for model in models),
        key=lambda kind: kind[1],
    )
