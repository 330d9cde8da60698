"""Partnerships: what an approval opens, how one ends, who sees it, what the checks find."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from mayak.accounts.enums import Role
from mayak.kernel.access import Actor, Scope
from mayak.kernel.findings.models import Finding
from mayak.kernel.findings.services import run_checks
from mayak.matching.models import MatchingRun
from mayak.networks.enums import PARTNERSHIP_TRANSITIONS, PartnershipState
from mayak.networks.models import Partnership
from mayak.networks.selectors import network_picture, partnership_list
from mayak.networks.services import end_partnership, open_partnerships_of_run
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.matching import (
    LeadProfileFactory,
    MatchingRunFactory,
    MatchPairFactory,
    PartnershipFactory,
    lead,
    mentee,
    school,
    school_year,
)
from tests.factories.registry import AuthorityFactory, MunicipalityFactory

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, label="anna@example.org")
IN_THE_YEAR = dt.datetime(2024, 11, 5, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


def approved_run(count: int) -> MatchingRun:
    run = MatchingRunFactory(school_year=school_year())
    giver = school(run.territory, "Лицей")
    for _number in range(count):
        MatchPairFactory(run=run, lead=giver)
    return run


def test_the_table_of_transitions() -> None:
    assert {
        PartnershipState.PROPOSED: {
            PartnershipState.CONSENTED, PartnershipState.REFUSED, PartnershipState.ENDED,
        },
        PartnershipState.REFUSED: set(),
        PartnershipState.CONSENTED: {
            PartnershipState.AGREED, PartnershipState.ACTIVE, PartnershipState.ENDED,
        },
        PartnershipState.AGREED: {PartnershipState.ACTIVE, PartnershipState.ENDED},
        PartnershipState.ACTIVE: {PartnershipState.PAUSED, PartnershipState.ENDED},
        PartnershipState.PAUSED: {PartnershipState.ACTIVE, PartnershipState.ENDED},
        PartnershipState.ENDED: set(),
    } == PARTNERSHIP_TRANSITIONS  # fmt: skip


def test_opening_twice_makes_partnerships_once() -> None:
    run = approved_run(3)
    assert open_partnerships_of_run(run, actor=ACTOR) == 3
    assert open_partnerships_of_run(run, actor=ACTOR) == 0
    assert Partnership.objects.filter(run=run, state=PartnershipState.PROPOSED).count() == 3


def test_an_end_keeps_the_day_and_the_reason() -> None:
    row = end_partnership(
        PartnershipFactory(), actor=ACTOR, reason="Школа закрыта", ended_on=dt.date(2025, 1, 15)
    )
    assert (row.state, row.ended_on, row.end_reason) == ("ended", dt.date(2025, 1, 15), "Школа закрыта")


def test_an_end_without_a_reason_or_twice_is_refused() -> None:
    row = PartnershipFactory()
    with pytest.raises(ValidationError) as caught:
        end_partnership(row, actor=ACTOR, reason=" ")
    assert caught.value.message_dict == {"reason": ["Say why the partnership ends."]}
    ended = end_partnership(row, actor=ACTOR, reason="Договор истёк")
    with pytest.raises(ValidationError) as caught:
        end_partnership(ended, actor=ACTOR, reason="Ещё раз")
    assert caught.value.messages == ["This partnership has ended already."]


def test_both_sides_see_a_partnership_and_strangers_do_not() -> None:
    row = PartnershipFactory(lead=school(MunicipalityFactory(), "Лицей соседей"))
    for one in (row.mentee, row.lead):
        assert row in Partnership.objects.within(Scope(organisation_ids=frozenset({one.pk})))
        assert row in Partnership.objects.within(Scope(territory_paths=(one.territory.path,)))
    stranger = MunicipalityFactory()
    assert not Partnership.objects.within(Scope(territory_paths=(stranger.path,))).exists()
    assert not Partnership.objects.within(Scope()).exists()


def client_of(organisation, role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(RoleAssignmentFactory(organisation=organisation, role=role).user)
    return client


def test_a_school_sees_its_pair_and_cannot_end_it() -> None:
    row = PartnershipFactory()
    client = client_of(row.mentee, Role.SCHOOL_COORDINATOR)
    assert client.get(reverse("networks:list")).status_code == 200
    assert client.get(reverse("networks:detail", args=[row.pk])).status_code == 200
    assert client.post(reverse("networks:end", args=[row.pk]), {"reason": "нет"}).status_code == 403
    other = PartnershipFactory()
    assert client.get(reverse("networks:detail", args=[other.pk])).status_code == 404


def test_a_coordinator_ends_a_pair_with_a_reason() -> None:
    row = PartnershipFactory()
    client = client_of(AuthorityFactory(territory=row.mentee.territory), Role.MUNICIPAL_COORDINATOR)
    url = reverse("networks:end", args=[row.pk])
    assert client.post(url, {"ended_on": "2025-02-01", "reason": ""}).status_code == 400
    client.post(url, {"ended_on": "2025-02-01", "reason": "Отказ"})
    row.refresh_from_db()
    assert (row.state, row.end_reason) == ("ended", "Отказ")


def test_the_list_exports_what_it_shows_and_has_a_picture() -> None:
    row = PartnershipFactory(mentee__short_name="Первая")
    client = client_of(AuthorityFactory(territory=row.mentee.territory), Role.MUNICIPAL_COORDINATOR)
    answer = client.get(reverse("networks:list"), {"_export": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "School that gets help;Lead school;Schools of the lead;School year;State;Basis"
    assert lines[1] == f"Первая;{row.lead};1;2024/25;active;"
    page = client.get(reverse("networks:picture")).content.decode()
    assert "Who helps whom" in page


def test_the_picture_has_both_sides_and_every_tie() -> None:
    run = approved_run(2)
    open_partnerships_of_run(run, actor=ACTOR)
    picture = network_picture(partnership_list(Scope.of_everything()))
    assert picture.groups == ["Lead schools", "Schools that get help"]
    assert (len(picture.nodes), len(picture.edges)) == (3, 2)
    assert picture.summary == "Lead schools: 1, schools that get help: 2, pairs: 2."


@time_machine.travel(IN_THE_YEAR, tick=False)
def test_ch_01_finds_a_school_that_nobody_helps() -> None:
    territory = MunicipalityFactory()
    alone, helped = mentee(territory, "Одна"), mentee(territory, "С парой")
    PartnershipFactory(mentee=helped, school_year=school_year())
    assert run_checks(scope=Scope.of_everything(), check_ids=["CH-01"]) == 1
    found = Finding.objects.get()
    assert (found.place, found.organisation_id) == ("Одна", alone.pk)
    assert found.reason == "The school needs help in 2024/25, and no lead school helps it."


def test_ch_02_finds_eight_to_one_and_not_three_to_one() -> None:
    for count in (8, 3):
        open_partnerships_of_run(approved_run(count), actor=ACTOR)
    assert run_checks(scope=Scope.of_everything(), check_ids=["CH-02"]) == 1
    assert Finding.objects.get().reason == (
        "The lead school helps 8 schools: the load is 8 : 1, the limit 3 : 1."
    )


def test_ch_08_finds_a_lead_that_is_not_strong_in_what_is_needed() -> None:
    run = MatchingRunFactory(school_year=school_year())
    need = {"criterion": "needs", "points": 0.0, "has_needs": True, "covered": []}
    unknown = {"criterion": "needs", "points": 0.0, "has_needs": False, "covered": []}
    wrong = MatchPairFactory(run=run, contributions=[need])
    MatchPairFactory(run=run, contributions=[unknown])
    open_partnerships_of_run(run, actor=ACTOR)
    assert run_checks(scope=Scope.of_everything(), check_ids=["CH-08"]) == 1
    assert Finding.objects.get().place == f"{wrong.mentee} ← {wrong.lead}"


def test_ch_24_finds_a_far_pair_without_remote_help() -> None:
    run = MatchingRunFactory(school_year=school_year())
    far = MatchPairFactory(run=run, distance_km=140.0)
    remote = MatchPairFactory(run=run, distance_km=140.0)
    MatchPairFactory(run=run, distance_km=None)
    LeadProfileFactory(organisation=far.lead, school_year=run.school_year, works_remotely=False)
    LeadProfileFactory(organisation=remote.lead, school_year=run.school_year, works_remotely=True)
    open_partnerships_of_run(run, actor=ACTOR)
    assert run_checks(scope=Scope.of_everything(), check_ids=["CH-24"]) == 1
    assert Finding.objects.get().reason == (
        "The schools are 140 km apart, and the lead school does not help remotely."
    )


def test_a_lead_school_of_the_picture_is_counted_once() -> None:
    territory = MunicipalityFactory()
    giver = lead(territory, "Лицей", capacity=None)
    for number in range(2):
        PartnershipFactory(mentee=mentee(territory, f"Школа {number}"), lead=giver, school_year=school_year())
    assert [row.lead_load for row in partnership_list(Scope.of_everything())] == [2, 2]


def test_the_list_costs_the_same_with_more_rows() -> None:
    territory = MunicipalityFactory()
    client = client_of(AuthorityFactory(territory=territory), Role.MUNICIPAL_COORDINATOR)
    PartnershipFactory(mentee__territory=territory)
    counts = []
    for _round in range(2):
        client.get(reverse("networks:list"))
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("networks:list"))
        counts.append(len(seen))
        for _number in range(3):
            PartnershipFactory(mentee__territory=territory)
    assert counts[0] == counts[1]
