"""The page of all components: accessible, light and dark, narrow and wide, by keyboard and without script."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import WIDTHS, Axe, SignIn, scrolls_sideways
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("/", "/ui/", "/glossary/", "/nowhere/")


@pytest.fixture
def _signed_in(page: Page, sign_in: SignIn) -> None:
    sign_in(page, UserFactory(full_name="Анна Петрова"))


@pytest.mark.usefixtures("_signed_in")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_no_serious_fault_of_accessibility(
    page: Page, live_server: Any, axe: Axe, scheme: Any, width: int
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    for address in PAGES:
        page.goto(live_server.url + address, wait_until="networkidle")
        assert axe(page) == [], address


@pytest.mark.usefixtures("_signed_in")
@pytest.mark.parametrize("width", [320, *WIDTHS, 1920])
def test_no_page_scrolls_sideways(page: Page, live_server: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for address in PAGES:
        page.goto(live_server.url + address, wait_until="networkidle")
        assert not scrolls_sideways(page), address


@pytest.mark.usefixtures("_signed_in")
def test_the_keyboard_reaches_the_main_things_in_order(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/ui/")
    seen: list[str] = []
    for _press in range(30):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "document.activeElement.className + ' ' + document.activeElement.getAttribute('href')"
            )
        )
    assert seen[0].startswith("skip")
    order = [
        next(at for at, name in enumerate(seen) if part in name) for part in ("skip", "brand", "btn-lamp")
    ]
    assert order == sorted(order)


@pytest.mark.usefixtures("_signed_in")
def test_the_skip_link_leads_to_the_contents(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/ui/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.usefixtures("_signed_in")
def test_escape_closes_the_menu_and_gives_the_focus_back(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/ui/")
    page.locator(".user-menu > summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".user-box")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".user-box")).to_be_hidden()
    expect(page.locator(".user-menu > summary")).to_be_focused()


@pytest.mark.usefixtures("_signed_in")
def test_a_term_is_explained_on_focus_and_put_away_with_escape(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/ui/")
    term = page.locator(".term").first
    term.locator("a").focus()
    expect(term.locator("[role=tooltip]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(term.locator("[role=tooltip]")).to_be_hidden()


@pytest.mark.usefixtures("_signed_in")
def test_errors_take_the_focus_and_lead_to_their_fields(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/ui/")
    page.locator("form.form button[type=submit]").click()
    summary = page.locator("form .error-summary")
    expect(summary).to_be_focused()
    summary.locator("a").first.click()
    expect(page.locator("#id_name")).to_be_focused()


@pytest.mark.usefixtures("_signed_in")
def test_a_confirm_asks_first_and_can_be_put_away(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/ui/")
    page.locator(".confirm > summary").click()
    expect(page.locator(".confirm-question")).to_be_visible()
    page.locator("[data-confirm-close]").click()
    expect(page.locator(".confirm-question")).to_be_hidden()


@pytest.mark.usefixtures("_signed_in")
def test_charts_are_drawn_and_can_be_saved(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/ui/", wait_until="networkidle")
    assert page.locator(".chart-canvas svg").count() == 6
    figure = page.locator("[data-chart]").first
    for kind in ("svg", "png", "csv"):
        with page.expect_download() as saved:
            figure.locator(f"[data-download={kind}]").click()
        assert saved.value.suggested_filename.endswith(f".{kind}")
        assert saved.value.path().stat().st_size > 50


@pytest.mark.usefixtures("_signed_in")
def test_nothing_is_asked_from_outside(page: Page, live_server: Any) -> None:
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(re.sub(r"^(\w+://[^/]*|data:).*", r"\1", request.url)))
    page.goto(f"{live_server.url}/ui/", wait_until="networkidle")
    assert hosts <= {live_server.url, "data:"}


def test_the_page_reads_without_javascript(browser: Browser, live_server: Any, sign_in: SignIn) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    sign_in(page, UserFactory())
    page.goto(f"{live_server.url}/ui/")
    page.locator(".menu > summary").click()
    expect(page.locator(".menu nav")).to_be_visible()
    page.locator(".confirm > summary").click()
    expect(page.locator(".confirm-box button[type=submit]")).to_be_visible()
    assert page.locator(".chart-table tbody tr").count() > 20
    context.close()


@pytest.mark.usefixtures("_signed_in")
def test_a_saved_picture_is_light_on_a_dark_screen(page: Page, live_server: Any) -> None:
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.goto(f"{live_server.url}/ui/", wait_until="networkidle")
    with page.expect_download() as saved:
        page.locator("[data-download=svg]").first.click()
    assert 'fill="#ffffff"' in saved.value.path().read_text().lower().replace("rgb(255,255,255)", "#ffffff")
