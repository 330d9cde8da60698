"""The training of mentors: needs, courses, certificates, who has none, rewards, a list of certificates."""

import datetime as dt
import io

import pytest
from django.core.exceptions import ValidationError
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import Workbook

from mayak.accounts.enums import Role
from mayak.diagnosis.checks.measures import mentor_without_training
from mayak.diagnosis.enums.training import EnrolmentState, IncentiveKind, NeedState, TrainingState
from mayak.diagnosis.models import Certificate, ContestAssignment, Enrolment, MentorReward, TrainingNeed
from mayak.diagnosis.selectors.training import mentors, training_file, training_state, valid_until_of
from mayak.diagnosis.services import training as services
from mayak.diagnosis.services.measure_personal import (
    erase_measures,
    held_on_expertise,
    held_on_recommendations,
    held_on_training,
)
from mayak.kernel.access import Actor, Scope
from mayak.kernel.personal.erasing import Target
from mayak.kernel.personal.holdings import Subjects
from mayak.kernel.readings.models import Reading
from mayak.registry.models import Employment
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.measures import (
    ApplicationFactory,
    CertificateFactory,
    ContestExpertFactory,
    ContestFactory,
    CourseFactory,
    RecommendationFactory,
    RewardKindFactory,
    TopicFactory,
    head_of,
    methodist,
    paper,
    teacher_of,
)
from tests.factories.registry import EmploymentFactory, PersonFactory, SchoolFactory, SchoolYearFactory

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, label="anna@example.org")
EVERYTHING = Scope.of_everything()


@pytest.fixture(autouse=True)
def _english(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


def client_of(user) -> Client:
    """Return a signed-in client."""
    client = Client()
    client.force_login(user)
    return client


def mentor(school=None, **fields):
    """Return a mentor of a school as a user."""
    user = teacher_of(school or SchoolFactory(), **fields)
    RoleAssignmentFactory(
        user=user, role=Role.MENTOR, organisation=user.person.employments.get().organisation
    )
    return user


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (None, TrainingState.NONE),
        (-1, TrainingState.EXPIRED),
        (90, TrainingState.ENDING),
        (91, TrainingState.VALID),
    ],
)
def test_the_state_follows_from_the_last_day(days: int | None, state: TrainingState) -> None:
    today = dt.date(2025, 3, 1)
    until = None if days is None else today + dt.timedelta(days=days)
    assert training_state(until, warn_days=90, day=today) == state


def test_a_paper_without_a_last_day_holds_three_years() -> None:
    assert valid_until_of(dt.date(2024, 2, 29)) == dt.date(2027, 2, 28)
    row = services.add_certificate(
        PersonFactory(), actor=ACTOR, title="Наставник", number="1", issued_on=dt.date(2024, 5, 10)
    )
    assert row.valid_until == dt.date(2027, 5, 10)


def test_a_certificate_takes_the_words_of_its_course_and_meets_the_need() -> None:
    course, person = CourseFactory(), PersonFactory()
    need = services.add_need(person, course.topic, actor=ACTOR, school_year=SchoolYearFactory())
    row = services.add_certificate(
        person, actor=ACTOR, course=course, title="", provider="", hours=None, number="7",
        issued_on=dt.date(2025, 1, 10), scan=paper("scan.pdf"),
    )  # fmt: skip
    assert (row.title, row.provider, row.hours, len(row.scan_hash)) == (course.title, "ЛОИРО", 36, 64)
    need.refresh_from_db()
    assert need.state == NeedState.MET
    with pytest.raises(ValidationError, match="registered already"):
        services.add_certificate(person, actor=ACTOR, title="-", number="7", issued_on=dt.date(2025, 1, 10))


def test_a_certificate_of_the_future_and_a_wrong_scan_are_refused() -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    with pytest.raises(ValidationError, match="in the future"):
        services.add_certificate(PersonFactory(), actor=ACTOR, title="-", number="1", issued_on=tomorrow)
    with pytest.raises(ValidationError, match="not what its ending says"):
        services.add_certificate(
            PersonFactory(), actor=ACTOR, title="-", number="1", issued_on=dt.date(2025, 1, 1),
            scan=paper("a.png"),
        )  # fmt: skip


def test_a_completed_course_meets_the_need_and_leaving_off_needs_words() -> None:
    course, person = CourseFactory(), PersonFactory()
    need = services.add_need(person, course.topic, actor=ACTOR, school_year=SchoolYearFactory())
    row = services.enrol(person, course, actor=ACTOR)
    with pytest.raises(ValidationError, match="enrolled already"):
        services.enrol(person, course, actor=ACTOR)
    with pytest.raises(ValidationError, match="left off"):
        services.end_enrolment(row, actor=ACTOR, state=EnrolmentState.DROPPED)
    services.end_enrolment(row, actor=ACTOR, state=EnrolmentState.COMPLETED)
    need.refresh_from_db()
    assert (need.state, row.ended_on) == (NeedState.MET, timezone.localdate())
    with pytest.raises(ValidationError, match="ended already"):
        services.end_enrolment(row, actor=ACTOR, state=EnrolmentState.COMPLETED)


def test_a_reward_needs_a_basis_and_is_no_reason() -> None:
    reward = RewardKindFactory()
    reason = RewardKindFactory(kind=IncentiveKind.REASON, name="План выполнен")
    with pytest.raises(ValidationError, match="Name the basis"):
        services.give_reward(PersonFactory(), actor=ACTOR, reward=reward, given_on=dt.date(2025, 5, 1))
    with pytest.raises(ValidationError, match="not a reason"):
        services.give_reward(
            PersonFactory(), actor=ACTOR, reward=reason, given_on=dt.date(2025, 5, 1), basis_text="Приказ"
        )
    row = services.give_reward(
        PersonFactory(), actor=ACTOR, reward=reward, reason=reason, given_on=dt.date(2025, 5, 1),
        basis_text="Приказ от 01.05.2025 № 12",
    )  # fmt: skip
    assert str(row.reason) == "План выполнен"


def test_a_mentor_without_valid_training_is_a_finding_without_the_name() -> None:
    trained, expired, never = mentor().person, mentor().person, mentor().person
    CertificateFactory(person=trained)
    CertificateFactory(person=expired, issued_on=dt.date(2020, 1, 1), valid_until=dt.date(2023, 1, 1))
    teacher_of(SchoolFactory())  # no mentor
    assert set(mentors(EVERYTHING)) == {trained, expired, never}
    found = {row.object_key: row for row in mentor_without_training(EVERYTHING)}
    assert set(found) == {f"training:{expired.pk}", f"training:{never.pk}"}
    assert found[f"training:{expired.pk}"].reason == "The training expired on 01.01.2023."
    assert all(never.family_name not in row.place for row in found.values())
    assert found[f"training:{never.pk}"].organisation_id == never.employments.get().organisation_id


def test_everybody_sees_the_own_training_and_states_the_own_need() -> None:
    user = mentor()
    topic = TopicFactory()
    client = client_of(user)
    assert client.get(reverse("diagnosis:training-mine")).status_code == 200
    client.post(
        reverse("diagnosis:training-need-add", args=[user.person_id]),
        {"topic": topic.pk, "school_year": SchoolYearFactory().pk, "reason": "Хочу"},
    )
    assert [(row.topic, row.is_own) for row in TrainingNeed.objects.all()] == [(topic, True)]
    client.post(
        reverse("diagnosis:training-certificate-add", args=[user.person_id]),
        {"title": "Наставник", "number": "5", "issued_on": "2025-01-10", "scan": paper("s.pdf")},
    )
    assert Certificate.objects.get().valid_until == dt.date(2028, 1, 10)
    reward = reverse("diagnosis:training-reward-add", args=[user.person_id])
    assert client.get(reward).status_code == 403
    assert client_of(teacher_of(SchoolFactory())).get(reward).status_code == 404
    assert Reading.objects.count() == 0


def test_a_user_without_a_person_is_told_what_to_do() -> None:
    user = head_of(SchoolFactory())
    assert "not linked" in client_of(user).get(reverse("diagnosis:training-mine")).content.decode()


def test_the_head_keeps_the_training_of_the_own_people_and_the_reading_is_logged() -> None:
    school = SchoolFactory()
    user = mentor(school)
    head = client_of(head_of(school))
    page = reverse("diagnosis:training-person", args=[user.person_id])
    assert head.get(page).status_code == 200
    assert Reading.objects.get().what == "training"
    course = CourseFactory(territory=school.territory)
    head.post(reverse("diagnosis:training-enrol", args=[user.person_id]), {"course": course.pk})
    row = Enrolment.objects.get()
    head.post(
        reverse("diagnosis:training-enrolment-end", args=[user.person_id, row.pk]),
        {"state": "completed", "ended_on": timezone.localdate().isoformat()},
    )
    row.refresh_from_db()
    assert row.state == EnrolmentState.COMPLETED
    head.post(
        reverse("diagnosis:training-reward-add", args=[user.person_id]),
        {"reward": RewardKindFactory().pk, "given_on": "2025-05-01", "basis_text": "Приказ № 5"},
    )
    reward = MentorReward.objects.get()
    assert "Благодарность" in head.get(page).content.decode()
    head.post(reverse("diagnosis:training-reward-drop", args=[user.person_id, reward.pk]))
    assert MentorReward.objects.count() == 0
    assert client_of(head_of(SchoolFactory())).get(page).status_code == 404
    colleague = client_of(teacher_of(school))
    assert colleague.get(page).status_code == 403
    assert colleague.get(reverse("diagnosis:training")).status_code == 403


def test_a_head_does_not_see_the_training_of_somebody_who_left() -> None:
    school = SchoolFactory()
    user = mentor(school)
    Employment.objects.update(valid_to=timezone.localdate() - dt.timedelta(days=1))
    page = reverse("diagnosis:training-person", args=[user.person_id])
    assert client_of(head_of(school)).get(page).status_code == 404
    assert client_of(methodist(school.territory)).get(page).status_code == 200
    assert client_of(user).get(page).status_code == 200


def test_the_scan_is_given_to_the_person_and_to_who_keeps_the_training() -> None:
    school = SchoolFactory()
    user = mentor(school)
    row = services.add_certificate(
        user.person, actor=ACTOR, title="-", number="1", issued_on=dt.date(2025, 1, 1), scan=paper()
    )
    url = reverse("diagnosis:training-certificate-scan", args=[user.person_id, row.pk])
    assert client_of(user).get(url).getvalue().startswith(b"%PDF")
    assert client_of(teacher_of(school)).get(url).status_code == 403
    assert not Reading.objects.exists()
    assert client_of(head_of(school)).get(url).getvalue().startswith(b"%PDF")
    assert [one.subject for one in Reading.objects.all()] == [f"registry.person:{user.person_id}"]
    drop = reverse("diagnosis:training-certificate-drop", args=[user.person_id, row.pk])
    assert client_of(user).post(drop).status_code == 403
    client_of(head_of(school)).post(drop)
    assert Certificate.objects.count() == 0


def sheet(*rows) -> bytes:
    """Return an xlsx file."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_a_list_of_certificates_is_tried_first_and_finds_people_by_the_full_name() -> None:
    school = SchoolFactory(short_name="МБОУ «Шумская СОШ»")
    one = PersonFactory(territory=school.territory, family_name="Петрова")
    EmploymentFactory(person=one, organisation=school)
    for _number in range(2):
        PersonFactory(territory=school.territory, family_name="Сидорова")
    head = ["ФИО", "Школа", "Программа", "Часы", "№ документа", "Дата выдачи"]
    day = dt.date(2025, 2, 3)
    data = sheet(
        head,
        ["Петрова Мария Петровна", "Шумская СОШ", "Наставник", 36, "11", day],
        ["Петрова Мария Петровна", "", "Наставник", 36, "11", day],
        ["Сидорова Мария Петровна", "", "Наставник", 36, "12", day],
        ["Неизвестная Анна Ивановна", "", "Наставник", 36, "13", day],
        ["Петрова Мария Петровна", "", "Наставник", "много", "14", day],
        ["Петрова Мария Петровна", "", "Наставник", 36, "15", "когда-то"],
    )
    client = client_of(methodist(school.territory))
    page = client.post(reverse("diagnosis:training-import"), {"file": paper("list.xlsx", data)})
    assert [row[0] for row in page.context["new"]] == [2]
    assert [row[0] for row in page.context["unchanged"]] == [3]
    assert [row[2] for row in page.context["rejected"]] == [
        "several people have this name: write the school",
        "nobody of your territory has this full name",
        "the hours are no number",
        "no date, or not a date",
    ]
    assert Certificate.objects.count() == 0
    client.post(reverse("diagnosis:training-import-confirm"), {"plan": page.context["plan"]})
    row = Certificate.objects.get()
    assert (row.person, row.number, row.hours, row.valid_until) == (one, "11", 36, dt.date(2028, 2, 3))


def test_a_file_that_is_no_table_is_refused_in_words() -> None:
    client = client_of(methodist(SchoolFactory().territory))
    for file in (paper("list.xlsx", b"no table"), paper("list.xlsx", sheet(["Город"], ["Тосно"]))):
        assert client.post(reverse("diagnosis:training-import"), {"file": file}).status_code == 400


def test_what_is_held_on_a_mentor_is_shown_to_the_mentor() -> None:
    person = PersonFactory()
    CertificateFactory(person=person, number="77")
    subjects = Subjects(user_id=None, person_id=person.pk, keys=frozenset())
    rows = {holding.key: holding.rows for holding in held_on_training(subjects)}
    assert rows["certificates"][0][3] == "77"
    assert training_file(person).state == TrainingState.VALID


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(count, django_assert_max_num_queries) -> None:
    school = SchoolFactory()
    for _number in range(count):
        mentor(school)
    keeper = client_of(methodist(school.territory))
    keeper.get("/")
    with django_assert_max_num_queries(13):
        assert keeper.get(reverse("diagnosis:training"), {"state": "none"}).status_code == 200


def test_an_erasure_takes_training_scans_and_words_away() -> None:
    school = SchoolFactory()
    user = mentor(school)
    row = services.add_certificate(
        user.person, actor=ACTOR, title="-", number="1", issued_on=dt.date(2025, 1, 1), scan=paper()
    )
    told = RecommendationFactory(
        organisation=school, addressee_person=user.person, trigger_label="Дефицит", done_note="Сделано"
    )
    subjects = Subjects(user_id=user.pk, person_id=user.person_id, keys=frozenset())
    target = Target(subjects, "человек № 1", {}, (), ACTOR)
    assert [effect.count for effect in erase_measures(target)] == [1, 1, 0]
    assert Certificate.objects.filter(pk=row.pk).count() == 0
    told.refresh_from_db()
    assert (told.addressee_person, told.trigger_label, told.done_note) == (None, "", "")


def test_what_a_recommendation_and_an_expertise_hold_is_shown() -> None:
    school = SchoolFactory()
    user = mentor(school)
    RecommendationFactory(organisation=school, addressee_person=user.person, state="issued")
    RecommendationFactory(organisation=school, addressee_person=user.person)  # a draft
    subjects = Subjects(user_id=user.pk, person_id=user.person_id, keys=frozenset())
    [held] = held_on_recommendations(subjects)
    assert [row[0] for row in held.rows] == ["Провести педагогический совет."]
    expert = ContestExpertFactory(user=user)
    application = ApplicationFactory(contest=expert.contest)
    ContestAssignment.objects.create(application=application, expert=expert, conclusion="Поддержать")
    [held] = held_on_expertise(subjects)
    assert [(row[1], row[3]) for row in held.rows] == [(str(application.organisation), "Поддержать")]


def test_the_first_screen_tells_an_expert_what_waits() -> None:
    user = mentor()
    expert = ContestExpertFactory(user=user)
    expert.contest.state = "scoring"
    expert.contest.save()
    application = ApplicationFactory(contest=expert.contest)
    ContestAssignment.objects.create(application=application, expert=expert)
    assert "1 application waits for your points." in client_of(user).get("/").content.decode()


def test_the_first_screen_tells_a_school_of_an_open_contest() -> None:
    contest = ContestFactory()
    page = client_of(head_of(SchoolFactory(territory=contest.territory))).get("/").content.decode()
    assert contest.title in page
