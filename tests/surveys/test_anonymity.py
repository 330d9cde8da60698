"""An anonymous round keeps its promise towards somebody who holds the whole database (docs/adr/0016)."""

import random
import re
import uuid
from collections import Counter

import pytest
from django.conf import settings
from django.test import Client

from mayak.kernel.access import SYSTEM
from mayak.surveys.algorithms.mixing import Sheet
from mayak.surveys.models import Answer, AnswerPacket, AnswerPool, Audience, SurveyInvitation
from mayak.surveys.services.closing import close_campaign, settle_campaign
from mayak.surveys.services.mixing import mix_answers
from mayak.surveys.services.sealing import SealBrokenError, seal, unseal
from mayak.surveys.services.submitting import submit_answers
from mayak.surveys.services.survey_letters import make_link
from tests.factories.campaigns import document, invitation, running, text
from tests.factories.registry import SchoolFactory
from tests.surveys.full_access import best_guess, dump, orders, tables_with

PEOPLE = 30
ROUNDS = 12
CHANCE = 1
"""Right pairs of a blind guess, on the average, however many people there are."""
BOUND = 4 * ROUNDS * CHANCE
"""So many right pairs in all rounds happen by chance once in some million tests; order of batches alone gives twice that."""


_marks: dict[str, int] = {}


def mark_of(one: SurveyInvitation) -> str:
    """Return what this person writes: it says who it is to the test alone, and gives no order."""
    mark = f"mark-{uuid.uuid4().hex}"
    _marks[mark] = one.pk
    return mark


def answer_in_order(
    audience: Audience, people: list[SurveyInvitation], client: Client, *, mixed_every: int
) -> None:
    """Everybody answers through the page, one after the other."""
    for number, one in enumerate(people, start=1):
        response = client.post(make_link(one), {"q-words": mark_of(one)})
        assert response.status_code == 302
        if number % mixed_every == 0:
            mix_answers(audience, always=True)


def person_of(answers: object) -> int:
    """Return who has given an answer."""
    [mark] = re.findall(r"mark-[0-9a-f]{32}", str(answers))
    return _marks[mark]


def look(audience: Audience, known_order: list[int]) -> Counter[tuple[int, int, str]]:
    """Read everything, and count what is right of every way to pair people with answers.

    The strongest one knows besides in which order people have answered (from a log of the web server).
    """
    tables = dump()
    assert tables_with("mark-", tables) <= {"surveys_answer"}
    people = [
        row
        for row in tables["surveys_surveyinvitation"]
        if row["audience_id"] == audience.pk and row["answered"]
    ]
    answers = [row for row in tables["surveys_answer"] if row["audience_id"] == audience.pk]
    of_people = [known_order, *orders(people, lambda row: row["id"])]
    of_answers = orders(answers, lambda row: person_of(row["answers"]))
    return Counter(best_guess(of_people, of_answers))


@pytest.mark.django_db(transaction=True)
def test_full_access_guesses_no_better_than_chance_during_the_round_and_after() -> None:
    during: Counter[tuple[int, int, str]] = Counter()
    after: Counter[tuple[int, int, str]] = Counter()
    shuffler = random.Random(7)  # noqa: S311  # a test repeats itself
    client, school = Client(), SchoolFactory.create()
    for _round in range(ROUNDS):
        audience = running(document(text()))
        people = [invitation(audience, school, person=None, email=f"{at}@a.example") for at in range(PEOPLE)]
        shuffler.shuffle(people)
        order = [one.pk for one in people]
        answer_in_order(audience, people[:24], client, mixed_every=8)
        assert Answer.objects.filter(audience=audience).count() >= 10
        during += look(audience, order[:24])
        answer_in_order(audience, people[24:], client, mixed_every=3)
        close_campaign(audience.campaign, actor=SYSTEM)
        settle_campaign(audience.campaign)
        assert Answer.objects.filter(audience=audience).count() == PEOPLE
        after += look(audience, order)
    assert max(during.values()) <= BOUND
    assert max(after.values()) <= BOUND


@pytest.mark.django_db(transaction=True)
def test_the_attack_works_where_nothing_is_mixed() -> None:
    """The same eyes find everybody when answers are written as they come: the test above can fail."""
    audience, school = running(document(text())), SchoolFactory.create()
    people = [invitation(audience, school, person=None, email=f"{at}@a.example") for at in range(PEOPLE)]
    random.Random(7).shuffle(people)  # noqa: S311  # a test repeats itself
    for one in people:
        SurveyInvitation.objects.filter(pk=one.pk).update(answered=True)
        Answer.objects.create(audience=audience, answers={"words": mark_of(one)})
    assert max(look(audience, [one.pk for one in people]).values()) == PEOPLE


@pytest.mark.django_db
def test_answers_that_wait_cannot_be_read_with_the_database_alone() -> None:
    sealed = seal([Sheet({"q": "secret words"})], 7)
    assert b"secret" not in sealed
    key = settings.SECRET_KEY
    try:
        settings.SECRET_KEY = "somebody else's"
        with pytest.raises(SealBrokenError):
            unseal(sealed, 7)
        settings.SECRET_KEY_FALLBACKS = [key]
        assert unseal(sealed, 7)[0].answers == {"q": "secret words"}
    finally:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = key, []


def test_a_sealed_text_belongs_to_one_audience() -> None:
    with pytest.raises(SealBrokenError):
        unseal(seal([Sheet({"q": "a"})], 7), 8)


def test_the_length_of_a_sealed_text_says_little() -> None:
    lengths = {len(seal([Sheet({"q": "a" * at})] * count, 1)) for count in (1, 4) for at in (1, 300)}
    assert len(lengths) == 1


def test_a_sealed_text_differs_every_time() -> None:
    assert seal([], 1) != seal([], 1)


@pytest.mark.django_db
def test_four_answers_wait_and_nothing_of_them_can_be_seen() -> None:
    audience = running(document(text()))
    for _one in range(4):
        submit_answers(invitation(audience), {"words": "mark-1-"}, actor=SYSTEM)
    assert (Answer.objects.count(), AnswerPacket.objects.count()) == (0, 0)
    assert tables_with("mark-", dump()) == set()


@pytest.mark.django_db
def test_the_fifth_fills_a_packet_and_empties_the_pool() -> None:
    audience = running(document(text()))
    for _one in range(5):
        submit_answers(invitation(audience), {"words": "mark-1-"}, actor=SYSTEM)
    assert [packet.size for packet in AnswerPacket.objects.all()] == [5]
    assert unseal(AnswerPool.objects.get().sealed, audience.pk) == []
    assert tables_with("mark-", dump()) == set()


@pytest.mark.django_db
def test_a_higher_threshold_makes_larger_batches() -> None:
    audience = running(document(text()), threshold=8)
    for _one in range(7):
        submit_answers(invitation(audience), {"words": "a"}, actor=SYSTEM)
    assert AnswerPacket.objects.count() == 0
    submit_answers(invitation(audience), {"words": "a"}, actor=SYSTEM)
    assert [packet.size for packet in AnswerPacket.objects.all()] == [8]


@pytest.mark.django_db
def test_a_threshold_of_three_still_makes_batches_of_five() -> None:
    audience = running(document(text()), threshold=3)
    for _one in range(4):
        submit_answers(invitation(audience), {"words": "a"}, actor=SYSTEM)
    assert AnswerPacket.objects.count() == 0


@pytest.mark.django_db
def test_mixing_waits_for_two_batches_and_always_leaves_one() -> None:
    audience, school = running(document(text())), SchoolFactory.create()
    for at in range(9):
        submit_answers(invitation(audience, school), {"words": str(at)}, actor=SYSTEM)
    assert mix_answers(audience) == 0
    submit_answers(invitation(audience, school), {"words": "9"}, actor=SYSTEM)
    assert mix_answers(audience) == 5
    assert mix_answers(audience) == 0
    assert Answer.objects.count() == 5


@pytest.mark.django_db
def test_a_school_is_named_beside_an_answer_only_where_five_share_it() -> None:
    audience, large, small = running(document(text())), SchoolFactory.create(), SchoolFactory.create()
    for school, count in ((large, 6), (small, 4)):
        for _one in range(count):
            submit_answers(
                invitation(audience, school, groups={"category": "low"}), {"words": "a"}, actor=SYSTEM
            )
    lonely = invitation(audience, SchoolFactory.create(), groups={"category": "high"})
    submit_answers(lonely, {"words": "a"}, actor=SYSTEM)
    close_campaign(audience.campaign, actor=SYSTEM)
    settle_campaign(audience.campaign)
    found = Counter((row.organisation_id, tuple(row.groups.items())) for row in Answer.objects.all())
    assert found == {(large.pk, (("category", "low"),)): 6, (None, ()): 5}


@pytest.mark.django_db
def test_fewer_than_five_in_all_are_deleted_unread() -> None:
    audience = running(document(text()))
    for _one in range(4):
        submit_answers(invitation(audience), {"words": "a"}, actor=SYSTEM)
    close_campaign(audience.campaign, actor=SYSTEM)
    assert settle_campaign(audience.campaign) == {"answers": 0, "deleted": 4}
    assert SurveyInvitation.objects.filter(answered=True).count() == 4
    assert not AnswerPool.objects.exists()


@pytest.mark.django_db
def test_the_last_few_come_into_the_results_with_those_who_waited() -> None:
    audience, school = running(document(text())), SchoolFactory.create()
    for at in range(12):
        submit_answers(invitation(audience, school), {"words": str(at)}, actor=SYSTEM)
    mix_answers(audience)
    early = Answer.objects.count()
    close_campaign(audience.campaign, actor=SYSTEM)
    assert settle_campaign(audience.campaign) == {"answers": 12, "deleted": 0}
    assert 12 - early >= 5


@pytest.mark.django_db
def test_an_answer_leaves_no_entry_in_the_audit_log_and_no_message(client: Client) -> None:
    one = invitation(running(document(text())))
    link = make_link(one)
    before = {name: len(rows) for name, rows in dump().items()}
    client.post(link, {"q-words": "a"})
    after = {name: len(rows) for name, rows in dump().items()}
    assert {name for name in after if after[name] != before.get(name)} == set()
    assert "sessionid" not in client.cookies
