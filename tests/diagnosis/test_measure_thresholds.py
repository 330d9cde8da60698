"""Thresholds of measures are data with a source; another value holds from its school year on, older years keep theirs."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation

from mayak.diagnosis.enums.deficits import DeficitSource, Severity
from mayak.diagnosis.models import Competence, CompetenceGroup, MeasureThreshold
from mayak.diagnosis.selectors.measure_thresholds import threshold
from mayak.diagnosis.selectors.own_level_sources import competence_levels, result_levels
from mayak.diagnosis.services.deficits import DeficitRow, record_deficits
from mayak.diagnosis.services.measure_reference import load_measure_reference
from mayak.diagnosis.services.measures import save_threshold
from mayak.kernel.access import Actor
from mayak.kernel.models import AuditEntry
from mayak.registry.models import Organisation
from tests.factories.matching import result
from tests.factories.measures import head_of, methodist, teacher_of
from tests.factories.registry import SchoolFactory, SchoolYearFactory, SubjectFactory

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, label="anna@example.org")


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


@pytest.fixture
def supplied() -> dict[str, MeasureThreshold]:
    load_measure_reference(actor=ACTOR)
    return {row.code: row for row in MeasureThreshold.objects.all()}


def changed(row: MeasureThreshold, value: str, year_from: int, **values: Any) -> MeasureThreshold:
    values = {"value": Decimal(value), "year_from": year_from, "source": "Приказ", **values}
    return save_threshold(row, actor=ACTOR, values=values)


def test_the_levels_rest_on_supplied_assumptions_with_their_sources(supplied) -> None:
    rows = [supplied[code] for code in ("level-share", "level-people", "scale-low")]
    assert [(row.value, row.is_assumption, row.year_from) for row in rows] == [
        (Decimal("0.3"), True, 2000),
        (Decimal(5), True, 2000),
        (Decimal("33.333"), True, 2000),
    ]
    assert all(row.source and row.source_year for row in rows)


def test_a_value_of_a_year_leaves_older_years_theirs(supplied) -> None:
    later = changed(supplied["level-share"], "0.5", 2025)
    assert later.pk != supplied["level-share"].pk
    assert (later.code, later.name) == ("level-share", supplied["level-share"].name)
    assert [threshold("level-share", year) for year in (1999, 2024, 2025, 2030)] == [0.3, 0.3, 0.5, 0.5]
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.object_id, entry.changes["year_from"]) == (
        "create",
        str(later.pk),
        [None, 2025],
    )


def test_the_first_value_is_changed_in_its_place_and_a_later_one_too(supplied) -> None:
    first = changed(supplied["level-share"], "0.4", 2000)
    assert (first.pk, threshold("level-share", 2024)) == (supplied["level-share"].pk, 0.4)
    later = changed(first, "0.5", 2025)
    moved = changed(later, "0.6", 2026)
    assert (moved.pk, threshold("level-share", 2025), threshold("level-share", 2026)) == (later.pk, 0.4, 0.6)
    with pytest.raises(ValidationError, match="a value of this year already"):
        changed(first, "0.7", 2026)


def test_a_number_that_would_name_single_teachers_is_refused(supplied) -> None:
    with pytest.raises(ValidationError, match="Fewer than 3 would name single people"):
        changed(supplied["level-people"], "2", 2000)
    assert threshold("level-people") == 5


def test_a_subject_calls_for_measures_by_the_share_of_its_year(supplied) -> None:
    school, subject = SchoolFactory(), SubjectFactory(code="math", name="Математика")
    result(school, subject, below=8, participants=20, year=2024)
    result(school, subject, below=8, participants=20, year=2025)
    old, new = SchoolYearFactory(start_year=2024), SchoolYearFactory(start_year=2025)
    changed(supplied["level-share"], "0.5", 2025)
    assert [one.code for one in result_levels(school, old)] == ["math"]
    assert list(result_levels(school, new)) == []


def deficits(school: Organisation, people: int) -> None:
    """Give so many teachers of the school a noticeable deficit of one group."""
    group, _made = CompetenceGroup.objects.get_or_create(code="methods", defaults={"name": "Методические"})
    competence, _made = Competence.objects.get_or_create(
        code="lesson", defaults={"group": group, "name": "Урок"}
    )
    for _number in range(people):
        record_deficits(
            teacher_of(school).person, [DeficitRow(competence, Severity.NOTICEABLE, wants_help=True)],
            source=DeficitSource.SELF, actor=ACTOR, instrument="-", reference="-",
        )  # fmt: skip


def test_a_group_of_competences_is_named_from_so_many_teachers_on_as_the_year_wants(supplied) -> None:
    school = SchoolFactory()
    deficits(school, 4)
    old, new = SchoolYearFactory(start_year=2035), SchoolYearFactory(start_year=2036)
    assert list(competence_levels(school, old)) == []
    changed(supplied["level-people"], "4", 2036)
    assert list(competence_levels(school, old)) == []
    [found] = competence_levels(school, new)
    assert (found.code, found.evidence) == ("methods", "4 teachers")


def test_the_page_adds_a_value_of_another_year(client: Client, supplied) -> None:
    school = SchoolFactory()
    row = supplied["level-people"]
    url = reverse("diagnosis:measure-threshold", args=[row.pk])
    client.force_login(head_of(school))
    assert client.post(url, {}).status_code == 403
    client.force_login(methodist(school.territory))
    page = client.get(url).content.decode()
    assert "adds a value: older years keep theirs" in page
    form = {"year_from": 2026, "value": 2, "source": "Приказ № 5", "is_assumption": ""}
    refused = client.post(url, form)
    assert (refused.status_code, "Fewer than 3" in refused.content.decode()) == (400, True)
    assert client.post(url, form | {"value": 7}).status_code == 302
    assert [threshold("level-people", year) for year in (2025, 2026)] == [5.0, 7.0]
    shown = client.get(reverse("diagnosis:measure-thresholds")).content.decode()
    assert "2026/2027" in shown
