"""The self-check of a network and what the automatic checks find."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import override_settings
from django.utils import translation

from mayak.kernel.access import Actor, Scope
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.findings.models import Finding
from mayak.kernel.findings.services import run_checks
from mayak.networks.enums.networks import (
    CheckAnswer,
    NetworkState,
)
from mayak.networks.models import Network
from mayak.networks.selectors.network_checks import self_check
from mayak.networks.selectors.networks import vanished_members
from mayak.networks.services.network_members import leave_network
from mayak.networks.services.network_papers import (
    save_check_answers,
)
from tests.factories.matching import YEAR, school
from tests.factories.networks import (
    MemberFactory,
    NetworkFactory,
    rules,
    signed,
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


def test_a_level_of_online_mentoring_is_reached_with_all_below_it() -> None:
    one = network("chain")
    check = self_check(one)
    assert (len(check.conditions), len(check.characteristics), len(check.levels)) == (3, 8, 5)
    assert (check.is_begun, check.online_level, check.next_level.number) == (False, 0, 1)
    answers = {line.item.code: ("yes", "") for level in check.levels[:2] for line in level.lines}
    answers[check.levels[3].lines[0].item.code] = ("yes", "")
    answers[check.levels[2].lines[0].item.code] = ("partly", "не все")
    assert save_check_answers(one, actor=ACTOR, answers=answers) == 8
    check = self_check(one)
    assert check.online_level == 2
    assert [item.code for item in check.next_level.missing] == [
        "online-participation",
        "online-exchange",
        "online-advice",
    ]
    rest = {line.item.code: ("yes", "") for level in check.levels for line in level.lines}
    save_check_answers(one, actor=ACTOR, answers=rest)
    assert (self_check(one).online_level, self_check(one).next_level) == (5, None)


def test_answers_are_changed_taken_back_and_counted() -> None:
    one = network("chain")
    given = {"capital": ("yes", ""), "common-goal": ("no", "спорим"), "voluntary-links": ("yes", "")}
    assert save_check_answers(one, actor=ACTOR, answers=given) == 3
    assert save_check_answers(one, actor=ACTOR, answers=given) == 0
    assert save_check_answers(one, actor=ACTOR, answers={"common-goal": ("", "")}) == 1
    check = self_check(one)
    assert (check.condition_count, check.characteristic_count) == (1, 1)
    assert AuditEntry.objects.filter(action="check").count() == 2
    for wrong in ({"no-such": ("yes", "")}, {"capital": ("maybe", "")}):
        assert error_of(lambda given=wrong: save_check_answers(one, actor=ACTOR, answers=given)) == [
            "Choose the answers from the list."
        ]
    assert CheckAnswer.values == ["yes", "partly", "no"]


def findings(check: str) -> list[Finding]:
    run_checks(scope=Scope.of_everything(), check_ids=[check])
    return list(Finding.objects.filter(check_id=check).order_by("place", "object_key"))


def test_a_working_network_without_its_documents_is_found() -> None:
    network("concentrated_both")  # a draft is not looked at
    one = network("concentrated_both", name="Сеть района", state=NetworkState.ACTIVE)
    MemberFactory.create_batch(2, network=one)
    found = findings("CH-06")
    assert [(row.place, row.reason) for row in found] == [
        (
            "Сеть района, 2024/25",
            "5 required documents are missing, not signed or expired: Распорядительный акт о наделении центра "
            "управленческими функциями; Положение о сетевом взаимодействии: цели, задачи, процессы; Положение о "
            "координационном центре: полномочия и функции; …",
        ),
        (
            "Сеть района, 2024/25",
            "No act gives the centre management functions, and the model rests on them.",
        ),
    ]
    assert {row.link for row in found} == {f"/networks/all/{one.pk}/"}


def test_a_network_with_its_documents_is_left_in_peace() -> None:
    one = network("distributed_identical", state=NetworkState.ACTIVE)
    member = MemberFactory(network=one)
    signed(one, "member-contract", member)
    assert findings("CH-06") == []


def test_a_member_that_vanished_between_two_years_is_found_until_a_reason_is_written() -> None:
    rules()
    territory = MunicipalityFactory()
    programme = ProgrammeFactory(territory=territory)
    common = {"programme": programme, "territory": territory, "state": NetworkState.ACTIVE}
    before = NetworkFactory(school_year=SchoolYearFactory(start_year=YEAR - 1), name="Сеть", **common)
    stays, gone = school(territory, "Остаётся"), school(territory, "Пропала")
    for who in (stays, gone):
        MemberFactory(network=before, organisation=who, joined_on=None)
    assert vanished_members(Scope.of_everything()) == []  # no later network yet
    later = NetworkFactory(name="Сеть", **common)
    MemberFactory(network=later, organisation=stays)
    found = findings("CH-29")
    assert [(row.place, row.reason, row.organisation_id) for row in found] == [
        (
            "Пропала: Сеть",
            "It took part in 2023/24 and is in no network of the programme in 2024/25; the reason is not written.",
            gone.pk,
        )
    ]
    member = before.members.get(organisation=gone)
    leave_network(member, actor=ACTOR, left_on=DAY, leave_reason="Сменился директор")
    assert vanished_members(Scope.of_everything()) == []


def test_a_member_that_moved_to_another_network_of_the_programme_did_not_vanish() -> None:
    territory = MunicipalityFactory()
    programme = ProgrammeFactory(territory=territory)
    common = {"programme": programme, "territory": territory, "state": NetworkState.ACTIVE}
    before = NetworkFactory(school_year=SchoolYearFactory(start_year=YEAR - 1), **common)
    who = school(territory, "Школа")
    MemberFactory(network=before, organisation=who)
    MemberFactory(network=NetworkFactory(**common))
    assert len(vanished_members(Scope.of_everything())) == 1
    MemberFactory(network=NetworkFactory(**common), organisation=who)
    assert vanished_members(Scope.of_everything()) == []
