"""Pages of results: charts with their tables, one breakdown, one filter, participation, satisfaction; who sees them."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mayak.accounts.enums import Role
from mayak.kernel.models import Job
from mayak.surveys.enums import CampaignState
from mayak.surveys.models import OpenLink, ResultSummary, SurveyInvitation, SurveyRule
from mayak.surveys.selectors.common_result import common_result
from mayak.surveys.services.summaries import refresh_results
from tests.factories.registry import SchoolFactory
from tests.factories.surveys_results import add_answers, add_varied, make_audience, make_schools
from tests.surveys.results_help import client_of, owner_client, page

pytestmark = pytest.mark.django_db
FULL = {"help": "yes", "mark": 5}


def charts(response: Any) -> dict[str, Any]:
    return {item.code: item.charts for item in response.context["items"]}


def test_every_question_has_a_chart_with_its_table_or_a_number() -> None:
    audience = make_audience()
    add_varied(audience, make_schools(audience), 40)
    response = owner_client(audience).get(page("surveys:results", audience))
    assert response.status_code == 200
    found = charts(response)
    assert {code: len(own) for code, own in found.items()} == {
        "help": 1, "mark": 1, "how": 1, "times": 1, "each": 1, "since": 1, "more": 0,
    }  # fmt: skip
    assert {item.code: item.n for item in response.context["items"]} == dict.fromkeys(found, 40)
    for own in found.values():
        assert all(chart.rows and chart.columns and chart.option["series"] for chart in own)


def test_a_chart_shows_shares_and_its_table_the_counts_too() -> None:
    audience = make_audience()
    add_answers(audience, 6, help="yes", mark=5)
    add_answers(audience, 2, help="no", mark=1)
    response = owner_client(audience).get(page("surveys:results", audience))
    chart = charts(response)["help"][0]
    assert chart.rows == [["да", 6, 75.0], ["нет", 2, 25.0]]
    assert chart.option["series"][0]["data"] == [75.0, 25.0]
    assert response.context["results"].n == 8


def test_by_group_every_row_has_its_number_of_answers() -> None:
    audience = make_audience()
    add_answers(audience, 6, groups={"category": "low"}, help="yes", mark=5)
    add_answers(audience, 8, groups={"category": "high"}, help="no", mark=1)
    response = owner_client(audience).get(page("surveys:results", audience, by="category"))
    rows = charts(response)["help"][0].rows
    assert [row[1:] for row in rows] == [[14, 42.9, 57.1, 1.43], [8, 0.0, 100.0, 1], [6, 100.0, 0.0, 2]]
    assert [row[0] for row in rows][1:] == ["высокие результаты", "низкие результаты"]


def test_a_filter_narrows_and_a_small_or_unknown_group_is_not_offered() -> None:
    audience = make_audience()
    large, small = make_schools(audience)
    add_answers(audience, 12, large, {"category": "low"}, **FULL)
    add_answers(audience, 2, small, {"category": "low"}, help="no", mark=1)
    client = owner_client(audience)
    response = client.get(page("surveys:results", audience, where=f"organisation:{large.pk}"))
    assert (response.context["results"].n, response.context["where_value"]) == (9, f"organisation:{large.pk}")
    for where in [f"organisation:{small.pk}", "category:x", "nothing", "pair_side:mentor"]:
        response = client.get(page("surveys:results", audience, where=where))
        assert (response.context["results"].n, response.context["where_value"]) == (14, "")
    assert small.short_name not in response.content.decode()


def test_how_many_answers_are_in_the_total_only_is_said() -> None:
    audience = make_audience()
    add_answers(audience, 12, groups={"category": "low"}, **FULL)
    add_answers(audience, 2, groups={"category": "high"}, **FULL)
    response = owner_client(audience).get(page("surveys:results", audience, by="category"))
    assert response.context["rest"] == 5


def test_too_few_answers_show_no_number_but_the_participation() -> None:
    audience = make_audience(closed=False)
    add_answers(audience, 4, **FULL)
    response = owner_client(audience).get(page("surveys:results", audience))
    assert response.status_code == 200
    assert response.context["shown"] is None
    assert "items" not in response.context


def test_participation_counts_invitations_or_what_a_link_expects() -> None:
    audience = make_audience()
    for number in range(4):
        SurveyInvitation.objects.create(audience=audience, token_hash=str(number), answered=number < 3)
    client = owner_client(audience)
    found = client.get(page("surveys:results", audience)).context["participation"]
    assert (found.asked, found.answered, found.share) == (4, 3, 0.75)
    audience.by_link = True
    audience.save()
    OpenLink.objects.create(
        audience=audience, organisation=make_schools(audience, 1)[0], token="-", expected=20
    )
    add_answers(audience, 5, **FULL)
    found = client.get(page("surveys:results", audience)).context["participation"]
    assert (found.asked, found.answered, found.share) == (20, 5, 0.25)


def test_satisfaction_is_compared_with_its_target_of_85_per_cent_or_that_of_the_round() -> None:
    audience = make_audience()
    add_answers(audience, 8, help="yes", mark=4)
    add_answers(audience, 2, help="yes", mark=3)
    client = owner_client(audience)
    [found] = client.get(page("surveys:results", audience)).context["satisfaction"]
    assert (found.text, found.n, found.share, found.target, found.tone) == (
        "Довольны ли вы?",
        10,
        80.0,
        85.0,
        "warning",
    )
    audience.campaign.target_percent, audience.campaign.target_source = 80, "Положение района"
    audience.campaign.save()
    [found] = client.get(page("surveys:results", audience)).context["satisfaction"]
    assert (found.target, found.tone, found.source) == (80.0, "good", "Положение района")


def test_where_on_the_scale_satisfaction_begins_is_a_rule() -> None:
    audience = make_audience()
    add_answers(audience, 8, help="yes", mark=4)
    add_answers(audience, 2, help="yes", mark=5)
    SurveyRule.objects.create(code="satisfaction-from", name="-", value=Decimal("0.9"), source="-")
    SurveyRule.objects.create(code="satisfaction-target", name="-", value=20, source="Приказ")
    [found] = owner_client(audience).get(page("surveys:results", audience)).context["satisfaction"]
    assert (found.share, found.target, found.tone, found.source) == (20.0, 20.0, "good", "Приказ")


def test_who_reads_results_and_who_does_not() -> None:
    audience = make_audience()
    add_answers(audience, 6, **FULL)
    address = page("surveys:results", audience)
    owner = audience.campaign.owner
    school = SchoolFactory.create(territory=owner.territory)
    assert client_of(owner, Role.COUNCIL_MEMBER).get(address).status_code == 200
    assert client_of(school, Role.TEACHER).get(address).status_code in (403, 404)
    assert client_of(school, Role.HEAD_TEACHER).get(address).status_code == 404
    assert client_of(SchoolFactory.create(), Role.HEAD_TEACHER).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_an_audience_of_another_round_is_not_found() -> None:
    audience, other = make_audience(), make_audience()
    address = reverse("surveys:results", args=[audience.campaign_id])
    client = owner_client(audience)
    assert client.get(f"{address}?audience={other.pk}").status_code == 404
    assert client.get(f"{address}?audience=x").status_code == 404


def test_a_draft_has_no_results_yet() -> None:
    audience = make_audience()
    audience.campaign.state = CampaignState.DRAFT
    audience.campaign.save()
    response = owner_client(audience).get(reverse("surveys:results", args=[audience.campaign_id]))
    assert (response.status_code, response.context["audience"]) == (200, None)


def test_a_page_costs_the_same_queries_for_many_answers_and_groups() -> None:
    audience = make_audience()
    add_varied(audience, make_schools(audience, 1), 20)
    client = owner_client(audience)
    client.get(page("surveys:results", audience))
    counts = []
    for more in (0, 60):
        add_varied(audience, make_schools(audience, 3), more, seed=2)
        client.get(page("surveys:results", audience, by="category"))
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get(page("surveys:results", audience, by="category"))
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_counting_again_is_asked_of_a_job() -> None:
    audience = make_audience()
    add_answers(audience, 6, **FULL)
    client = owner_client(audience)
    address = reverse("surveys:results-refresh", args=[audience.campaign_id])
    assert client.get(address).status_code == 405
    response = client.post(address, {"audience": audience.pk})
    assert (response.status_code, response["Location"]) == (302, page("surveys:results", audience))
    assert Job.objects.filter(kind="surveys.count").count() == 1


def test_the_common_result_holds_totals_above_the_threshold_only() -> None:
    audience = make_audience(closed=False)
    add_answers(audience, 4, **FULL)
    refresh_results(audience)
    assert common_result(audience, "ru") is None
    add_answers(audience, 3, help="no", mark=1, times=7)
    refresh_results(audience)
    found = common_result(audience, "ru")
    assert found is not None
    assert (found.n, [(one.text, one.n) for one in found.answers]) == (
        7, [("Наставник помогает?", 7), ("Довольны ли вы?", 7)],
    )  # fmt: skip
    assert [(text, round(share, 3)) for text, share in found.answers[0].shares] == [
        ("да", 0.571),
        ("нет", 0.429),
    ]


def test_a_page_makes_the_sums_of_few_answers_itself() -> None:
    audience = make_audience()
    add_answers(audience, 6, **FULL)
    assert not ResultSummary.objects.exists()
    owner_client(audience).get(page("surveys:results", audience))
    assert ResultSummary.objects.get().counted == 6
