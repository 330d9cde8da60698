"""Pages of lessons: who sees what, readings, the plain form, the background address, the note, no ranking of persons."""

import datetime as dt
import io
import json
import re
import zipfile

import pytest
from django.db import connection
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from mayak.accounts.enums import Role
from mayak.diagnosis.models import LessonObservation, ObservationSheet
from mayak.diagnosis.selectors.lesson_today import lesson_tasks
from mayak.diagnosis.services.lesson_personal import erase_lessons
from mayak.kernel.access import SYSTEM, Scope
from mayak.kernel.personal.erasing import Target
from mayak.kernel.personal.holdings import Subjects, holdings_of
from mayak.kernel.readings.models import Reading
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.lessons import (
    DAY,
    festival,
    finished,
    lesson,
    observation_form,
    observer,
    score,
    sheet,
    teacher_of,
)
from tests.factories.registry import AuthorityFactory, SchoolFactory, SubjectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def coordinator_of(school, role=Role.MUNICIPAL_COORDINATOR):
    territory = school.territory.parent if role == Role.REGIONAL_COORDINATOR else school.territory
    return RoleAssignmentFactory.create(
        role=role, organisation=AuthorityFactory.create(territory=territory)
    ).user


def teacher_user(found: LessonObservation):
    return observer(found.organisation, Role.TEACHER, person=found.teacher)


def page_of(user, found: LessonObservation) -> str:
    return signed_in(user).get(reverse("diagnosis:lesson", args=[found.pk])).content.decode()


def test_the_teacher_sees_the_results_and_who_has_read_them() -> None:
    found = finished(lesson(), (3, 1, 0, 0), (3, 1, 0, 1))
    reader = coordinator_of(found.organisation)
    assert "What was found" in page_of(reader, found)
    own = teacher_user(found)
    page = page_of(own, found)
    assert "What was found" in page
    assert reader.email in page.partition("Who has read the results")[2]
    assert list(Reading.objects.values_list("what", "subject", "reader_id")) == [
        ("lesson", f"registry.person:{found.teacher_id}", reader.pk)
    ]


def test_reading_the_own_lesson_and_looking_at_a_planned_one_are_not_logged() -> None:
    found = lesson()
    page_of(coordinator_of(found.organisation), found)
    done = finished(lesson(), (3, 1, 0, 0))
    page_of(teacher_user(done), done)
    assert Reading.objects.count() == 0


def test_who_may_not_read_deficits_sees_that_and_when_but_not_what_was_said() -> None:
    found = finished(lesson(), (3, 1, 0, 0), (3, 1, 0, 1))
    region = coordinator_of(found.organisation, Role.REGIONAL_COORDINATOR)
    page = page_of(region, found)
    assert "You see that this lesson was observed and when" in page
    assert "What was found" not in page
    assert Reading.objects.count() == 0
    assert signed_in(region).get(reverse("diagnosis:lesson-note", args=[found.pk])).status_code == 403


def test_a_colleague_does_not_know_of_the_lesson() -> None:
    found = finished(lesson(), (3, 1, 0, 0))
    client = signed_in(observer(found.organisation, Role.TEACHER))
    assert client.get(reverse("diagnosis:lesson", args=[found.pk])).status_code == 404
    assert found.teacher.family_name not in client.get(reverse("diagnosis:lessons")).content.decode()


def test_a_mentor_of_another_school_sees_the_lesson_only_as_its_observer() -> None:
    found = lesson()
    mentor = observer(SchoolFactory.create(), Role.MENTOR)
    client = signed_in(mentor)
    address = reverse("diagnosis:lesson", args=[found.pk])
    assert client.get(address).status_code == 404
    one = sheet(found, mentor)
    assert client.get(address).status_code == 200
    assert client.get(reverse("diagnosis:lesson-sheet", args=[one.pk])).status_code == 200
    assert client.get(reverse("diagnosis:lesson-edit", args=[found.pk])).status_code == 403


def test_no_observer_sees_the_sheet_or_the_scores_of_another_before_the_end() -> None:
    found = lesson()
    one, other = sheet(found), sheet(found)
    score(one, i1=3, i2=1, i3=2, i4=2)
    client = signed_in(other.observer)
    assert client.get(reverse("diagnosis:lesson-sheet", args=[one.pk])).status_code == 404
    assert "until then no observer sees the scores of another" in page_of(other.observer, found)


def test_an_observer_in_a_role_without_the_right_is_told_to_change_it() -> None:
    found = lesson()
    one = sheet(found)
    one.observer.roles.all().delete()
    RoleAssignmentFactory.create(user=one.observer, role=Role.TEACHER, organisation=found.organisation)
    answer = signed_in(one.observer).get(reverse("diagnosis:lesson-sheet", args=[one.pk]))
    assert answer.status_code == 403
    assert "Choose the role in which you observe" in answer.content.decode()


def test_the_plain_form_saves_and_finishes_without_a_script() -> None:
    found = lesson()
    one = sheet(found)
    client = signed_in(one.observer)
    address = reverse("diagnosis:lesson-sheet", args=[one.pk])
    values = {
        "version": 0,
        "s-i1": "2",
        "e-i1": "спросил,\r\nзачем",
        "s-i2": "n",
        "e-advice": "Больше вопросов",
    }
    assert client.post(address, values).status_code == 302
    refused = client.post(address, {**values, "version": 1, "do": "finish"})
    assert refused.status_code == 400
    assert "2 items have no answer, first of all 2.1, 2.2" in refused.content.decode()
    done = client.post(address, {**values, "version": 1, "s-i3": "0", "s-i4": "3", "do": "finish"})
    assert done.url == reverse("diagnosis:lesson", args=[found.pk])
    stored = ObservationSheet.objects.get(pk=one.pk)
    assert (stored.scores, stored.evidence("i1"), stored.advice, stored.is_finished) == (
        {"i1": 2, "i2": None, "i3": 0, "i4": 3}, "спросил,\nзачем", "Больше вопросов", True,
    )  # fmt: skip


def test_the_plain_form_shows_what_another_device_saved_and_throws_nothing_away() -> None:
    one = sheet(lesson())
    score(one, i1=3)
    client = signed_in(one.observer)
    address = reverse("diagnosis:lesson-sheet", args=[one.pk])
    answer = client.post(address, {"version": 0, "s-i1": "1", "s-i3": "2"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "On the other device: 3 – уровень 3" in page
    assert 'name="s-i1" value="1" checked' in page
    stored = ObservationSheet.objects.get(pk=one.pk)
    assert stored.scores == {"i1": 3, "i3": 2}
    client.post(address, {"version": stored.version, "s-i1": "1", "s-i3": "2"})
    assert ObservationSheet.objects.get(pk=one.pk).scores == {"i1": 1, "i3": 2}


def send(client: Client, one: ObservationSheet, body) -> tuple[int, dict]:
    address = reverse("diagnosis:lesson-sheet-save", args=[one.pk])
    raw = body if isinstance(body, str | bytes) else json.dumps(body)
    answer = client.post(address, raw, content_type="application/json")
    return answer.status_code, answer.json()


def test_the_background_address_says_what_became_of_each_item() -> None:
    one = sheet(lesson())
    score(one, i2=1)
    client = signed_in(one.observer)
    changes = {"i1": {"score": 2, "base": 0}, "i2": {"score": 0, "base": 0}, "i9": {"score": 1, "base": 0}}
    assert send(client, one, {"device": "phone", "changes": changes}) == (
        200,
        {"version": 2, "saved": ["i1"], "refused": ["i9"],
         "conflicts": {"i2": {"words": "1 – уровень 1", "evidence": "", "score": "1"}}},
    )  # fmt: skip


@pytest.mark.parametrize("body", ["", "nonsense", "[]", '{"changes": 5}', "null", b"\xff\xfe"])
def test_what_cannot_be_read_is_refused_and_changes_nothing(body) -> None:
    one = sheet(lesson())
    status, answer = send(signed_in(one.observer), one, body)
    assert (status, answer) == (400, {"error": "The scores could not be read."})
    assert ObservationSheet.objects.get(pk=one.pk).answers == {}


def test_a_finished_sheet_answers_with_its_state() -> None:
    found = finished(lesson(), (3, 1, 0, 0))
    one = found.sheets.get()
    status, answer = send(signed_in(one.observer), one, {"changes": {"i1": {"score": 0, "base": 9}}})
    assert (status, answer["state"]) == (409, "finished")


def test_a_lesson_is_planned_on_its_page_with_the_planner_as_observer() -> None:
    school = SchoolFactory.create()
    teacher, deputy = teacher_of(school), observer(school)
    subject = SubjectFactory.create(code="algebra", name="Алгебра")
    values = {
        "teacher": f"{teacher} [id:{teacher.pk}]", "subject": subject.pk, "held_on": DAY.isoformat(), "kind": "visit",
        "form": observation_form().pk, "observe": "on", "topic": "Функция",
    }  # fmt: skip
    client = signed_in(deputy)
    assert client.post(reverse("diagnosis:lesson-new"), {**values, "form": ""}).status_code == 400
    assert client.post(reverse("diagnosis:lesson-new"), values).status_code == 302
    found = LessonObservation.objects.get()
    assert (found.organisation, found.planned_by_id, found.sheets.get().observer) == (
        school,
        deputy.pk,
        deputy,
    )
    other = observer(school)
    client.post(reverse("diagnosis:lesson-observer-add", args=[found.pk]), {"email": other.email.upper()})
    assert found.sheets.count() == 2
    answer = client.post(
        reverse("diagnosis:lesson-observer-add", args=[found.pk]), {"email": "nobody@example.org"}
    )
    assert answer.status_code == 400
    assert "Nobody signs in with this e-mail." in answer.content.decode()


def test_the_teacher_alone_writes_the_own_words() -> None:
    found = finished(lesson(), (3, 1, 0, 0))
    address = reverse("diagnosis:lesson-reflection", args=[found.pk])
    assert signed_in(coordinator_of(found.organisation)).post(address, {"text": "x"}).status_code == 403
    signed_in(teacher_user(found)).post(address, {"text": "Мало времени осталось на итог."})
    assert LessonObservation.objects.get(pk=found.pk).reflection == "Мало времени осталось на итог."
    assert "Мало времени осталось на итог." in page_of(found.sheets.get().observer, found)


def test_a_sheet_is_opened_again_by_who_oversees_the_school_with_a_reason() -> None:
    found = finished(lesson(), (3, 1, 0, 0))
    one = found.sheets.get()
    address = reverse("diagnosis:lesson-sheet-reopen", args=[one.pk])
    mentor = observer(found.organisation, Role.MENTOR)
    assert signed_in(mentor).get(address).status_code == 404
    client = signed_in(coordinator_of(found.organisation))
    assert client.post(address, {"reason": ""}).status_code == 400
    assert client.post(address, {"reason": "перепутаны уроки"}).status_code == 302
    assert not ObservationSheet.objects.get(pk=one.pk).is_finished


def text_of_note(content: bytes) -> str:
    xml = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", xml))


def test_the_note_tells_strong_and_weak_sides_examples_recommendations_and_observers() -> None:
    found = lesson()
    one, other = sheet(found), sheet(found)
    for each in (one, other):
        score(each, i1=3, i2=1, i3=0, i4=1)
    client = signed_in(one.observer)
    values = {
        "version": 9,
        "s-i1": "3",
        "s-i2": "1",
        "s-i3": "0",
        "s-i4": "1",
        "e-i1": "Цель <на доске> & в тетради",
    }
    client.post(
        reverse("diagnosis:lesson-sheet", args=[one.pk]),
        {**values, "e-advice": "Дать время подумать", "do": "finish"},
    )
    signed_in(other.observer).post(
        reverse("diagnosis:lesson-sheet", args=[other.pk]), {**values, "e-i1": "", "do": "finish"}
    )
    answer = client.get(reverse("diagnosis:lesson-note", args=[found.pk]))
    assert answer["Content-Disposition"].startswith(
        f'attachment; filename="lesson_note_2022_02_21_{found.pk}.docx"'
    )
    note = text_of_note(answer.content)
    for words in (
        "СПРАВКА", "по результатам посещения урока", str(found.teacher), "21.02.2022", "Линейная функция",
        "Цель урока (100 %): Цель &lt;на доске&gt; &amp; в тетради", "Учебный диалог (17 %)",
        "Считать открытые вопросы.", f"Дать время подумать ({one.observer})", str(other.observer),
    ):  # fmt: skip
        assert words in note


def test_the_note_waits_until_every_observer_has_finished() -> None:
    found = lesson()
    one = sheet(found)
    answer = signed_in(one.observer).get(reverse("diagnosis:lesson-note", args=[found.pk]), follow=True)
    assert "The note is made when every observer has finished." in answer.content.decode()


ROLES = [
    Role.REGIONAL_COORDINATOR, Role.MUNICIPAL_COORDINATOR, Role.METHODIST, Role.HEAD_TEACHER, Role.DEPUTY_HEAD,
    Role.TEACHER, Role.MENTOR,
]  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_no_page_shows_a_ranking_of_persons(role: Role) -> None:
    """Lists hold no score and no order by it; tables with scores hold no name."""
    school = SchoolFactory.create()
    found = festival(school)
    names = [f"Учитель{letter}" for letter in "абвгде"]
    for at, name in enumerate(names):
        one = lesson(school, round=found, teacher=teacher_of(school, family_name=name))
        finished(one, (at % 4, at % 2, at % 4, 3), (at % 4, at % 2, at % 4, 3))
    user = (
        observer(school, role)
        if role in {Role.HEAD_TEACHER, Role.DEPUTY_HEAD, Role.TEACHER, Role.MENTOR}
        else coordinator_of(school, role)
    )
    client = signed_in(user)
    table = client.get(reverse("diagnosis:lesson-round", args=[found.pk]))
    assert table.status_code == (403 if role == Role.TEACHER else 200)
    assert not any(name in table.content.decode() for name in names)
    for address in (
        reverse("diagnosis:lessons"),
        reverse("diagnosis:my-sheets"),
        reverse("diagnosis:lesson-rounds"),
    ):
        page = client.get(address).content.decode()
        assert "%" not in re.sub(r"<[^>]+>", " ", page.partition("<main")[2].partition("</main")[0])
    orders = {
        order: re.findall(
            r"Учитель[а-е]", client.get(reverse("diagnosis:lessons"), {"sort": order}).content.decode()
        )
        for order in ("", "score", "share", "-result", "answers")
    }
    assert len({tuple(shown) for shown in orders.values()}) == 1


def test_the_list_of_lessons_costs_the_same_for_one_and_for_three() -> None:
    school = SchoolFactory.create()
    client = signed_in(coordinator_of(school))
    counts = []
    for _round in range(2):
        for _number in range(1 if not counts else 2):
            sheet(lesson(school, round=None))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("diagnosis:lessons"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_own_sheets_cost_the_same_for_one_and_for_three() -> None:
    school = SchoolFactory.create()
    user = observer(school)
    client = signed_in(user)
    counts = []
    for number in (1, 2):
        for _number in range(number):
            sheet(lesson(school), user)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("diagnosis:my-sheets"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_teacher_finds_the_lessons_among_the_own_data() -> None:
    found = finished(lesson(), (3, 1, 0, 0))
    held = {one.key: one for one in holdings_of(Subjects(None, found.teacher_id, frozenset()))}
    row = held["lessons"].rows[0]
    assert (row[0], row[3], row[5]) == (DAY, "Линейная функция", "Цель урока: 100; Учебный диалог: 0")


def test_an_erasure_takes_the_words_and_leaves_the_scores() -> None:
    found = lesson()
    one = score(sheet(found), i1=2)
    one.answers["i1"]["evidence"] = "слова"
    one.save()
    LessonObservation.objects.filter(pk=found.pk).update(reflection="мои слова")
    target = Target(Subjects(None, found.teacher_id, frozenset()), "Человек 1", {}, (), SYSTEM)
    effects = {str(effect.what): effect.count for effect in erase_lessons(target)}
    assert sorted(effects.values()) == [0, 1, 1]
    stored = ObservationSheet.objects.get(pk=one.pk)
    assert (stored.scores, stored.evidence("i1")) == ({"i1": 2}, "")
    assert LessonObservation.objects.get(pk=found.pk).reflection == ""


def test_today_reminds_an_observer_of_lessons_that_have_been_held() -> None:
    one = sheet(lesson())
    request = RequestFactory().get("/")
    request.user, request.scope = one.observer, Scope(rights=frozenset({"diagnosis.observe"}))
    assert [task.text for task in lesson_tasks(request)] == [
        "1 lesson was held, and your sheet is not finished."
    ]
    LessonObservation.objects.update(held_on=timezone.localdate() + dt.timedelta(days=1))
    assert list(lesson_tasks(request)) == []
    request.scope = Scope()
    assert list(lesson_tasks(request)) == []
