"""Erasing one human being: each app takes away what it holds, then what still names the person is rewritten.

What an app registers runs inside the transaction of the erasure; files go when it is committed.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Actor
from mayak.kernel.personal.holdings import Subjects, copied_labels
from mayak.kernel.personal.registry import personal_of
from mayak.kernel.personal.traces import Place, find_places, kept_reason, register_kept_text, replace_places


@dataclass(frozen=True, slots=True)
class Target:
    """Whom to erase.

    Attributes:
        subjects: the user and the person of the registry.
        pseudonym: what stands in the place of the name.
        words: all ways in which the person is named -> the pseudonym.
        loose: words that name others too (a family name): such places are listed, a person looks at them.
        actor: who erases.
    """

    subjects: Subjects
    pseudonym: str
    words: Mapping[str, str]
    loose: tuple[str, ...]
    actor: Actor


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens, in words, and to how many."""

    what: Any
    count: int


@dataclass(frozen=True, slots=True)
class Left:
    """A place that stays as it is: kind of object, its key, and why."""

    model_label: str
    key: str
    text: str
    reason: Any


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erasure did, or would do."""

    pseudonym: str
    effects: list[Effect] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


Eraser = Callable[[Target], Iterable[Effect | Left]]
_erasers: list[tuple[int, Eraser]] = []


def register_eraser(eraser: Eraser, *, order: int = 100) -> None:
    """Add what an app does; it gets the target and says what it did and what stays."""
    if all(known is not eraser for _order, known in _erasers):
        _erasers.append((order, eraser))


def erase(target: Target) -> Erasure:
    """Run the erasers, then rewrite copies of the name; call it inside a transaction."""
    found = Erasure(target.pseudonym)
    for _order, eraser in sorted(_erasers, key=lambda one: one[0]):
        for part in eraser(target):
            if isinstance(part, Left):
                found.left.append(part)
            elif part.count:
                found.effects.append(part)
    rewritten = _rewrite_labels(target)
    for label, count in replace_places(target.words).items():
        rewritten[label] = rewritten.get(label, 0) + count
    found.effects.extend(Effect(label, count) for label, count in sorted(rewritten.items()))
    found.left.extend(_left(place) for place in find_places(target.words, kept=True))
    found.left.extend(_loose(target))
    return found


def _loose(target: Target) -> Iterator[Left]:
    """Places where a word stands alone that may mean somebody or something else."""
    if not target.loose:
        return
    alone = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in target.loose), re.IGNORECASE)
    for place in find_places(dict.fromkeys(target.loose, ""), kept=False):
        personal = personal_of(place.model_label)
        names = [name for name in place.fields if personal is None or name not in personal.fields]
        if any(alone.search(str(getattr(place.row, name))) for name in names):
            reason = _("The family name stands alone here: look whether this person is meant.")
            yield Left(place.model_label, str(place.row.pk), str(place.row), reason)


def _rewrite_labels(target: Target) -> dict[str, int]:
    """Replace the label of the user wherever the user's number stands beside it."""
    changed: dict[str, int] = {}
    if target.subjects.user_id is None:
        return changed
    for model, names in copied_labels():
        for name in names:
            key = name.removesuffix("_label") + "_id"
            if not any(one.attname == key for one in model._meta.concrete_fields):
                continue
            rows = model._base_manager.filter(**{key: target.subjects.user_id})
            count = rows.exclude(**{name: target.pseudonym}).update(**{name: target.pseudonym})
            if count:
                label = model._meta.label_lower
                changed[label] = changed.get(label, 0) + count
    return changed


def _left(place: Place) -> Left:
    return Left(place.model_label, str(place.row.pk), str(place.row), kept_reason(place.model_label))


__all__ = ["Effect", "Erasure", "Left", "Target", "erase", "register_eraser", "register_kept_text"]
