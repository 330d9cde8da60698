"""Two groups side by side: rounds, audiences, both sides of a pair; small groups are in neither."""

import pytest
from django.urls import reverse

from mayak.kernel.access import Scope
from mayak.surveys.models import Audience, Campaign
from mayak.surveys.selectors.comparison import (
    Line,
    Side,
    lines_of,
    pair_lines,
    rounds_of,
    sides_of,
    usual_pairs,
)
from mayak.surveys.services.summaries import refresh_results
from tests.factories.surveys_results import DOCUMENT, LABELS, add_answers, make_audience
from tests.surveys.results_help import owner_client

pytestmark = pytest.mark.django_db
EVERYTHING = Scope.of_everything()


def later(audience: Audience) -> Audience:
    """Return the same audience of the next round."""
    campaign = Campaign.objects.get(pk=audience.campaign_id)
    campaign.pk, campaign.title, campaign.previous_id = None, "Опрос пар, второй", audience.campaign_id
    campaign.save()
    return Audience.objects.create(
        campaign=campaign,
        provider="-",
        label=audience.label,
        version=audience.version,
        breakdown_labels=LABELS,
    )


def side(sides: list[Side], audience: Audience, where: tuple[str, str] | None = None) -> Side:
    return next(one for one in sides if one.shown.audience.pk == audience.pk and one.where == where)


def line(lines: list[Line], code: str, measure_at: int = 0) -> Line:
    return [one for one in lines if one.code == code][measure_at]


def test_two_rounds_are_compared_question_by_question_with_both_numbers_of_answers() -> None:
    first = make_audience()
    second = later(first)
    add_answers(first, 8, help="no", mark=2, how=["visit"])
    add_answers(second, 5, help="yes", mark=4, how=["visit", "call"])
    add_answers(second, 5, help="yes", mark=5, how=["call"])
    for one in (first, second):
        refresh_results(one)
    sides = sides_of(second.campaign, EVERYTHING)
    lines = lines_of(side(sides, first), side(sides, second))
    mark = line(lines, "mark")
    assert (mark.left, mark.left_n, mark.right, mark.right_n, mark.difference) == (2.0, 8, 4.5, 10, 2.5)
    visit = line(lines, "how")
    assert (visit.measure, visit.left, visit.right, visit.difference) == ("уроки", 100.0, 50.0, -50.0)
    assert [(one.pk) for one in rounds_of(second.campaign, EVERYTHING)] == [
        second.campaign_id,
        first.campaign_id,
    ]
    [(_words, left, right), *_rest] = usual_pairs(sides, second.campaign)
    assert (left.shown.audience.pk, right.shown.audience.pk) == (first.pk, second.pk)


def test_both_sides_of_a_pair_are_offered_and_compared() -> None:
    audience = make_audience()
    add_answers(audience, 6, groups={"pair_side": "mentor"}, help="yes", mark=5)
    add_answers(audience, 7, groups={"pair_side": "mentee"}, help="yes", mark=3)
    refresh_results(audience)
    sides = sides_of(audience.campaign, EVERYTHING)
    [(_words, left, right)] = usual_pairs(sides, audience.campaign)
    assert (left.where, right.where) == (("pair_side", "mentee"), ("pair_side", "mentor"))
    mark = line(lines_of(left, right), "mark")
    assert (mark.left, mark.left_n, mark.right, mark.right_n, mark.difference) == (3.0, 7, 5.0, 6, 2.0)


def test_a_side_under_the_threshold_is_not_offered() -> None:
    audience = make_audience()
    add_answers(audience, 12, groups={"pair_side": "mentor"}, help="yes", mark=5)
    add_answers(audience, 3, groups={"pair_side": "mentee"}, help="yes", mark=3)
    refresh_results(audience)
    sides = sides_of(audience.campaign, EVERYTHING)
    assert [one.where for one in sides] == [None, ("pair_side", "mentor")]
    assert usual_pairs(sides, audience.campaign) == []


def test_a_question_that_was_asked_otherwise_is_left_out() -> None:
    first = make_audience()
    changed = {
        "sections": [
            {
                **DOCUMENT["sections"][0],
                "questions": [dict(one) for one in DOCUMENT["sections"][0]["questions"]],
            }
        ]
    }
    changed["sections"][0]["questions"][1]["scale"] = {"low": 1, "high": 10}
    second = make_audience(document=changed, campaign=first.campaign)
    for one in (first, second):
        add_answers(one, 6, help="yes", mark=5)
        refresh_results(one)
    sides = sides_of(first.campaign, EVERYTHING)
    codes = {one.code for one in lines_of(side(sides, first), side(sides, second))}
    assert "mark" not in codes
    assert "help" in codes


def test_a_hidden_number_has_no_difference() -> None:
    first = make_audience()
    second = later(first)
    add_answers(first, 8, help="no", mark=2, times=3)
    add_answers(second, 8, help="yes", mark=4)
    add_answers(second, 2, help="yes", mark=4, times=9)
    for one in (first, second):
        refresh_results(one)
    sides = sides_of(second.campaign, EVERYTHING)
    times = line(lines_of(side(sides, first), side(sides, second)), "times")
    assert (times.left, times.left_n, times.right, times.right_n, times.difference) == (3.0, 8, None, 0, None)


def test_pair_by_pair_only_those_with_both_sides_large_enough() -> None:
    labels = {
        **LABELS,
        "pair": {"label": "Пара", "values": {"1": "Школа 1 – Школа 2", "2": "Школа 3 – Школа 4"}},
    }
    mentors = make_audience(label="Наставники")
    mentees = make_audience(campaign=mentors.campaign, label="Наставляемые")
    for audience, counts in ((mentors, {"1": 6, "2": 5}), (mentees, {"1": 7, "2": 2})):
        audience.breakdown_labels = labels
        audience.save()
        for pair, count in counts.items():
            add_answers(
                audience, count, groups={"pair": pair}, help="yes", mark=5 if audience is mentors else 4
            )
        add_answers(audience, 5, help="yes", mark=1)
        refresh_results(audience)
    sides = sides_of(mentors.campaign, EVERYTHING)
    found = pair_lines(side(sides, mentors), side(sides, mentees), "mark")
    assert [(one.label, one.left, one.left_n, one.right, one.right_n, one.difference) for one in found] == [
        ("Школа 1 – Школа 2", 5.0, 6, 4.0, 7, -1.0)
    ]
    assert len(usual_pairs(sides, mentors.campaign)) == 1


def test_the_page_compares_what_the_address_names() -> None:
    first = make_audience()
    second = later(first)
    add_answers(first, 8, help="no", mark=2)
    add_answers(second, 8, help="yes", mark=4)
    client = owner_client(second)
    address = reverse("surveys:compare", args=[second.campaign_id])
    page = client.get(address)
    assert (page.status_code, len(page.context["usual"]), page.context["left"]) == (200, 1, None)
    page = client.get(f"{address}?left={first.pk}&right={second.pk}")
    assert line(page.context["lines"], "mark").difference == 2.0
    assert [row[1:] for row in page.context["chart"].rows] == [[1, 2], [2, 4]]
    assert client.get(f"{address}?left=0&right={second.pk}").status_code == 404


def test_an_earlier_round_of_another_owner_is_not_seen() -> None:
    first = make_audience()
    second = later(first)
    first.campaign.owner = make_audience().campaign.owner
    first.campaign.save()
    add_answers(first, 8, help="no", mark=2)
    add_answers(second, 8, help="yes", mark=4)
    page = owner_client(second).get(reverse("surveys:compare", args=[second.campaign_id]))
    assert {one.shown.audience.pk for one in page.context["sides"]} == {second.pk}
