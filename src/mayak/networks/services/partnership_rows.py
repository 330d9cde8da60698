"""Rows of a list of ready partnerships: what each cell means, and what is wrong with it in words."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from mayak.matching.services.pair_rows import GivenPair
from mayak.networks.enums import PartnershipState
from mayak.registry.models import LegalAct, SchoolYear, Territory

NEW, KNOWN, REJECTED = "new", "known", "rejected"
STATES: Final[Mapping[str, PartnershipState]] = {
    "": PartnershipState.ACTIVE,
    "действует": PartnershipState.ACTIVE,
    "действующее": PartnershipState.ACTIVE,
    "active": PartnershipState.ACTIVE,
    "предложено": PartnershipState.PROPOSED,
    "предложена": PartnershipState.PROPOSED,
    "proposed": PartnershipState.PROPOSED,
    "завершено": PartnershipState.ENDED,
    "завершена": PartnershipState.ENDED,
    "ended": PartnershipState.ENDED,
}
_YEAR: Final = re.compile(r"(20\d\d)(?:\s*[/\-–—]\s*(?:20)?(\d\d))?")
_ACT: Final = re.compile(r"№\s*(\S+)(?:\s*от\s*(\d{2}\.\d{2}\.\d{4}))?", re.IGNORECASE)
_DAY: Final = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})|(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})"
)
_GRADE: Final = re.compile(r"(.+?),?\s+(\d{1,2})\s*(?:класс|кл\.?|grade)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PlannedPartnership:
    """What becomes of one row. ``column`` and ``problem`` say what is wrong with a rejected one."""

    row: int
    outcome: str
    who: str = ""
    year: int = 0
    mentee: int = 0
    lead: int = 0
    state: str = ""
    content: tuple[tuple[str, str], ...] = ()
    basis: int | None = None
    starts_on: str = ""
    ends_on: str = ""
    reason: str = ""
    column: str = ""
    problem: str = ""


class RowError(Exception):
    """A row cannot be taken: which column, and why."""

    def __init__(self, column: str, problem: str) -> None:
        super().__init__(problem)
        self.column, self.problem = column, problem


class RowReader:
    """Reads rows against the registry as it is now: schools by name or code, years, acts."""

    def __init__(
        self, territory: Territory, school_year: SchoolYear, schools: Mapping[str, int | None]
    ) -> None:
        self.schools, self.school_year = schools, school_year
        self.years = {one.start_year for one in SchoolYear.objects.all()}
        above = [int(part) for part in (territory.path or "").strip("/").split("/") if part]
        self.acts: dict[str, list[tuple[int, dt.date]]] = {}
        for key, number, date in LegalAct.objects.filter(territory__in=above).values_list(
            "pk", "number", "date"
        ):
            self.acts.setdefault(number.lower(), []).append((key, date))

    def read(self, row: GivenPair, who: str) -> PlannedPartnership:
        """Return what the row would do.

        Raises:
            RowError: a cell cannot be understood, or contradicts another one.
        """
        mentee, lead = self._school(row, "mentee"), self._school(row, "lead")
        if mentee == lead:
            raise RowError(row.header("lead"), _("a school cannot help itself"))
        starts, ends = _day(row, "starts_on"), _day(row, "ends_on")
        if starts and ends and ends < starts:
            raise RowError(row.header("ends_on"), _("the end lies before the beginning"))
        return PlannedPartnership(
            row=row.row,
            outcome=NEW,
            who=who,
            year=self._year(row),
            mentee=mentee,
            lead=lead,
            state=_state(row),
            content=tuple(_line(text) for text in row.text("content").split(";") if text.strip()),
            basis=self._act(row),
            starts_on=starts,
            ends_on=ends,
            reason=row.text("reason")[:500],
        )

    def _school(self, row: GivenPair, side: str) -> int:
        text = row.text(side)
        if not text:
            raise RowError(row.header(side), _("the cell is empty"))
        key = self.schools.get(text)
        if key is None:
            problem = _("no school of the territory has this name or code, or several have it")
            raise RowError(row.header(side), problem)
        return key

    def _year(self, row: GivenPair) -> int:
        text = row.text("year")
        if not text:
            return int(self.school_year.start_year)
        found = _YEAR.search(text)
        if found is None or int(found[1]) not in self.years:
            raise RowError(row.header("year"), _("no school year is called so, for example 2024/25"))
        return int(found[1])

    def _act(self, row: GivenPair) -> int | None:
        """The act of the territory or of those above it with this number, and with this date where there is one."""
        text = row.text("basis")
        if not text:
            return None
        found = _ACT.search(text if "№" in text else f"№ {text}")
        number, date = (found[1].lower(), found[2]) if found else ("", None)
        day = dt.date(int(date[6:]), int(date[3:5]), int(date[:2])) if date else None
        fitting = [key for key, dated in self.acts.get(number, []) if day in {None, dated}]
        if len(fitting) != 1:
            raise RowError(row.header("basis"), _("no act of the register has this number and date"))
        return fitting[0]


def _state(row: GivenPair) -> str:
    state = STATES.get(row.text("state").strip().lower())
    if state is None:
        raise RowError(row.header("state"), _("no state is called so: действует, предложено or завершено"))
    if state == PartnershipState.ENDED and not row.text("reason"):
        problem = _("an ended partnership needs its reason («в источнике не указано» where nobody knows it)")
        raise RowError(row.header("reason"), problem)
    return str(state)


def _day(row: GivenPair, name: str) -> str:
    text = row.text(name)
    if not text:
        return ""
    found = _DAY.match(text)
    parts = (
        (found["y"] or found["year"], found["m"] or found["month"], found["d"] or found["day"])
        if found
        else ("0", "0", "0")
    )
    try:
        return dt.date(int(parts[0]), int(parts[1]), int(parts[2])).isoformat()
    except ValueError:
        raise RowError(row.header(name), _("no day: %(text)s") % {"text": text}) from None


def _line(text: str) -> tuple[str, str]:
    found = _GRADE.match(text.strip())
    return (found[1].strip()[:200], found[2]) if found else (text.strip()[:200], "")
