"""Answers of single people: of named rounds, for those who hold them; each reading is logged for the person."""

import pytest
from django.urls import reverse

from mayak.accounts.enums import Role
from mayak.kernel.readings.models import Reading
from mayak.surveys.models import Audience, NamedResponse, SurveyInvitation
from tests.factories.registry import PersonFactory
from tests.factories.surveys_results import make_audience, make_schools
from tests.surveys.results_help import client_of, owner_client

pytestmark = pytest.mark.django_db


def answered(audience: Audience, family_name: str = "Петрова", *, submitted: bool = True) -> NamedResponse:
    school = make_schools(audience, 1)[0]
    person = PersonFactory.create(family_name=family_name, territory=school.territory)
    invitation = SurveyInvitation.objects.create(
        audience=audience,
        person=person,
        organisation=school,
        token_hash=f"{family_name}{audience.pk}",
        answered=submitted,
    )
    answers = {
        "help": "yes",
        "mark": 4,
        "how": ["visit", "call"],
        "times": 1200,
        "each": {"plan": "lo"},
        "since": "2026-09-01",
        "more": "Спасибо",
    }
    return NamedResponse.objects.create(invitation=invitation, answers=answers, is_submitted=submitted)


def test_the_list_names_who_has_sent_the_answers() -> None:
    audience = make_audience(named=True)
    for name in ("Яковлева", "Борисова"):
        answered(audience, name)
    answered(audience, "Черновик", submitted=False)
    address = reverse("surveys:responses", args=[audience.campaign_id])
    page = owner_client(audience).get(address)
    assert page.status_code == 200
    names = [str(row.record.invitation.person.family_name) for row in page.context["table"].rows]
    assert names == ["Борисова", "Яковлева"]
    found = owner_client(audience).get(f"{address}?q=яков").context["table"].rows
    assert len(found) == 1


def test_the_answers_of_a_person_are_shown_in_words_and_the_reading_is_logged() -> None:
    audience = make_audience(named=True)
    found = answered(audience)
    page = owner_client(audience).get(reverse("surveys:response", args=[found.pk]))
    values = dict(page.context["rows"])
    assert values["Наставник помогает?"] == "да"
    assert values["Как вы работали?"] == "уроки; созвоны"
    assert values["Что удалось?"] == "план: мало; цель: —"
    assert values["С какого дня?"] == "01.09.2026"
    assert values["Что ещё?"] == "Спасибо"
    reading = Reading.objects.get()
    assert (reading.what, reading.subject) == (
        "survey_answers",
        f"registry.person:{found.invitation.person_id}",
    )


def test_an_anonymous_round_has_nothing_of_the_kind() -> None:
    audience = make_audience()
    assert (
        owner_client(audience).get(reverse("surveys:responses", args=[audience.campaign_id])).status_code
        == 404
    )


def test_others_read_nothing() -> None:
    audience = make_audience(named=True)
    found = answered(audience)
    council = client_of(audience.campaign.owner, Role.COUNCIL_MEMBER)
    neighbour = owner_client(make_audience())
    for name, key in (("surveys:responses", audience.campaign_id), ("surveys:response", found.pk)):
        assert council.get(reverse(name, args=[key])).status_code == 403
        assert neighbour.get(reverse(name, args=[key])).status_code == 404
    draft = answered(audience, "Черновик", submitted=False)
    assert owner_client(audience).get(reverse("surveys:response", args=[draft.pk])).status_code == 404
    assert not Reading.objects.exists()
