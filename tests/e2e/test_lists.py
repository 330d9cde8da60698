"""A list in a browser: it follows the filters without a reload, and the address follows the list."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mayak.kernel.jobs.models import Job, JobState
from tests.e2e.conftest import Axe, SignIn, scrolls_sideways
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.kernel.ui.pages")]


@pytest.fixture
def jobs_page(page: Page, sign_in: SignIn, live_server: Any) -> Page:
    """Return the list of sixty jobs, one of which has failed."""
    Job.objects.bulk_create(
        Job(kind="test", title=f"Job {at:02}", owner_label="anna", done=at) for at in range(60)
    )
    Job.objects.filter(title="Job 07").update(state=JobState.FAILED)
    sign_in(page, UserFactory())
    page.goto(f"{live_server.url}/jobs-of-the-house/?sort=title", wait_until="networkidle")
    page.evaluate("document.body.dataset.sameDocument = 'yes'")
    return page


def stayed(page: Page) -> bool:
    """Return whether the document was never loaded anew."""
    return bool(page.evaluate("document.body.dataset.sameDocument === 'yes'"))


def test_typing_narrows_the_list_and_the_address(jobs_page: Page) -> None:
    jobs_page.locator("#id_q").fill("Job 1")
    expect(jobs_page.locator("#list tbody tr")).to_have_count(15)
    expect(jobs_page).to_have_url(re.compile(r"\?q=Job(\+|%20)1&sort=title$"))
    expect(jobs_page.locator("#id_q")).to_be_focused()
    assert stayed(jobs_page)


def test_a_filter_narrows_the_list_and_keeps_the_order(jobs_page: Page) -> None:
    jobs_page.locator(".filters-more > summary").click()
    jobs_page.locator("#id_state").select_option("failed")
    expect(jobs_page.locator("#list tbody tr")).to_have_count(1)
    expect(jobs_page).to_have_url(re.compile(r"state=failed"))
    expect(jobs_page).to_have_url(re.compile(r"sort=title"))
    assert stayed(jobs_page)


def test_pages_and_sorting_swap_the_list_only(jobs_page: Page) -> None:
    jobs_page.locator(".pages a[rel=next]").click()
    expect(jobs_page.locator("#list tbody tr").first).to_contain_text("Job 25")
    expect(jobs_page.locator("#list .table-scroll")).to_be_focused()
    jobs_page.locator("th .sort").first.click()
    expect(jobs_page.locator("#list tbody tr").first).to_contain_text("Job 59")
    expect(jobs_page.locator("th[aria-sort=descending]")).to_have_count(1)
    expect(jobs_page.locator("#sort-title")).to_be_focused()
    assert stayed(jobs_page)


def test_going_back_shows_what_was_shown(jobs_page: Page) -> None:
    jobs_page.locator(".pages a[rel=next]").click()
    expect(jobs_page.locator("#list tbody tr").first).to_contain_text("Job 25")
    jobs_page.go_back(wait_until="networkidle")
    expect(jobs_page.locator("#list tbody tr").first).to_contain_text("Job 00")
    expect(jobs_page.locator("main h1")).to_have_count(1)


def test_the_export_is_a_download(jobs_page: Page) -> None:
    with jobs_page.expect_download() as saved:
        jobs_page.locator(".list-exports a").first.click()
    assert len(saved.value.path().read_text("utf-8-sig").splitlines()) == 61


@pytest.mark.parametrize("width", [360, 1280])
def test_a_list_is_accessible_and_fits(jobs_page: Page, axe: Axe, width: int) -> None:
    jobs_page.set_viewport_size({"width": width, "height": 800})
    assert not scrolls_sideways(jobs_page)
    assert axe(jobs_page) == []


def test_a_session_that_ended_leads_to_the_sign_in_page(jobs_page: Page) -> None:
    jobs_page.context.clear_cookies()
    jobs_page.locator("#id_q").fill("Job 1")
    expect(jobs_page).to_have_url(re.compile(r"/account/sign-in/"))
