"""Partnerships from a table: a report with places, then all rows or none; what the final report of a district lists."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation

from mayak.accounts.enums import Role
from mayak.networks.models import Partnership
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.matching import school
from tests.factories.registry import (
    AuthorityFactory,
    LegalActFactory,
    MunicipalityFactory,
    SchoolYearFactory,
)

pytestmark = pytest.mark.django_db
HEADER = "Учебный год;Школа, которой помогают;Школа-лидер;Состояние;Содержание помощи;Основание;Начало;Окончание;Причина завершения"


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


@pytest.fixture
def district():
    territory = MunicipalityFactory()
    for name in ("Путиловская ООШ", "Синявинская СОШ", "Приладожская СОШ", "Шлиссельбургская СОШ № 1"):
        school(territory, name)
    for year in (2021, 2022):
        SchoolYearFactory(start_year=year)
    LegalActFactory(territory=territory, number="354", date=dt.date(2022, 10, 18))
    return territory


def sent(client: Client, district, year, *lines: str):
    table = "\n".join([HEADER, *lines]).encode()
    values = {
        "territory": district.pk,
        "school_year": year.pk,
        "file": SimpleUploadedFile("pairs.csv", io.BytesIO(table).getvalue(), content_type="text/csv"),
    }
    return client.post(reverse("networks:import"), values)


def coordinator(district) -> Client:
    client = Client(headers={"accept-language": "en"})
    held = RoleAssignmentFactory(
        organisation=AuthorityFactory(territory=district), role=Role.MUNICIPAL_COORDINATOR
    )
    client.force_login(held.user)
    return client


def test_a_report_names_the_place_of_each_fault_and_writes_nothing(district) -> None:
    client, year = coordinator(district), SchoolYearFactory(start_year=2022)
    page = sent(
        client,
        district,
        year,
        ";Путиловская ООШ;Приладожская СОШ;действует;Математика, 9 класс;№ 354 от 18.10.2022;01.09.2022;31.05.2023;",
        ";Синявинская СОШ;Никакая школа;;;;;;",
        ";Синявинская СОШ;Синявинская СОШ;;;;;;",
        "2050;Синявинская СОШ;Приладожская СОШ;;;;;;",
        ";Синявинская СОШ;Приладожская СОШ;спит;;;;;",
        ";Синявинская СОШ;Приладожская СОШ;завершено;;;;;",
        ";Синявинская СОШ;Приладожская СОШ;;;№ 999;;;",
        ";Синявинская СОШ;Приладожская СОШ;;;;31.05.2023;01.09.2022;",
        ";Синявинская СОШ;Приладожская СОШ;;;;31.02.2023;;",
    ).content.decode()
    for place in (
        "Row 3, «Школа-лидер»: Синявинская СОШ ← Никакая школа — no school of the territory",
        "Row 4, «Школа-лидер»: Синявинская СОШ ← Синявинская СОШ — a school cannot help itself",
        "Row 5, «Учебный год»", "Row 6, «Состояние»", "Row 7, «Причина завершения»", "Row 8, «Основание»",
        "Row 9, «Окончание»", "Row 10, «Начало»",
    ):  # fmt: skip
        assert place in page
    assert Partnership.objects.count() == 0


def test_a_confirmed_report_is_written_once(district) -> None:
    client, year = coordinator(district), SchoolYearFactory(start_year=2022)
    page = sent(
        client,
        district,
        year,
        ';Путиловская ООШ;Приладожская СОШ;действует;"Математика, 9 класс; Кадры";№ 354;01.09.2022;31.05.2023;',
        "2021/22;Синявинская СОШ;Шлиссельбургская СОШ № 1;завершено;;;;;в источнике не указано",
    )
    plan = page.context["signed"]
    assert client.post(reverse("networks:import-confirm"), {"plan": plan}).status_code == 302
    first, second = Partnership.objects.order_by("-school_year__start_year")
    assert (first.state, first.content, first.basis.number, first.began_on) == (
        "active", [{"name": "Математика", "grade": "9"}, {"name": "Кадры", "grade": ""}], "354", dt.date(2022, 9, 1),
    )  # fmt: skip
    assert (second.state, second.end_reason, second.ended_on) == (
        "ended", "в источнике не указано", dt.date(2022, 8, 31),
    )  # fmt: skip
    client.post(reverse("networks:import-confirm"), {"plan": plan})
    assert Partnership.objects.count() == 2
    again = sent(client, district, year, ";Путиловская ООШ;Приладожская СОШ;;;;;;")
    assert (len(again.context["known"]), len(again.context["new"])) == (1, 0)


def test_a_plan_of_another_territory_or_a_forged_one_is_refused(district) -> None:
    year = SchoolYearFactory(start_year=2022)
    page = sent(coordinator(district), district, year, ";Путиловская ООШ;Приладожская СОШ;;;;;;")
    stranger = coordinator(MunicipalityFactory())
    plan = page.context["signed"]
    assert stranger.post(reverse("networks:import-confirm"), {"plan": plan}).status_code == 404
    client = coordinator(district)
    assert client.post(reverse("networks:import-confirm"), {"plan": plan[:-2]}).status_code == 302
    assert Partnership.objects.count() == 0
