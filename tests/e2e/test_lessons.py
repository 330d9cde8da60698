"""Scoring a lesson on a telephone whose line breaks: nothing is lost, and the page says where each score is."""

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, expect

from mayak.diagnosis.models import LessonObservation, ObservationSheet
from tests.e2e.conftest import Axe, SignIn, scrolls_sideways
from tests.factories.lessons import lesson, score, sheet

pytestmark = [pytest.mark.django_db(transaction=True)]
TARGET = 44
"""Pixels that a thumb hits surely."""


@pytest.fixture
def scored(page: Page, sign_in: SignIn, live_server: Any) -> tuple[Page, ObservationSheet]:
    """Return the sheet of an observer on a telephone of 360 pixels."""
    one = sheet(lesson())
    sign_in(page, one.observer)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{live_server.url}{reverse('diagnosis:lesson-sheet', args=[one.pk])}")
    return page, one


def words(page: Page) -> Locator:
    return page.locator("[data-sheet-words]")


def choose(page: Page, item: str, value: str) -> None:
    page.locator(f'label:has(input[name="s-{item}"][value="{value}"])').click()


def stored(one: ObservationSheet) -> ObservationSheet:
    return ObservationSheet.objects.get(pk=one.pk)


def test_scores_go_to_the_server_by_themselves(scored: tuple[Page, ObservationSheet]) -> None:
    page, one = scored
    choose(page, "i1", "2")
    expect(words(page)).to_have_text("Всё отправлено")
    assert stored(one).scores == {"i1": 2}
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('mayak-sheet'))") == []


def test_nothing_is_lost_when_the_line_breaks_and_the_page_is_loaded_anew(
    scored: tuple[Page, ObservationSheet],
) -> None:
    page, one = scored
    choose(page, "i1", "2")
    expect(words(page)).to_have_text("Всё отправлено")
    page.context.set_offline(True)
    choose(page, "i1", "3")
    choose(page, "i2", "1")
    choose(page, "i3", "n")
    page.locator('[data-item="i3"] summary').click()
    page.locator("#e-i3").fill("диалога не было")
    page.locator("#e-advice").fill("Дать время подумать")
    expect(words(page)).to_contain_text("Сохранено в телефоне, ждёт связи: 4")
    assert stored(one).scores == {"i1": 2}

    page.get_by_role("button", name="Завершить лист").click()
    expect(words(page)).to_contain_text("Нет связи: всё сохранено в телефоне")
    assert not stored(one).is_finished

    page.route("**/save/", lambda route: route.abort())  # the line is back for pages, but not for scores yet
    page.context.set_offline(False)
    page.reload()
    expect(page.locator('input[name="s-i1"][value="3"]')).to_be_checked()
    expect(page.locator('input[name="s-i3"][value="n"]')).to_be_checked()
    expect(page.locator("#e-i3")).to_have_value("диалога не было")
    expect(words(page)).to_contain_text("Сохранено в телефоне, ждёт связи: 4")

    page.unroute("**/save/")
    page.reload()
    expect(words(page)).to_have_text("Всё отправлено")
    found = stored(one)
    assert found.scores == {"i1": 3, "i2": 1, "i3": None}
    assert (found.evidence("i3"), found.advice) == ("диалога не было", "Дать время подумать")


def test_scores_are_sent_when_the_line_comes_back(scored: tuple[Page, ObservationSheet]) -> None:
    page, one = scored
    page.context.set_offline(True)
    choose(page, "i1", "1")
    expect(words(page)).to_contain_text("ждёт связи: 1")
    page.context.set_offline(False)
    expect(words(page)).to_have_text("Всё отправлено", timeout=15_000)
    assert stored(one).scores == {"i1": 1}


def test_an_answer_that_is_lost_on_its_way_loses_no_score(scored: tuple[Page, ObservationSheet]) -> None:
    """The server takes the score, the telephone never hears of it and goes on."""
    page, one = scored

    def swallow(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/save/", swallow, times=1)
    choose(page, "i1", "2")
    expect(words(page)).to_contain_text("ждёт связи: 1")
    choose(page, "i1", "3")
    expect(words(page)).to_have_text("Всё отправлено", timeout=15_000)
    assert stored(one).scores == {"i1": 3}
    expect(page.locator(".sheet-choice")).to_have_count(0)


def test_two_devices_let_the_observer_choose(scored: tuple[Page, ObservationSheet]) -> None:
    page, one = scored
    score(one, i1=3, i2=0)
    choose(page, "i1", "1")
    choose(page, "i2", "1")
    choose(page, "i3", "2")
    expect(words(page)).to_contain_text("Другое устройство сохранило другие оценки")
    assert stored(one).scores == {"i1": 3, "i2": 0, "i3": 2}
    first = page.locator('[data-item="i1"]')
    expect(first).to_contain_text("На другом устройстве: 3 – уровень 3")
    first.get_by_role("button", name="Оставить моё").click()
    page.locator('[data-item="i2"]').get_by_role("button", name="Взять другое").click()
    expect(words(page)).to_have_text("Всё отправлено")
    expect(page.locator('input[name="s-i2"][value="0"]')).to_be_checked()
    assert stored(one).scores == {"i1": 1, "i2": 0, "i3": 2}


def test_the_last_sheet_is_finished_from_the_telephone(scored: tuple[Page, ObservationSheet]) -> None:
    page, one = scored
    for item, value in (("i1", "3"), ("i2", "1"), ("i3", "n"), ("i4", "2")):
        choose(page, item, value)
    expect(page.locator("[data-sheet-count]")).to_have_text("Есть ответ: 4 / 4")
    page.get_by_role("button", name="Завершить лист").click()
    expect(page).to_have_url(re.compile(rf"/lessons/{one.lesson_id}/$"))
    assert stored(one).scores == {"i1": 3, "i2": 1, "i3": None, "i4": 2}
    assert LessonObservation.objects.get(pk=one.lesson_id).is_finished


def test_a_sheet_works_without_a_script(browser: Any, live_server: Any) -> None:
    from django.test import Client

    one = sheet(lesson())
    client = Client()
    client.force_login(one.observer)
    context = browser.new_context(java_script_enabled=False, locale="ru-RU")
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page = context.new_page()
    page.goto(f"{live_server.url}{reverse('diagnosis:lesson-sheet', args=[one.pk])}")
    choose(page, "i1", "2")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator('input[name="s-i1"][value="2"]')).to_be_checked()
    context.close()
    assert stored(one).scores == {"i1": 2}


def test_the_list_says_what_still_waits_in_the_telephone(
    scored: tuple[Page, ObservationSheet], live_server: Any
) -> None:
    page, one = scored
    page.route("**/save/", lambda route: route.abort())
    choose(page, "i1", "2")
    expect(words(page)).to_contain_text("ждёт связи: 1")
    page.goto(f"{live_server.url}{reverse('diagnosis:my-sheets')}")
    waiting = page.locator("[data-sheets-waiting]")
    expect(waiting).to_be_visible()
    expect(waiting.get_by_role("link")).to_have_attribute("href", re.compile(rf"/sheets/{one.pk}/$"))


@pytest.mark.parametrize("width", [360, 1280])
def test_the_sheet_is_accessible_fits_and_has_targets_for_a_thumb(
    scored: tuple[Page, ObservationSheet], axe: Axe, width: int
) -> None:
    page, _one = scored
    page.set_viewport_size({"width": width, "height": 800})
    assert not scrolls_sideways(page)
    heights = page.locator(".sheet-level").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= TARGET
    assert axe(page) == []
