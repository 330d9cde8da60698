"""Locked packages against published advisories (OSV, PyPA); needs no network where a file is given."""

import json
import re
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from packaging.version import InvalidVersion, Version

Locked: TypeAlias = Set[tuple[str, str]]
"""Names and versions."""
SERVICE = "https://api.osv.dev/v1"
TIMEOUT = 30
_LOCKED = re.compile(r"^([A-Za-z0-9][\w.\-]*)(?:\[[^\]]*\])?==([^\s;\\]+)")


class NoAdvisoriesError(Exception):
    """There is nothing to compare with; the text says why."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A locked package of which an advisory speaks."""

    package: str
    version: str
    advisory: str
    summary: str
    fixed_in: tuple[str, ...]


def plain_name(name: str) -> str:
    """Return the name of a package as PyPI compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked_packages(path: Path) -> Locked:
    """Return name and version of every line «name==version»; a package may have one for each Python."""
    found = (_LOCKED.match(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {(plain_name(one[1]), one[2]) for one in found if one}


def read_advisories(path: Path) -> list[dict[str, Any]]:
    """Read a dump: a .json with one advisory or a list of them, a folder or a .zip of such files.

    Raises:
        NoAdvisoriesError: the dump is missing, damaged or holds no advisory.
    """
    try:
        found = [one for text in _texts(path) for one in _listed(json.loads(text))]
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise NoAdvisoriesError(f"{path}: {error}") from error
    if not found:
        raise NoAdvisoriesError(f"{path}: -")
    return found


def fetch_advisories(packages: Locked, service: str = SERVICE) -> list[dict[str, Any]]:
    """Ask the service of OSV about these versions.

    Raises:
        NoAdvisoriesError: it does not answer.
    """
    queries = [
        {"package": {"name": name, "ecosystem": "PyPI"}, "version": version}
        for name, version in sorted(packages)
    ]
    try:
        answer = _ask(f"{service}/querybatch", json.dumps({"queries": queries}).encode())
        names = {one["id"] for result in answer["results"] for one in (result or {}).get("vulns", ())}
        return [_ask(f"{service}/vulns/{name}", None) for name in sorted(names)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoAdvisoriesError(f"{service}: {error}") from error


def find_hits(packages: Locked, advisories: Iterable[dict[str, Any]]) -> list[Hit]:
    """Return which locked versions an advisory names, by package; withdrawn advisories are left out."""
    found = {}
    for advisory in advisories:
        if advisory.get("withdrawn"):
            continue
        for affected in advisory.get("affected") or ():
            package = affected.get("package") or {}
            if package.get("ecosystem") != "PyPI":
                continue
            wanted = plain_name(str(package.get("name", "")))
            for name, version in packages:
                if name == wanted and _touches(affected, version):
                    hit = Hit(name, version, _label(advisory), _summary(advisory), _fixes(affected))
                    found[name, version, hit.advisory] = hit
    return [found[key] for key in sorted(found)]


def _texts(path: Path) -> Iterator[str]:
    if path.is_dir():
        yield from (one.read_text(encoding="utf-8") for one in sorted(path.rglob("*.json")))
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.endswith(".json")]
            yield from (archive.read(name).decode() for name in names)
    else:
        yield path.read_text(encoding="utf-8")


def _listed(data: Any) -> list[dict[str, Any]]:
    rows = data if isinstance(data, list) else data.get("vulns", [data]) if isinstance(data, dict) else []
    return [row for row in rows if isinstance(row, dict) and "id" in row]


def _ask(url: str, body: bytes | None) -> Any:
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"})  # noqa: S310  # https of OSV or what the operator names
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310  # likewise
        return json.loads(answer.read())


def _touches(affected: dict[str, Any], version: str) -> bool:
    if version in (affected.get("versions") or ()):
        return True
    return any(
        _within(one.get("events") or (), version)
        for one in affected.get("ranges") or ()
        if one.get("type") != "GIT"
    )


def _within(events: Iterable[dict[str, str]], version: str) -> bool:
    """Walk the events in their order: introduced opens, fixed and the one after last_affected close."""
    try:
        mine = Version(version)
        inside = False
        for event in sorted(events, key=lambda one: Version(next(iter(one.values())))):
            (kind, bound), *_rest = event.items()
            if kind == "introduced" and mine >= Version(bound):
                inside = True
            elif (kind == "fixed" and mine >= Version(bound)) or (
                kind == "last_affected" and mine > Version(bound)
            ):
                inside = False
    except (InvalidVersion, StopIteration):
        return True  # a bound that cannot be read is for a person to judge
    return inside


def _label(advisory: dict[str, Any]) -> str:
    aliases = [alias for alias in advisory.get("aliases") or () if str(alias).startswith("CVE-")]
    return " ".join([str(advisory["id"]), *aliases])


def _summary(advisory: dict[str, Any]) -> str:
    text = str(advisory.get("summary") or advisory.get("details") or "").strip()
    return text.partition("\n")[0][:200]


def _fixes(affected: dict[str, Any]) -> tuple[str, ...]:
    events = [
        event
        for one in affected.get("ranges") or ()
        if one.get("type") != "GIT"
        for event in one.get("events") or ()
    ]
    return tuple(dict.fromkeys(event["fixed"] for event in events if "fixed" in event))
