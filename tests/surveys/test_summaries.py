"""Sums of answers: when they are made, what of an anonymous round they show, and when they may change."""

import pytest

from mayak.kernel.access import SYSTEM
from mayak.kernel.jobs.services import run_now
from mayak.kernel.models import Job
from mayak.surveys.enums import CampaignState
from mayak.surveys.models import (
    Answer,
    AnswerPacket,
    Audience,
    NamedResponse,
    ResultSummary,
    SurveyInvitation,
)
from mayak.surveys.selectors.results import Results, breakdown_choices, is_due, results_of, shown_of
from mayak.surveys.services.summaries import AT_ONCE, refresh_results, refresh_when_due
from tests.factories.surveys_results import add_answers, make_audience, make_schools

pytestmark = pytest.mark.django_db
FULL = {"help": "yes", "mark": 5}


def results(audience: Audience, by: str = "", chosen: tuple[str, str] | None = None) -> Results | None:
    shown = shown_of(audience, refresh_results(audience))
    return results_of(shown, by=by, chosen=chosen) if shown else None


def shown_results(audience: Audience, by: str = "") -> Results:
    found = results(audience, by=by)
    assert found is not None
    return found


def n_of(found: Results, code: str) -> int:
    return found.total[[item.code for item in found.layout.items].index(code)].n


def set_state(audience: Audience, state: CampaignState) -> None:
    audience.campaign.state = state
    audience.campaign.save()


def test_a_named_round_is_counted_as_it_is_while_it_runs() -> None:
    audience = make_audience(named=True, closed=False)
    add_answers(audience, 6, groups={"category": "low"}, **FULL)
    assert shown_results(audience).n == 6
    add_answers(audience, 1, groups={"category": "low"}, **FULL)
    found = results(audience, by="category")
    assert found is not None
    assert [(group.label, group.n) for group in found.groups] == [("низкие результаты", 7)]


def test_fewer_answers_than_the_threshold_show_nothing() -> None:
    audience = make_audience(named=True)
    add_answers(audience, 4, **FULL)
    assert results(audience) is None


def test_the_threshold_is_the_one_of_the_round() -> None:
    audience = make_audience(named=True, threshold=10)
    add_answers(audience, 9, groups={"category": "low"}, **FULL)
    assert results(audience) is None
    add_answers(audience, 1, groups={"category": "low"}, **FULL)
    assert shown_results(audience).n == 10


def test_while_an_anonymous_round_runs_only_totals_of_questions_for_everybody_are_shown() -> None:
    audience = make_audience(closed=False)
    add_answers(audience, 8, groups={"category": "low"}, times=3, **FULL)
    found = results(audience, by="category", chosen=("category", "low"))
    assert found is not None
    assert (found.n, found.groups, found.where, found.by) == (8, (), None, "")
    assert (n_of(found, "help"), n_of(found, "times")) == (8, 0)


def test_an_anonymous_round_is_counted_again_only_when_a_whole_group_more_has_answered() -> None:
    audience = make_audience(closed=False)
    add_answers(audience, 8, **FULL)
    assert shown_results(audience).n == 8
    add_answers(audience, 4, **FULL)
    assert shown_results(audience).n == 8
    shown = shown_of(audience, ResultSummary.objects.get())
    assert shown is not None
    assert shown.not_counted == 4
    add_answers(audience, 1, **FULL)
    assert shown_results(audience).n == 13


def test_at_the_closing_come_all_questions_and_the_breakdowns() -> None:
    audience = make_audience(closed=False)
    add_answers(audience, 8, groups={"category": "low"}, times=3, **FULL)
    results(audience)
    set_state(audience, CampaignState.CLOSED)
    add_answers(audience, 5, groups={"category": "high"}, help="no", mark=1)
    found = results(audience, by="category")
    assert found is not None
    assert [(group.code, group.n) for group in found.groups] == [("high", 5), ("low", 8)]
    assert n_of(found, "times") == 8


def test_a_closed_round_is_not_final_while_its_answers_are_still_mixed() -> None:
    audience = make_audience()
    add_answers(audience, 8, groups={"category": "low"}, times=3, **FULL)
    packet = AnswerPacket.objects.create(audience=audience, size=5, sealed=b"-")
    found = results(audience, by="category")
    assert found is not None
    assert found.groups == ()
    packet.delete()
    assert shown_results(audience, by="category").groups[0].n == 8


def test_after_a_reopening_the_breakdowns_stay_and_the_totals_grow_by_whole_groups() -> None:
    audience = make_audience()
    add_answers(audience, 8, groups={"category": "low"}, times=3, **FULL)
    results(audience)
    set_state(audience, CampaignState.RUNNING)
    add_answers(audience, 3, groups={"category": "low"}, help="no", mark=1)
    assert shown_results(audience).n == 8
    set_state(audience, CampaignState.CLOSED)
    assert shown_results(audience).n == 8
    add_answers(audience, 3, groups={"category": "low"}, help="no", mark=1, times=9)
    found = results(audience)
    assert found is not None
    assert (found.n, n_of(found, "help"), n_of(found, "times")) == (14, 14, 8)
    by_category = results(audience, by="category")
    assert by_category is not None
    assert [group.n for group in by_category.groups] == [8]


def test_a_small_school_has_no_results_of_its_own_and_counts_in_its_category() -> None:
    audience = make_audience()
    large, small = make_schools(audience)
    add_answers(audience, 9, large, {"category": "low"}, **FULL)
    add_answers(audience, 2, small, {"category": "low"}, help="no", mark=1)
    shown = shown_of(audience, refresh_results(audience))
    assert shown is not None
    school, category = breakdown_choices(shown)[1], breakdown_choices(shown)[0]
    assert [(one.code, one.label, one.n) for one in school.values] == [(str(large.pk), large.short_name, 6)]
    assert (school.code, school.rest, category.rest) == ("organisation", 5, 0)
    assert [(one.label, one.n) for one in category.values] == [("низкие результаты", 11)]
    assert results_of(shown, chosen=("organisation", str(small.pk))).n == 0


def test_a_filter_and_a_breakdown_together() -> None:
    audience = make_audience()
    for category, side, count in [("low", "mentor", 6), ("low", "mentee", 7), ("high", "mentor", 8)]:
        add_answers(audience, count, groups={"category": category, "pair_side": side}, **FULL)
    found = results(audience, by="pair_side", chosen=("category", "low"))
    assert found is not None
    assert (found.n, found.where) == (13, ("category", "low"))
    assert [(group.label, group.n) for group in found.groups] == [("наставляемый", 7), ("наставник", 6)]


def test_sums_are_due_when_answers_came_or_the_round_was_closed() -> None:
    audience = make_audience(closed=False)
    assert not is_due(audience, None)
    add_answers(audience, 5, **FULL)
    assert is_due(audience, None)
    summary = refresh_results(audience)
    assert not is_due(audience, summary)
    set_state(audience, CampaignState.CLOSED)
    assert is_due(audience, summary)
    assert not is_due(audience, refresh_results(audience))


def test_few_answers_are_counted_at_once_and_many_by_one_job(monkeypatch: pytest.MonkeyPatch) -> None:
    audience = make_audience()
    add_answers(audience, 6, **FULL)
    summary = refresh_when_due(audience, actor=SYSTEM)
    assert summary is not None
    assert summary.counted == 6
    assert AT_ONCE == 3000
    monkeypatch.setattr("mayak.surveys.services.summaries.AT_ONCE", 5)
    add_answers(audience, 6, **FULL)
    summary = refresh_when_due(audience, actor=SYSTEM)
    refresh_when_due(audience, actor=SYSTEM)
    assert summary is not None
    assert summary.counted == 6
    job = Job.objects.get(kind="surveys.count")
    assert list(run_now(job).result.values()) == [12]
    assert ResultSummary.objects.get().counted == 12


def test_an_answer_that_is_gone_counts_no_more_in_a_named_round() -> None:
    audience = make_audience(named=True)
    add_answers(audience, 9, **FULL)
    assert shown_results(audience).n == 9
    Answer.objects.filter(pk__in=Answer.objects.values("pk")[:1]).delete()
    assert shown_results(audience).n == 8


def test_changed_answers_of_a_named_round_are_counted_again() -> None:
    audience = make_audience(named=True, closed=False)
    answers = add_answers(audience, 5, **FULL)
    summary = refresh_results(audience)
    assert not is_due(audience, summary)
    invitation = SurveyInvitation.objects.create(audience=audience, token_hash="-", answered=True)
    NamedResponse.objects.create(invitation=invitation, answers={"help": "no", "mark": 1}, is_submitted=True)
    assert is_due(audience, summary)
    Answer.objects.filter(pk=answers[0].pk).update(answers={"help": "no", "mark": 1})
    found = results(audience)
    assert found is not None
    assert found.total[0].counts == (4, 1)
    assert not is_due(audience, ResultSummary.objects.get())
