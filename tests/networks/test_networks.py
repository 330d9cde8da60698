"""Networks: beginning, members, leaving, closing, who sees them."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import override_settings
from django.utils import translation

from mayak.kernel.access import Actor, Scope
from mayak.kernel.audit.models import AuditEntry
from mayak.networks.enums.networks import (
    NETWORK_TRANSITIONS,
    MemberRole,
    NetworkState,
)
from mayak.networks.models import Network, NetworkMember, Partnership
from mayak.networks.services.network_members import add_member, leave_network, update_member
from mayak.networks.services.networks import (
    activate_network,
    close_network,
    create_network,
    take_members_from_partnerships,
    update_network,
)
from tests.factories.matching import YEAR, PartnershipFactory, school, school_year
from tests.factories.networks import (
    MemberFactory,
    NetworkFactory,
    rules,
)
from tests.factories.registry import (
    MunicipalityFactory,
    ProgrammeFactory,
    SchoolYearFactory,
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


def error_of(call) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        call()
    return caught.value.messages


def network(model: str = "", **fields) -> Network:
    rules()
    return NetworkFactory(model=model, **fields)


def test_the_table_of_transitions() -> None:
    assert {
        NetworkState.DRAFT: {NetworkState.ACTIVE, NetworkState.CLOSED},
        NetworkState.ACTIVE: {NetworkState.CLOSED},
        NetworkState.CLOSED: set(),
    } == NETWORK_TRANSITIONS


def test_a_new_network_is_a_draft_and_is_in_the_log() -> None:
    territory = MunicipalityFactory()
    values = {"programme": ProgrammeFactory(territory=territory), "school_year": school_year()}
    made = create_network(actor=ACTOR, territory=territory, name="Сеть района", **values)
    assert made.state == NetworkState.DRAFT
    entry = AuditEntry.objects.get(object_type="networks.network")
    assert (entry.action, entry.territory_path) == ("create", territory.path)
    assert error_of(
        lambda: create_network(actor=ACTOR, territory=territory, name="Сеть района", **values)
    ) == ["There is a network of this name in this year already."]


def test_members_are_taken_from_this_years_partnerships_once() -> None:
    territory = MunicipalityFactory()
    lead = school(MunicipalityFactory(), "Лицей соседей")
    for name in ("Первая", "Вторая"):
        PartnershipFactory(school_year=school_year(), mentee=school(territory, name), lead=lead)
    PartnershipFactory(
        school_year=SchoolYearFactory(start_year=YEAR - 1), mentee=school(territory, "Прошлая")
    )
    values = {"programme": ProgrammeFactory(territory=territory), "school_year": school_year()}
    made = create_network(actor=ACTOR, take_members=True, territory=territory, name="Сеть", **values)
    assert sorted(made.members.values_list("organisation__short_name", "role")) == [
        ("Вторая", "mentee"),
        ("Лицей соседей", "lead"),
        ("Первая", "mentee"),
    ]
    assert Partnership.objects.filter(network=made).count() == 2
    assert take_members_from_partnerships(made, actor=ACTOR) == 0
    other = create_network(actor=ACTOR, take_members=True, territory=territory, name="Ещё одна", **values)
    assert other.members.count() == 0


def test_a_network_works_only_with_a_model_and_members() -> None:
    one = network()
    assert error_of(lambda: activate_network(one, actor=ACTOR)) == [
        "First choose the model of the network; the guide helps."
    ]
    Network.objects.filter(pk=one.pk).update(model="chain")
    assert error_of(lambda: activate_network(one, actor=ACTOR)) == [
        "The network has no members yet: name them first."
    ]
    MemberFactory(network=one)
    assert activate_network(one, actor=ACTOR).state == NetworkState.ACTIVE
    assert error_of(lambda: activate_network(one, actor=ACTOR)) == ["The network works already."]


def test_a_mixed_network_works_with_parts_of_its_own_programme_and_year() -> None:
    whole = network("mixed")
    assert error_of(lambda: activate_network(whole, actor=ACTOR)) == [
        "A mixed network needs parts: add them first."
    ]
    values = {"territory": whole.territory, "parent": whole, "actor": ACTOR}
    elsewhere = ProgrammeFactory(territory=whole.territory)
    assert error_of(
        lambda: create_network(programme=elsewhere, school_year=whole.school_year, name="Часть", **values)
    ) == ["A part belongs to the programme and the school year of its network."]
    part = create_network(programme=whole.programme, school_year=whole.school_year, name="Часть", **values)
    assert activate_network(whole, actor=ACTOR).state == NetworkState.ACTIVE
    assert error_of(
        lambda: create_network(
            programme=part.programme,
            school_year=part.school_year,
            name="Часть части",
            territory=part.territory,
            parent=part,
            actor=ACTOR,
        )
    ) == ["Only a mixed network has parts."]
    assert error_of(
        lambda: add_member(whole, school(whole.territory, "Школа"), actor=ACTOR, role="mentee")
    ) == ["A mixed network has its members in its parts: add the member to a part."]
    assert error_of(lambda: close_network(whole, actor=ACTOR, close_reason="Конец")) == [
        "Its parts are not closed yet: close them first."
    ]


def test_a_network_is_closed_with_a_reason_and_changes_no_more() -> None:
    one = network("chain", state=NetworkState.ACTIVE)
    member = MemberFactory(network=one)
    assert error_of(lambda: close_network(one, actor=ACTOR, close_reason=" ")) == [
        "Say why the network is closed."
    ]
    closed = close_network(one, actor=ACTOR, close_reason="Программа завершена", remains="Банк уроков")
    assert (closed.state, closed.closed_on, closed.remains) == (NetworkState.CLOSED, DAY, "Банк уроков")
    said = ["The network is closed: nothing of it is changed any more."]
    assert error_of(lambda: close_network(one, actor=ACTOR, close_reason="Ещё раз")) == said
    assert error_of(lambda: update_network(one, actor=ACTOR, name="Другое")) == said
    assert error_of(lambda: update_member(member, actor=ACTOR, task="Дело")) == said
    left = leave_network(member, actor=ACTOR, left_on=DAY, leave_reason="Нет учителя")
    assert left.leave_reason == "Нет учителя"


def test_a_closed_school_year_is_read_only() -> None:
    one = network(school_year=SchoolYearFactory(start_year=YEAR, is_closed=True))
    member = MemberFactory(network=one)
    for call in (
        lambda: update_network(one, actor=ACTOR, name="Другое"),
        lambda: leave_network(member, actor=ACTOR, left_on=DAY, leave_reason="Нет учителя"),
    ):
        assert error_of(call) == [f"The school year {one.school_year} is closed for changes."]


def test_a_change_is_kept_with_old_and_new() -> None:
    one = network(name="Было")
    update_network(one, actor=ACTOR, name="Стало", goal="Общая цель")
    entry = AuditEntry.objects.get(object_type="networks.network", action="update")
    assert entry.changes == {"name": ["Было", "Стало"], "goal": ["", "Общая цель"]}


def test_a_school_is_in_several_networks_and_once_in_a_role() -> None:
    one, other = network("chain"), network("chain")
    who = school(one.territory, "Школа")
    for found in (one, other):
        add_member(found, who, actor=ACTOR, role=MemberRole.MENTEE)
    add_member(one, who, actor=ACTOR, role=MemberRole.PARTNER)
    assert error_of(lambda: add_member(one, who, actor=ACTOR, role=MemberRole.PARTNER)) == [
        "This organisation has this role in the network already."
    ]


def test_leaving_asks_for_a_reason_and_keeps_what_remains() -> None:
    member = MemberFactory(network=network("chain"))
    assert error_of(lambda: leave_network(member, actor=ACTOR, left_on=DAY, leave_reason=" ")) == [
        "Say why the member leaves the network."
    ]
    early = dt.date(YEAR, 9, 1)
    assert error_of(lambda: leave_network(member, actor=ACTOR, left_on=early, leave_reason="Нет")) == [
        "The member cannot leave before it joined."
    ]
    left = leave_network(member, actor=ACTOR, left_on=DAY, leave_reason="Школа закрыта", remains="Уроки")
    assert (left.left_on, left.leave_reason, left.remains) == (DAY, "Школа закрыта", "Уроки")
    said = ["This member has left the network already."]
    assert error_of(lambda: leave_network(member, actor=ACTOR, left_on=DAY, leave_reason="Ещё")) == said
    assert error_of(lambda: update_member(member, actor=ACTOR, task="Дело")) == said
    entry = AuditEntry.objects.get(object_type="networks.networkmember", action="leave")
    assert entry.organisation_id == member.organisation_id
    add_member(member.network, member.organisation, actor=ACTOR, role=member.role)  # it may come back


def test_the_database_keeps_nobody_who_left_without_a_reason() -> None:
    member = MemberFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        NetworkMember.objects.filter(pk=member.pk).update(left_on=DAY)


def test_territory_and_members_see_a_network_and_strangers_do_not() -> None:
    one = network("mixed")
    part = NetworkFactory(parent=one, programme=one.programme, territory=one.territory, model="chain")
    guest = MemberFactory(network=part, organisation=school(MunicipalityFactory(), "Соседи")).organisation
    for scope in (
        Scope(territory_paths=(one.territory.path,)),
        Scope(organisation_ids=frozenset({guest.pk})),
        Scope(territory_paths=(guest.territory.path,)),
    ):
        assert set(Network.objects.within(scope)) == {one, part}
        assert NetworkMember.objects.within(scope).count() == 1
    for scope in (Scope(), Scope(territory_paths=(MunicipalityFactory().path,))):
        assert not Network.objects.within(scope).exists()
        assert not NetworkMember.objects.within(scope).exists()
