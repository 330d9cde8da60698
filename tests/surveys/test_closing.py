"""Closing by hand and by the calendar, opening again with a reason, letters and reminders."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import SYSTEM
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.jobs.models import Job
from mayak.kernel.jobs.services import run_now
from mayak.surveys.enums import CampaignMode, CampaignState, LetterKind
from mayak.surveys.models import Answer, AnswerPacket, SurveyInvitation, SurveyLetter, Theme
from mayak.surveys.services.closing import (
    close_campaign,
    is_settling,
    keep_campaigns,
    reopen_campaign,
    settle_campaign,
)
from mayak.surveys.services.submitting import digest_of, submit_answers
from mayak.surveys.services.survey_letters import (
    LETTERS_JOB,
    make_link,
    queue_invitation_letters,
    queue_reminders,
    secret_of,
)
from mayak.surveys.signals import campaign_closed
from tests.factories.campaigns import invitation, running
from tests.factories.registry import SchoolFactory

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def send_waiting() -> None:
    for job in Job.objects.filter(kind=LETTERS_JOB, state="waiting"):
        run_now(job)


def test_closing_takes_no_more_answers_and_a_job_mixes_the_last_ones() -> None:
    audience, school = running(), SchoolFactory.create()
    for _one in range(7):
        submit_answers(invitation(audience, school), {"q1": "a"}, actor=SYSTEM)
    held = close_campaign(audience.campaign, actor=SYSTEM)
    assert (held.state, held.closed_at is not None, is_settling(held)) == (CampaignState.CLOSED, True, True)
    run_now(Job.objects.get(kind="surveys.settle"))
    assert (Answer.objects.count(), is_settling(held)) == (7, False)


def test_the_last_mixing_holds_the_pools_before_it_reads_the_packets() -> None:
    """Else whoever fills a pool in this very moment leaves a packet behind, which nobody would ever open."""
    audience = running()
    for _one in range(7):
        submit_answers(invitation(audience), {"q1": "a"}, actor=SYSTEM)
    close_campaign(audience.campaign, actor=SYSTEM)
    with CaptureQueriesContext(connection) as caught:
        settle_campaign(audience.campaign)
    reads = [one["sql"] for one in caught if one["sql"].startswith("SELECT")]
    [pools, *_later] = [at for at, sql in enumerate(reads) if 'FROM "surveys_answerpool"' in sql]
    [packets, *_rest] = [at for at, sql in enumerate(reads) if 'FROM "surveys_answerpacket"' in sql]
    assert pools < packets


def test_the_apps_above_are_told_when_all_answers_are_permanent() -> None:
    heard = []

    def hear(sender: object, campaign: object, **_more: object) -> None:
        heard.append(Answer.objects.count())

    audience, school = running(), SchoolFactory.create()
    for _one in range(5):
        submit_answers(invitation(audience, school), {"q1": "a"}, actor=SYSTEM)
    campaign_closed.connect(hear)
    try:
        close_campaign(audience.campaign, actor=SYSTEM)
        settle_campaign(audience.campaign)
    finally:
        campaign_closed.disconnect(hear)
    assert heard == [5]


def test_themes_survive_the_last_mixing() -> None:
    audience, school = running(), SchoolFactory.create()
    answer = Answer.objects.create(audience=audience, answers={"q1": "a"})
    theme = Theme.objects.create(campaign=audience.campaign, question="q1", title="Тема")
    theme.answers.add(answer)
    for _one in range(5):
        submit_answers(invitation(audience, school), {"q1": "b"}, actor=SYSTEM)
    close_campaign(audience.campaign, actor=SYSTEM)
    settle_campaign(audience.campaign)
    assert [one.answers for one in theme.answers.all()] == [{"q1": "a"}]
    assert Answer.objects.count() == 6


def test_a_round_is_opened_again_only_with_a_reason_and_a_day_to_come() -> None:
    held = running().campaign
    close_campaign(held, actor=SYSTEM)
    today = timezone.localdate()
    with pytest.raises(ValidationError):
        reopen_campaign(held, closes_on=today, reason="Не все успели", actor=SYSTEM)  # still being mixed
    settle_campaign(held)
    for day, reason in ((today, "  "), (today - DAY, "Не все успели")):
        with pytest.raises(ValidationError):
            reopen_campaign(held, closes_on=day, reason=reason, actor=SYSTEM)
    opened = reopen_campaign(held, closes_on=today + DAY, reason="Не все успели", actor=SYSTEM)
    assert (opened.state, opened.reopened_reason) == (CampaignState.RUNNING, "Не все успели")
    entry = AuditEntry.objects.get(object_type="surveys.campaign", action="reopen")
    assert entry.changes["reopened_reason"] == [None, "Не все успели"]


def test_after_a_reopening_fewer_than_five_are_deleted_and_five_are_kept() -> None:
    audience, school = running(), SchoolFactory.create()
    for count, kept in ((6, 6), (4, 6), (5, 11)):
        for _one in range(count):
            submit_answers(invitation(audience, school), {"q1": "a"}, actor=SYSTEM)
        close_campaign(audience.campaign, actor=SYSTEM)
        settle_campaign(audience.campaign)
        assert Answer.objects.count() == kept
        reopen_campaign(audience.campaign, closes_on=timezone.localdate(), reason="Ещё раз", actor=SYSTEM)


def test_the_calendar_closes_what_is_over() -> None:
    today = timezone.localdate()
    over, last_day = running(opens_on=today - 9 * DAY, closes_on=today - DAY), running(closes_on=today)
    assert keep_campaigns()["closed"] == 1
    for audience in (over, last_day):
        audience.campaign.refresh_from_db()
    assert (over.campaign.state, last_day.campaign.state) == (CampaignState.CLOSED, CampaignState.RUNNING)


def test_a_round_whose_answers_cannot_be_opened_holds_no_other_one_up(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken, other = running(), running()
    for audience in (broken, other):
        for _one in range(10):
            submit_answers(invitation(audience), {"q1": "a"}, actor=SYSTEM)
    AnswerPacket.objects.filter(audience=broken).update(sealed=b"sealed with another key")
    assert keep_campaigns()["mixed"] == 5
    assert f"round {broken.campaign_id} cannot be opened" in caplog.text
    assert AnswerPacket.objects.filter(audience=broken).count() == 2


def test_an_address_that_is_none_does_not_hold_the_letters_up() -> None:
    audience = running()
    bad, good = invitation(audience, email="two\nlines@school.example"), invitation(audience)
    queue_invitation_letters(audience.campaign)
    send_waiting()
    assert [letter.to for letter in mail.outbox] == [[good.email]]
    assert SurveyLetter.objects.get(invitation=bad).failed


def test_letters_go_on_the_first_day_and_not_before() -> None:
    tomorrow = timezone.localdate() + DAY
    audience = running(opens_on=tomorrow)
    invitation(audience)
    assert queue_invitation_letters(audience.campaign) == 0
    assert keep_campaigns()["letters"] == 0
    assert keep_campaigns(tomorrow)["letters"] == 0  # the day of the server decides, too
    audience.campaign.opens_on = timezone.localdate()
    audience.campaign.save()
    assert keep_campaigns()["letters"] == 1
    assert keep_campaigns()["letters"] == 0


def test_a_letter_holds_a_personal_link_that_only_it_knows() -> None:
    audience = running(site="https://mayak.example")
    one = invitation(audience)
    before = one.token_hash
    queue_invitation_letters(audience.campaign)
    send_waiting()
    [letter] = mail.outbox
    [secret] = re.findall(r"https://mayak\.example/surveys/a/([\w-]+)/", str(letter.body))
    one.refresh_from_db()
    assert one.token_hash == digest_of(secret) != before
    assert secret not in one.token_hash
    assert letter.to == [one.email]
    assert _("The survey is anonymous: we see that you have answered, but not what.") in letter.body


def test_a_reminder_repeats_the_same_link() -> None:
    one = invitation(running())
    assert make_link(one) == make_link(SurveyInvitation.objects.get(pk=one.pk))
    assert len(secret_of(one)) == 43


def test_every_letter_goes_once() -> None:
    audience = running()
    for _one in range(3):
        invitation(audience)
    queue_invitation_letters(audience.campaign)
    job = Job.objects.get(kind=LETTERS_JOB)
    run_now(job)
    Job.objects.filter(pk=job.pk).update(state="failed")
    keep_campaigns()
    send_waiting()
    assert len(mail.outbox) == 3
    assert SurveyLetter.objects.filter(sent_at=None).count() == 0


def test_letters_that_a_failed_job_left_are_asked_for_again() -> None:
    audience = running()
    invitation(audience)
    queue_invitation_letters(audience.campaign)
    Job.objects.filter(kind=LETTERS_JOB).update(state="failed")
    keep_campaigns()
    send_waiting()
    assert len(mail.outbox) == 1


def test_only_those_who_have_not_answered_are_reminded_and_once_a_day() -> None:
    audience = running(mode=CampaignMode.NAMED)
    done, waits = invitation(audience), invitation(audience)
    invitation(audience, email="")
    submit_answers(done, {"q1": "a"}, actor=SYSTEM)
    assert queue_reminders(audience.campaign, actor=SYSTEM) == 1
    with pytest.raises(ValidationError):
        queue_reminders(audience.campaign, actor=SYSTEM)
    send_waiting()
    assert [letter.to for letter in mail.outbox] == [[waits.email]]
    assert mail.outbox[0].subject == _("Reminder: the survey «%(title)s»") % {"title": audience.campaign}
    SurveyLetter.objects.filter(kind=LetterKind.REMINDER).update(day=timezone.localdate() - DAY)
    assert queue_reminders(audience.campaign, actor=SYSTEM) == 1


def test_who_answers_while_the_letter_waits_gets_none() -> None:
    audience = running()
    one = invitation(audience)
    queue_reminders(audience.campaign, actor=SYSTEM)
    submit_answers(one, {"q1": "a"}, actor=SYSTEM)
    send_waiting()
    assert mail.outbox == []


def test_a_closed_round_reminds_nobody() -> None:
    audience = running()
    invitation(audience)
    close_campaign(audience.campaign, actor=SYSTEM)
    with pytest.raises(ValidationError):
        queue_reminders(audience.campaign, actor=SYSTEM)
