"""CH-27 and CH-28 of mentor pairs; the four pairs of the Sechenovo programme, of which one has no deeds."""

import datetime as dt

import pytest
import time_machine
from django.test import override_settings
from django.urls import reverse
from django.utils import translation

from mayak.kernel.access import Actor, Scope
from mayak.kernel.findings.models import Finding
from mayak.kernel.findings.services import run_checks
from mayak.networks.enums.mentor_pairs import PairForm, PairLoop, PairState
from mayak.networks.models import MentorPair
from mayak.networks.services.mentor_pairs import MenteeGiven, create_pair
from mayak.networks.services.pair_meetings import log_meeting
from mayak.networks.services.pair_plans import add_plan_item, finish_plan_item
from mayak.networks.services.pair_states import consent_to_pair, end_pair, form_pair, start_pair
from mayak.networks.services.pair_words import add_material, write_diary
from mayak.registry.models import Organisation
from tests.factories.mentor_pairs import mentee_of, mentor_pair
from tests.factories.people import teacher
from tests.factories.registry import BranchFactory, LegalActFactory, SchoolFactory, SchoolYearFactory
from tests.factories.schools import MentorProfileFactory

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, label="anna@example.org")
NOON = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
TODAY = NOON.date()


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


def found(check: str) -> list[tuple[str, str]]:
    run_checks(scope=Scope.of_everything(), check_ids=[check])
    rows = Finding.objects.filter(check_id=check, state="open").order_by("pk")
    return [(one.object_key, one.reason) for one in rows]


@time_machine.travel(NOON, tick=False)
def test_ch_28_names_the_pair_that_did_nothing_for_45_days() -> None:
    silent = mentor_pair(starts_on=TODAY - dt.timedelta(days=100), last_deed_on=TODAY - dt.timedelta(days=45))
    mentor_pair(starts_on=TODAY - dt.timedelta(days=100), last_deed_on=TODAY - dt.timedelta(days=44))
    mentor_pair(starts_on=TODAY - dt.timedelta(days=10))
    reason = "No meeting, no line of the plan done, no material since 24.01.2026: 45 school days or more."
    assert found("CH-28") == [(f"mentor-pair:{silent.pk}", reason)]
    finding = Finding.objects.get()
    assert finding.place == f"{silent.first_school} ← {silent.mentor_school}, teacher – teacher"
    assert finding.link == reverse("networks:pair", args=[silent.pk])
    assert finding.organisation_id == silent.first_school_id


@time_machine.travel(NOON)
def test_ch_28_is_silent_again_after_a_deed_and_a_private_diary_is_no_deed() -> None:
    pair = mentor_pair(starts_on=TODAY - dt.timedelta(days=60))
    write_diary(pair, actor=ACTOR, author=mentee_of(pair), text="Успех")
    assert [key for key, _reason in found("CH-28")] == [f"mentor-pair:{pair.pk}"]
    add_material(pair, actor=ACTOR, title="Карта", url="https://school.example/card")
    assert found("CH-28") == []


def test_ch_27_names_a_mentor_with_more_mentees_than_places() -> None:
    profile = MentorProfileFactory(pairs=1)
    school = SchoolFactory(territory=profile.organisation.territory)
    for name in ("Первая", "Вторая"):
        mentor_pair(
            mentor=profile.person,
            mentor_school=profile.organisation,
            school=school,
            mentees=[teacher(school, name)],
            school_year=profile.school_year,
        )
    year = profile.school_year.start_year
    assert found("CH-27") == [
        (
            f"mentor:{profile.person_id}:{year}",
            "A mentor of the school has 2 mentees in all pairs, but places for 1.",
        )
    ]


def test_ch_27_names_who_stands_in_too_many_pairs_in_any_role() -> None:
    pair = mentor_pair()
    person = pair.mentor
    for _number in range(5):
        mentor_pair(mentees=[person], school=pair.mentor_school)
    assert found("CH-27") == [
        (
            f"person:{person.pk}:{pair.school_year.start_year}",
            "Somebody takes part in 6 pairs and groups of the year, the limit is 5.",
        )
    ]


# --- the Sechenovo programme, 2021–2022: four pairs of a lead school with a branch of another school ---

POSTS = ["директор", "русский язык и литература", "история и обществознание", "информатика"]
DEEDS = {
    "русский язык и литература": "Мастер-класс «Технология использования рабочего листа»",
    "история и обществознание": "Примеры учебных задач",
    "информатика": "Учебные занятия на платформе",
}
"""What the report tells; days of the deeds are not given in the source, so the test takes a day of the term."""


@pytest.fixture
def sechenovo() -> dict[str, MentorPair]:
    lead = SchoolFactory(short_name="Сеченовская СШ")
    parent = SchoolFactory(short_name="Болтинская ОШ", territory=lead.territory)
    branch = BranchFactory(parent=parent, short_name="Красновская ОШ")
    with time_machine.travel(dt.datetime(2021, 2, 15, 12, tzinfo=dt.UTC), tick=False):
        return {post: _formed(lead, branch, post) for post in POSTS}


def _formed(lead: Organisation, branch: Organisation, post: str) -> MentorPair:
    order = LegalActFactory(territory=lead.territory, date=dt.date(2021, 1, 13))
    pair = create_pair(
        teacher(lead, f"Наставник {post}"[:30]),
        mentor_school=lead,
        mentees=[MenteeGiven(teacher(branch, f"Наставляемый {post}"[:30]), branch)],
        school_year=SchoolYearFactory(start_year=2020),
        actor=ACTOR,
        form=PairForm.HEAD_HEAD if post == "директор" else PairForm.TEACHER_TEACHER,
        ends_on=dt.date(2022, 5, 31),
    )
    for person in (pair.mentor, mentee_of(pair)):
        pair = consent_to_pair(pair, person, actor=ACTOR)
    pair = form_pair(
        pair, actor=ACTOR, order=order, starts_on=dt.date(2021, 2, 15), ends_on=dt.date(2022, 5, 31)
    )
    return start_pair(pair, actor=ACTOR)


def test_the_report_of_sechenovo_has_deeds_of_three_pairs_and_the_check_names_the_fourth(
    sechenovo: dict[str, MentorPair],
) -> None:
    with time_machine.travel(dt.datetime(2022, 4, 20, 12, tzinfo=dt.UTC), tick=False):
        for post, deed in DEEDS.items():
            pair = sechenovo[post]
            item = add_plan_item(pair, actor=ACTOR, content=deed, due_on=dt.date(2022, 4, 20))
            finish_plan_item(item, actor=ACTOR, evidence=deed)
    heads = sechenovo["директор"]
    assert (heads.form, heads.loop) == (
        PairForm.HEAD_HEAD,
        PairLoop.EXTERNAL,
    )  # the branch has another employer
    with time_machine.travel(dt.datetime(2022, 5, 20, 12, tzinfo=dt.UTC), tick=False):
        assert found("CH-28") == [
            (
                f"mentor-pair:{heads.pk}",
                "Since the pair began (15.02.2021) not a single deed is recorded.",
            )
        ]


def test_after_the_end_of_the_programme_the_check_still_says_it(sechenovo: dict[str, MentorPair]) -> None:
    with time_machine.travel(dt.datetime(2022, 5, 31, 12, tzinfo=dt.UTC), tick=False):
        for post, pair in sechenovo.items():
            if post in DEEDS:
                log_meeting(pair, actor=ACTOR, summary=DEEDS[post])
            end_pair(pair, actor=ACTOR, reason="Программа завершена")
        heads = sechenovo["директор"]
        assert found("CH-28") == [
            (
                f"mentor-pair:{heads.pk}",
                "The pair ended on 31.05.2022, and not a single deed of it is recorded.",
            )
        ]
    assert MentorPair.objects.filter(state=PairState.ENDED).count() == 4
