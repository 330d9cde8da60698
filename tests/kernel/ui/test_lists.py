"""A list: what the address says is what is shown, and what is shown is what is exported."""

import re
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from mayak.kernel.jobs.models import Job, JobState
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.kernel.ui.pages")]
URL = "/jobs-of-the-house/"


@pytest.fixture
def client() -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory())
    client.cookies["django_language"] = "en"
    return client


def make_jobs(count: int, **fields: Any) -> None:
    defaults = {"kind": "test", "owner_label": "anna@school.example"} | fields
    Job.objects.bulk_create(
        Job(title=f"Job {number:04}", done=number, **defaults) for number in range(1, count + 1)
    )


def titles(content: str) -> list[str]:
    return re.findall(r'<td data-label="What"[^>]*>(.*?)</td>', content)


def shown(client: Client, query: str = "") -> str:
    return client.get(URL + query).content.decode()


def csv_rows(client: Client, query: str) -> list[list[str]]:
    response = client.get(URL + query)
    text = b"".join(response).decode()
    assert text.startswith("\ufeff")
    return [line.split(";") for line in text.removeprefix("\ufeff").splitlines()]


def test_a_page_shows_25_rows_and_says_which(client: Client) -> None:
    make_jobs(60)
    content = shown(client, "?sort=title")
    assert len(titles(content)) == 25
    assert "Shown 1–25 of 60" in content


def test_the_last_page_says_which_rows_it_shows(client: Client) -> None:
    make_jobs(60)
    content = shown(client, "?sort=title&page=3")
    assert titles(content) == [f"Job {number:04}" for number in range(51, 61)]
    assert "Shown 51–60 of 60" in content


@pytest.mark.parametrize(
    ("asked", "rows"), [("50", 50), ("100", 60), ("7", 25), ("1000000", 25), ("-1", 25), ("x", 25)]
)
def test_only_offered_page_sizes_are_taken(client: Client, asked: str, rows: int) -> None:
    make_jobs(60)
    assert len(titles(shown(client, f"?per_page={asked}"))) == rows


@pytest.mark.parametrize(("asked", "number"), [("99", "3"), ("x", "1"), ("", "1"), ("-4", "3")])
def test_a_page_that_is_not_there_gives_one_that_is(client: Client, asked: str, number: str) -> None:
    make_jobs(60)
    assert f'aria-current="page" aria-label="Page {number}"' in shown(client, f"?page={asked}")


def test_the_search_wants_every_word_somewhere(client: Client) -> None:
    make_jobs(3)
    Job.objects.create(title="Загрузка ВПР", kind="test", owner_label="boris@school.example")
    assert titles(shown(client, "?q=загрузка boris")) == ["Загрузка ВПР"]
    assert titles(shown(client, "?q=загрузка anna")) == []


def test_filters_live_in_the_address(client: Client) -> None:
    make_jobs(2)
    Job.objects.create(title="Broken", kind="test", owner_label="x", state=JobState.FAILED)
    content = shown(client, "?state=failed")
    assert titles(content) == ["Broken"]
    assert '<option value="failed" selected>' in content
    assert "1 filter is set." in content


def test_links_of_pages_and_sorting_keep_the_filters(client: Client) -> None:
    make_jobs(60)
    content = shown(client, "?q=Job&sort=title&per_page=25")
    assert 'href="?q=Job&amp;sort=title&amp;per_page=25&amp;page=2"' in content
    assert 'href="?q=Job&amp;per_page=25&amp;sort=-title"' in content
    assert 'href="?q=Job&amp;sort=title&amp;per_page=25&amp;_export=csv"' in content


def test_the_sorted_column_says_so(client: Client) -> None:
    make_jobs(3)
    content = shown(client, "?sort=-title")
    assert titles(content) == ["Job 0003", "Job 0002", "Job 0001"]
    assert content.count("aria-sort=") == 1
    assert 'aria-sort="descending"' in content


def test_an_unknown_sort_is_left_aside(client: Client) -> None:
    make_jobs(3)
    assert len(titles(shown(client, "?sort=owner__password,-nothing"))) == 3


def test_rows_that_are_equal_keep_one_order_over_all_pages(client: Client) -> None:
    make_jobs(60, state=JobState.DONE)
    found = [title for page in (1, 2, 3) for title in titles(shown(client, f"?sort=state&page={page}"))]
    assert len(set(found)) == 60


def test_a_wrong_filter_value_is_named_and_answers_400(client: Client) -> None:
    make_jobs(3)
    response = client.get(URL + "?since=yesterday")
    assert response.status_code == 400
    assert 'href="#id_since"' in response.content.decode()
    assert titles(response.content.decode()) == []


def test_htmx_gets_the_list_only(client: Client) -> None:
    make_jobs(3)
    response = client.get(URL, headers={"hx-request": "true"})
    assert response.content.decode().lstrip().startswith('<div id="list"')
    assert "HX-Request" in response["Vary"]


def test_going_back_gets_the_whole_page(client: Client) -> None:
    make_jobs(3)
    response = client.get(URL, headers={"hx-request": "true", "hx-history-restore-request": "true"})
    assert response.content.decode().lstrip().startswith("<!doctype html>")


def test_an_empty_list_says_what_to_do(client: Client) -> None:
    content = shown(client)
    assert "No jobs yet" in content
    assert '<a class="btn btn-primary" href="/">Begin</a>' in content


def test_a_search_without_result_offers_to_clear_it(client: Client) -> None:
    make_jobs(3)
    content = shown(client, "?q=nobody")
    assert "Nothing found" in content
    assert f'<a class="btn btn-primary" href="{URL}">Clear the filters</a>' in content


def test_one_action_is_the_lamp(client: Client) -> None:
    content = shown(client)
    assert content.count("btn-lamp") == 1
    assert '<a class="btn btn-lamp" href="/load/">Load results</a>' in content


@pytest.mark.parametrize("query", ["", "?q=Job", "?sort=-title&q=Job"])
def test_a_list_costs_the_same_with_1_and_with_1000_rows(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, query: str
) -> None:
    make_jobs(1)
    with django_assert_num_queries(5):  # session, user, scope of the navigation, count, page
        shown(client, query)
    Job.objects.all().delete()
    make_jobs(1000)
    with django_assert_num_queries(5):
        shown(client, query)


def test_csv_holds_all_pages_with_filter_and_order(client: Client) -> None:
    make_jobs(60)
    Job.objects.create(title="Other", kind="test", owner_label="x")
    rows = csv_rows(client, "?q=Job&sort=-title&_export=csv")
    assert rows[0] == ["What", "State", "Rows"]
    assert rows[1:] == [[f"Job {number:04}", "waiting", str(number)] for number in range(60, 0, -1)]


def test_xlsx_holds_the_same_rows_with_numbers_as_numbers(client: Client) -> None:
    make_jobs(30)
    response = client.get(URL + "?sort=title&_export=xlsx")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(response))).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("What", "State", "Rows")
    assert rows[1:] == [(f"Job {number:04}", "waiting", number) for number in range(1, 31)]


def test_an_export_never_holds_a_formula(client: Client) -> None:
    Job.objects.create(title='=HYPERLINK("http://x")', kind="test", owner_label="x")
    text = b"".join(client.get(URL + "?_export=csv")).decode()
    assert "'=HYPERLINK" in text
    sheet = openpyxl.load_workbook(BytesIO(b"".join(client.get(URL + "?_export=xlsx")))).worksheets[0]
    assert sheet["A2"].data_type == "s"


def test_the_name_of_an_export_carries_the_day(client: Client) -> None:
    make_jobs(1)
    disposition = client.get(URL + "?_export=csv")["Content-Disposition"]
    assert re.search(r"jobs.\d{4}.\d{2}.\d{2}\.csv", disposition)


def test_an_export_costs_one_query_more_than_nothing(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_jobs(3000)
    client.get(URL + "?_export=csv")  # the first one begins the count of heavy use
    with django_assert_num_queries(5):  # session, user, role, count of heavy use, rows
        b"".join(client.get(URL + "?_export=csv"))


def test_a_cell_is_escaped(client: Client) -> None:
    make_jobs(1)
    Job.objects.update(title="<b>&")
    assert "&lt;b&gt;&amp;" in shown(client)
    assert "<b>&" not in shown(client)
