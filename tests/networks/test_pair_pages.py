"""Pages of mentor pairs: through the browser's eyes, for the mentor, the mentee, the coordinator, the heads, others."""

import datetime as dt

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone, translation

from mayak.accounts.enums import Role
from mayak.accounts.models import User
from mayak.kernel.access import SYSTEM
from mayak.kernel.readings.models import Reading
from mayak.networks.enums.mentor_pairs import PairState
from mayak.networks.models import DiaryEntry, MentorPair, PairNote, PairPlanItem, PairRating
from mayak.networks.services.pair_levels import state_level
from mayak.networks.services.pair_words import add_note, write_diary
from tests.factories.mentor_pairs import account_of, mentee_of, mentor_pair
from tests.factories.people import CompetenceFactory, teacher, this_year, user_of
from tests.factories.registry import AuthorityFactory, LegalActFactory, MunicipalityFactory, SchoolFactory
from tests.factories.schools import MentorProfileFactory

pytestmark = pytest.mark.django_db
SECRET = "Я боюсь девятого класса"


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


# --- who opens what ---


def test_participants_open_their_own_pair_and_no_other() -> None:
    pair, other = mentor_pair(), mentor_pair()
    for client in (mentor_of(pair), mentee_client(pair)):
        page(client, pair)
        assert client.get(reverse("networks:pair", args=[other.pk])).status_code == 404
        listed = client.get(reverse("networks:pairs")).content.decode()
        assert f"/pairs/{pair.pk}/" in listed
        assert f"/pairs/{other.pk}/" not in listed


def test_a_colleague_an_analyst_and_a_stranger_find_nothing() -> None:
    pair = mentor_pair()
    place = pair.first_school.territory
    visitors = [
        account_of(teacher(pair.first_school, "Коллега"), pair.first_school),
        user_of(AuthorityFactory(territory=place), Role.COUNCIL_MEMBER),
        user_of(AuthorityFactory(territory=MunicipalityFactory()), Role.MUNICIPAL_COORDINATOR),
    ]
    for visitor in visitors:
        assert client_of(visitor).get(reverse("networks:pair", args=[pair.pk])).status_code == 404


def test_both_heads_and_the_coordinator_see_the_pair_without_private_words() -> None:
    pair = mentor_pair()
    write_diary(pair, actor=SYSTEM, author=mentee_of(pair), text=SECRET)
    write_diary(pair, actor=SYSTEM, author=mentee_of(pair), text="Урок удался", is_shared=True)
    add_note(pair, actor=SYSTEM, author=pair.mentor, text="Между нами")
    add_note(pair, actor=SYSTEM, author=pair.mentor, text="Для всех", is_private=False)
    heads = [user_of(one, Role.HEAD_TEACHER) for one in (pair.first_school, pair.mentor_school)]
    for client in (coordinator(pair), *map(client_of, heads)):
        shown = page(client, pair)
        assert ("Урок удался" in shown, "Для всех" in shown) == (True, True)
        assert (SECRET in shown, "Между нами" in shown) == (False, False)
    assert (SECRET in page(mentor_of(pair), pair), "Между нами" in page(mentor_of(pair), pair)) == (
        False,
        True,
    )
    assert SECRET in page(mentee_client(pair), pair)


def test_another_mentee_of_the_group_does_not_read_a_private_entry() -> None:
    school = SchoolFactory()
    people = [teacher(school, f"Учитель{number}") for number in range(3)]
    pair = mentor_pair(kind="group", school=school, mentees=people)
    entry = write_diary(pair, actor=SYSTEM, author=people[0], text=SECRET)
    client = client_of(account_of(people[1], school))
    assert SECRET not in page(client, pair)
    for act in ("share", "drop"):
        url = reverse("networks:pair-words", args=[pair.pk, "diary", entry.pk, act])
        assert client.post(url).status_code == 404


# --- from the proposal to the work ---


def test_a_pair_goes_from_the_proposal_to_the_work_through_the_pages() -> None:
    lead = SchoolFactory()
    school = SchoolFactory(territory=lead.territory)
    mentor, mentee = teacher(lead, "Гусева"), teacher(school, "Николаева")
    keeper = client_of(user_of(AuthorityFactory(territory=lead.territory), Role.MUNICIPAL_COORDINATOR))
    values = {
        "mentor": str(mentor),
        "mentees": str(mentee),
        "school_year": this_year().pk,
        "kind": "traditional",
        "form": "teacher_teacher",
        "goal": "ОГЭ",
    }
    assert keeper.post(reverse("networks:pair-create"), values).status_code == 302
    pair = MentorPair.objects.get()
    assert (pair.mentor_school, pair.first_school, pair.goal) == (lead, school, "ОГЭ")
    first, second = mentor_of(pair), mentee_client(pair)
    assert "Do you agree to this pair?" in page(first, pair)
    first.post(reverse("networks:pair-consent", args=[pair.pk]))
    step(keeper, pair, "paper", person=mentee.pk, given_on=f"{timezone.localdate()}", paper="дело 3")
    order = LegalActFactory(territory=lead.territory)
    step(keeper, pair, "form", order=order.pk, starts_on=f"{timezone.localdate()}")
    step(keeper, pair, "start")
    pair.refresh_from_db()
    assert (pair.state, pair.order) == (PairState.ACTIVE, order)
    answer = add(second, pair, "meeting", held_on=f"{timezone.localdate()}", mode="remote", summary="Урок")
    assert answer.status_code == 302
    shown = page(second, pair)
    assert "Урок" in shown
    assert "1 meeting" in shown


def test_a_refusal_is_read_by_the_coordinator_and_not_by_the_other_side() -> None:
    pair = mentor_pair(state=PairState.PROPOSED)
    url = reverse("networks:pair-refuse", args=[pair.pk])
    client = mentee_client(pair)
    assert client.post(url, {"reason": ""}).status_code == 400
    assert client.post(url, {"reason": "Другой предмет"}).status_code == 302
    assert "Другой предмет" in page(coordinator(pair), pair)
    assert "Другой предмет" not in page(mentor_of(pair), pair)


def test_steps_of_the_keeper_are_refused_to_the_pair_and_the_pairs_own_to_the_keeper() -> None:
    pair = mentor_pair()
    for word in ("end", "pause", "change", "again"):
        assert step(mentor_of(pair), pair, word, reason="нет").status_code == 403
    keeper = coordinator(pair)
    for what in ("note", "diary", "rating", "next", "level"):
        assert add(keeper, pair, what).status_code == 403
    assert keeper.post(reverse("networks:pair-consent", args=[pair.pk])).status_code == 403
    assert add(mentor_of(pair), pair, "diary", text="Успех").status_code == 403
    assert step(keeper, pair, "dance").status_code == 404
    assert add(keeper, pair, "dance").status_code == 404


def test_the_mentor_leaves_and_the_best_free_mentor_is_one_click_away() -> None:
    pair = mentor_pair()
    free = MentorProfileFactory(organisation=pair.mentor_school, school_year=pair.school_year)
    client = coordinator(pair)
    url = reverse("networks:pair-step", args=[pair.pk, "change"])
    shown = client.get(url).content.decode()
    assert f'?mentor={free.person_id}">{free.person}' in shown
    assert "mentees 0 of 2" in shown
    assert str(free.person) in client.get(url, {"mentor": free.person_id}).content.decode()
    values = {"mentor": str(free.person), "reason": "Переезд", "ended_on": f"{timezone.localdate()}"}
    client.post(url, values)
    pair.refresh_from_db()
    made = pair.replacements.get()
    assert (pair.state, made.mentor, made.state) == ("changed", free.person, "proposed")


# --- two minutes at most ---


def test_the_calendar_through_the_pages() -> None:
    pair = mentor_pair()
    mentee, mentor = mentee_client(pair), mentor_of(pair)
    add(mentee, pair, "next", day=f"{timezone.localdate() + dt.timedelta(days=3)}", mode="remote")
    meeting = pair.meetings.get()
    url = reverse("networks:pair-meeting", args=[pair.pk, meeting.pk, "confirm"])
    assert "Confirm the date of the meeting" in page(mentor, pair)
    mentee.post(url)
    meeting.refresh_from_db()
    assert meeting.state == "proposed"  # nobody confirms the own date
    mentor.post(url)
    meeting.refresh_from_db()
    assert meeting.state == "agreed"


def test_a_wrong_log_keeps_what_was_written() -> None:
    pair = mentor_pair()
    answer = add(
        mentor_of(pair), pair, "meeting", held_on="2099-01-01", mode="remote", summary="Разбор урока"
    )
    assert answer.status_code == 400
    shown = answer.content.decode()
    assert "This day has not come yet." in shown
    assert 'value="Разбор урока"' in shown


def test_the_plan_through_the_pages() -> None:
    pair, client = mentor_pair(), None
    client = mentor_of(pair)
    assert "The plan is empty" in page(client, pair)
    answer = client.post(reverse("networks:pair-plan-propose", args=[pair.pk]), follow=True)
    assert "Nothing to propose" in answer.content.decode()
    add(client, pair, "line", content="Пробный урок", due_on=f"{timezone.localdate()}", mode="in_person")
    item = PairPlanItem.objects.get()
    url = reverse("networks:pair-line", args=[pair.pk, item.pk, "done"])
    assert client.post(url, {"done_on": f"{timezone.localdate()}"}).status_code == 400
    client.post(url, {"done_on": f"{timezone.localdate()}", "evidence": "Карта урока"})
    shown = page(client, pair)
    assert "Карта урока" in shown
    client.post(reverse("networks:pair-line", args=[pair.pk, item.pk, "reopen"]))
    client.post(reverse("networks:pair-line", args=[pair.pk, item.pk, "missed"]), {"reason": "Карантин"})
    item.refresh_from_db()
    assert (item.state, item.miss_reason) == ("missed", "Карантин")


def test_a_line_of_another_pair_is_not_found() -> None:
    pair, other = mentor_pair(), mentor_pair()
    item = PairPlanItem.objects.create(pair=other, content="Чужое", due_on=timezone.localdate())
    url = reverse("networks:pair-line", args=[pair.pk, item.pk, "drop"])
    assert mentor_of(pair).post(url).status_code == 404
    assert other.plan.exists()


def test_the_diary_is_shared_and_taken_back_by_its_author() -> None:
    pair = mentor_pair()
    client = mentee_client(pair)
    add(client, pair, "diary", text=SECRET)
    entry = DiaryEntry.objects.get()
    assert not entry.is_shared
    for act, expected in (("share", True), ("unshare", False)):
        client.post(reverse("networks:pair-words", args=[pair.pk, "diary", entry.pk, act]))
        entry.refresh_from_db()
        assert entry.is_shared is expected
    client.post(reverse("networks:pair-words", args=[pair.pk, "diary", entry.pk, "drop"]))
    assert not DiaryEntry.objects.exists()


def test_a_note_is_private_unless_said_otherwise_and_deleted_by_its_author() -> None:
    pair = mentor_pair()
    add(mentor_of(pair), pair, "note", text="Между нами", is_private="on")
    note = PairNote.objects.get()
    assert note.is_private
    url = reverse("networks:pair-words", args=[pair.pk, "note", note.pk, "drop"])
    assert mentee_client(pair).post(url).status_code == 403
    mentor_of_pair = client_of(User.objects.get(person=pair.mentor))
    assert mentor_of_pair.post(url).status_code == 302


def test_satisfaction_is_seen_by_the_author_and_the_keepers_only() -> None:
    pair = mentor_pair()
    add(mentee_client(pair), pair, "rating", score="3", word="Редко встречаемся")
    assert PairRating.objects.get().score == 3
    assert "Редко встречаемся" in page(coordinator(pair), pair)
    assert "Редко встречаемся" not in page(mentor_of(pair), pair)


def test_a_look_at_levels_is_logged_for_the_mentee() -> None:
    pair = mentor_pair()
    competence = CompetenceFactory(name="Оценивание")
    state_level(pair, mentee_of(pair), competence, actor=SYSTEM, entry=2)
    pair.competences.clear()  # the heading of the pair names no competence
    assert "Оценивание — at the entry" in page(mentor_of(pair), pair).replace("\n", "")
    assert not Reading.objects.exists()
    lead = client_of(user_of(pair.mentor_school, Role.HEAD_TEACHER))
    assert "Оценивание" not in page(lead, pair)
    own = client_of(user_of(pair.first_school, Role.HEAD_TEACHER))
    assert "Оценивание" in page(own, pair)
    assert Reading.objects.get().subject == f"registry.person:{mentee_of(pair).pk}"


def test_a_silent_pair_says_so_and_a_missed_month_asks_why() -> None:
    today = timezone.localdate()
    pair = mentor_pair(starts_on=today - dt.timedelta(days=100))
    client = mentor_of(pair)
    shown = page(client, pair)
    assert "The pair is silent" in shown
    assert "say why" in shown
    month = (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    add(client, pair, "miss", month=f"{month}", reason="Болезнь")
    assert "no meeting: Болезнь" in " ".join(page(client, pair).split())


def test_the_first_screen_leads_to_the_own_pair_and_to_silent_ones() -> None:
    today = timezone.localdate()
    pair = mentor_pair(starts_on=today - dt.timedelta(days=60))
    link = reverse("networks:pair", args=[pair.pk])
    for client in (mentor_of(pair), mentee_client(pair)):
        shown = client.get("/").content.decode()
        assert link in shown
        assert "Agree on a meeting of your pair" in shown
    shown = coordinator(pair).get("/").content.decode()
    assert "1 pair has not met for 45 days" in shown
    listed = coordinator(pair).get(f"{reverse('networks:pairs')}?silent=1").content.decode()
    assert link in listed
