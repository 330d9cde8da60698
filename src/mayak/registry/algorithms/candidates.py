"""What linking takes and gives: a name as a file writes it, organisations of the registry, the outcome."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class LinkStatus(StrEnum):
    """CODE, DECISION and NAME are joins; ASK, CONFLICT and NONE wait for a person."""

    CODE = "code"
    DECISION = "decision"
    NAME = "name"
    ASK = "ask"
    CONFLICT = "conflict"
    NONE = "none"


class NotASchool:
    """A remembered decision: the row is no school (a total, a heading, an organisation of another kind)."""

    def __repr__(self) -> str:
        return "NOT_A_SCHOOL"


NOT_A_SCHOOL: Final = NotASchool()


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes as written; empty means unknown. Linking ignores blanks and case, never pads or strips digits."""

    login: str = ""
    rcoi: str = ""
    ogrn: str = ""
    inn: str = ""


@dataclass(frozen=True, slots=True)
class NameQuery:
    """One name of a file with what stands beside it.

    `territory_id` is the territory inside which a name may decide (a municipality); None means unknown, and
    then no name joins by itself. `territory_names` are the names of that territory and of those above it: a
    name that says «Кировского района» is not joined in another district. `region_id` is the region above: a
    РЦОИ code is unique there, so a school whose municipality is spelled otherwise is asked about.
    """

    name: str
    territory_id: Hashable = None
    territory_names: tuple[str, ...] = ()
    settlement: str = ""
    codes: Codes = field(default_factory=Codes)
    region_id: Hashable = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One organisation of the registry with all names it ever bore, the present one first."""

    id: Hashable
    territory_id: Hashable
    names: tuple[str, ...]
    settlement: str = ""
    codes: Codes = field(default_factory=Codes)
    is_branch: bool = False
    region_id: Hashable = None


@dataclass(frozen=True, slots=True)
class Reason:
    """A code of `mayak.registry.link_reasons` with the values of its placeholders."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One organisation to show to a person: score 0-100, 100 for an equal name in the same territory."""

    id: Hashable
    score: int
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkResult:
    """The outcome for one name. `chosen` is an id, NOT_A_SCHOOL, or None where a person must decide."""

    status: LinkStatus
    chosen: Hashable = None
    suggestions: tuple[Suggestion, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def is_joined(self) -> bool:
        """True if no person is needed (a remembered NOT_A_SCHOOL counts: the row is settled)."""
        return self.status in (LinkStatus.CODE, LinkStatus.DECISION, LinkStatus.NAME)


Decisions = Mapping[tuple[Hashable, str], Hashable]
