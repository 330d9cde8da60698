"""Where in the database a person is named: every text column of every table is looked at, values of JSON too.

An erasure replaces what it finds. What may not be changed (an official document, the audit log) is registered with the
reason and listed instead.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

Words = Mapping[str, str]
"""What names the person -> what stands there instead."""

_SKIPPED = frozenset({"kernel.personkey", "kernel.auditseal", "sessions.session", "contenttypes.contenttype"})
"""Tables without a word of a person: keys, hashes, encrypted sessions."""


@dataclass(frozen=True, slots=True)
class KeptText:
    """Rows of a model that an erasure leaves as they are: all of them, or those that ``which`` names."""

    reason: Any
    which: Q | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """One row that names the person, and in which columns."""

    row: models.Model
    fields: tuple[str, ...]

    @property
    def model_label(self) -> str:
        """«registry.legalact»."""
        return str(self.row._meta.label_lower)


_kept: dict[str, KeptText] = {}


def register_kept_text(model_label: str, *, reason: Any, which: Q | None = None) -> None:
    """Say that rows of a model keep their text when a person is erased, and why."""
    _kept[model_label] = KeptText(reason, which)


def kept_reason(model_label: str) -> Any:
    """Return why the text stays."""
    return _kept[model_label].reason


def find_places(words: Words, *, kept: bool) -> Iterator[Place]:
    """Yield the rows that name the person: those that stay as they are (``kept``) or those that may be changed."""
    for model in apps.get_models():
        if model._meta.proxy or not model._meta.managed or model._meta.label_lower in _SKIPPED:
            continue
        rows = _rows_with(model, words)
        rule = _kept.get(model._meta.label_lower)
        if rule is None:
            wanted = rows if not kept else None
        elif rule.which is None:
            wanted = rows if kept else None
        else:
            wanted = rows.filter(rule.which) if kept else rows.exclude(rule.which)
        for row in wanted if wanted is not None else ():
            if names := tuple(name for name in _text_fields(model) if _names(getattr(row, name), words)):
                yield Place(row, names)


def replace_places(words: Words) -> dict[str, int]:
    """Replace the words wherever they may be changed; return model label -> rows. Files are left alone."""
    changed: dict[str, int] = {}
    for place in list(find_places(words, kept=False)):
        names = [
            name for name in place.fields if not isinstance(place.row._meta.get_field(name), models.FileField)
        ]
        values = {name: replaced(getattr(place.row, name), words, _room(place.row, name)) for name in names}
        if values:
            type(place.row)._base_manager.filter(pk=place.row.pk).update(**values)
            changed[place.model_label] = changed.get(place.model_label, 0) + 1
    return changed


def replaced(value: Any, words: Words, room: int | None = None) -> Any:
    """Return a value with the words replaced, in lists and mappings too; a text is cut to its room."""
    if isinstance(value, str):
        for word, other in words.items():
            value = _without(value, word, other)
        return value[:room] if room else value
    if isinstance(value, list):
        return [replaced(one, words) for one in value]
    if isinstance(value, dict):
        return {replaced(key, words): replaced(one, words) for key, one in value.items()}
    return value


def _without(text: str, word: str, other: str) -> str:
    start = text.casefold().find(word.casefold())
    while start >= 0:
        text = text[:start] + other + text[start + len(word) :]
        start = text.casefold().find(word.casefold(), start + len(other))
    return text


def _room(row: models.Model, name: str) -> int | None:
    found: int | None = getattr(row._meta.get_field(name), "max_length", None)
    return found


def _text_fields(model: type[models.Model]) -> list[str]:
    kinds = (models.CharField, models.TextField, models.JSONField, models.FileField)
    return [one.name for one in model._meta.concrete_fields if isinstance(one, kinds) and not one.choices]


def _rows_with(model: type[models.Model], words: Words) -> "models.QuerySet[models.Model]":
    names = _text_fields(model)
    json_names = [name for name in names if isinstance(model._meta.get_field(name), models.JSONField)]
    rows = model._base_manager.annotate(
        **{f"text_of_{name}": Cast(name, models.TextField()) for name in json_names}
    )
    asked = [
        Q(**{f"text_of_{name}__icontains": form}) if name in json_names else Q(**{f"{name}__icontains": word})
        for name in names
        for word in words
        for form in ({word, json.dumps(word)[1:-1]} if name in json_names else {word})
    ]
    wanted: models.QuerySet[models.Model] = rows.filter(reduce(or_, asked)) if asked else rows.none()
    return wanted


def _names(value: Any, words: Words) -> bool:
    if isinstance(value, str):
        return any(word.casefold() in value.casefold() for word in words)
    if isinstance(value, list):
        return any(_names(one, words) for one in value)
    if isinstance(value, dict):
        return any(_names(key, words) or _names(one, words) for key, one in value.items())
    return _names(value.name or "", words) if isinstance(value, models.fields.files.FieldFile) else False
