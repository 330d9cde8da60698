"""The editor of questionnaires in a browser: accessible, narrow, by keyboard, and conditions that show at once."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mayak.accounts.enums import Role
from mayak.kernel.access import SYSTEM
from mayak.surveys.algorithms.parsing import definition_to_dict
from mayak.surveys.exports.plain_table import plain_template
from mayak.surveys.imports.questionnaires import read_questionnaire_file
from mayak.surveys.models import QuestionnaireVersion
from mayak.surveys.services.questionnaires import save_block
from tests.e2e.conftest import WIDTHS, Axe, SignIn, scrolls_sideways
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.campaigns import choice, document
from tests.factories.questionnaires import draft
from tests.factories.registry import SchoolFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def version(page: Page, sign_in: SignIn) -> QuestionnaireVersion:
    school = SchoolFactory.create()
    held = RoleAssignmentFactory.create(organisation=school, role=Role.SCHOOL_COORDINATOR)
    sign_in(page, held.user)
    definition = read_questionnaire_file("template.xlsx", plain_template()).definition
    assert definition is not None
    save_block(definition.sections[0], actor=SYSTEM, owner=school, title_ru="О вас")
    return draft(school, definition_to_dict(definition), title_ru="Удовлетворённость")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_are_accessible_and_fit(
    page: Page, live_server: Any, axe: Axe, version: QuestionnaireVersion, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    broken = draft(version.questionnaire.owner, document(choice("q1", options=[])))
    at = f"/surveys/versions/{version.pk}"
    for address in (
        "/surveys/questionnaires/",
        f"/surveys/questionnaires/{version.questionnaire_id}/",
        "/surveys/questionnaires/new/",
        "/surveys/questionnaires/import/",
        "/surveys/blocks/",
        f"{at}/",
        f"/surveys/versions/{broken.pk}/",
        f"{at}/preview/",
        f"{at}/preview/?language=en",
        f"{at}/sections/help/",
        f"{at}/questions/topics/",
        f"{at}/questions/clear/",
        f"{at}/sections/help/questions/new/?kind=multiple",
    ):
        page.goto(live_server.url + address, wait_until="networkidle")
        assert axe(page) == [], address
        assert not scrolls_sideways(page), address


def asked(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('[data-survey-question]')].filter((one) => !one.hidden)"
        ".map((one) => one.querySelector('[data-survey-number]').textContent + one.dataset.surveyQuestion)"
    )
    return found


def test_conditions_show_and_hide_at_once(
    page: Page, live_server: Any, version: QuestionnaireVersion
) -> None:
    page.goto(f"{live_server.url}/surveys/versions/{version.pk}/preview/", wait_until="networkidle")
    assert asked(page) == ["1.role", "2.clear", "3.topics"]
    page.check("input[name='q-role'][value='teacher']")
    page.check("input[name='q-clear'][value='3']")
    assert asked(page) == ["1.role", "2.years", "3.clear", "4.topics", "5.wishes"]
    page.check("input[name='q-role'][value='head']")
    page.check("input[name='q-clear'][value='4']")
    assert asked(page) == ["1.role", "2.clear", "3.topics"]
    expect(page.locator("[data-survey-further]")).to_be_hidden()


def test_a_question_is_written_with_the_keyboard_alone(
    page: Page, live_server: Any, version: QuestionnaireVersion
) -> None:
    address = f"/surveys/versions/{version.pk}/sections/about/questions/new/?kind=date"
    page.goto(live_server.url + address, wait_until="networkidle")
    page.focus("[name='text_ru']")
    page.keyboard.type("Когда Вы начали работать?")
    page.focus("[name='required']")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/surveys/versions/{version.pk}/")
    version.refresh_from_db()
    added = version.definition.sections[0].questions[-1]
    assert (added.text.ru, added.required) == ("Когда Вы начали работать?", True)
