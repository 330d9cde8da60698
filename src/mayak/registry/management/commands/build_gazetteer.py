"""Make the shipped gazetteer anew from its two open sources (data/gazetteer-source.md)."""

import csv
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand
from rapidfuzz.fuzz import ratio

from mayak.registry.algorithms.places import kilometres, latin

COLUMNS: Final = ("name", "region", "latitude", "longitude", "population", "locality", "source")
NEAR_KM: Final = 12
NEAR_DEGREES: Final = 0.2
ALIKE: Final = 75
_RUSSIAN: Final = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя -'().№0123456789")
_PLAIN: Final = str.maketrans({"’": "", "'": "", "”": "", "ë": "e", "ё": "е"})
_FORMS: Final = {
    "обл": "{} область",
    "край": "{} край",
    "Респ": "Республика {}",
    "АО": "{} автономный округ",
    "г": "{}",
}
_REGIONS: Final = {
    "Кемеровская область - Кузбасс": "Кемеровская область",
    "Ханты-Мансийский Автономный округ - Югра": "Ханты-Мансийский автономный округ",
    "Саха /Якутия/": "Республика Саха (Якутия)",
    "Северная Осетия - Алания": "Республика Северная Осетия",
    "Еврейская": "Еврейская автономная область",
    "Чувашская Республика": "Чувашская Республика",
    "Кабардино-Балкарская": "Кабардино-Балкарская Республика",
    "Карачаево-Черкесская": "Карачаево-Черкесская Республика",
    "Удмуртская": "Удмуртская Республика",
    "Чеченская": "Чеченская Республика",
}

_FEDERAL_CITIES: Final = {"48": "Москва", "66": "Санкт-Петербург"}
"""Codes of GeoNames whose cities are regions themselves; their towns lie in them, not in the region around."""

_TRANSLATED: Final = {"524901": "Москва"}
"""Places whose English name is not a transliteration: number in GeoNames -> Russian name."""

Place = dict[str, str]


class Command(BaseCommand):
    """``mayak build_gazetteer GEONAMES.csv CITIES.csv OUT.csv``."""

    help = "Make the gazetteer from GeoNames and from the list of cities."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the three files."""
        parser.add_argument("geonames", type=Path)
        parser.add_argument("cities", type=Path)
        parser.add_argument("output", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file and say how many places it holds."""
        places, cities = read(options["geonames"]), read(options["cities"])
        regions = regions_of(places, cities)
        rows = [row for place in places if (row := gazetteer_row(place, cities, regions)) is not None]
        rows.sort(key=lambda row: (row["region"], row["name"], row["latitude"]))
        with options["output"].open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        self.stdout.write(f"{len(rows)} of {len(places)} places")


def read(path: Path) -> list[Place]:
    """Return the rows of a csv file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def regions_of(places: list[Place], cities: list[Place]) -> dict[str, str]:
    """Return the Russian name of each region code: that of most of the cities that lie at its places."""
    votes: dict[str, Counter[str]] = {}
    for place in places:
        city = city_at(place, cities)
        if city is not None:
            votes.setdefault(place["admin1"], Counter())[region_name(city)] += 1
    return {code: counted.most_common(1)[0][0] for code, counted in votes.items()}


def region_name(city: Place) -> str:
    """Return the usual name of a region."""
    return _REGIONS.get(city["region"]) or _FORMS.get(city["region_type"], "{}").format(city["region"])


def city_at(place: Place, cities: list[Place]) -> Place | None:
    """Return the city of the list that is this place: near, and of a like name."""
    here = (float(place["lat"]), float(place["lon"]))
    near = [
        city
        for city in cities
        if abs(float(city["geo_lat"]) - here[0]) < NEAR_DEGREES
        and kilometres(here, (float(city["geo_lat"]), float(city["geo_lon"]))) <= NEAR_KM
    ]
    alike = [(likeness(city_name(city), place), city_name(city), city) for city in near]
    best = max(alike, key=lambda found: found[:2], default=None)
    return best[2] if best is not None and best[0] >= ALIKE else None


def city_name(city: Place) -> str:
    """Return the name of a city; Moscow and its like are regions in that list."""
    return city["city"] or city["settlement"] or city["region"]


def likeness(name: str, place: Place) -> float:
    """Compare a Russian name with the Latin one of the gazetteer, 0-100."""
    wanted = place["name_lat"].lower().translate(_PLAIN)
    spellings = (latin(name), latin(name.lower().replace("ё", "yo")))
    return max(ratio(spelling.translate(_PLAIN), wanted) for spelling in spellings)


def gazetteer_row(place: Place, cities: list[Place], regions: dict[str, str]) -> Place | None:
    """Return the row of the place; None where no Russian spelling is near the Latin name or the region is unknown."""
    city = city_at(place, cities)
    if place["geonameid"] in _TRANSLATED:
        name = _TRANSLATED[place["geonameid"]]
    elif city is not None:
        name = city_name(city)
    else:
        spellings = [word for word in place["alt_ru"].split("|") if word and set(word.lower()) <= _RUSSIAN]
        name = max(spellings, key=lambda word: likeness(word, place), default="")
        if not name or likeness(name, place) < ALIKE:
            return None
    region = _FEDERAL_CITIES.get(place["admin1"]) or (
        region_name(city) if city else regions.get(place["admin1"], "")
    )
    if not region:
        return None
    return {
        "name": name,
        "region": region,
        "latitude": place["lat"],
        "longitude": place["lon"],
        "population": place["population"] if place["population"] != "0" else "",
        "locality": "urban" if city is not None else "",
        "source": f"GeoNames {place['geonameid']}" + (" + hflabs/city" if city is not None else ""),
    }
