"""Links of a network against its model, loads of lead schools, the picture."""

import datetime as dt

import pytest
import time_machine
from django.test import override_settings
from django.utils import translation

from mayak.kernel.access import Actor
from mayak.networks.enums.networks import (
    CentreKind,
    MemberRole,
)
from mayak.networks.models import Network, Partnership
from mayak.networks.selectors.network_links import link_remarks, links_of
from mayak.networks.selectors.network_pictures import member_places, model_picture
from mayak.networks.selectors.network_rules import cards_of
from mayak.networks.selectors.networks import member_lines
from mayak.networks.services.network_members import update_member
from tests.factories.matching import YEAR, LeadProfileFactory, PartnershipFactory, school
from tests.factories.networks import (
    CentreFactory,
    MemberFactory,
    NetworkFactory,
    rules,
)
from tests.factories.registry import (
    WorkingGroupFactory,
)

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, label="anna@example.org")
DAY = dt.date(YEAR, 11, 5)
IN_THE_YEAR = dt.datetime(YEAR, 11, 5, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _english():
    with (
        override_settings(LANGUAGE_CODE="en"),
        translation.override("en"),
        time_machine.travel(IN_THE_YEAR, tick=False),
    ):
        yield


def network(model: str = "", **fields) -> Network:
    rules()
    return NetworkFactory(model=model, **fields)


def pair(one: Network, mentee, lead, **fields) -> Partnership:
    return PartnershipFactory(school_year=one.school_year, mentee=mentee, lead=lead, **fields)


def remarks(one: Network) -> list[tuple[str, str]]:
    card = next(card for card in cards_of(YEAR) if card.code == one.model)
    members = list(one.members.filter(left_on=None).select_related("organisation"))
    found = link_remarks(one, card, members, list(one.centres.all()), list(links_of(one)))
    return [(remark.tone, remark.text) for remark in found]


def test_links_of_a_centre_are_incoming() -> None:
    one = network("concentrated_both")
    assert remarks(one) == [("bad", "The model needs a centre, and none is named.")]
    centre = CentreFactory(network=one).organisation
    assert remarks(one) == [("warning", "There are no network pairs between the members yet.")]
    mentees = [MemberFactory(network=one).organisation for _number in range(3)]
    MemberFactory(network=one, organisation=centre, role=MemberRole.LEAD)
    for mentee in mentees:
        pair(one, mentee, centre)
    assert remarks(one) == [
        ("good", "Incoming links of the centre: 3, outgoing: 0 — a hierarchy, as the model says.")
    ]
    pair(one, centre, mentees[0])
    pair(one, centre, mentees[1])
    pair(one, mentees[1], mentees[2])
    assert remarks(one) == [
        (
            "warning",
            "Incoming links of the centre: 3, outgoing: 2. In this model incoming links are far more.",
        ),
        ("warning", "1 link of 6 goes past the centre."),
    ]


def test_a_council_that_directs_is_no_side_of_a_pair() -> None:
    one = network("concentrated_coordination")
    CentreFactory(network=one, kind=CentreKind.AUTHORITY_BODY, organisation=None, group=WorkingGroupFactory())
    lead, mentee = MemberFactory(network=one, role="lead"), MemberFactory(network=one)
    pair(one, mentee.organisation, lead.organisation)
    assert remarks(one) == [
        (
            "info",
            "The centre is no side of a network pair: it directs by its act, the schools help each other.",
        )
    ]


def test_a_distributed_network_with_one_lead_looks_concentrated() -> None:
    one = network("distributed_identical")
    lead = MemberFactory(network=one, role="lead").organisation
    mentees = [MemberFactory(network=one).organisation for _number in range(3)]
    for mentee in mentees:
        pair(one, mentee, lead)
    assert remarks(one) == [
        ("bad", "The model rests on a common goal, and none is written."),
        (
            "warning",
            "All 3 links lead to one school: this is how a concentrated network looks, not a distributed one.",
        ),
    ]
    other = MemberFactory(network=one, role="lead").organisation
    pair(one, mentees[0], other)
    Network.objects.filter(pk=one.pk).update(model="distributed_instrumental")
    one.refresh_from_db()
    assert remarks(one) == [
        ("good", "Lead schools: 2, schools that get help: 3, links: 4."),
        ("info", "1 school gets help from several lead schools."),
    ]


def test_a_chain_has_places_and_tasks() -> None:
    one = network("chain")
    first, second = MemberFactory(network=one), MemberFactory(network=one, position=1, task="Опыт")
    assert remarks(one) == [
        ("bad", "Not every member has its place in the chain."),
        ("warning", "Not every link of the chain has its task."),
    ]
    update_member(first, actor=ACTOR, position=1, task="Замысел")
    assert remarks(one) == [("bad", "Two members have the same place in the chain.")]
    update_member(second, actor=ACTOR, position=2)
    assert remarks(one) == [("good", "Each link of the chain has its place and its task.")]


def test_a_pair_of_another_network_is_no_link_of_this_one() -> None:
    one, other = network("chain"), network("chain")
    lead, mentee = MemberFactory(network=one, role="lead"), MemberFactory(network=one)
    row = pair(one, mentee.organisation, lead.organisation)
    assert list(links_of(one)) == [row]
    Partnership.objects.filter(pk=row.pk).update(network=other)
    assert list(links_of(one)) == []
    assert list(links_of(other)) == [row]


def test_the_load_of_a_lead_counts_all_schools_it_helps_against_its_places() -> None:
    one = network("distributed_instrumental")
    lead = MemberFactory(network=one, role="lead")
    LeadProfileFactory(organisation=lead.organisation, school_year=one.school_year, capacity=2)
    mentee = MemberFactory(network=one)
    pair(one, mentee.organisation, lead.organisation)
    for name in ("Чужая", "Ещё чужая"):
        pair(one, school(one.territory, name), lead.organisation)
    lines = member_lines(one, [lead, mentee], list(links_of(one)))
    assert [(line.load, line.places, line.is_overloaded) for line in lines] == [
        (3, 2, True),
        (None, None, False),
    ]
    assert [len(line.helps) for line in lines] == [1, 0]
    assert [len(line.helped_by) for line in lines] == [0, 1]


def drawn(one: Network):
    card = next(card for card in cards_of(YEAR) if card.code == one.model)
    members = list(one.members.order_by("position", "pk").select_related("organisation"))
    centres = list(one.centres.select_related("organisation", "group"))
    return model_picture(card, members, centres, list(links_of(one)), tone=lambda link: "good")


def test_a_centre_stands_in_the_middle() -> None:
    one = network("concentrated_both")
    centre = CentreFactory(network=one).organisation
    MemberFactory(network=one, organisation=centre, role="lead")
    first = MemberFactory(network=one).organisation
    second = MemberFactory(network=one).organisation
    pair(one, first, centre, content=[{"name": "Математика", "grade": 9}])
    picture = drawn(one)
    nodes = {node["name"]: (node["x"], node["y"]) for node in picture.option["series"][0]["data"]}
    assert nodes[str(centre)] == (0, 0)
    assert picture.table_rows == [
        (str(centre), str(first), "Математика, 9 · active"),
        (str(centre), str(second), "directs"),
    ]
    assert picture.option["series"][0]["edgeSymbol"] == ["none", "arrow"]
    assert picture.option["series"][0]["links"][0]["lineStyle"]["color"] == "var(--good)"


def test_a_chain_is_drawn_in_its_order() -> None:
    one = network("chain")
    for place, name in enumerate(("Площадка", "Школа", "Филиал"), start=1):
        MemberFactory(network=one, organisation=school(one.territory, name), position=place)
    picture = drawn(one)
    assert picture.table_rows == [
        ("1. Площадка", "2. Школа", "passes the task on"),
        ("2. Школа", "3. Филиал", "passes the task on"),
    ]
    assert [node["y"] for node in picture.option["series"][0]["data"]] == [0, 40, 80]


def test_a_network_without_members_has_no_picture() -> None:
    assert drawn(network("chain")) is None


def test_the_map_shows_members_with_coordinates_and_counts_the_others() -> None:
    one = network("chain")
    MemberFactory(network=one, organisation=school(one.territory, "Село", latitude="59.5", longitude="31.2"))
    MemberFactory(network=one, role="lead", organisation=school(one.territory, "Город"))
    found = member_places(list(one.members.order_by("pk")))
    assert [row[:2] for row in found.table_rows] == [["Село", "school that gets help"]]
    assert found.summary == "Without coordinates: 1."
    assert member_places([]) is None
