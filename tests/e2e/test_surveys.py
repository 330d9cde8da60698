"""Answering on a phone: one section at a time, a draft that comes back, and a line that is cut exactly at sending."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from mayak.kernel.access import SYSTEM
from mayak.surveys.enums import CampaignMode
from mayak.surveys.models import Answer, Audience, SurveyInvitation
from mayak.surveys.services.closing import close_campaign, settle_campaign
from mayak.surveys.services.mixing import batch_of
from mayak.surveys.services.submitting import submit_answers
from mayak.surveys.services.survey_letters import make_link
from tests.e2e.conftest import Axe, scrolls_sideways
from tests.factories.campaigns import choice, invitation, open_link, running, text, words

pytestmark = [pytest.mark.django_db(transaction=True)]

WIDTH = 360


def two_sections() -> dict[str, Any]:
    """Return a questionnaire of two sections, the last question shown on a condition."""
    more = {"conditions": [{"question": "q1", "operator": "equals", "value": "no"}]}
    return {
        "sections": [
            {"code": "s1", "title": words("О работе"), "questions": [choice("q1", "yes", "no"), choice("q2", "yes", "no", required=False)]},
            {"code": "s2", "title": words("О помощи"), "questions": [text("why", show_if=more), choice("q3", "yes", "no")]},
        ]
    }  # fmt: skip


@pytest.fixture
def person(live_server: Any) -> SurveyInvitation:
    return invitation(running(two_sections()))


@pytest.fixture
def phone(page: Page) -> Page:
    page.set_viewport_size({"width": WIDTH, "height": 740})
    return page


def open_survey(page: Page, live_server: Any, one: SurveyInvitation) -> str:
    address = f"{live_server.url}{make_link(one)}"
    page.goto(address, wait_until="networkidle")
    return address


def fill(page: Page) -> None:
    page.locator("input[name='q-q1'][value='yes']").check()
    page.locator("[data-answer-next]").click()
    page.locator("input[name='q-q3'][value='no']").check()


def answers_of(audience: Audience) -> list[Any]:
    """Close the round with four more answers, so that there is a batch, and return what was answered by the one."""
    for _one in range(batch_of(audience.campaign) - 1):
        submit_answers(invitation(audience), {"q1": "no"}, actor=SYSTEM)
    close_campaign(audience.campaign, actor=SYSTEM)
    settle_campaign(audience.campaign)
    return [row.answers for row in Answer.objects.exclude(answers={"q1": "no"})]


def test_one_section_at_a_time_with_progress_and_a_way_back(
    phone: Page, live_server: Any, person: SurveyInvitation, axe: Axe
) -> None:
    open_survey(phone, live_server, person)
    expect(phone.locator("[data-survey-section]:visible")).to_have_count(1)
    assert not scrolls_sideways(phone)
    assert axe(phone) == []
    phone.locator("[data-answer-next]").click()
    expect(phone.locator("[data-answer-errors]")).to_be_visible()
    phone.locator("[data-answer-errors] a").first.click()
    assert phone.evaluate("document.activeElement.name") == "q-q1"
    fill(phone)
    expect(phone.locator("[data-answer-errors]")).to_be_hidden()
    expect(phone.locator("[data-answer-progress] progress")).to_have_attribute("value", "100")
    assert axe(phone) == []
    phone.locator("[data-answer-back]").click()
    expect(phone.locator("input[name='q-q1'][value='yes']")).to_be_checked()
    expect(phone.locator("[data-answer-send]")).to_be_hidden()


def test_the_draft_comes_back_after_a_reload_and_goes_when_the_answer_has_arrived(
    phone: Page, live_server: Any, person: SurveyInvitation
) -> None:
    open_survey(phone, live_server, person)
    fill(phone)
    phone.reload(wait_until="networkidle")
    expect(phone.locator("input[name='q-q1'][value='yes']")).to_be_checked()
    kept = "Object.keys(localStorage).filter(one => one.startsWith('mayak-survey-')).length"
    assert phone.evaluate(kept) == 1
    assert make_link(person).split("/")[3] not in str(phone.evaluate("JSON.stringify(localStorage)"))
    phone.locator("[data-answer-next]").click()
    phone.locator("[data-answer-send]").click()
    expect(phone.locator("[data-answering]")).to_have_count(0)
    assert phone.evaluate(kept) == 0


@pytest.mark.parametrize("server_gets_it", [False, True])
def test_an_answer_arrives_once_when_the_line_is_cut_at_the_moment_of_sending(
    phone: Page, live_server: Any, person: SurveyInvitation, *, server_gets_it: bool
) -> None:
    """Cut before the server has it, and cut after the server has it and before the browser knows."""
    open_survey(phone, live_server, person)
    fill(phone)
    tries = []

    def cut(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        tries.append(route.request.post_data)
        if len(tries) > 2:
            route.continue_()
            return
        if server_gets_it:
            route.fetch()
        route.abort("connectionreset")

    phone.route("**/surveys/a/**", cut)
    phone.locator("[data-answer-send]").click()
    expect(phone.locator("[data-answer-status][data-tone='bad']")).to_be_visible()
    expect(phone.locator("[data-answering]")).to_have_count(0, timeout=15_000)
    assert len(tries) == 3
    person.refresh_from_db()
    assert person.answered
    assert answers_of(person.audience) == [{"q1": "yes", "q3": "no"}]


def test_an_answer_waits_for_the_line_and_goes_by_itself(
    phone: Page, live_server: Any, person: SurveyInvitation
) -> None:
    open_survey(phone, live_server, person)
    fill(phone)
    phone.context.set_offline(True)
    phone.locator("[data-answer-send]").click()
    expect(phone.locator("[data-answer-status][data-tone='bad']")).to_be_visible()
    person.refresh_from_db()
    assert not person.answered
    phone.context.set_offline(False)
    expect(phone.locator("[data-answering]")).to_have_count(0, timeout=15_000)
    assert answers_of(person.audience) == [{"q1": "yes", "q3": "no"}]


def test_a_draft_survives_a_browser_that_is_closed_without_a_line(
    phone: Page, live_server: Any, person: SurveyInvitation
) -> None:
    address = open_survey(phone, live_server, person)
    fill(phone)
    phone.route(
        "**/surveys/a/**",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    phone.locator("[data-answer-send]").click()
    expect(phone.locator("[data-answer-status][data-tone='bad']")).to_be_visible()
    phone.unroute_all()
    phone.goto(address, wait_until="networkidle")
    phone.locator("[data-answer-next]").click()
    expect(phone.locator("input[name='q-q3'][value='no']")).to_be_checked()
    phone.locator("[data-answer-send]").click()
    expect(phone.locator("[data-answering]")).to_have_count(0)
    assert answers_of(person.audience) == [{"q1": "yes", "q3": "no"}]


def test_a_page_of_an_open_link_sent_again_after_a_reload_counts_once(phone: Page, live_server: Any) -> None:
    link = open_link(running(two_sections(), by_link=True))
    address = f"{live_server.url}/surveys/o/{link.token}/"
    phone.goto(address, wait_until="networkidle")
    fill(phone)

    def lose_the_answer(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    phone.route("**/surveys/o/**", lose_the_answer)
    phone.locator("[data-answer-send]").click()
    expect(phone.locator("[data-answer-status][data-tone='bad']")).to_be_visible()
    phone.unroute_all()
    phone.context.clear_cookies(name=f"survey-{link.pk}")
    phone.goto(address, wait_until="networkidle")
    phone.locator("[data-answer-next]").click()
    phone.locator("[data-answer-send]").click()
    expect(phone.locator("[data-answering]")).to_have_count(0)
    link.refresh_from_db()
    assert link.answered == 1


def test_without_a_script_the_whole_questionnaire_is_one_page(browser: Any, live_server: Any) -> None:
    one = invitation(running(two_sections(), mode=CampaignMode.NAMED))
    context = browser.new_context(java_script_enabled=False, viewport={"width": WIDTH, "height": 740})
    page = context.new_page()
    page.goto(f"{live_server.url}{make_link(one)}")
    expect(page.locator("[data-survey-section]:visible")).to_have_count(2)
    page.locator("input[name='q-q1'][value='yes']").check()
    page.locator("[data-answer-send]").click()
    expect(page.locator("[data-answer-errors] a")).to_have_count(1)
    page.locator("input[name='q-q3'][value='yes']").check()
    page.locator("[data-answer-send]").click()
    expect(page.locator("form[data-answering]")).to_have_count(0)
    assert Answer.objects.get().answers == {"q1": "yes", "q3": "yes"}
    context.close()
