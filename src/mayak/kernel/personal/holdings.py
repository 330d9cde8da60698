"""What is held on one person, asked of every app: for the page «my data» and for its export."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.audit.words import action_word, kind_word, role_word
from mayak.kernel.personal.registry import is_copied_label
from mayak.kernel.readings.models import Reading
from mayak.kernel.readings.services import what_word

SHOWN_ENTRIES = 500
"""So many entries of the audit log, the newest; their number is said besides."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """One human being: the user and the person of the registry, either of which may be missing.

    ``keys`` are all subjects under which the audit log knows the human being.
    """

    user_id: int | None
    person_id: int | None
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Holding:
    """A table of what is held.

    Attributes:
        key: for machines («consents»).
        title: for people.
        columns: key of a column -> its name.
        rows: values in the order of the columns.
        note: a sentence under the heading.
        total: how many there are, where not all are listed.
    """

    key: str
    title: Any
    columns: Mapping[str, Any]
    rows: Sequence[Sequence[Any]]
    note: Any = ""
    total: int | None = field(default=None)


HoldingsProvider = Callable[[Subjects], Iterable[Holding]]
_providers: list[HoldingsProvider] = []


def register_holdings(provider: HoldingsProvider) -> HoldingsProvider:
    """Add a source; the same function is kept once."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def holdings_of(subjects: Subjects) -> list[Holding]:
    """Return everything that is held, in the order of the apps; tables without rows are left out."""
    return [
        holding
        for provider in [*_providers, _made, _entries, _readings]
        for holding in provider(subjects)
        if holding.rows
    ]


def readings_of(keys: Iterable[str]) -> "models.QuerySet[Reading]":
    """Return who looked at the data of this human being, the newest first."""
    return Reading.objects.filter(subject__in=list(keys)).with_keys().order_by("-at", "-pk")


def _made(subjects: Subjects) -> Iterable[Holding]:
    """What the user made or decided, as numbers: the objects themselves belong to the territory."""
    if subjects.user_id is None:
        return
    rows = []
    for model, names in copied_labels():
        keys = [name.removesuffix("_label") + "_id" for name in names]
        count = sum(
            model._base_manager.filter(**{key: subjects.user_id}).count()
            for key in keys
            if _is_number(model, key)
        )
        if count:
            rows.append([kind_word(model._meta.label_lower), count])
    yield Holding("made", _("What I made or decided"), {"kind": _("Kind"), "count": _("How many")}, rows)


def copied_labels() -> list[tuple[type[models.Model], list[str]]]:
    """Return the models that keep how a user was called beside the user's number, with those columns."""
    found = []
    for model in apps.get_models():
        if not model.__module__.startswith("mayak.") or model._meta.proxy:
            continue
        names = [one.name for one in model._meta.concrete_fields if is_copied_label(model, one.name)]
        if names and model is not AuditEntry:
            found.append((model, names))
    return found


def _is_number(model: type[models.Model], name: str) -> bool:
    return any(one.attname == name for one in model._meta.concrete_fields)


def _entries(subjects: Subjects) -> Iterable[Holding]:
    mine = models.Q(person_key__subject__in=subjects.keys)
    if subjects.user_id is not None:
        mine |= models.Q(actor_id=subjects.user_id)
    found = AuditEntry.objects.filter(mine).with_keys().order_by("-at", "-pk")
    columns = {
        "at": _("When"), "who": _("Who"), "role": _("In the role"), "action": _("Action"),
        "kind": _("Kind"), "object": _("Object"), "address": _("Network address"),
    }  # fmt: skip
    rows = [
        [
            entry.at, entry.who, role_word(entry.actor_role), action_word(entry.action),
            kind_word(entry.object_type), entry.what, entry.actor_address,
        ]
        for entry in found[:SHOWN_ENTRIES]
    ]  # fmt: skip
    note = _("What you did and what was done to what is held on you; the newest %(count)s.") % {
        "count": SHOWN_ENTRIES
    }
    yield Holding("audit", _("Entries of the audit log"), columns, rows, note, found.count())


def _readings(subjects: Subjects) -> Iterable[Holding]:
    columns = {"at": _("When"), "who": _("Who"), "role": _("In the role"), "what": _("What")}
    rows = [
        [one.at, one.who, role_word(one.reader_role), what_word(one.what)]
        for one in readings_of(subjects.keys)
    ]
    yield Holding("readings", _("Who looked at my data"), columns, rows)
