"""The gazetteer: loading, and coordinates of schools from their settlements; nothing is guessed."""

from decimal import Decimal
from pathlib import Path

import pytest

from mayak.kernel.access import Scope
from mayak.kernel.models import AuditEntry
from mayak.registry.algorithms.places import kilometres, latin, region_key, settlement_key
from mayak.registry.models import Organisation, Settlement
from mayak.registry.services.settlements import load_gazetteer, load_settlements, locate_organisations
from tests.factories.registry import (
    MunicipalityFactory,
    OrganisationFactory,
    RegionFactory,
    SettlementFactory,
)
from tests.registry.conftest import ACTOR, World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["г. Тосно", "Тосно город", "ТОСНО", "пос. Тосно", "Тосно (центр)"])
def test_what_kind_of_place_it_is_does_not_count(name: str) -> None:
    assert settlement_key(name) == "тосно"


@pytest.mark.parametrize(
    ("first", "second"),
    [("Республика Карелия", "Карелия Респ"), ("Тверская обл.", "Тверская область"), ("г. Москва", "Москва")],
)
def test_regions_are_the_same_however_they_are_written(first: str, second: str) -> None:
    assert region_key(first) == region_key(second)


def test_distance_and_transliteration() -> None:
    assert round(kilometres((59.9386, 30.3141), (55.7520, 37.6178))) == 635
    assert latin("Жуковский") == "zhukovskiy"


def test_the_shipped_gazetteer_names_places_in_russian_and_is_loaded_once() -> None:
    first = load_gazetteer(actor=ACTOR)
    assert (first.added, first.rejected) == (5261, ())
    assert load_gazetteer(actor=ACTOR).added == 0
    for name, region in [
        ("Сасово", "Рязанская область"),
        ("Москва", "Москва"),
        ("Тосно", "Ленинградская область"),
        ("Высокая Гора", "Республика Татарстан"),
        ("Мышкин", "Ярославская область"),
    ]:
        assert Settlement.objects.filter(name=name, region_name=region).count() == 1, name
    assert not Settlement.objects.exclude(name__regex="[А-Яа-я]").exists()
    assert AuditEntry.objects.get().row_count == 5261


def test_schools_get_the_centre_of_their_settlement_with_its_source(world: World) -> None:
    load_gazetteer(actor=ACTOR)
    Organisation.objects.filter(pk=world.school.pk).update(settlement="г. Тосно")
    report = locate_organisations(world.scope, actor=ACTOR)
    world.school.refresh_from_db()
    assert (report.located, report.ambiguous, report.unknown) == (1, (), ())
    assert (world.school.latitude, world.school.longitude) == (Decimal("59.540000"), Decimal("30.877500"))
    assert world.school.coordinates_source == "центр населённого пункта"


def test_an_ambiguous_and_an_unknown_settlement_are_listed_and_not_guessed(world: World) -> None:
    for latitude in ("59.1", "60.9"):
        SettlementFactory(
            name="Никольское",
            region_name="Ленинградская область",
            region_key="ленинградская",
            latitude=latitude,
        )
    twice = OrganisationFactory(territory=world.own, settlement="Никольское")
    never = OrganisationFactory(territory=world.own, settlement="Нигде")
    report = locate_organisations(world.scope, actor=ACTOR)
    assert report.located == 0
    assert report.ambiguous == ((twice, "Никольское"),)
    assert report.unknown == ((never, "Нигде"),)


def test_a_settlement_of_another_region_does_not_count(world: World) -> None:
    SettlementFactory(name="Тосно", region_name="Тверская область", region_key="тверская")
    school = OrganisationFactory(territory=world.own, settlement="Тосно")
    assert locate_organisations(world.scope, actor=ACTOR).unknown == ((school, "Тосно"),)


def test_schools_of_the_neighbour_are_left_alone(world: World) -> None:
    load_gazetteer(actor=ACTOR)
    Organisation.objects.filter(pk=world.foreign.pk).update(settlement="Кировск")
    assert locate_organisations(world.scope, actor=ACTOR).located == 0


def test_bulgarian_settlements_are_loaded_and_the_municipality_decides(shared_data: Path) -> None:
    mapping = {"name": "name", "region": "province", "municipality": "municipality", "geo": "geo"}
    path = shared_data / "bulgaria_nvo7" / "settlements_loc.csv"
    report = load_settlements(path, mapping, actor=ACTOR, source="OpenStreetMap")
    assert report.added > 4000
    province = RegionFactory(name="Монтана")
    school = OrganisationFactory(
        territory=MunicipalityFactory(name="Брусарци", parent=province), settlement="Крива бара"
    )
    assert locate_organisations(Scope.of_everything(), actor=ACTOR).located == 1
    school.refresh_from_db()
    assert (school.latitude, school.longitude) == (Decimal("43.687317"), Decimal("23.075925"))


def test_rows_without_coordinates_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text("name;lat;lon\nА;59,5;30,1\nБ;;\n;1;1\nВ;100;1\n", encoding="utf-8")
    mapping = {"name": "name", "latitude": "lat", "longitude": "lon"}
    report = load_settlements(path, mapping, actor=ACTOR)
    assert report.added == 1
    assert [row for row, _reason in report.rejected] == [3, 4, 5]
    assert report.rejected[0][1] == "В строке нет названия или координат."
