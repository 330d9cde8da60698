"""Pages of rounds: who may see and hold them, one page for everything, participation as it is now."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.accounts.enums import Role
from mayak.accounts.models import User
from mayak.kernel.access import SYSTEM, Scope
from mayak.kernel.findings.registry import get as get_check
from mayak.kernel.jobs.models import Job
from mayak.kernel.jobs.services import run_now
from mayak.kernel.readings.models import Reading
from mayak.registry.models import Organisation, Territory
from mayak.surveys.enums import CampaignMode, CampaignState
from mayak.surveys.models import AnswerFile, Campaign, SurveyRule
from mayak.surveys.services.closing import close_campaign, settle_campaign
from mayak.surveys.services.rules import change_rule, load_rules
from mayak.surveys.services.submitting import submit_answers
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.campaigns import campaign, invitation, invited, open_link, provider, running, version
from tests.factories.registry import (
    AuthorityFactory,
    MunicipalityFactory,
    PersonFactory,
    SchoolFactory,
    SchoolYearFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Territory:
    return MunicipalityFactory.create()


@pytest.fixture
def authority(place: Territory) -> Organisation:
    return AuthorityFactory.create(territory=place)


def client_of(role: str, organisation: Organisation) -> Client:
    user: User = UserFactory.create()
    RoleAssignmentFactory.create(user=user, role=role, organisation=organisation)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def coordinator(authority: Organisation) -> Client:
    return client_of(Role.MUNICIPAL_COORDINATOR, authority)


def values(authority: Organisation, **more: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "title": "Мониторинг сети", "purpose": "Понять, чего не хватает", "owner": authority.pk,
        "school_year": SchoolYearFactory.create().pk, "mode": CampaignMode.ANONYMOUS, "opens_on": today.isoformat(),
        "closes_on": (today + dt.timedelta(days=14)).isoformat(), "threshold": "5", **more,
    }  # fmt: skip


def test_one_page_makes_a_round_with_its_audiences_and_starts_it(
    coordinator: Client, authority: Organisation
) -> None:
    asked, school = version(), SchoolFactory.create(territory=authority.territory)
    with provider([invited(PersonFactory.create(), school)]):
        page = coordinator.get(reverse("surveys:campaign-new")).content.decode()
        assert 'name="asks-people"' in page
        made = coordinator.post(
            reverse("surveys:campaign-new"), values(authority, **{"asks-people": asked.questionnaire_id})
        )
        held = Campaign.objects.get()
        assert made.url == reverse("surveys:campaign", args=[held.pk])
        assert [one.version for one in held.audiences.all()] == [asked]
        start = reverse("surveys:start", args=[held.pk])
        assert _("Start the survey") in coordinator.get(start).content.decode()
        job = coordinator.post(start)
        assert job.url.startswith("/jobs/")
        run_now(Job.objects.get(kind="surveys.start"))
    held.refresh_from_db()
    assert held.state == CampaignState.RUNNING
    assert coordinator.get(reverse("surveys:campaign", args=[held.pk])).status_code == 200


def test_a_wrong_day_stands_beside_its_field_and_nothing_is_kept(
    coordinator: Client, authority: Organisation
) -> None:
    response = coordinator.post(reverse("surveys:campaign-new"), values(authority, closes_on="2000-01-01"))
    assert response.status_code == 400
    assert 'value="Мониторинг сети"' in response.content.decode()
    assert not Campaign.objects.exists()


def test_the_start_page_says_why_a_round_cannot_start(coordinator: Client, authority: Organisation) -> None:
    held = campaign(owner=authority)
    page = coordinator.get(reverse("surveys:start", args=[held.pk])).content.decode()
    assert _("Nobody is asked yet: add an audience with a questionnaire.") in page
    assert _("Start the survey") not in page.split("</header>")[-1]
    assert coordinator.post(reverse("surveys:start", args=[held.pk])).url == reverse(
        "surveys:start", args=[held.pk]
    )


def test_a_teacher_is_led_to_the_own_surveys_and_may_hold_none(authority: Organisation) -> None:
    teacher = client_of(Role.TEACHER, SchoolFactory.create(territory=authority.territory))
    assert teacher.get(reverse("surveys:list")).url == reverse("surveys:mine")
    held = running(owner=authority).campaign
    for name in ("campaign", "participation", "links", "campaign-edit", "start"):
        assert teacher.get(reverse(f"surveys:{name}", args=[held.pk])).status_code == 403


def test_a_neighbours_round_is_not_found(coordinator: Client) -> None:
    foreign = running().campaign
    for name in ("campaign", "participation", "links", "campaign-edit", "start", "remind"):
        assert coordinator.get(reverse(f"surveys:{name}", args=[foreign.pk])).status_code == 404


def test_an_analyst_sees_counts_and_no_names(authority: Organisation, place: Territory) -> None:
    region = AuthorityFactory.create(territory=place.parent)
    analyst = client_of(Role.REGIONAL_ANALYST, region)
    audience = running(owner=authority)
    one = invitation(audience, SchoolFactory.create(territory=place))
    page = analyst.get(reverse("surveys:participation", args=[audience.campaign_id])).content.decode()
    assert one.organisation.short_name in page
    who = reverse("surveys:who", args=[audience.pk, one.organisation_id])
    assert analyst.get(who).status_code == 403


def test_participation_counts_as_answers_come(
    coordinator: Client, authority: Organisation, place: Territory
) -> None:
    audience = running(owner=authority)
    schools = [SchoolFactory.create(territory=place) for _one in range(2)]
    people = [invitation(audience, school) for school in schools for _one in range(2)]
    submit_answers(people[0], {"q1": "a"}, actor=SYSTEM)
    address = reverse("surveys:campaign", args=[audience.campaign_id])
    context = coordinator.get(address).context
    assert (context["asked"], context["answered"], context["waiting"]) == (4, 1, 1)
    chart = context["chart"]
    assert [row[1:] for row in chart.rows] == [(0, 2), (1, 1)]
    part = coordinator.get(f"{address}?part=progress").content.decode()
    assert 'hx-trigger="every 20s"' in part
    assert "<html" not in part
    table = coordinator.get(reverse("surveys:participation", args=[audience.campaign_id]), {"_export": "csv"})
    lines = b"".join(table.streaming_content).decode("utf-8-sig").splitlines()
    assert sorted(line.split(";")[-1] for line in lines[1:]) == ["0", "1"]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_round_costs_the_same_queries_for_any_number_of_schools(
    coordinator: Client,
    authority: Organisation,
    place: Territory,
    rows: int,
    django_assert_max_num_queries: Any,
) -> None:
    audience = running(owner=authority)
    for _one in range(rows):
        invitation(audience, SchoolFactory.create(territory=place))
    coordinator.get(reverse("surveys:list"))
    with django_assert_max_num_queries(26):
        coordinator.get(reverse("surveys:campaign", args=[audience.campaign_id]))
    with django_assert_max_num_queries(18):
        coordinator.get(reverse("surveys:list"))


def test_who_has_answered_is_shown_by_name_to_who_holds_the_round(
    coordinator: Client, authority: Organisation, place: Territory
) -> None:
    audience, school = running(owner=authority), SchoolFactory.create(territory=place)
    done, waits = invitation(audience, school), invitation(audience, school)
    submit_answers(done, {"q1": "b"}, actor=SYSTEM)
    response = coordinator.get(reverse("surveys:who", args=[audience.pk, school.pk]))
    assert [(one.pk, one.answered) for one in response.context["people"]] == [
        (waits.pk, False),
        (done.pk, True),
    ]
    assert coordinator.get(reverse("surveys:who", args=[audience.pk, authority.pk])).status_code == 404


def test_closing_reopening_and_the_copy_by_pages(coordinator: Client, authority: Organisation) -> None:
    held = running(owner=authority).campaign
    coordinator.post(reverse("surveys:close", args=[held.pk]))
    settle_campaign(held)
    day = timezone.localdate() + dt.timedelta(days=3)
    reopen = reverse("surveys:reopen", args=[held.pk])
    assert coordinator.post(reopen, {"closes_on": day.isoformat(), "reason": ""}).status_code == 400
    assert (
        coordinator.post(reopen, {"closes_on": day.isoformat(), "reason": "Не все успели"}).status_code == 302
    )
    held.refresh_from_db()
    assert (held.state, held.closes_on) == (CampaignState.RUNNING, day)
    assert "Не все успели" in coordinator.get(reverse("surveys:campaign", args=[held.pk])).content.decode()
    year = SchoolYearFactory.create(start_year=held.school_year.start_year + 1)
    coordinator.post(reverse("surveys:campaign-copy", args=[held.pk]), {"school_year": year.pk})
    assert Campaign.objects.get(previous=held).school_year == year


def test_reminders_show_their_number_first(coordinator: Client, authority: Organisation) -> None:
    audience = running(owner=authority)
    for _one in range(2):
        invitation(audience)
    address = reverse("surveys:remind", args=[audience.campaign_id])
    assert coordinator.get(address).context["count"] == 2
    coordinator.post(address)
    assert Job.objects.filter(kind="surveys.letters").count() == 1
    assert coordinator.get(address).context["was_today"]


def test_a_draft_can_be_deleted_and_changed(coordinator: Client, authority: Organisation) -> None:
    held = campaign(owner=authority)
    response = coordinator.post(
        reverse("surveys:campaign-edit", args=[held.pk]), values(authority, title="Другое имя")
    )
    assert response.status_code == 302
    held.refresh_from_db()
    assert held.title == "Другое имя"
    coordinator.post(reverse("surveys:campaign-delete", args=[held.pk]))
    assert not Campaign.objects.exists()


def test_a_running_round_shows_only_what_may_change(coordinator: Client, authority: Organisation) -> None:
    held = running(owner=authority).campaign
    page = coordinator.get(reverse("surveys:campaign-edit", args=[held.pk])).content.decode()
    assert 'name="closes_on"' in page
    assert 'name="mode"' not in page
    assert 'name="asks-people"' not in page


def test_links_are_listed_closed_and_opened(coordinator: Client, authority: Organisation) -> None:
    link = open_link(running(owner=authority, by_link=True), SchoolFactory.create())
    page = coordinator.get(reverse("surveys:links", args=[link.audience.campaign_id])).content.decode()
    assert f"http://testserver/surveys/o/{link.token}/" in page
    coordinator.post(reverse("surveys:link-close", args=[link.pk]))
    coordinator.post(reverse("surveys:link-expected", args=[link.pk]), {"expected": "120"})
    coordinator.post(reverse("surveys:link-expected", args=[link.pk]), {"expected": "-1"})
    coordinator.post(reverse("surveys:link-expected", args=[link.pk]), {"expected": "много"})
    link.refresh_from_db()
    assert (link.is_closed, link.expected) == (True, 120)


def test_a_file_of_a_named_answer_goes_to_who_holds_the_round(
    coordinator: Client, authority: Organisation
) -> None:
    one = invitation(running(owner=authority, mode=CampaignMode.NAMED))
    kept = AnswerFile.objects.create(
        invitation=one, question="paper", name="План.pdf", file=ContentFile(b"plan", name="plan.pdf")
    )
    address = reverse("surveys:answer-file", args=[kept.pk])
    response = coordinator.get(address)
    assert b"".join(response.streaming_content) == b"plan"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert [(row.what, row.subject) for row in Reading.objects.all()] == [
        ("survey_answers", f"registry.person:{one.person_id}")
    ]
    stranger = client_of(Role.MUNICIPAL_COORDINATOR, AuthorityFactory.create())
    assert stranger.get(address).status_code == 404


def test_too_few_answers_are_a_finding_by_a_rule_that_is_data(authority: Organisation) -> None:
    load_rules()
    ago = timezone.localdate() - dt.timedelta(days=8)
    audience = running(owner=authority, opens_on=ago, mode=CampaignMode.NAMED)
    people = [invitation(audience) for _one in range(5)]
    for one in people[:2]:
        submit_answers(one, {"q1": "a"}, actor=SYSTEM)
    look = get_check("CH-21").look
    [found] = look(Scope.of_everything())
    assert (found.organisation_id, found.link) == (
        authority.pk, reverse("surveys:campaign", args=[audience.campaign_id]),
    )  # fmt: skip
    rule = SurveyRule.objects.get(code="least-participation")
    change_rule(rule, {"value": "40"}, actor=SYSTEM)
    assert list(look(Scope.of_everything())) == []


def test_a_round_of_a_few_days_is_not_judged_yet(authority: Organisation) -> None:
    load_rules()
    invitation(running(owner=authority))
    assert list(get_check("CH-21").look(Scope.of_everything())) == []


def test_rules_are_changed_by_the_region_with_their_source(authority: Organisation, place: Territory) -> None:
    load_rules()
    rule = SurveyRule.objects.get(code="least-participation")
    address = reverse("surveys:rule-edit", args=[rule.pk])
    district = client_of(Role.MUNICIPAL_COORDINATOR, authority)
    assert district.get(reverse("surveys:rules")).status_code == 200
    assert district.get(address).status_code == 403
    region = client_of(Role.REGIONAL_COORDINATOR, AuthorityFactory.create(territory=place.parent))
    assert region.post(address, {"value": "60", "source": ""}).status_code == 400
    assert region.post(address, {"value": "60", "source": "Приказ № 1"}).status_code == 302
    rule.refresh_from_db()
    assert (int(rule.value), rule.source, rule.is_assumption) == (60, "Приказ № 1", False)


def test_a_closed_round_says_that_it_is_being_mixed(coordinator: Client, authority: Organisation) -> None:
    audience = running(owner=authority)
    close_campaign(audience.campaign, actor=SYSTEM)
    address = reverse("surveys:campaign", args=[audience.campaign_id])
    assert coordinator.get(address).context["is_settling"]
    settle_campaign(audience.campaign)
    assert not coordinator.get(address).context["is_settling"]
