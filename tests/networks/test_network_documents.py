"""Documents of a network by its model, its centre and directions."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import override_settings
from django.utils import translation

from mayak.kernel.access import Actor
from mayak.kernel.audit.models import AuditEntry
from mayak.networks.enums.networks import (
    CentreKind,
    DirectionKind,
    EffectiveState,
    MemberRole,
)
from mayak.networks.models import DocumentRequirement, Network, Partnership
from mayak.networks.selectors.network_documents import checklist, checklists
from mayak.networks.services.network_papers import (
    remove_centre,
    save_centre,
    save_direction,
    save_document,
)
from mayak.networks.services.network_rules import save_network_rule
from mayak.registry.enums import ActState
from tests.factories.agreements import FIRST, pair
from tests.factories.agreements import signed as signed_agreement
from tests.factories.matching import YEAR, school
from tests.factories.networks import (
    CentreFactory,
    MemberFactory,
    NetworkFactory,
    requirement,
    rules,
    signed,
)
from tests.factories.registry import (
    LegalActFactory,
    SchoolYearFactory,
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


def error_of(call) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        call()
    return caught.value.messages


def network(model: str = "", **fields) -> Network:
    rules()
    return NetworkFactory(model=model, **fields)


def states(one: Network) -> dict[str, str]:
    found = checklist(one, today=DAY)
    return {
        f"{line.requirement.code}{f':{line.member.organisation.short_name}' if line.member else ''}": line.state.value
        for line in found.lines
    }


def test_a_concentrated_model_needs_the_act_the_rules_and_a_contract_of_each_member() -> None:
    one = network("concentrated_both")
    centre = CentreFactory(network=one)
    MemberFactory(network=one, organisation=centre.organisation, role=MemberRole.LEAD)
    MemberFactory(network=one, organisation=school(one.territory, "Первая"))
    assert states(one) == {
        "charter-change": "missing",
        "functions-act": "missing",
        "network-rules": "missing",
        "centre-rules": "missing",
        "member-contract:Первая": "missing",
    }
    found = checklist(one, today=DAY)
    assert (found.done, len(found.required), found.lacks_functions) == (0, 5, True)


def test_a_change_of_the_charter_is_needed_only_where_a_school_is_the_centre() -> None:
    one = network("concentrated_coordination")
    group = WorkingGroupFactory()
    CentreFactory(network=one, kind=CentreKind.AUTHORITY_BODY, organisation=None, group=group)
    assert "charter-change" not in states(one)


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, EffectiveState.SIGNED),
        ({"valid_until": DAY}, EffectiveState.SIGNED),
        ({"valid_until": DAY - dt.timedelta(days=1)}, EffectiveState.EXPIRED),
        ({"signed_on": DAY + dt.timedelta(days=1)}, EffectiveState.DRAFT),
        ({"state": "draft"}, EffectiveState.DRAFT),
    ],
)
def test_what_a_document_is_on_a_day(values, state) -> None:
    one = network("distributed_identical")
    member = MemberFactory(network=one, organisation=school(one.territory, "Первая"))
    document = signed(one, "member-contract", member)
    for name, value in values.items():
        setattr(document, name, value)
    document.save()
    assert states(one)["member-contract:Первая"] == state


def test_an_act_out_of_force_makes_a_document_expired() -> None:
    one = network("concentrated_coordination")
    act = LegalActFactory()
    signed(one, "functions-act", act=act)
    assert not checklist(one, today=DAY).lacks_functions
    act.state = ActState.CANCELLED
    act.save()
    assert states(one)["functions-act"] == "expired"
    assert checklist(one, today=DAY).lacks_functions


def test_the_act_of_a_centre_with_its_functions_gives_management_functions() -> None:
    one = network("concentrated_coordination")
    centre = CentreFactory(network=one, act=LegalActFactory())
    assert checklist(one, today=DAY).lacks_functions
    centre.functions = "Утверждает общий план и спрашивает о результате"
    centre.save()
    assert not checklist(one, today=DAY).lacks_functions
    line = next(line for line in checklist(one, today=DAY).common if line.requirement.gives_functions)
    assert (line.state, line.act, line.note) == ("signed", centre.act, "stated at the coordination centre")


def test_a_simple_partnership_takes_the_place_of_the_contracts() -> None:
    one = network("distributed_instrumental")
    MemberFactory(network=one, organisation=school(one.territory, "Первая"))
    assert states(one)["member-contract:Первая"] == "missing"
    signed(one, "simple-partnership")
    assert states(one)["member-contract:Первая"] == "signed"
    assert checklist(one, today=DAY).lacking == []


def test_a_past_year_is_judged_on_its_last_day() -> None:
    one = network("distributed_identical", school_year=SchoolYearFactory(start_year=YEAR - 1))
    member = MemberFactory(network=one, organisation=school(one.territory, "Первая"))
    signed(
        one, "member-contract", member, signed_on=dt.date(YEAR - 1, 10, 1), valid_until=dt.date(YEAR, 8, 31)
    )
    assert states(one) == {
        "member-contract:Первая": "signed",
        "simple-partnership": "missing",
        "association": "missing",
    }


def test_documents_are_written_with_their_day_and_act() -> None:
    one = network("concentrated_coordination")
    rule = requirement(one, "functions-act")
    assert error_of(lambda: save_document(one, rule, actor=ACTOR, state="signed", signed_on=DAY)) == [
        "Name the act: without it nobody has management functions."
    ]
    assert error_of(lambda: save_document(one, rule, actor=ACTOR, state="signed", act=LegalActFactory())) == [
        "Say when the document was signed."
    ]
    made = save_document(one, rule, actor=ACTOR, state="draft")
    again = save_document(one, rule, actor=ACTOR, state="signed", act=LegalActFactory(), signed_on=DAY)
    assert (again.pk, again.state) == (made.pk, "signed")
    contract = requirement(one, "member-contract")
    assert error_of(lambda: save_document(one, contract, actor=ACTOR, state="draft")) == [
        "Say whose document it is."
    ]
    stranger = MemberFactory()
    assert error_of(lambda: save_document(one, contract, actor=ACTOR, state="draft", member=stranger)) == [
        "This member is of another network."
    ]
    early = DAY - dt.timedelta(days=1)
    member = MemberFactory(network=one)
    assert error_of(
        lambda: save_document(
            one, contract, actor=ACTOR, state="signed", member=member, signed_on=DAY, valid_until=early
        )
    ) == ["The end of a period cannot lie before its beginning."]


def test_a_requirement_of_a_later_year_leaves_this_year_alone() -> None:
    one = network("chain")
    later = DocumentRequirement.objects.get(model="chain", code="chain-order")
    later.pk, later.year_from, later.is_active = None, YEAR + 1, False
    save_network_rule(later, actor=ACTOR)
    assert "chain-order" in states(one)
    next_year = NetworkFactory(model="chain", school_year=SchoolYearFactory(start_year=YEAR + 1))
    assert "chain-order" not in states(next_year)


def test_a_signed_agreement_of_a_pair_is_the_contract_of_both_members() -> None:
    row = pair()
    one = network("distributed_instrumental")
    for side in (row.lead, row.mentee):
        MemberFactory(network=one, organisation=side)
    MemberFactory(network=one)
    Partnership.objects.filter(pk=row.pk).update(network=one)
    signed_agreement(row)

    def contracts(day: dt.date) -> list[str]:
        rows = checklist(one, today=day).rows
        return sorted(str(cells[0].state) for _member, cells in rows if cells[0] is not None)

    assert contracts(FIRST) == ["missing", "signed", "signed"]
    assert contracts(FIRST - dt.timedelta(days=1)) == ["missing", "missing", "missing"]


def test_the_documents_of_many_networks_cost_as_many_queries_as_of_one(django_assert_num_queries) -> None:
    ones = [network("concentrated_both") for _number in range(3)]
    for one in ones:
        MemberFactory.create_batch(2, network=one)
        CentreFactory(network=one)
    for some in (ones[:1], ones):
        shown = list(Network.objects.filter(pk__in=[one.pk for one in some]).select_related("school_year"))
        with django_assert_num_queries(5):
            assert len(checklists(shown, today=DAY)) == len(shown)


def test_a_centre_is_named_changed_and_taken_back() -> None:
    one = network("concentrated_coordination")
    assert error_of(lambda: save_centre(one, actor=ACTOR, kind=CentreKind.SPECIAL_STRUCTURE)) == [
        "Name the organisation or the council that is the centre."
    ]
    made = save_centre(
        one, actor=ACTOR, kind=CentreKind.AUTHORITY_BODY, group=WorkingGroupFactory(name="Совет")
    )
    assert str(made) == "Совет"
    assert error_of(
        lambda: save_centre(one, actor=ACTOR, kind=CentreKind.AUTHORITY_BODY, group=WorkingGroupFactory())
    ) == ["The network has a centre of this kind already."]
    save_centre(one, actor=ACTOR, centre=made, functions="Направляет")
    remove_centre(made, actor=ACTOR)
    assert not one.centres.exists()
    entries = AuditEntry.objects.filter(object_type="networks.coordinationcentre").order_by("pk")
    assert [entry.action for entry in entries] == ["create", "update", "delete"]


def test_a_direction_is_written_once_for_each_kind() -> None:
    one = network("concentrated_resource")
    save_direction(one, actor=ACTOR, kind=DirectionKind.REMOTE, planned="Вебинары", done="")
    row = save_direction(one, actor=ACTOR, kind=DirectionKind.REMOTE, planned="Вебинары", done="Три вебинара")
    assert list(one.directions.values_list("kind", "planned", "done")) == [
        ("remote", "Вебинары", "Три вебинара")
    ]
    assert str(row) == "remote work"
    assert error_of(lambda: save_direction(one, actor=ACTOR, kind="no", planned="", done="")) == [
        "Choose the direction from the list."
    ]
