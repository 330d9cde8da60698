"""Who may what: the rights of the roles, and the table of addresses that the tests hold the site to."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.urls import NoReverseMatch, get_resolver
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.accounts.enums import RIGHT_LABELS, ROLE_RIGHTS, Role

TABLE = Path(__file__).resolve().parent.parent / "data" / "access.csv"
"""Every address x role with the status that each gets; the test of the whole site writes and checks it."""

GROUP_LABELS = {
    "accounts": gettext_lazy("People and roles"),
    "audit": gettext_lazy("Audit log"),
    "diagnosis": gettext_lazy("Lead schools"),
    "documents": gettext_lazy("Documents"),
    "findings": gettext_lazy("Findings of the checks"),
    "identification": gettext_lazy("Who needs help"),
    "jobs": gettext_lazy("Background jobs"),
    "matching": gettext_lazy("Pairing of schools"),
    "networks": gettext_lazy("Network pairs"),
    "registry": gettext_lazy("Schools and people"),
    "results": gettext_lazy("Results"),
    "ui": gettext_lazy("Components"),
    "web": gettext_lazy("First screen"),
}
"""Parts of the site by the namespace of their addresses."""

_REFUSED = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})


@dataclass(frozen=True, slots=True)
class AccessRow:
    """One address: how it is asked, whether each role gets an answer (None: not signed in is sent to sign in)."""

    address: str
    method: str
    answers: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class AccessGroup:
    """The addresses of one part of the site."""

    name: str
    rows: tuple[AccessRow, ...]


def rights_table() -> list[tuple[Any, list[bool]]]:
    """Return each right in words with, for every role in the order of ``Role``, whether it holds it."""
    return [
        (label, [right in ROLE_RIGHTS.get(role, frozenset()) for role in Role])
        for right, label in RIGHT_LABELS.items()
    ]


def access_table() -> tuple[list[Any], list[AccessGroup]]:
    """Return the names of the roles and the addresses by part of the site."""
    labels = [_("Not signed in"), *(role.label for role in Role)]
    return labels, [AccessGroup(str(GROUP_LABELS.get(name, name)), rows) for name, rows in _groups()]


@lru_cache(maxsize=1)
def _groups() -> tuple[tuple[str, tuple[AccessRow, ...]], ...]:
    found: dict[str, list[AccessRow]] = {}
    with TABLE.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            statuses = [int(row[name]) for name in ("anonymous", *Role.values)]
            if HTTPStatus.METHOD_NOT_ALLOWED in statuses:
                continue
            public = statuses[0] not in {HTTPStatus.FOUND, HTTPStatus.NOT_FOUND}
            answers = (public, *(status not in _REFUSED for status in statuses[1:]))
            group = row["address"].rpartition(":")[0] or "accounts"  # allauth's names have no part
            found.setdefault(group, []).append(AccessRow(_path(row["address"]), row["method"], answers))
    return tuple((name, tuple(rows)) for name, rows in found.items())


def _path(name: str) -> str:
    """Return the address as a pattern: «/registry/people/<pk>/»."""
    resolver: Any = get_resolver()
    for part in name.split(":")[:-1]:
        try:
            prefix, resolver = resolver.namespace_dict[part]
        except KeyError as error:
            raise NoReverseMatch(name) from error
        return f"/{prefix}{_pattern(resolver, name.rpartition(':')[2])}"
    return "/" + _pattern(resolver, name)


def _pattern(resolver: Any, name: str) -> str:
    found = resolver.reverse_dict.getlist(name)
    template = found[0][0][0][0] if found else name
    return str(template).replace("%(", "<").replace(")s", ">")
