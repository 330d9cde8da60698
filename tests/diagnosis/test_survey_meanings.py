"""What answers mean: deficits, requests, risks, satisfaction, wishes; and which schools may be shown."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayak.diagnosis.algorithms.survey_meanings import (
    Stated,
    Wished,
    effectiveness_points,
    is_satisfied,
    mean_of_audiences,
    meanings_in,
    named_preferences,
    risk_points,
    safe_schools,
    scale_points,
    stated_deficits,
    stated_requests,
)
from mayak.surveys.algorithms.definition import Definition
from mayak.surveys.algorithms.parsing import definition_from_dict
from tests.factories.survey_content import document


def definition(code: str) -> Definition:
    return definition_from_dict(document(code))


class TestDeficits:
    def test_level_and_wish_of_a_matrix_meet_in_the_competence(self) -> None:
        answers = {
            "methods_level": {
                "lesson-design": "great",
                "differentiation": "sure",
                "exam-preparation": "not_mine",
            },
            "methods_wish": {"lesson-design": "yes", "differentiation": "no"},
        }
        assert stated_deficits(definition("teacher-deficits"), answers) == {
            "lesson-design": Stated(3.0, True),
            "differentiation": Stated(0.0, False),
        }

    def test_the_short_one_names_the_wishes_in_one_question(self) -> None:
        answers = {"level": {"lesson-design": "small", "parents": "noticeable"}, "wish": ["parents"]}
        found = stated_deficits(definition("teacher-deficits-short"), answers)
        assert found["lesson-design"] == Stated(1.0, False)
        assert found["parents"] == Stated(2.0, True)

    def test_a_wish_without_a_level_has_no_severity(self) -> None:
        found = stated_deficits(definition("teacher-deficits"), {"law_wish": {"fgos": "yes"}})
        assert found == {"fgos": Stated(None, True)}

    def test_without_answers_nothing_is_stated(self) -> None:
        assert stated_deficits(definition("teacher-deficits-short"), {}) == {}

    def test_levels_of_another_scale_are_stretched_to_three(self) -> None:
        options = [{"code": f"o{value}", "text": str(value), "value": value} for value in (1, 2, 3, 4, 5)]
        question = {
            "code": "level", "kind": "single", "text": "?", "options": options,
            "meaning": {"competence": "fgos", "reads": "level"},
        }  # fmt: skip
        found = definition_from_dict({"sections": [{"code": "s", "questions": [question]}]})
        assert stated_deficits(found, {"level": "o3"}) == {"fgos": Stated(1.5, None)}
        assert stated_deficits(found, {"level": "o5"}) == {"fgos": Stated(3.0, None)}


class TestRequests:
    FIRST = {"r1_area": "methods", "r1_methods": "homework", "r1_severity": "great", "r1_form": "mentor"}

    def test_a_request_needs_its_competence_severity_and_form(self) -> None:
        found = definition("request-map")
        assert stated_requests(found, self.FIRST) == [Wished("homework", 3, "mentor")]
        assert stated_requests(found, {"r1_area": "methods", "r1_methods": "homework"}) == []

    def test_the_second_one_is_a_line_of_its_own(self) -> None:
        second = {
            "more": "yes", "r2_area": "law", "r2_law": "fgos", "r2_severity": "small", "r2_form": "course",
            "r2_mode": "remote", "r2_text": "Новые программы",
        }  # fmt: skip
        assert stated_requests(definition("request-map"), self.FIRST | second) == [
            Wished("homework", 3, "mentor"),
            Wished("fgos", 1, "course", "remote", "Новые программы"),
        ]

    def test_the_same_competence_twice_is_one_line(self) -> None:
        second = {"r2_methods": "homework", "r2_severity": "small", "r2_form": "group"}
        assert stated_requests(definition("request-map"), self.FIRST | second) == [
            Wished("homework", 1, "group")
        ]


class TestRisk:
    def test_agreement_counts_for_the_risk_and_reversed_against_it(self) -> None:
        found = definition("risk-parents")
        points = risk_points(
            found, {"school_statements": {"likes": "yes", "hurt": "yes", "calm": "rather_yes"}}
        )
        assert points["low-motivation"] == 0
        assert points["school-wellbeing"] == pytest.approx((100 + 100 / 3) / 2)

    def test_an_unanswered_factor_has_no_points(self) -> None:
        assert risk_points(definition("risk-students"), {}) == {}


class TestSatisfaction:
    @pytest.mark.parametrize(("point", "satisfied"), [(1, False), (3, False), (4, True), (5, True)])
    def test_four_and_five_are_satisfied(self, point: int, satisfied: bool) -> None:
        assert is_satisfied(definition("satisfaction-mentee"), {"satisfied": point}) is satisfied

    def test_the_single_aspects_do_not_count(self) -> None:
        assert is_satisfied(definition("satisfaction-mentee"), {"aspects": {"goal": "yes"}}) is None


def test_results_against_resources() -> None:
    answers = {
        "results": {"pupils": "much", "teachers": "little"},
        "resources": {"time": "little", "travel": "moderate"},
    }
    result, resource = effectiveness_points(definition("network-low-results"), answers)
    assert result == pytest.approx((100 + 200 / 3) / 2)
    assert resource == pytest.approx(100 / 6)
    assert effectiveness_points(definition("network-low-results"), {}) == (None, None)


def test_a_scale_is_the_mean_of_its_questions() -> None:
    answers = {"forms": {"visits": "month", "online": "never"}, "satisfied": 2}
    assert scale_points(definition("network-low-results"), answers) == {
        "joint_work": 50.0,
        "satisfaction": 25.0,
    }


def test_preferences_keep_their_order() -> None:
    answers = {"second": "Петрова Анна", "first": "Иванова"}
    assert named_preferences(definition("mentor-preferences"), answers) == ["Иванова", "Петрова Анна"]


def test_every_audience_counts_alike() -> None:
    assert mean_of_audiences([[100.0, 100.0, 100.0], [0.0]]) == 50.0


def test_what_is_read_from_a_questionnaire() -> None:
    assert meanings_in(definition("risk-students")) == {"risk", "reversed"}
    assert "competence" in meanings_in(definition("teacher-deficits"))


class TestSafeSchools:
    def test_small_schools_are_hidden(self) -> None:
        assert safe_schools({1: 4, 2: 5}, {1: [()], 2: [()]}, 5) == set()
        assert safe_schools({1: 5, 2: 5}, {1: [()], 2: [()]}, 5) == {1, 2}

    def test_a_school_beside_one_small_one_is_hidden_besides(self) -> None:
        """The district is shown: 20 + 3 - 20 would be the three."""
        groups = {1: ["district"], 2: ["district"], 3: ["other"]}
        assert safe_schools({1: 20, 2: 3, 3: 8}, groups, 5) == {3}

    def test_two_small_ones_hide_each_other(self) -> None:
        assert safe_schools({1: 20, 2: 3, 3: 3}, {1: [()], 2: [()], 3: [()]}, 5) == {1}

    @given(
        st.dictionaries(st.integers(1, 12), st.integers(1, 9), min_size=1),
        st.lists(st.sets(st.integers(1, 12)), max_size=5),
        st.integers(2, 6),
    )
    def test_no_shown_group_less_shown_schools_leaves_a_few_people(
        self, counts: dict[int, int], groups: list[set[int]], limit: int
    ) -> None:
        everyone = [set(counts), *(group & set(counts) for group in groups)]
        of = {school: [at for at, group in enumerate(everyone) if school in group] for school in counts}
        shown = safe_schools(counts, of, limit)
        assert all(counts[school] >= limit for school in shown)
        for group in everyone:
            own = group & shown
            rest = sum(counts[school] for school in group - shown)
            if own:
                assert rest == 0 or rest >= limit
                for size in range(1, len(own) + 1):
                    for some in combinations(sorted(own), size):
                        left = sum(counts[school] for school in group if school not in some)
                        assert left == 0 or left >= limit
