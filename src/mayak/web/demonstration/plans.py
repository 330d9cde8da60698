"""What the demonstration consists of, before anything is written."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

DISTRICTS = Path(__file__).resolve().parent / "districts"
FILES = {"S0": "tosno.yaml", "S1": "kirovsk.yaml", "S3": "sechenovo.yaml", "S4": "yeniseysk.yaml"}
REGION_KEY = "region"
KEYS = (*FILES, REGION_KEY)
"""Names of the parts for ``--only``."""


class Level(StrEnum):
    """How the pupils of a planned school do. A parameter of the generator: nothing stored says it."""

    LEAD = "lead"
    GOOD = "good"
    MIDDLE = "middle"
    ONE_YEAR = "one_year"
    """One bad procedure in the last year only: the rule must not fire."""
    LOW = "low"
    """Many procedures with 30 % or more below the threshold."""
    LOW_TWICE = "low_twice"
    """One and the same procedure with 30 % or more in the last two years."""
    DRAWN = "drawn"
    """A school of the synthetic region: its strength comes from the calibrated distribution."""


@dataclass(frozen=True, slots=True)
class OrganisationPlan:
    """An authority, a service, an institute."""

    key: str
    kind: str
    name: str
    short_name: str
    legal_form: str = ""
    settlement: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class SchoolPlan:
    """A school or branch; ``pupils`` is the whole school, ``level`` how they do."""

    name: str
    legal_form: str
    school_type: str
    settlement: str
    locality: str
    latitude: float
    longitude: float
    pupils: int
    level: Level
    code: str
    login: str
    is_adverse: bool = False
    parent: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def last_grade(self) -> int:
        """9 for a basic school, 11 for the others."""
        return 9 if self.school_type == "basic" else 11

    @property
    def cohort(self) -> int:
        """Pupils of one grade."""
        return max(5, round(self.pupils / (self.last_grade + (-1.2 if self.last_grade > 9 else 0))))  # noqa: PLR2004  # grade 9


@dataclass(frozen=True, slots=True)
class Community:
    """Groups, acts and programmes as the YAML files give them."""

    groups: tuple[Mapping[str, Any], ...] = ()
    acts: tuple[Mapping[str, Any], ...] = ()
    programmes: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Community":
        """Take them from the data of a district or a region."""
        return cls(*(tuple(data.get(key, ())) for key in ("groups", "acts", "programmes")))


@dataclass(frozen=True, slots=True)
class SupportPlan:
    """How the lead schools of a district got their status, to how many they help, which pairs a paper names.

    Attributes:
        act: number of the act that made them lead schools.
        source: a value of ``StatusSource``: by hand or by a contest.
        reason: why, in words.
        capacity: how many schools each of them can help.
        pairs: lead school -> schools that a paper has given to it; they are locked.
        is_approved: whether the pairs are approved; else they wait for the coordinator.
        why: the reason of the locks.
    """

    act: str
    source: str
    reason: str
    capacity: int
    pairs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_approved: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class DistrictPlan:
    """A municipality with everything in it."""

    key: str
    region: str
    region_code: str
    municipality: str
    municipality_code: str
    organisations: tuple[OrganisationPlan, ...]
    schools: tuple[SchoolPlan, ...]
    associations: tuple[str, ...] = ("russian", "mathematics")
    community: Community = field(default_factory=Community)
    context: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    support: SupportPlan | None = None


def read_district(key: str) -> DistrictPlan:
    """Read a district from its YAML file."""
    with (DISTRICTS / FILES[key]).open(encoding="utf-8") as stream:
        data: dict[str, Any] = yaml.safe_load(stream)
    branches = data.get("branches", {})
    return DistrictPlan(
        key=key,
        region=data["region"]["name"],
        region_code=data["region"]["code"],
        municipality=data["municipality"]["name"],
        municipality_code=data["municipality"]["code"],
        organisations=tuple(OrganisationPlan(**row) for row in data["organisations"]),
        schools=tuple(
            _school(row, number, data, branches.get(row[0], ""))
            for number, row in enumerate(data["schools"], start=1)
        ),
        associations=tuple(data["associations"]),
        community=Community.of(data),
        context=data.get("context", {}),
        support=SupportPlan(**data["support"]) if "support" in data else None,
    )


def _school(row: list[Any], number: int, data: dict[str, Any], parent: str) -> SchoolPlan:
    name, legal_form, school_type, settlement, locality, latitude, longitude, pupils, level, *rest = row
    code = f"{data['code_prefix']}{number:02d}"
    return SchoolPlan(
        name=name,
        legal_form=legal_form,
        school_type=school_type,
        settlement=settlement,
        locality=locality,
        latitude=latitude,
        longitude=longitude,
        pupils=pupils,
        level=Level(level),
        code=code,
        login=f"edu{code}",
        is_adverse="adverse" in rest,
        parent=parent,
        aliases=tuple(data.get("aliases", {}).get(name, ())),
    )


def opened_on(code: str) -> dt.date:
    """Return a day of opening between 1954 and 1993, fixed by the code."""
    return dt.date(1954 + int(code) % 40, 9, 1)
