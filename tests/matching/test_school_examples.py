"""Live examples of the rules of schools: what the weights on the form do to a few pairs, before anything is saved."""

import pytest
from django.urls import reverse

from mayak.matching.models import MatchingRun
from mayak.matching.selectors.school_examples import school_examples_of
from mayak.matching.services import solve_run
from mayak.matching.validators import MatchingSettings
from tests.factories.registry import AuthorityFactory
from tests.matching.conftest import ACTOR, District
from tests.matching.test_pages import client_of

ONLY_NEAR = {"needs": 0, "distance": 100, "municipality": 0, "region": 0}


def test_each_example_is_the_best_lead_by_the_saved_rules(district: District) -> None:
    found = {one.mentee: (one.mentor, round(one.saved, 2)) for one in school_examples_of(district.run)}
    assert found == {
        "Северная СОШ": ("Лицей", 0.94),
        "Средняя СОШ": ("Лицей", 0.97),
        "Южная СОШ": ("Гимназия", 0.97),
    }


def test_other_weights_change_the_score_and_the_reasons(district: District) -> None:
    shown = school_examples_of(district.run, MatchingSettings(weights=ONLY_NEAR))
    north = next(one for one in shown if one.mentee == "Северная СОШ")
    assert (round(north.saved, 2), round(north.score, 2)) == (0.94, 0.8)
    assert north.reasons == ["20.0 km between the schools: +80\u202f%"]


def test_a_limit_that_the_form_sets_is_named(district: District) -> None:
    shown = school_examples_of(district.run, MatchingSettings(max_distance_km=15))
    against = {one.mentee: one.against for one in shown}
    assert against["Северная СОШ"] == ["farther than the rules allow"]
    assert against["Средняя СОШ"] == []


def test_the_computed_input_is_taken_where_there_is_one(district: District) -> None:
    run = solve_run(district.run, actor=ACTOR)
    district.maths_lead.lead_profiles.all().delete()
    assert "Лицей" in {one.mentor for one in school_examples_of(run)}


@pytest.mark.parametrize("show", [True, False])
def test_the_page_shows_them_and_saves_nothing(district: District, show: bool) -> None:
    client = client_of(AuthorityFactory(territory=district.territory))
    page = client.get(reverse("matching:rules", args=[district.run.pk]))
    values = {name: "" if value is None else value for name, value in page.context["form"].initial.items()}
    values |= {"weight_needs": 0, "weight_distance": 100, "weight_municipality": 0, "weight_region": 0}
    values.pop("network", None)
    name = "matching:rules" if show else "matching:examples"
    answer = client.post(reverse(name, args=[district.run.pk]), values | {"show": "1"})
    assert answer.status_code == 200
    assert "20.0 km between the schools: +80\u202f%" in answer.content.decode()
    assert MatchingRun.objects.get(pk=district.run.pk).settings == district.run.settings


def test_without_schools_there_is_nothing_to_show(district: District) -> None:
    district.run.territory = AuthorityFactory().territory
    assert school_examples_of(district.run) == []
