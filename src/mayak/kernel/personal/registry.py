"""Whose values are personal, and in which fields: each app says it of its own models in ``AppConfig.ready``."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models

Finder = Callable[[str], Iterable[int]]


@dataclass(frozen=True, slots=True)
class Personal:
    """What of a model is personal.

    Attributes:
        fields: names of the columns whose values are hidden.
        subject: whose they are («registry.person:12»); None: nobody's, then they are not kept at all.
        text: whether ``str()`` of an object names the person.
    """

    fields: frozenset[str]
    subject: Callable[[Any], str | None]
    text: bool


_models: dict[str, Personal] = {}
_finders: dict[str, Finder] = {}
_actors: list[str] = []


def register_personal(
    model_label: str,
    fields: Iterable[str],
    *,
    subject: Callable[[Any], str | None],
    text: bool = True,
) -> None:
    """Say that values of a model are personal.

    Args:
        model_label: «registry.person».
        fields: names of the columns; may be empty where only the text of the object names a person.
        subject: returns whose an instance is.
        text: whether ``str()`` of an object names the person.
    """
    _models[model_label] = Personal(frozenset(fields), subject, text)


def register_person_kind(kind: str, *, find: Finder, acts: bool = False) -> None:
    """Say what persons there are.

    Args:
        kind: label of the model, the part of a subject before the colon.
        find: returns the keys of the persons in whose name or address a word occurs.
        acts: whether they are the users who change things.
    """
    _finders[kind] = find
    if acts:
        _actors[:] = [kind]


def personal_of(model_label: str) -> Personal | None:
    """Return what of the model is personal."""
    return _models.get(model_label)


def subject_of(kind: str, key: int | None) -> str | None:
    """Return the subject of a person; None for nobody."""
    return None if key is None else f"{kind}:{key}"


def actor_subject(user_id: int | None) -> str | None:
    """Return the subject of a user; None for the system and where no app knows users."""
    return subject_of(_actors[0], user_id) if _actors else None


def find_subjects(word: str, *, acting: bool = False) -> list[str]:
    """Return the persons, or only the users, in whose name or address the word occurs."""
    kinds = _actors if acting else list(_finders)
    return [f"{kind}:{key}" for kind in kinds for key in _finders[kind](word)]


def is_copied_label(model: type[models.Model], field: str) -> bool:
    """Whether a column repeats how a user is called beside the user's number («owner_id», «owner_label»)."""
    if not field.endswith("_label"):
        return False
    stem = field.removesuffix("_label")
    names = {one.name for one in model._meta.concrete_fields}
    return f"{stem}_id" in names or stem in names
