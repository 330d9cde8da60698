"""Sides of pairs as breakdowns of a survey."""

import pytest
from django.test import override_settings
from django.utils import translation

from mayak.networks.enums import PartnershipState
from mayak.surveys.selectors.audiences import breakdowns
from tests.factories.matching import PartnershipFactory, lead, mentee, school_year
from tests.factories.registry import MunicipalityFactory
from tests.factories.survey_content import make_round

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


def test_both_sides_of_a_pair_have_the_same_pair_and_their_own_side() -> None:
    campaign = make_round()
    here = campaign.owner.territory
    giver = lead(here, "Лицей")
    first, second = mentee(here, "Первая"), mentee(here, "Вторая")
    for one in (first, second):
        PartnershipFactory(mentee=one, lead=giver, school_year=school_year(), state=PartnershipState.ACTIVE)
    alone = mentee(here, "Без пары")
    found = {one.code: one for one in breakdowns()}
    sides, pairs = (found[code].of for code in ("pair_side", "pair"))
    assert sides is not None
    assert pairs is not None
    assert [sides(campaign).get(one.pk) for one in (first, second, giver, alone)] == [
        "mentee", "mentee", "lead", None,
    ]  # fmt: skip
    assert {pairs(campaign).get(one.pk) for one in (first, second, giver)} == {str(giver.pk)}
    assert found["pair"].values(campaign) == {str(giver.pk): "Лицей ← Первая, Вторая"}
    assert found["pair_side"].values(campaign)["lead"] == "lead school of a pair"


def test_a_school_on_both_sides_counts_as_a_mentee_with_its_lead() -> None:
    campaign = make_round()
    here = campaign.owner.territory
    top, middle, low = lead(here, "Верхняя"), lead(here, "Средняя"), mentee(here, "Нижняя")
    PartnershipFactory(mentee=middle, lead=top, school_year=school_year())
    PartnershipFactory(mentee=low, lead=middle, school_year=school_year())
    found = {one.code: one.of for one in breakdowns()}
    assert found["pair_side"] is not None
    assert found["pair"] is not None
    assert found["pair_side"](campaign)[middle.pk] == "mentee"
    assert found["pair"](campaign)[middle.pk] == str(top.pk)


def test_ended_pairs_and_other_districts_do_not_count() -> None:
    campaign = make_round()
    here, there = campaign.owner.territory, MunicipalityFactory()
    PartnershipFactory(
        mentee=mentee(here, "А"),
        lead=lead(here, "Б"),
        school_year=school_year(),
        state=PartnershipState.ENDED,
    )
    PartnershipFactory(mentee=mentee(there, "В"), lead=lead(there, "Г"), school_year=school_year())
    found = {one.code: one.of for one in breakdowns()}
    assert found["pair"] is not None
    assert found["pair"](campaign) == {}
