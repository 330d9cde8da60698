"""Submitting: counted once, refused when the round is over, cheap, named or by a link."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mayak.kernel.access import SYSTEM
from mayak.kernel.audit.models import AuditEntry
from mayak.surveys.enums import CampaignMode, CampaignState
from mayak.surveys.models import Answer, LinkReceipt, NamedResponse, SurveyInvitation
from mayak.surveys.services.closing import close_campaign
from mayak.surveys.services.submitting import Outcome, save_draft, submit_answers, submit_by_link
from mayak.surveys.signals import response_submitted
from tests.factories.campaigns import invitation, open_link, running
from tests.factories.registry import SchoolFactory

pytestmark = pytest.mark.django_db

ANSWERS = {"q1": "a"}


def named(**fields: Any) -> SurveyInvitation:
    return invitation(running(mode=CampaignMode.NAMED), **fields)


def test_an_anonymous_answer_counts_once_however_often_it_is_sent() -> None:
    one = invitation(running())
    outcomes = [submit_answers(one, ANSWERS, actor=SYSTEM) for _time in range(3)]
    assert outcomes == [Outcome.ACCEPTED, Outcome.ALREADY, Outcome.ALREADY]
    one.refresh_from_db()
    assert one.answered


def test_a_named_answer_bears_its_response_and_the_groups_of_the_invitation() -> None:
    school = SchoolFactory.create()
    one = invitation(running(mode=CampaignMode.NAMED), school, groups={"category": "low"})
    assert submit_answers(one, ANSWERS, actor=SYSTEM) == Outcome.ACCEPTED
    answer = Answer.objects.get()
    assert (answer.response.invitation_id, answer.organisation, answer.groups, answer.answers) == (
        one.pk, school, {"category": "low"}, ANSWERS,
    )  # fmt: skip


def test_a_named_answer_may_be_changed_until_the_closing() -> None:
    one = named()
    submit_answers(one, ANSWERS, actor=SYSTEM)
    assert submit_answers(one, {"q1": "b"}, actor=SYSTEM) == Outcome.CHANGED
    assert submit_answers(one, {"q1": "b"}, actor=SYSTEM) == Outcome.ALREADY
    assert [row.answers for row in Answer.objects.all()] == [{"q1": "b"}]


def test_a_named_answer_tells_the_apps_above_once_for_each_change() -> None:
    heard = []

    def hear(sender: Any, response: NamedResponse, **_more: Any) -> None:
        heard.append((response.invitation_id, response.answers))

    one = named()
    response_submitted.connect(hear)
    try:
        for answers in (ANSWERS, ANSWERS, {"q1": "b"}):
            submit_answers(one, answers, actor=SYSTEM)
    finally:
        response_submitted.disconnect(hear)
    assert heard == [(one.pk, ANSWERS), (one.pk, {"q1": "b"})]


def test_a_draft_of_a_named_round_is_kept_and_is_no_answer() -> None:
    one = named()
    save_draft(one, ANSWERS)
    save_draft(one, {"q1": "b"})
    response = NamedResponse.objects.get()
    assert (response.answers, response.is_submitted) == ({"q1": "b"}, False)
    assert not Answer.objects.exists()
    submit_answers(one, {"q1": "b"}, actor=SYSTEM)
    assert Answer.objects.count() == 1


def test_a_draft_that_comes_after_the_answers_does_not_overwrite_them() -> None:
    one = named()
    submit_answers(one, ANSWERS, actor=SYSTEM)
    save_draft(one, {})
    response = NamedResponse.objects.get()
    assert (response.answers, response.is_submitted) == (ANSWERS, True)


def test_a_draft_of_an_anonymous_round_is_refused() -> None:
    with pytest.raises(ValidationError):
        save_draft(invitation(running()), ANSWERS)
    assert not NamedResponse.objects.exists()


@pytest.mark.parametrize("mode", CampaignMode.values)
def test_a_closed_round_takes_nothing_and_counts_nobody(mode: str) -> None:
    one = invitation(running(mode=mode))
    close_campaign(one.audience.campaign, actor=SYSTEM)
    with pytest.raises(ValidationError):
        submit_answers(one, ANSWERS, actor=SYSTEM)
    one.refresh_from_db()
    assert not one.answered


def test_a_round_that_was_closed_while_somebody_wrote_takes_nothing() -> None:
    """The state is asked after the pool is held; the invitation that was read before still says «running»."""
    one = invitation(running())
    type(one.audience.campaign).objects.filter(pk=one.audience.campaign_id).update(state=CampaignState.CLOSED)
    with pytest.raises(ValidationError):
        submit_answers(one, ANSWERS, actor=SYSTEM)


def test_submitting_costs_few_queries_and_no_audit(django_assert_max_num_queries: Any) -> None:
    entries = AuditEntry.objects.count()
    one = invitation(running())
    with django_assert_max_num_queries(6):  # with the two of the transaction
        submit_answers(one, ANSWERS, actor=SYSTEM)
    two = named()
    with django_assert_max_num_queries(13):
        submit_answers(two, ANSWERS, actor=SYSTEM)
    assert AuditEntry.objects.count() == entries


def test_the_same_page_of_an_open_link_counts_once() -> None:
    link = open_link(running(by_link=True, mode=CampaignMode.NAMED))
    assert submit_by_link(link, ANSWERS, page_number="one") == Outcome.ACCEPTED
    assert submit_by_link(link, ANSWERS, page_number="one") == Outcome.ALREADY
    assert submit_by_link(link, ANSWERS, page_number="two") == Outcome.ACCEPTED
    link.refresh_from_db()
    assert (link.answered, LinkReceipt.objects.count()) == (2, 2)


def test_a_closed_link_takes_nothing() -> None:
    link = open_link(running(by_link=True), is_closed=True)
    with pytest.raises(ValidationError):
        submit_by_link(link, ANSWERS, page_number="one")
    assert not LinkReceipt.objects.exists()


def test_a_link_is_anonymous_even_in_a_named_round() -> None:
    assert running(by_link=True, mode=CampaignMode.NAMED).is_anonymous


def test_a_round_that_begins_tomorrow_runs_but_is_not_open() -> None:
    from mayak.surveys.selectors.answering import Openness, openness

    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert openness(running(opens_on=tomorrow).campaign) == Openness.NOT_YET
