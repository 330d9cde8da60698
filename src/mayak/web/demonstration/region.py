"""The synthetic region: municipalities and schools that exist nowhere, sized like those of a real region."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from mayak.registry.enums import Locality, OrganisationKind, SchoolType
from mayak.web.demonstration.plans import REGION_KEY, DistrictPlan, Level, OrganisationPlan, SchoolPlan
from mayak.web.demonstration.randomness import stream

REGION = "Светлоярская область"
REGION_CODE = "98"
CENTRE = (58.10, 44.60)
"""Middle of the region on the map, among the forests north of the Volga."""

_PREFIXES = ("", "", "", "Верхне", "Нижне", "Старо", "Ново")
_TYPES = (SchoolType.SECONDARY, SchoolType.BASIC, SchoolType.GYMNASIUM, SchoolType.LYCEUM)
_FORMS = {Locality.URBAN: ("МБОУ", "МАОУ"), Locality.RURAL: ("МКОУ", "МБОУ")}
_ROW = 5
"""Municipalities stand in rows of five on the map, the centre first."""


@cache
def _words() -> dict[str, Any]:
    with Path(__file__).with_name("region.yaml").open(encoding="utf-8") as stream:
        words: dict[str, Any] = yaml.safe_load(stream)
    return words


@dataclass(slots=True)
class _Place:
    """A municipality while its schools are being planned."""

    number: int
    size: int
    latitude: float
    longitude: float
    seat: str
    used: set[str] = field(default_factory=set)

    def is_in_town(self, school: int) -> bool:
        """All schools of the centre stand in town, elsewhere a fifth of them."""
        return self.number == 0 or school < max(2, self.size // 5)


def plan_region(seed: int, schools: int) -> list[DistrictPlan]:
    """Return the municipalities of the region with about 15 schools each; the centre has three times as many."""
    random = stream(seed, REGION_KEY, "schools")
    count = max(1, min(len(_words()["municipalities"]), round(schools / 15)))
    weights = np.array([3.0, *([1.0] * (count - 1))])
    sizes = np.floor(weights / weights.sum() * schools).astype(int)
    sizes[0] += schools - sizes.sum()
    return [_municipality(random, number, int(size)) for number, size in enumerate(sizes)]


def _municipality(random: np.random.Generator, number: int, size: int) -> DistrictPlan:
    name = _words()["municipalities"][number]
    is_centre = number == 0
    row, column = divmod(number, _ROW)
    title = f"город {name}" if is_centre else f"{name} муниципальный округ"
    genitive = f"города {name}а" if is_centre else f"{name.removesuffix('ий').removesuffix('ой')}ого округа"
    place = _Place(
        number=number,
        size=size,
        latitude=CENTRE[0] if is_centre else CENTRE[0] + (row - 1.5) * 0.55 + float(random.normal(0, 0.05)),
        longitude=CENTRE[1] if is_centre else CENTRE[1] + (column - 2) * 0.95 + float(random.normal(0, 0.08)),
        seat=name if is_centre else f"{name.removesuffix('ский').removesuffix('ской')}ск",
    )
    where: dict[str, Any] = {
        "settlement": place.seat,
        "latitude": round(place.latitude, 6),
        "longitude": round(place.longitude, 6),
    }
    return DistrictPlan(
        key=REGION_KEY,
        region=REGION,
        region_code=REGION_CODE,
        municipality=title,
        municipality_code=f"98{number + 601:03d}",
        organisations=(
            OrganisationPlan(
                key="authority",
                kind=OrganisationKind.EDUCATION_AUTHORITY_MUNICIPAL,
                name=f"Управление образования администрации {genitive}",
                short_name=f"Управление образования {genitive}",
                **where,
            ),
            OrganisationPlan(
                key="service",
                kind=OrganisationKind.METHODICAL_SERVICE,
                name=f"Муниципальное казённое учреждение «Методический центр» {genitive}",
                short_name=f"Методический центр {genitive}",
                legal_form="МКУ",
                **where,
            ),
        ),
        schools=tuple(_school(random, place, school) for school in range(size)),
        associations=("russian", "mathematics"),
    )


def _school(random: np.random.Generator, place: _Place, number: int) -> SchoolPlan:
    in_town = place.is_in_town(number)
    locality = Locality.URBAN if in_town else Locality.RURAL
    chances = (0.78, 0.02, 0.12, 0.08) if in_town else (0.68, 0.32, 0.0, 0.0)
    school_type = _TYPES[int(random.choice(len(_TYPES), p=chances))]
    name, settlement = (
        _town_name(random, school_type, number, place)
        if in_town
        else _village_name(random, school_type, place)
    )
    typical = 560 if in_town else 190 if school_type == SchoolType.SECONDARY else 90
    code = f"{REGION_CODE}{place.number + 1:02d}{number + 1:02d}"
    spread = 0.03 if in_town else 0.18
    return SchoolPlan(
        name=name,
        legal_form=str(random.choice(_FORMS[locality])),
        school_type=school_type,
        settlement=settlement,
        locality=locality,
        latitude=round(place.latitude + float(random.normal(0, spread)), 6),
        longitude=round(place.longitude + float(random.normal(0, spread * 1.8)), 6),
        pupils=int(np.clip(typical * np.exp(random.normal(0, 0.4)), 50, 1500)),
        level=Level.DRAWN,
        code=code,
        login=f"edu{code}",
    )


def _town_name(
    random: np.random.Generator, school_type: SchoolType, number: int, place: _Place
) -> tuple[str, str]:
    """Return a name and its settlement; every third town school has a name of its own besides the number."""
    own = f" «{random.choice(_words()['named'])}»" if random.random() < 0.3 else ""  # noqa: PLR2004  # a third
    words = {SchoolType.GYMNASIUM: "Гимназия", SchoolType.LYCEUM: "Лицей", SchoolType.BASIC: "ООШ"}
    return f"{words.get(school_type, 'СОШ')} № {number + 1}{own} г. {place.seat}", place.seat


def _village_name(random: np.random.Generator, school_type: SchoolType, place: _Place) -> tuple[str, str]:
    """Return a name and its settlement; the same village name occurs in several municipalities, as in life."""
    villages: dict[str, str] = _words()["villages"]
    while True:
        village = str(random.choice(list(villages)))
        prefix = str(random.choice(_PREFIXES))
        settlement = f"{prefix}{village.lower()}" if prefix else village
        if settlement not in place.used:
            place.used.add(settlement)
            break
    adjective = f"{prefix}{villages[village].lower()}" if prefix else villages[village]
    return f"{adjective} {'ООШ' if school_type == SchoolType.BASIC else 'СОШ'}", settlement
