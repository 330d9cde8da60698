"""The fairness page: groups by what the registry says, plain conclusions, another threshold in the address."""

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mayak.matching.enums import MatchingLevel
from mayak.matching.forms import TeacherRulesForm
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.fairness import difference_of, fairness_of
from mayak.matching.selectors.teacher_settings import TeacherMatchingSettings
from mayak.matching.services import solve_run, update_run
from mayak.matching.validators import MatchingSettings
from tests.factories.matching import MatchingRunFactory, lead, mentee, school, school_year
from tests.factories.registry import AuthorityFactory, MunicipalityFactory, PersonFactory
from tests.matching.conftest import ACTOR
from tests.matching.test_pages import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(db) -> MatchingRun:
    """Six rural schools far away with one place between them, six urban ones near a lead with six places."""
    territory = MunicipalityFactory(name="Тестовский район")
    rural, urban = lead(territory, "Сельский лицей", capacity=1), lead(territory, "Лицей", capacity=6)
    for giver, latitude in ((rural, "50.000000"), (urban, "60.000000")):
        giver.latitude, giver.longitude = latitude, "30.000000"
        giver.save()
    for number in range(6):
        mentee(
            territory,
            f"Сельская {number}",
            locality="rural",
            pupils=50 + number,
            latitude="50.100000",
            longitude="30.000000",
            school_type="basic",
        )
        mentee(
            territory,
            f"Городская {number}",
            locality="urban",
            pupils=500 + number,
            latitude="60.000000",
            longitude="30.100000",
            school_type="secondary",
        )
    made = MatchingRunFactory(territory=territory, school_year=school_year())
    made.settings = {**made.settings, "max_distance_km": 50.0}
    made.save()
    return solve_run(made, actor=ACTOR)


def section(run: MatchingRun, title: str):
    return next(one for one in fairness_of(run).sections if one.title == title)


def test_rural_schools_get_a_pair_less_often(run: MatchingRun) -> None:
    found = section(run, "Rural and urban")
    assert [(line.group, line.served, line.cases) for line in found.audit.lines] == [
        ("Rural schools", 1, 6),
        ("Urban schools", 6, 6),
    ]
    assert found.conclusions == (
        "Rural schools: a pair less often, 17\u202f% against 100\u202f% (Urban schools).",
    )


def test_groups_of_size_kind_way_and_place(run: MatchingRun) -> None:
    assert [line.cases for line in section(run, "Size of the school").audit.lines] == [4, 4, 4]
    assert section(run, "Size of the school").conclusions == (
        "Nothing can be concluded: fewer than two groups of 5 or more.",
    )
    way = section(run, "Way to the nearest help").audit.lines
    assert [(line.group, line.cases) for line in way] == [
        ("Up to 10 km to the nearest help", 6),
        ("10 to 30 km to the nearest help", 6),
    ]
    assert {line.group for line in section(run, "Kind of school").audit.lines} == {
        "basic school",
        "secondary school",
    }
    assert [line.cases for line in section(run, "Municipality").audit.lines] == [12]


def test_the_threshold_is_a_rule_of_the_pairing_and_may_be_tried(run: MatchingRun) -> None:
    assert fairness_of(run).difference == 0.1
    assert fairness_of(run, difference=0.9).gap_count == 0
    higher = MatchingSettings.from_json({**run.settings, "fairness_from": 0.95})
    changed = update_run(run, actor=ACTOR, objective=run.objective, settings=higher)
    assert fairness_of(changed).gap_count == 0
    assert not changed.input_changed


def test_the_threshold_of_a_pairing_of_teachers_is_a_rule_on_its_form(run: MatchingRun) -> None:
    teachers = MatchingRunFactory(
        territory=run.territory,
        school_year=run.school_year,
        level=MatchingLevel.TEACHERS,
        settings=TeacherMatchingSettings().to_json(),
    )
    shown = TeacherRulesForm.initial_of(teachers)
    assert shown["fairness_percent"] == 10
    sent = {**{name: "" if value is None else value for name, value in shown.items()}, "fairness_percent": 25}
    form = TeacherRulesForm(
        {name: value for name, value in sent.items() if value is not False}, teacher_run=teachers
    )
    assert form.is_valid(), form.errors
    changed = update_run(teachers, actor=ACTOR, objective=teachers.objective, settings=form.settings())
    assert difference_of(changed) == 0.25
    assert not changed.input_changed
    form = TeacherRulesForm({**form.data, "fairness_percent": 0}, teacher_run=teachers)
    assert list(form.errors) == ["fairness_percent"]


def test_needs_of_teachers_count_by_the_school_of_the_mentee(run: MatchingRun) -> None:
    teachers = MatchingRunFactory(
        territory=run.territory, school_year=run.school_year, level=MatchingLevel.TEACHERS, settings={}
    )
    village = school(run.territory, "Деревенская", locality="rural")
    mentor = PersonFactory(territory=run.territory)
    for number in range(5):
        person = PersonFactory(territory=run.territory)
        shared = {
            "mentee": person,
            "mentee_school": village,
            "need_key": "competence:1",
            "need_title": "Урок",
        }
        if number < 2:
            teachers.teacher_pairs.create(**shared, mentor=mentor, mentor_school=village, score=0.5)
        else:
            teachers.uncovered.create(**shared)
    found = fairness_of(teachers)
    assert (found.cases, found.served, found.of_people) == (5, 2, True)
    assert [(line.group, line.served, line.cases) for line in found.sections[0].audit.lines] == [
        ("Rural schools", 2, 5)
    ]


def test_the_page_says_it_in_words_and_costs_the_same_for_more_schools(run: MatchingRun) -> None:
    with override_settings(LANGUAGE_CODE="en"):
        coordinator: Client = client_of(AuthorityFactory(territory=run.territory))
        url = reverse("matching:fairness", args=[run.pk])

        def queries() -> int:
            with CaptureQueriesContext(connection) as seen:
                assert "Rural schools: a pair less often" in coordinator.get(url).text
            return len(seen)

        queries()
        before = queries()
        mentee(run.territory, "Ещё одна")
        solve_run(run, actor=ACTOR)
        assert queries() == before
        assert "Rural schools: a pair less often" not in coordinator.get(url, {"difference": "100"}).text
        assert coordinator.get(url, {"difference": "x"}).status_code == 200
