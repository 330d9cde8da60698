"""The networks of the Kirovsk district entered as data, and what the page and the checks say of them."""

import datetime as dt
from pathlib import Path

import pytest
import time_machine
import yaml
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation

from mayak.accounts.enums import Role
from mayak.kernel.access import SYSTEM, Scope
from mayak.kernel.findings.models import Finding
from mayak.kernel.findings.services import run_checks
from mayak.networks.enums.networks import NetworkState
from mayak.networks.models import Network, Partnership
from mayak.networks.selectors.network_documents import checklist
from mayak.networks.selectors.network_links import link_remarks, links_of
from mayak.networks.selectors.network_rules import cards_of
from mayak.networks.selectors.networks import member_lines, vanished_members
from mayak.networks.services.network_guide import choose_model
from mayak.networks.services.network_members import add_member, leave_network
from mayak.networks.services.network_papers import save_document
from mayak.networks.services.networks import activate_network, close_network, create_network
from mayak.registry.enums import ActKind
from mayak.registry.models import LegalAct, Organisation, Programme, Territory
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.matching import PartnershipFactory, school
from tests.factories.networks import requirement, rules
from tests.factories.registry import (
    AuthorityFactory,
    LegalActFactory,
    MunicipalityFactory,
    ProgrammeFactory,
    SchoolYearFactory,
)

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parent.parent / "data" / "network_kirovsk.yaml"
IN_2022 = dt.datetime(2022, 11, 5, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _replayed():
    with (
        override_settings(LANGUAGE_CODE="en"),
        translation.override("en"),
        time_machine.travel(IN_2022, tick=False),
    ):
        replay(yaml.safe_load(DATA.read_text(encoding="utf-8")))
        yield


def replay(data) -> None:
    """Enter everything by the services of the pages."""
    rules()
    district = MunicipalityFactory(name="Кировский муниципальный район")
    for name in data["schools"]:
        school(district, name)
    for act in data["acts"]:
        LegalActFactory(territory=district, issuer=data["issuer"], kind=ActKind.DIRECTIVE, **act)
    programme = ProgrammeFactory(territory=district, name=data["programme"])
    for row in data["networks"]:
        enter(row, district, programme)


def enter(row, district: Territory, programme: Programme) -> None:
    schools = {one.short_name: one for one in Organisation.objects.filter(territory=district)}
    network = create_network(
        actor=SYSTEM,
        programme=programme,
        school_year=SchoolYearFactory(start_year=row["year"]),
        territory=district,
        name=row["name"],
        basis=LegalAct.objects.get(number=row["basis"]),
    )
    for role, names in row["members"].items():
        for name in names:
            add_member(network, schools[name], actor=SYSTEM, role=role)
    for lead, mentees in row.get("pairs", {}).items():
        for mentee in mentees:
            PartnershipFactory(
                school_year=network.school_year, mentee=schools[mentee], lead=schools[lead], network=network
            )
    if row["model"]:
        choose_model(network, actor=SYSTEM, model=row["model"], reason="Тип сети назван в отчёте")
        network.refresh_from_db()
        for member in network.members.all():
            contract = requirement(network, "member-contract")
            save_document(
                network, contract, actor=SYSTEM, state="draft", member=member, note=row["contracts"]
            )
        activate_network(network, actor=SYSTEM)
    if row.get("closed"):
        close_network(network, actor=SYSTEM, close_reason=row["closed"])


def network(name: str) -> Network:
    return Network.objects.select_related("school_year", "territory").get(name__contains=name)


def findings(check: str) -> list[tuple[str, str]]:
    run_checks(scope=Scope.of_everything(), check_ids=[check])
    rows = Finding.objects.filter(check_id=check, state="open").order_by("place")
    return [(row.place, row.reason) for row in rows]


def remarks(one: Network) -> list[tuple[str, str]]:
    card = next(card for card in cards_of(2022) if card.code == one.model)
    found = link_remarks(one, card, list(one.members.all()), [], list(links_of(one)))
    return [(remark.tone, remark.text) for remark in found]


def test_five_low_and_three_lead_schools_began() -> None:
    first = network("2020/21")
    assert first.members.filter(role="mentee").count() == 5
    assert first.members.filter(role="lead").count() == 3
    assert (first.model, first.state) == ("", NetworkState.CLOSED)


def test_six_pairs_stand_in_two_kinds_of_a_distributed_network() -> None:
    assert Partnership.objects.filter(network=network("инструментальная")).count() == 5
    assert Partnership.objects.filter(network=network("идентичная")).count() == 1


def test_the_loads_are_three_two_and_one() -> None:
    loads = {}
    for name in ("инструментальная", "идентичная"):
        one = network(name)
        for line in member_lines(one, list(one.members.all()), list(links_of(one))):
            if line.load:
                loads[str(line.member.organisation)] = (line.load, line.places)
    assert loads == {
        "Приладожская СОШ": (3, 3),
        "Шлиссельбургская СОШ № 1": (2, 3),
        "Отраденская СОШ № 2": (1, 3),
    }


def test_the_links_fit_the_instrumental_network_and_the_identical_one_has_no_common_goal() -> None:
    assert remarks(network("инструментальная")) == [
        ("good", "Lead schools: 2, schools that get help: 5, links: 5."),
        ("info", "0 schools get help from several lead schools."),
    ]
    assert remarks(network("идентичная")) == [
        ("bad", "The model rests on a common goal, and none is written."),
        ("good", "Lead schools: 1, schools that get help: 1, links: 1."),
    ]


def test_contracts_without_a_day_are_not_taken_for_signed() -> None:
    found = checklist(network("инструментальная"))
    assert (found.done, len(found.required)) == (0, 7)
    assert {line.note for line in found.lacking} == {
        "Договоры 2022 года заключены; с кем и какого числа, в источнике не указано"
    }
    assert findings("CH-06") == [
        (
            "Сетевая пара, распределённая идентичная сеть, 2022/23",
            "2 required documents are missing, not signed or expired: Договор о сетевом взаимодействии (2)",
        ),
        (
            "Сетевые пары и группа, распределённая инструментальная сеть, 2022/23",
            "7 required documents are missing, not signed or expired: Договор о сетевом взаимодействии (7)",
        ),
    ]


def test_the_lead_school_that_disappeared_is_found_across_the_year_without_members() -> None:
    assert findings("CH-29") == [
        (
            "Кировская СОШ № 2: Сетевые команды 2020/21",
            "It took part in 2020/21 and is in no network of the programme in 2022/23; the reason is not written.",
        )
    ]
    member = network("2020/21").members.get(organisation__short_name="Кировская СОШ № 2")
    leave_network(
        member, actor=SYSTEM, left_on=dt.date(2022, 11, 1), leave_reason="Причина в источнике не указана"
    )
    assert vanished_members(Scope.of_everything()) == []


def test_the_page_names_the_acts_and_the_partners() -> None:
    one = network("инструментальная")
    authority = AuthorityFactory(territory=one.territory)
    client = Client(headers={"accept-language": "en"})
    client.force_login(RoleAssignmentFactory(organisation=authority, role=Role.MUNICIPAL_COORDINATOR).user)
    text = " ".join(client.get(reverse("networks:network", args=[one.pk])).content.decode().split())
    for word in ("18.10.2022 № 354", "3 of 3", "2 of 3", "Суховская ООШ", "в источнике не указано"):
        assert word in text
    before = network("2021/22")
    text = " ".join(client.get(reverse("networks:network", args=[before.pk])).content.decode().split())
    for word in ("12.10.2021 № 263", "Nobody is named yet.", "The model is not chosen"):
        assert word in text
