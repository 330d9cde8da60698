"""A small district whose best pairs can be counted by hand."""

from dataclasses import dataclass

import pytest
from django.utils import translation

from mayak.kernel.access import Actor
from mayak.matching.models import MatchingRun
from mayak.registry.models import Organisation, Subject, Territory
from tests.factories.matching import MatchingRunFactory, lead, mentee, result, school_year, strength
from tests.factories.registry import MunicipalityFactory, SubjectFactory

ACTOR = Actor(user_id=7, label="anna@example.org")
KM_NORTH = 1 / 111.19493
"""Degrees of latitude of one kilometre on the sphere of the algorithm."""


@dataclass
class District:
    """Three schools that need help, two lead schools, one subject each."""

    territory: Territory
    maths: Subject
    russian: Subject
    north: Organisation
    middle: Organisation
    south: Organisation
    maths_lead: Organisation
    russian_lead: Organisation
    run: MatchingRun


@pytest.fixture(autouse=True)
def _source_language():
    """Texts are compared with the source strings."""
    with translation.override("en"):
        yield


@pytest.fixture
def district(db) -> District:
    """North and middle fail in mathematics, south in Russian; each lead is strong in one of them."""
    territory = MunicipalityFactory(name="Тестовский район")
    maths = SubjectFactory(code="math", name="Математика", position=1)
    russian = SubjectFactory(code="russian", name="Русский язык", position=2)
    place = {"longitude": "30.000000"}
    north = mentee(territory, "Северная СОШ", latitude=round(60 + 20 * KM_NORTH, 6), **place)
    middle = mentee(territory, "Средняя СОШ", latitude=round(60 + 10 * KM_NORTH, 6), **place)
    south = mentee(territory, "Южная СОШ", latitude=round(60 - 10 * KM_NORTH, 6), **place)
    maths_lead = lead(territory, "Лицей", capacity=2, latitude="60.000000", **place)
    russian_lead = lead(territory, "Гимназия", capacity=2, latitude="60.000000", **place)
    strength(maths_lead, maths, 1.0)
    strength(russian_lead, russian, 1.0)
    result(north, maths, below=12)
    result(middle, maths, below=8)
    result(south, russian, below=10)
    school_year()
    run = MatchingRunFactory(territory=territory, school_year=school_year())
    return District(territory, maths, russian, north, middle, south, maths_lead, russian_lead, run)
