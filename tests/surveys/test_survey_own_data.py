"""What somebody finds about surveys on the page «my data»: invitations and named answers, never an anonymous one."""

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from mayak.kernel.access import SYSTEM
from mayak.kernel.personal.erasing import Effect, Target
from mayak.kernel.personal.holdings import Holding, Subjects
from mayak.surveys.enums import CampaignMode, LetterKind
from mayak.surveys.models import Answer, AnswerFile, SurveyLetter
from mayak.surveys.selectors.own_data import held_in_surveys
from mayak.surveys.services.closing import close_campaign, settle_campaign
from mayak.surveys.services.erasing import erase_answers
from mayak.surveys.services.submitting import submit_answers
from tests.factories.campaigns import invitation, running
from tests.factories.registry import PersonFactory

pytestmark = pytest.mark.django_db


def held(person_id: int) -> dict[str, Holding]:
    found = held_in_surveys(Subjects(None, person_id, frozenset({f"registry.person:{person_id}"})))
    return {one.key: one for one in found}


def test_a_named_answer_is_held_and_shown() -> None:
    person = PersonFactory.create()
    one = invitation(running(mode=CampaignMode.NAMED), person=person)
    submit_answers(one, {"q1": "a"}, actor=SYSTEM)
    found = held(person.pk)
    assert [row[0] for row in found["survey-invitations"].rows] == [one.audience.campaign.title]
    assert [row[3] for row in found["survey-answers"].rows] == ["{'q1': 'a'}"]


def test_of_an_anonymous_answer_only_that_it_was_given_is_held() -> None:
    person = PersonFactory.create()
    submit_answers(invitation(running(), person=person), {"q1": "a"}, actor=SYSTEM)
    found = held(person.pk)
    assert [row[-1] for row in found["survey-invitations"].rows] == [True]
    assert list(found["survey-answers"].rows) == []


def test_of_somebody_else_nothing_is_held() -> None:
    invitation(running())
    found = held(PersonFactory.create().pk)
    assert [list(one.rows) for one in found.values()] == [[], []]


def test_erasing_takes_named_answers_files_waiting_letters_and_the_address() -> None:
    person = PersonFactory.create()
    one = invitation(running(mode=CampaignMode.NAMED), person=person)
    AnswerFile.objects.create(
        invitation=one, question="q2", name="a.txt", file=ContentFile(b"a", name="a.txt")
    )
    submit_answers(one, {"q1": "a"}, actor=SYSTEM)
    SurveyLetter.objects.create(invitation=one, kind=LetterKind.REMINDER, day=timezone.localdate())
    other = invitation(running(mode=CampaignMode.NAMED))
    submit_answers(other, {"q1": "b"}, actor=SYSTEM)
    link, subjects = one.token_hash, Subjects(None, person.pk, frozenset())
    effects = list(erase_answers(Target(subjects, "-", {}, (), SYSTEM)))
    assert [effect.count for effect in effects if isinstance(effect, Effect)] == [1, 1, 1, 1]
    one.refresh_from_db()
    assert (one.email, one.token_hash != link, one.answered) == ("", True, True)
    assert [row.answers for row in Answer.objects.all()] == [{"q1": "b"}]
    assert (AnswerFile.objects.count(), SurveyLetter.objects.count()) == (0, 0)
    other.refresh_from_db()
    assert other.email


def test_erasing_somebody_leaves_an_anonymous_answer_where_nobody_finds_it() -> None:
    person, audience = PersonFactory.create(), running()
    people = [invitation(audience, person=person), *(invitation(audience) for _one in range(4))]
    for one in people:
        submit_answers(one, {"q1": "a"}, actor=SYSTEM)
    list(erase_answers(Target(Subjects(None, person.pk, frozenset()), "-", {}, (), SYSTEM)))
    close_campaign(audience.campaign, actor=SYSTEM)
    settle_campaign(audience.campaign)
    assert Answer.objects.count() == 5
