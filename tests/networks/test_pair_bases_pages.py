"""The three bases of pairs, their exports and their cost; the rules of pairs: through the browser's eyes."""

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from mayak.accounts.enums import Role
from mayak.accounts.models import User
from mayak.kernel.access import SYSTEM
from mayak.networks.models import MentorPair, PairPlanItem, PairRule
from mayak.networks.services.pair_levels import state_level
from mayak.networks.services.pair_reference import load_pair_reference
from mayak.networks.services.pair_words import add_note, rate_pair, write_diary
from tests.factories.mentor_pairs import account_of, mentee_of, mentor_pair
from tests.factories.people import CompetenceFactory, HelpRequestFactory, teacher, this_year, user_of
from tests.factories.registry import AuthorityFactory, SchoolFactory
from tests.factories.schools import MentorProfileFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def mentor_of(pair: MentorPair) -> Client:
    return client_of(account_of(pair.mentor, pair.mentor_school))


def mentee_client(pair: MentorPair) -> Client:
    return client_of(account_of(mentee_of(pair), pair.first_school))


def coordinator(pair: MentorPair) -> Client:
    authority = AuthorityFactory(territory=pair.first_school.territory)
    return client_of(user_of(authority, Role.MUNICIPAL_COORDINATOR))


def page(client: Client, pair: MentorPair) -> str:
    answer = client.get(reverse("networks:pair", args=[pair.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def add(client: Client, pair: MentorPair, what: str, **values):
    return client.post(reverse("networks:pair-add", args=[pair.pk, what]), values)


def step(client: Client, pair: MentorPair, word: str, **values):
    return client.post(reverse("networks:pair-step", args=[pair.pk, word]), values)


# --- the three bases ---


def test_the_base_of_mentors_says_how_many_places_are_taken() -> None:
    profile = MentorProfileFactory(pairs=3, school_year=this_year())
    school = SchoolFactory(territory=profile.organisation.territory)
    mentor_pair(
        mentor=profile.person,
        mentor_school=profile.organisation,
        school=school,
        mentees=[teacher(school, "Первая"), teacher(school, "Вторая")],
    )
    client = client_of(user_of(AuthorityFactory(territory=school.territory), Role.MUNICIPAL_COORDINATOR))
    url = reverse("networks:pair-mentors")
    assert "2 of 3" in client.get(url).content.decode()
    lines = b"".join(client.get(url, {"_export": "csv"}).streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "Mentor;In what;Mentees now;Places;Taken;Hours a month;Remotely"
    assert lines[1] == f"{profile.person};;2;3;2 of 3;4;yes"


def test_the_base_of_mentees_names_the_request_only_to_who_may_read_deficits() -> None:
    pair = mentor_pair()
    request = HelpRequestFactory(person=mentee_of(pair), competence__name="Оценивание")
    url = reverse("networks:pair-mentees")
    shown = coordinator(pair).get(url).content.decode()
    assert "Оценивание" in shown
    assert str(pair.mentor) in shown
    regional = AuthorityFactory(territory=pair.first_school.territory.parent)
    shown = client_of(user_of(regional, Role.REGIONAL_COORDINATOR)).get(url).content.decode()
    assert str(request.person) in shown
    assert "Оценивание" not in shown
    assert mentor_of(pair).get(url).status_code == 403


def test_the_list_of_pairs_exports_what_it_shows() -> None:
    pair = mentor_pair()
    answer = coordinator(pair).get(reverse("networks:pairs"), {"_export": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "Mentee;Mentor;Kind;Loop;In what;School year;State;Order;From;Last meeting"
    year, begin = pair.school_year, pair.starts_on
    assert lines[1] == (
        f"{mentee_of(pair)};{pair.mentor};traditional (a pair);external;;{year};"
        f"at work;{pair.order};{begin:%d.%m.%Y};"
    )


@pytest.mark.parametrize("name", ["pairs", "pair-mentors", "pair-mentees"])
def test_a_list_costs_the_same_for_one_row_and_for_three(name: str) -> None:
    def one() -> MentorPair:
        pair = mentor_pair(school=school, mentor_school=lead)
        HelpRequestFactory(person=mentee_of(pair))
        MentorProfileFactory(person=pair.mentor, organisation=lead, school_year=this_year())
        return pair

    lead = SchoolFactory()
    school = SchoolFactory(territory=lead.territory)
    client = coordinator(one())
    url = reverse(f"networks:{name}")
    client.get(url)
    with CaptureQueriesContext(connection) as first:
        client.get(url)
    one(), one()
    with CaptureQueriesContext(connection) as second:
        client.get(url)
    assert len(second) == len(first)


def test_the_page_of_a_pair_costs_the_same_for_much_work() -> None:
    pair = mentor_pair()
    client = mentee_client(pair)
    page(client, pair)
    with CaptureQueriesContext(connection) as first:
        page(client, pair)
    for number in range(3):
        write_diary(pair, actor=SYSTEM, author=mentee_of(pair), text=f"Запись {number}")
        add_note(pair, actor=SYSTEM, author=pair.mentor, text=f"Заметка {number}")
        state_level(pair, mentee_of(pair), CompetenceFactory(), actor=SYSTEM, entry=2)
        PairPlanItem.objects.create(pair=pair, content=f"Дело {number}", due_on=timezone.localdate())
    rate_pair(pair, actor=SYSTEM, person=mentee_of(pair), score=9)
    with CaptureQueriesContext(connection) as second:
        page(client, pair)
    assert len(second) == len(first)


# --- rules ---


def test_a_coordinator_changes_a_number_and_enters_holidays() -> None:
    load_pair_reference()
    pair = mentor_pair()
    client = coordinator(pair)
    rule = PairRule.objects.get(code="silent-pair")
    values = {"value": "20", "source": "Положение района", "note": ""}
    client.post(reverse("networks:pair-rule", args=[rule.pk]), values)
    rule.refresh_from_db()
    assert (rule.value, rule.source, rule.is_assumption) == (20, "Положение района", False)
    holiday = {"name": "Карантин", "starts_on": "2026-02-02", "ends_on": "2026-02-01", "source": "Приказ"}
    url = reverse("networks:pair-holiday-create")
    assert client.post(url, holiday).status_code == 400
    assert client.post(url, holiday | {"ends_on": "2026-02-14"}).status_code == 302
    assert "Карантин" in client.get(reverse("networks:pair-rules")).content.decode()
    assert mentor_of(pair).get(reverse("networks:pair-rules")).status_code == 403


def test_the_list_is_searched_by_mentor_mentee_and_school() -> None:
    school = SchoolFactory(short_name="Красновская школа")
    pair = mentor_pair(school=school, mentees=[teacher(school, "Яшина")])
    other = mentor_pair(school=school)
    client = coordinator(pair)
    for word, expected in (("Яшина", {pair}), ("Красновская", {pair, other}), ("Нетаких", set())):
        shown = client.get(reverse("networks:pairs"), {"q": word}).content.decode()
        assert {one for one in (pair, other) if f"/pairs/{one.pk}/" in shown} == expected
