"""A round from the draft to its start: what stands in the way, what is frozen, who is invited, the copy for the next year."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import SYSTEM
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.jobs.services import run_now
from mayak.surveys.enums import CampaignMode, CampaignState, VersionState
from mayak.surveys.models import (
    AnswerPool,
    Campaign,
    OpenLink,
    QuestionnaireVersion,
    SurveyInvitation,
    SurveyLetter,
)
from mayak.surveys.selectors import audiences as registry
from mayak.surveys.selectors.audiences import Breakdown, Invited
from mayak.surveys.selectors.campaigns import NOT_FOR_STUDENTS, start_plan
from mayak.surveys.services.campaigns import (
    add_audience,
    change_campaign,
    copy_campaign,
    create_campaign,
    delete_campaign,
    set_audiences,
)
from mayak.surveys.services.starting import start_campaign
from tests.factories.campaigns import (
    campaign,
    choice,
    document,
    invited,
    provider,
    running,
    text,
    version,
    words,
)
from tests.factories.registry import AuthorityFactory, PersonFactory, SchoolFactory, SchoolYearFactory

pytestmark = pytest.mark.django_db

SITE = "https://mayak.example"


def start(held: Campaign) -> Campaign:
    job = start_campaign(held, site=SITE, actor=SYSTEM)
    run_now(job)
    held.refresh_from_db()
    return held


def obstacles(held: Campaign) -> list[str]:
    return [one.text for one in start_plan(held).obstacles]


def test_a_round_without_an_audience_cannot_start() -> None:
    held = campaign()
    assert obstacles(held) == [_("Nobody is asked yet: add an audience with a questionnaire.")]
    with pytest.raises(ValidationError):
        start_campaign(held, site=SITE, actor=SYSTEM)


def test_an_audience_without_people_cannot_start() -> None:
    held = campaign()
    with provider([]):
        add_audience(held, provider="people", version=version(), actor=SYSTEM)
        assert obstacles(held) == [_("Nobody was found for this audience.")]


IMPOSSIBLE = {"conditions": [{"question": "q1", "operator": "equals", "value": "no such option"}]}


@pytest.mark.parametrize(
    "content",
    [
        document(choice("q1"), choice("q2", show_if=IMPOSSIBLE)),
        document({"code": "q1", "kind": "single", "text": words("Вопрос"), "options": []}),
    ],
)
def test_a_questionnaire_that_cannot_be_answered_cannot_start_and_says_where(content: dict[str, Any]) -> None:
    held, person = campaign(), PersonFactory.create()
    with provider([invited(person, SchoolFactory.create())]):
        add_audience(held, provider="people", version=version(content), actor=SYSTEM)
        plan = start_plan(held)
        assert plan.obstacles
        assert plan.obstacles[0].audience == "Педагоги"
        assert "Раздел" in plan.obstacles[0].place
        with pytest.raises(ValidationError):
            start_campaign(held, site=SITE, actor=SYSTEM)
    assert Campaign.objects.get().state == CampaignState.DRAFT


def test_students_are_asked_by_a_link_only() -> None:
    held = campaign()
    students = version(for_students=True)
    with provider([]), pytest.raises(ValidationError):
        add_audience(held, provider="people", version=students, actor=SYSTEM)
    with provider([], by_link=True):
        assert add_audience(held, provider="people", version=students, actor=SYSTEM).by_link


def test_students_are_asked_only_with_a_questionnaire_for_students() -> None:
    """Else any questionnaire with a free text would reach children, and nobody would ask the parents."""
    held, school = campaign(), SchoolFactory.create()
    free = version(document(text()))
    children = [Invited(organisation_id=school.pk)]
    with provider(children, by_link=True, of_students=True), pytest.raises(ValidationError):
        add_audience(held, provider="people", version=free, actor=SYSTEM)
    with provider(children, by_link=True):
        add_audience(held, provider="people", version=free, actor=SYSTEM)
        assert obstacles(held) == []
    with provider(children, by_link=True, of_students=True):
        assert obstacles(held) == [str(NOT_FOR_STUDENTS)]


def test_students_are_asked_no_free_text() -> None:
    held, school = campaign(), SchoolFactory.create()
    with provider([Invited(organisation_id=school.pk)], by_link=True):
        add_audience(
            held, provider="people", version=version(document(text()), for_students=True), actor=SYSTEM
        )
        assert obstacles(held) == [_("Students are asked for no free text and no file.")]


def test_a_file_is_asked_for_in_a_named_round_only() -> None:
    file = {"code": "paper", "kind": "file", "text": words("Приложите план")}
    person, school = PersonFactory.create(), SchoolFactory.create()
    with provider([invited(person, school)]):
        for mode, count in ((CampaignMode.ANONYMOUS, 1), (CampaignMode.NAMED, 0)):
            held = campaign(mode=mode)
            add_audience(held, provider="people", version=version(document(choice("q1"), file)), actor=SYSTEM)
            assert len(obstacles(held)) == count


def test_the_preview_counts_people_letters_and_whom_nothing_reaches() -> None:
    held, school = campaign(), SchoolFactory.create()
    people = [
        invited(PersonFactory.create(), school),
        Invited(organisation_id=school.pk, person_id=PersonFactory.create().pk),
        Invited(organisation_id=SchoolFactory.create().pk, email="c@a.example"),
    ]
    with provider([*people, people[0]]):
        add_audience(held, provider="people", version=version(), actor=SYSTEM)
        [plan] = start_plan(held).audiences
    assert (plan.people, plan.letters, plan.unreached, plan.organisations) == (3, 2, 1, 2)


def test_the_start_invites_everybody_once_and_freezes_what_is_asked() -> None:
    held, school = campaign(), SchoolFactory.create()
    people = [PersonFactory.create() for _one in range(3)]
    asked = version()
    with provider([invited(one, school, groups={"role": "teacher"}) for one in people]):
        add_audience(held, provider="people", version=asked, actor=SYSTEM)
        start(held)
    assert held.state == CampaignState.RUNNING
    assert held.started_at is not None
    assert QuestionnaireVersion.objects.get(pk=asked.pk).state == VersionState.FROZEN
    assert {one.person_id for one in SurveyInvitation.objects.all()} == {one.pk for one in people}
    assert len(set(SurveyInvitation.objects.values_list("token_hash", flat=True))) == 3
    assert AnswerPool.objects.count() == 1
    assert not SurveyInvitation.objects.filter(answered=True).exists()


def test_no_letter_exists_before_the_start_and_one_for_each_after_it() -> None:
    held, school = campaign(), SchoolFactory.create()
    with provider([invited(PersonFactory.create(), school)]):
        add_audience(held, provider="people", version=version(), actor=SYSTEM)
        assert SurveyLetter.objects.count() == 0
        start(held)
    assert [(one.kind, one.day) for one in SurveyLetter.objects.all()] == [
        ("invitation", timezone.localdate())
    ]


def test_labels_and_values_of_breakdowns_are_frozen_at_the_start() -> None:
    held, low, high = campaign(), SchoolFactory.create(), SchoolFactory.create()
    kinds = {low.pk: "low", high.pk: "high"}
    one = Breakdown(
        "kind", "Категория школы", lambda _held: {"low": "низкая", "high": "высокая"}, lambda _held: kinds
    )
    before = dict(registry._breakdowns)
    registry._breakdowns.clear()
    registry.register_breakdown(one)
    try:
        with provider([invited(PersonFactory.create(), low), invited(PersonFactory.create(), high)]):
            add_audience(held, provider="people", version=version(), actor=SYSTEM)
            start(held)
    finally:
        registry._breakdowns.clear()
        registry._breakdowns.update(before)
    audience = held.audiences.get()
    assert audience.breakdown_labels == {
        "kind": {"label": "Категория школы", "values": {"low": "низкая", "high": "высокая"}}
    }
    assert [row.groups for row in SurveyInvitation.objects.order_by("organisation")] == [
        {"kind": "low"},
        {"kind": "high"},
    ]


def test_an_open_link_is_made_for_each_organisation() -> None:
    held, schools = campaign(), [SchoolFactory.create() for _one in range(2)]
    with provider([Invited(organisation_id=one.pk) for one in schools], by_link=True):
        add_audience(held, provider="people", version=version(for_students=True), actor=SYSTEM)
        start(held)
    assert {link.organisation_id for link in OpenLink.objects.all()} == {one.pk for one in schools}
    assert all(len(link.token) >= 20 for link in OpenLink.objects.all())
    assert not SurveyInvitation.objects.exists()


def test_different_audiences_get_different_questionnaires_in_one_round() -> None:
    held, school = campaign(), SchoolFactory.create()
    first, second = version(), version()
    with (
        provider([invited(PersonFactory.create(), school)], code="one"),
        provider([invited(PersonFactory.create(), school)], code="two"),
    ):
        set_audiences(held, {"one": first.questionnaire_id, "two": second.questionnaire_id}, actor=SYSTEM)
        start(held)
    asked = {one.provider: one.version_id for one in held.audiences.all()}
    assert asked == {"one": first.pk, "two": second.pk}
    assert SurveyInvitation.objects.count() == 2


def test_a_start_that_fails_leaves_a_draft_and_nothing_else() -> None:
    held, school = campaign(), SchoolFactory.create()
    with provider([invited(PersonFactory.create(), school)]):
        add_audience(held, provider="people", version=version(), actor=SYSTEM)
        job = start_campaign(held, site=SITE, actor=SYSTEM)
        QuestionnaireVersion.objects.update(document={"sections": "nonsense"})
        run_now(job)
    held.refresh_from_db()
    job.refresh_from_db()
    assert (held.state, job.state) == (CampaignState.DRAFT, "failed")
    assert not SurveyInvitation.objects.exists()


def test_a_round_starts_once() -> None:
    held, school = campaign(), SchoolFactory.create()
    with provider([invited(PersonFactory.create(), school)]):
        add_audience(held, provider="people", version=version(), actor=SYSTEM)
        start(held)
        with pytest.raises(ValidationError):
            start_campaign(held, site=SITE, actor=SYSTEM)


def test_what_was_promised_stays_while_the_round_runs() -> None:
    held = running().campaign
    with pytest.raises(ValidationError):
        change_campaign(held, {"mode": CampaignMode.NAMED}, actor=SYSTEM)
    with pytest.raises(ValidationError):
        change_campaign(held, {"threshold": 3}, actor=SYSTEM)
    later = held.closes_on + dt.timedelta(days=7)
    assert change_campaign(held, {"closes_on": later}, actor=SYSTEM).closes_on == later
    with provider([]), pytest.raises(ValidationError):
        add_audience(held, provider="people", version=version(), actor=SYSTEM)


def test_the_page_decides_which_audiences_there_are() -> None:
    held, first, second = campaign(), version(), version()
    with provider([]):
        set_audiences(held, {"people": first.questionnaire_id}, actor=SYSTEM)
        kept = held.audiences.get().pk
        set_audiences(held, {"people": first.questionnaire_id}, actor=SYSTEM)
        assert held.audiences.get().pk == kept
        set_audiences(held, {"people": second.questionnaire_id}, actor=SYSTEM)
        assert held.audiences.get().version == second
        set_audiences(held, {"people": None}, actor=SYSTEM)
    assert not held.audiences.exists()


def test_the_copy_for_the_next_year_is_compared_with_its_origin() -> None:
    audience = running(opens_on=dt.date(2024, 10, 1), closes_on=dt.date(2024, 10, 15))
    newer = QuestionnaireVersion.objects.create(
        questionnaire=audience.version.questionnaire, number=2, document=document(choice("q1"), choice("q2"))
    )
    year = SchoolYearFactory.create(start_year=audience.campaign.school_year.start_year + 1)
    copy = copy_campaign(audience.campaign, school_year=year, actor=SYSTEM)
    assert (copy.state, copy.previous, copy.school_year) == (CampaignState.DRAFT, audience.campaign, year)
    assert (copy.opens_on, copy.closes_on) == (dt.date(2025, 10, 1), dt.date(2025, 10, 15))
    assert [one.version for one in copy.audiences.all()] == [newer]


def test_only_a_draft_can_be_deleted() -> None:
    delete_campaign(campaign(), actor=SYSTEM)
    with pytest.raises(ValidationError):
        delete_campaign(running().campaign, actor=SYSTEM)
    assert Campaign.objects.count() == 1


def test_a_round_cannot_end_before_it_begins() -> None:
    today = timezone.localdate()
    values = {
        "title": "Опрос", "owner": AuthorityFactory.create(), "school_year": SchoolYearFactory.create(),
        "mode": CampaignMode.NAMED, "threshold": 5, "opens_on": today, "closes_on": today - dt.timedelta(days=1),
    }  # fmt: skip
    with pytest.raises(ValidationError):
        create_campaign(values, actor=SYSTEM)


def test_what_is_done_with_a_round_stands_in_the_audit_log() -> None:
    held, school = campaign(), SchoolFactory.create()
    with provider([invited(PersonFactory.create(), school)]):
        add_audience(held, provider="people", version=version(), actor=SYSTEM)
        start(held)
    actions = (
        AuditEntry.objects.filter(object_type="surveys.campaign")
        .order_by("pk")
        .values_list("action", flat=True)
    )
    assert list(actions) == ["add_audience", "start"]
