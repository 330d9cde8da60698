"""The offline gazetteer: loading places, and giving organisations the coordinates of their settlement."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mayak.kernel.access import Actor, Scope
from mayak.kernel.audit.services import record_bulk
from mayak.kernel.importing import open_upload
from mayak.registry.algorithms.places import kilometres, region_key, settlement_key
from mayak.registry.enums import Locality, TerritoryKind
from mayak.registry.models import Organisation, Settlement, Territory

GAZETTEER: Final = Path(__file__).resolve().parent.parent / "data" / "gazetteer-ru.csv"
GAZETTEER_SOURCE: Final = "GeoNames"
CENTRE: Final = gettext_noop("centre of the settlement")
SAME_PLACE_KM: Final = 5
_BATCH: Final = 1000
_POLE, _DATE_LINE = 90, 180


@dataclass(frozen=True, slots=True)
class LoadReport:
    """How many places were added; rows that could not be read, as (row, reason)."""

    added: int
    present: int
    rejected: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LocateReport:
    """Organisations that got coordinates, and those that did not, with the name of their settlement."""

    located: int
    ambiguous: tuple[tuple[Organisation, str], ...]
    unknown: tuple[tuple[Organisation, str], ...]


def load_gazetteer(*, actor: Actor) -> LoadReport:
    """Load the places of Russia that Mayak ships; a second time changes nothing."""
    with GAZETTEER.open(encoding="utf-8", newline="") as file:
        rows = [
            _settlement(
                name=row["name"],
                region=row["region"],
                latitude=row["latitude"],
                longitude=row["longitude"],
                population=row["population"],
                locality=row["locality"],
                source=GAZETTEER_SOURCE,
            )
            for row in csv.DictReader(file)
        ]
    return _store(rows, (), actor=actor, title=GAZETTEER.name)


def load_settlements(path: Path, mapping: Mapping[str, str], *, actor: Actor, source: str = "") -> LoadReport:
    """Load places from a table of one's own.

    Args:
        path: csv or xlsx with one row of headings.
        mapping: what each value is called there: «name», «region», «municipality», «population», and either
            «latitude» and «longitude» or «geo» («longitude,latitude» in one cell).
        actor: who does it.
        source: where the places come from; the name of the file where nothing is said.

    Raises:
        ImportProblem: the file cannot be read.
        KeyError: a column of the mapping is not in the file.
    """
    rows: list[Settlement] = []
    rejected: list[tuple[int, str]] = []
    for number, row in _records(path, mapping):
        try:
            rows.append(_from_record(row, source or path.name))
        except (ValueError, InvalidOperation):
            rejected.append((number, _("The row has no name or no coordinates.")))
    return _store(rows, tuple(rejected), actor=actor, title=path.name)


@transaction.atomic
def locate_organisations(scope: Scope, *, actor: Actor) -> LocateReport:
    """Give open organisations without coordinates those of their settlement; nothing is guessed.

    A settlement counts where its name is one place of the organisation's region; of several, the one in the
    organisation's municipality, where the gazetteer knows municipalities.
    """
    waiting = list(
        Organisation.objects.within(scope)
        .open()
        .filter(latitude__isnull=True)
        .exclude(settlement="")
        .select_related("territory")
    )
    places = _places({settlement_key(row.settlement) for row in waiting})
    regions = _regions({row.territory for row in waiting})
    located: list[Organisation] = []
    ambiguous: list[tuple[Organisation, str]] = []
    unknown: list[tuple[Organisation, str]] = []
    for row in waiting:
        found = _choose(places[settlement_key(row.settlement)], regions[row.territory_id], row)
        if len(found) == 1:
            row.latitude, row.longitude = found[0].latitude, found[0].longitude
            row.coordinates_source = _(CENTRE)
            row.locality = row.locality or found[0].locality
            located.append(row)
        else:
            (ambiguous if found else unknown).append((row, row.settlement))
    fields = ["latitude", "longitude", "coordinates_source", "locality"]
    Organisation.objects.bulk_update(located, fields, batch_size=200)
    if located:
        record_bulk(
            Organisation,
            actor=actor,
            action="locate",
            row_count=len(located),
            row_first=min(row.pk for row in located),
            row_last=max(row.pk for row in located),
            territory_path=scope.territory_paths[0] if scope.territory_paths else "",
            object_text=_(CENTRE),
        )
    return LocateReport(len(located), tuple(ambiguous), tuple(unknown))


@transaction.atomic
def _store(
    rows: list[Settlement], rejected: tuple[tuple[int, str], ...], *, actor: Actor, title: str
) -> LoadReport:
    before = Settlement.objects.count()
    Settlement.objects.bulk_create(rows, batch_size=_BATCH, ignore_conflicts=True)
    added = Settlement.objects.count() - before
    if added:
        record_bulk(Settlement, actor=actor, action="load", row_count=added, object_text=title)
    return LoadReport(added, len(rows) - added, rejected)


def _settlement(
    *,
    name: str,
    region: str,
    latitude: str,
    longitude: str,
    source: str,
    municipality: str = "",
    population: str = "",
    locality: str = "",
) -> Settlement:
    """Return an unsaved place.

    Raises:
        ValueError: no name, or coordinates that are not on the Earth.
        InvalidOperation: the coordinates are no numbers.
    """
    lat, lon = Decimal(latitude.replace(",", ".").strip()), Decimal(longitude.replace(",", ".").strip())
    if not name.strip() or abs(lat) > _POLE or abs(lon) > _DATE_LINE:
        raise ValueError(name)
    return Settlement(
        name=name.strip(),
        key=settlement_key(name),
        region_name=region.strip(),
        region_key=region_key(region),
        municipality_name=municipality.strip(),
        latitude=lat.quantize(Decimal("0.000001")),
        longitude=lon.quantize(Decimal("0.000001")),
        population=int(population) if population.strip().isdigit() else None,
        locality=locality if locality in Locality.values else "",
        source=source[:100],
    )


def _from_record(row: Mapping[str, str], source: str) -> Settlement:
    longitude, latitude = row.get("longitude", ""), row.get("latitude", "")
    if row.get("geo"):
        longitude, _comma, latitude = row["geo"].partition(",")
    return _settlement(
        name=row["name"],
        region=row.get("region", ""),
        municipality=row.get("municipality", ""),
        population=row.get("population", ""),
        latitude=latitude,
        longitude=longitude,
        source=source,
    )


def _records(path: Path, mapping: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    rows = open_upload(path.name, path)[0].sheets[0].rows()
    _number, headings = next(rows)
    places = {str(heading).strip(): index for index, heading in enumerate(headings)}
    columns = {name: places[heading] for name, heading in mapping.items()}
    for number, cells in rows:
        yield (
            number,
            {name: str(cells[index]) if index < len(cells) else "" for name, index in columns.items()},
        )


def _places(keys: Iterable[str]) -> dict[str, list[Settlement]]:
    found: dict[str, list[Settlement]] = defaultdict(list)
    wanted = sorted(keys)
    for start in range(0, len(wanted), _BATCH // 2):
        for place in Settlement.objects.filter(key__in=wanted[start : start + _BATCH // 2]):
            found[place.key].append(place)
    return found


def _regions(territories: Iterable[Territory]) -> dict[int, str]:
    """Territory -> key of its region (itself, or the one above it)."""
    named = {
        territory.path: region_key(territory.name)
        for territory in Territory.objects.filter(kind=TerritoryKind.REGION)
    }
    return {
        territory.pk: next(
            (key for path, key in named.items() if (territory.path or "").startswith(path or "?")), ""
        )
        for territory in territories
    }


def _choose(places: list[Settlement], region: str, organisation: Organisation) -> list[Settlement]:
    """The places that may be meant; one entry for spellings of the same place."""
    here = [place for place in places if not region or place.region_key == region]
    own = region_key(organisation.territory.name)
    nearer = [place for place in here if place.municipality_name and _same_district(place, own)]
    distinct: list[Settlement] = []
    for place in nearer or here:
        point = (float(place.latitude), float(place.longitude))
        if all(kilometres(point, (float(o.latitude), float(o.longitude))) > SAME_PLACE_KM for o in distinct):
            distinct.append(place)
    return distinct


def _same_district(place: Settlement, own: str) -> bool:
    words = {word for word in own.split() if word not in ("район", "муниципальный", "городской")}
    return bool(words) and words == {
        word
        for word in region_key(place.municipality_name).split()
        if word not in ("район", "муниципальный", "городской")
    }
