"""Letters to schools that have not answered: a look first, each once, at most once a day."""

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation

from mayak.accounts.enums import Role
from mayak.accounts.models import RoleAssignment
from mayak.kernel.access import Actor
from mayak.kernel.jobs.services import run_now
from mayak.kernel.models import Job
from mayak.networks.enums import PartnershipState, Side
from mayak.networks.models import Partnership
from mayak.networks.services.consents import consent_to_partnership
from mayak.networks.services.partnership_letters import letters_of
from mayak.networks.services.partnership_life import follow_agreement
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.matching import PartnershipFactory, school_year
from tests.factories.registry import AuthorityFactory, MunicipalityFactory

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, label="anna@example.org")


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


@pytest.fixture
def district():
    return MunicipalityFactory()


def proposal(district) -> Partnership:
    row = PartnershipFactory(
        school_year=school_year(),
        mentee__territory=district,
        state=PartnershipState.PROPOSED,
        consent_due=dt.date(2024, 10, 11),
    )
    for school in (row.mentee, row.lead):
        RoleAssignmentFactory(organisation=school, role=Role.HEAD_TEACHER)
    return row


def coordinator(district) -> Client:
    client = Client(headers={"accept-language": "en"})
    held = RoleAssignmentFactory(
        organisation=AuthorityFactory(territory=district), role=Role.MUNICIPAL_COORDINATOR
    )
    client.force_login(held.user)
    return client


def test_only_a_school_that_has_not_answered_gets_a_letter(district) -> None:
    row = proposal(district)
    assert [len(one.proposals) for one in letters_of([row])] == [1, 1]
    consent_to_partnership(row, Side.LEAD, actor=ACTOR)
    (letter,) = letters_of([row])
    held = RoleAssignment.objects.get(user=letter.user)
    assert (letter.proposals, held.organisation) == ((row,), row.mentee)


def test_letters_are_shown_sent_once_and_not_again_that_day(district) -> None:
    row, stranger = proposal(district), proposal(MunicipalityFactory())
    client, url = coordinator(district), reverse("networks:proposal-letters")
    page = client.get(url).content.decode()
    assert f"{row.mentee} ← {row.lead}" in page
    assert "answer until 11.10.2024" in page
    assert str(stranger.mentee) not in page
    client.post(url)
    job = Job.objects.get(kind="networks.proposal_letters")
    run_now(job)
    assert len(mail.outbox) == 2
    assert "another lead school is chosen by the reason" in mail.outbox[0].body
    assert "Nobody to write to" in client.get(url).content.decode()
    client.post(url)
    assert Job.objects.filter(kind="networks.proposal_letters").count() == 1
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=1), tick=False):
        assert "Send 2 letters" in coordinator(district).get(url).content.decode()


def test_a_signed_agreement_stands_for_the_missing_consents(district) -> None:
    row = proposal(district)
    consent_to_partnership(row, Side.LEAD, actor=ACTOR)
    row = follow_agreement(row, actor=ACTOR, label="Соглашение № 1")
    assert row.state == "agreed"
    assert list(row.consents.order_by("side").values_list("side", "on_paper", "by_label")) == [
        ("lead", False, "anna@example.org"), ("mentee", True, "Соглашение № 1"),
    ]  # fmt: skip
    active = PartnershipFactory(mentee__territory=district)
    assert follow_agreement(active, actor=ACTOR, label="Соглашение № 2").state == "active"
