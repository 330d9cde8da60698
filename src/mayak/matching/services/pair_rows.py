"""Rows of a list of ready pairs: as the file gives them, and what becomes of each."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from mayak.kernel.access import Scope
from mayak.registry.enums import TerritoryKind
from mayak.registry.models import Organisation, OrganisationName, Territory
from mayak.registry.selectors.linking import Codes, LinkStatus, NameQuery, build_index, link_names

NEW, REJECTED = "new", "rejected"
_LOGIN: Final = re.compile(r"edu\d+\Z", re.IGNORECASE)
_INN: Final = re.compile(r"\d{10}(\d{2})?\Z")
_CODE: Final = re.compile(r"\d[\d\-./]*\Z")


@dataclass(frozen=True, slots=True)
class GivenPair:
    """One row of the file: its number, texts by column, and the header that stands over each of them."""

    row: int
    texts: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The text of a column, empty where there is none."""
        return self.texts.get(name, "")

    def header(self, name: str) -> str:
        """The header of a column as the file writes it."""
        return self.headers.get(name, name)


@dataclass(frozen=True, slots=True)
class PlannedPair:
    """What becomes of one row. ``limits``: what the pair breaks, in words; it then needs a reason to be kept.

    ``need``: of a mentee teacher. ``who`` is for the report and does not go through the browser.
    """

    row: int
    outcome: str
    who: str = ""
    mentee: int = 0
    lead: int = 0
    need: str = ""
    reason: str = ""
    limits: tuple[str, ...] = ()
    column: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PairPlan:
    """The report of a trial run: rows, and what the accepted pairs are worth beside the optimum (points of 100)."""

    rows: tuple[PlannedPair, ...]
    served: int = 0
    wanted: int = 0
    score: float = 0.0
    optimal_score: float = 0.0

    def of(self, outcome: str) -> list[PlannedPair]:
        """Rows of one outcome."""
        return [row for row in self.rows if row.outcome == outcome]

    @property
    def breaking(self) -> list[PlannedPair]:
        """Rows that break a limit."""
        return [row for row in self.rows if row.outcome == NEW and row.limits]


def rows_to_plain(rows: Iterable[PlannedPair]) -> list[dict[str, Any]]:
    """The rows that would be written as plain data without names, to be signed and sent back."""
    return [
        {
            name: value
            for name, value in asdict(row).items()
            if name in {"row", "mentee", "lead", "need", "reason"}
        }
        for row in rows
        if row.outcome == NEW
    ]


def rows_from_plain(data: Iterable[Mapping[str, Any]]) -> list[PlannedPair]:
    """Read what ``rows_to_plain`` wrote."""
    return [PlannedPair(outcome=NEW, **row) for row in data]


def find_schools(texts: Sequence[str], territory: Territory) -> dict[str, int | None]:
    """Find schools of a territory by login, ИНН, code or name; a similar name is never taken."""
    asked = sorted({text for text in texts if text})
    scope = Scope(territory_paths=(territory.path or "-",))
    place = territory.pk if territory.kind == TerritoryKind.MUNICIPALITY else None
    results = link_names([_query(text, place) for text in asked], build_index(scope))
    by_name = _schools_by_name(scope)
    found: dict[str, int | None] = {}
    for text, link in zip(asked, results, strict=True):
        same = by_name.get(plain(text), set()) if link.status != LinkStatus.CONFLICT else set()
        chosen = link.chosen if isinstance(link.chosen, int) else None
        found[text] = chosen or (next(iter(same)) if len(same) == 1 else None)
    return found


def plain(text: str) -> str:
    """A name without case, «ё», quotes and double spaces."""
    return " ".join(re.sub(r"[«»\"“”„']", " ", text.lower().replace("ё", "е")).split())


def _query(text: str, place: int | None) -> NameQuery:
    if _LOGIN.match(text):
        return NameQuery(name="", codes=Codes(login=text.lower()), territory_id=place)
    if _INN.match(text):
        return NameQuery(name="", codes=Codes(inn=text), territory_id=place)
    if _CODE.match(text):
        return NameQuery(name="", codes=Codes(rcoi=text), territory_id=place)
    return NameQuery(name=text, territory_id=place)


def _schools_by_name(scope: Scope) -> dict[str, set[int]]:
    """Every name and РЦОИ code that a school of the territory bears or bore, letter by letter."""
    found: dict[str, set[int]] = {}
    schools = Organisation.objects.within(scope).schools()
    rows = [
        (pk, name)
        for pk, *names in schools.values_list("pk", "short_name", "name", "rcoi_code")
        for name in names
        if name
    ]
    rows += OrganisationName.objects.filter(organisation__in=schools.values("pk")).values_list(
        "organisation_id", "name"
    )
    for pk, name in rows:
        found.setdefault(plain(name), set()).add(pk)
    return found
