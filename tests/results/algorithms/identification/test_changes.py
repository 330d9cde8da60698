"""Entered, stays, left, relapsed."""

import pytest

from mayak.results.algorithms.identification.changes import Change, changes
from mayak.results.algorithms.identification.evaluation import Identification, identify
from tests.results.algorithms.identification.tables import RU5, counts, rule

LIST = rule({"at_least": 0.3})
STORIES = {  # years 2022 … 2025; 1 = on the list, 0 = off, . = no result
    "stays": "0011",
    "entered": "0001",
    "left": "0110",
    "relapsed": "0101",
    "relapsed after two": "1001",
    "gone": "1100",
    "open now": "011.",
    "open before": "01.1",
    "never": "0000",
}


def history() -> list[Identification]:
    cells = {
        (school, RU5, 2022 + place): (5 if mark == "1" else 0, 10)
        for school, story in STORIES.items()
        for place, mark in enumerate(story)
        if mark != "."
    }
    return [identify(LIST, counts(cells), year) for year in (2025, 2022, 2024, 2023)]


def test_changes_between_the_last_two_years() -> None:
    assert {row.school: row.change for row in changes(history())} == {
        "stays": Change.STAYS,
        "entered": Change.ENTERED,
        "left": Change.LEFT,
        "relapsed": Change.RELAPSED,
        "relapsed after two": Change.RELAPSED,
        "open now": Change.OPEN,
        "open before": Change.OPEN,
    }


def test_the_years_on_the_list_are_told() -> None:
    assert {row.school: row.listed_years for row in changes(history())}["relapsed"] == (2023, 2025)


def test_the_first_year_enters_everybody_and_a_year_twice_is_an_error() -> None:
    first = history()[1]
    assert {row.change for row in changes([first])} == {Change.ENTERED}
    with pytest.raises(ValueError, match="2022"):
        changes([first, first])
