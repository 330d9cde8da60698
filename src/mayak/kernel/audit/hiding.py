"""Personal values in an entry: hidden under the key of the person when it is written, shown when it is read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.words import kind_word
from mayak.kernel.personal.cipher import CannotReadError, hide, reveal
from mayak.kernel.personal.keys import keys_for
from mayak.kernel.personal.models import PersonKey
from mayak.kernel.personal.registry import actor_subject, is_copied_label, personal_of

MARK = "hidden:1:"
"""Begins a hidden text; the key of the only item of a hidden value in ``changes``. Nothing after it: not kept."""

NEVER_KEPT = frozenset({"password"})
"""Columns that are never written into the log, hidden or not."""


@dataclass(frozen=True, slots=True)
class Written:
    """What an entry says of persons, ready to be stored."""

    actor_label: str
    object_text: str
    changes: dict[str, Any]
    actor_key: PersonKey | None
    person_key: PersonKey | None


def hidden(
    model: type[models.Model],
    *,
    actor: Actor,
    instance: models.Model | None,
    object_text: str,
    changes: Mapping[str, Any],
) -> Written:
    """Return the parts of an entry with the values of persons hidden; one query where there is a person at all.

    Args:
        model: of what the entry is.
        actor: who did it.
        instance: the object; None for many rows, whose personal values are not kept.
        object_text: how the object is called.
        changes: by names of fields.
    """
    personal = personal_of(model._meta.label_lower)
    by = actor_subject(actor.user_id)
    whose = personal.subject(instance) if personal and instance is not None else None
    keys = keys_for({subject for subject in (by, whose) if subject})
    actor_key, person_key = keys.get(by or ""), keys.get(whose or "")
    names_person = personal is not None and personal.text and instance is not None
    fields = personal.fields if personal else frozenset()
    return Written(
        actor_label=_hidden_text(actor_key, actor.label[:200]) if actor_key else actor.label[:200],
        object_text=_hidden_text(person_key, object_text[:300]) if names_person else object_text[:300],
        changes={
            name: {MARK: _token(person_key, json.dumps(value, ensure_ascii=False))}
            if name in fields
            else value
            for name, value in changes.items()
            if name not in NEVER_KEPT and not is_copied_label(model, name)
        },
        actor_key=actor_key,
        person_key=person_key,
    )


def shown_text(key: PersonKey | None, text: str) -> str:
    """Return a text of an entry as a reader sees it; of an erased person only what kind and number it was."""
    if not text.startswith(MARK):
        return text
    shown, is_known = _revealed(key, text.removeprefix(MARK))
    return shown if is_known or key is None else f"{pseudonym(key)}, {shown}"


def shown_changes(key: PersonKey | None, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes as a reader sees them."""
    return {name: _shown_value(key, value) for name, value in changes.items()}


def pseudonym(key: PersonKey) -> str:
    """Return how a person is called whose name is gone: «person № 12»."""
    kind, _colon, number = key.subject.rpartition(":")
    return f"{kind_word(kind)} № {number}"


def _hidden_text(key: PersonKey | None, text: str) -> str:
    return MARK + _token(key, text)


def _token(key: PersonKey | None, text: str) -> str:
    return hide(key.secret, key.subject, text) if key is not None and key.secret else ""


def _shown_value(key: PersonKey | None, value: Any) -> Any:
    if not isinstance(value, dict) or set(value) != {MARK}:
        return value
    shown, is_known = _revealed(key, str(value[MARK]))
    return json.loads(shown) if is_known else shown


def _revealed(key: PersonKey | None, token: str) -> tuple[str, bool]:
    """Return the text and whether it could be read."""
    if key is not None and key.is_destroyed:
        return _("erased"), False
    if key is None or not token:
        return _("not kept: it names a person"), False
    try:
        return reveal(key.secret, key.subject, token), True
    except CannotReadError:
        return _("cannot be read: hidden with another secret key"), False
