"""The list of checks that the apps registered."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from mayak.kernel.access import Scope


@dataclass(frozen=True, slots=True)
class FindingDraft:
    """What a check saw in one place; ``object_key`` names the place for ever («result:17»)."""

    object_key: str
    place: str
    reason: str
    way_out: str = ""
    link: str = ""
    territory_path: str = ""
    organisation_id: int | None = None
    group_key: str = ""


CheckFunction: TypeAlias = Callable[[Scope], Iterable[FindingDraft]]


@dataclass(frozen=True, slots=True)
class Check:
    """A registered check: id, title, the source of its rule, and the function that looks."""

    id: str
    title: Any  # a lazy translation
    source: Any  # likewise
    look: CheckFunction


_checks: dict[str, Check] = {}


def register(check_id: str, *, title: Any, source: Any) -> Callable[[CheckFunction], CheckFunction]:
    """Register a check under an id that is unique in the whole product.

    Raises:
        ValueError: the id is taken.
    """

    def add(look: CheckFunction) -> CheckFunction:
        if check_id in _checks and _checks[check_id].look is not look:
            raise ValueError(f"check {check_id!r} is registered twice")
        _checks[check_id] = Check(check_id, title, source, look)
        return look

    return add


def get(check_id: str) -> Check:
    """Return the check.

    Raises:
        KeyError: nobody registered it.
    """
    return _checks[check_id]


def all_checks() -> Iterator[Check]:
    """Yield the checks in the order of their ids."""
    for check_id in sorted(_checks):
        yield _checks[check_id]
