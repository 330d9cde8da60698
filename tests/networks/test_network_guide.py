"""The guide: points and reasons, ties, what is kept of a choice."""

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mayak.kernel.access import Actor
from mayak.matching.enums import NetworkModel
from mayak.networks.algorithms.guide import Option, Question, propose, why_not
from mayak.networks.enums.networks import NetworkState
from mayak.networks.models import GuideQuestion
from mayak.networks.selectors.network_rules import cards_of, plain_questions, questions_of
from mayak.networks.services.network_guide import answer_guide, choose_model
from tests.factories.matching import YEAR
from tests.factories.networks import NetworkFactory, rules

ACTOR = Actor(user_id=7, label="anna@example.org")
ORDER = tuple(code for code in NetworkModel.values if code != "concentrated_both")
ORDER = ("concentrated_both", *ORDER)


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


POINTS = st.dictionaries(st.sampled_from(ORDER), st.integers(-5, 5), max_size=4)
BUSY = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # other tests run beside it


@st.composite
def guides(draw):
    questions, answers = [], {}
    for number in range(draw(st.integers(0, 5))):
        options = tuple(
            Option(str(at), f"довод {number}-{at}", draw(POINTS)) for at in range(draw(st.integers(1, 3)))
        )
        questions.append(Question(f"q{number}", options))
        if draw(st.booleans()):
            answers[f"q{number}"] = draw(st.sampled_from(options)).code
    return questions, answers


@BUSY
@given(guides(), st.randoms())
def test_the_order_of_the_questions_changes_nothing(guide, random) -> None:
    questions, answers = guide
    mixed = list(questions)
    random.shuffle(mixed)
    assert propose(mixed, answers, ORDER) == propose(questions, answers, ORDER)


@BUSY
@given(guides())
def test_every_model_is_proposed_once_by_its_points_and_ties_keep_the_documented_order(guide) -> None:
    questions, answers = guide
    found = propose(questions, answers, ORDER)
    assert {one.model for one in found} == set(ORDER)
    assert len(found) == len(ORDER)
    keys = [(-one.points, ORDER.index(one.model)) for one in found]
    assert keys == sorted(keys)
    for one in found:
        assert one.points == sum(reason.points for reason in (*one.pros, *one.cons))
        assert all(reason.points > 0 for reason in one.pros)
        assert all(reason.points < 0 for reason in one.cons)


@BUSY
@given(guides(), st.text(max_size=5))
def test_an_unknown_answer_counts_nothing(guide, word) -> None:
    questions, answers = guide
    more = {**answers, "no-such-question": word}
    assert propose(questions, more, ORDER) == propose(questions, answers, ORDER)


def test_a_tie_is_won_by_the_model_that_the_monitoring_found_most_effective() -> None:
    assert propose([], {}, ORDER)[0].model == "concentrated_both"
    question = Question("q", (Option("a", "довод", {"chain": 2, "concentrated_both": 2}),))
    assert [one.model for one in propose([question], {"q": "a"}, ORDER)][:2] == ["concentrated_both", "chain"]


def test_what_speaks_against_both_models_is_no_reason_to_reject_one() -> None:
    question = Question(
        "q", (Option("a", "далеко", {"chain": -1, "mixed": -2}), Option("b", "по очереди", {"mixed": -1}))
    )
    both = propose([question], {"q": "a"}, ("chain", "mixed"))
    assert why_not(both[1], both[0]) == ()
    one = propose([question], {"q": "b"}, ("chain", "mixed"))
    assert why_not(one[1], one[0]) == ("по очереди",)


@pytest.mark.django_db
def test_the_supplied_guide_has_ten_questions_and_names_only_known_models() -> None:
    rules()
    rows = questions_of(YEAR)
    assert len(rows) == 10
    for row in rows:
        assert row.is_assumption
        assert len(row.options) >= 2
        for option in row.options:
            assert set(option["points"]) <= set(NetworkModel.values)
            assert option["reason"]
    assert cards_of(YEAR)[0].code == "concentrated_both"


CASES = {
    "concentrated_both": {
        "who-directs": "together",
        "functions-act": "yes",
        "resources": "one",
        "goals": "common",
    },
    "concentrated_coordination": {
        "who-directs": "service",
        "functions-act": "yes",
        "host": "no",
        "goals": "common",
    },
    "concentrated_resource": {"functions-act": "no", "resources": "one", "distances": "near", "host": "yes"},
    "distributed_instrumental": {
        "who-directs": "nobody",
        "resources": "many",
        "goals": "own",
        "content-lines": "yes",
    },
    "distributed_identical": {
        "who-directs": "nobody",
        "goals": "common",
        "content-lines": "no",
        "term": "project",
    },
    "chain": {"sequence": "yes", "goals": "common", "who-directs": "nobody"},
    "mixed": {"same-everywhere": "no", "goals": "both"},
}


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "answers"), CASES.items())
def test_each_model_is_proposed_where_its_conditions_hold(model, answers) -> None:
    rules()
    order = [card.code for card in cards_of(YEAR)]
    assert propose(plain_questions(questions_of(YEAR)), answers, order)[0].model == model


@pytest.mark.django_db
def test_answers_proposal_and_rejected_models_are_kept() -> None:
    rules()
    network = answer_guide(
        NetworkFactory(), actor=ACTOR, answers={**CASES["distributed_instrumental"], "term": ""}
    )
    assert network.answers == CASES["distributed_instrumental"]
    assert network.proposal[0] == {
        "model": "distributed_instrumental",
        "points": 13,
        "pros": [
            ["У каждой школы свои цели", 4],
            ["Одной школе нужна помощь нескольких школ по разным линиям", 3],
            ["Ресурсы распределены между многими школами", 3],
            ["Направлять некому, школы договариваются сами", 3],
        ],
        "cons": [],
    }
    chosen = choose_model(network, actor=ACTOR, model="distributed_instrumental")
    assert (chosen.model, chosen.choice_reason) == ("distributed_instrumental", "")
    assert {
        "model": "distributed_identical",
        "points": 1,
        "why": ["У каждой школы свои цели"],
    } in chosen.rejected
    assert len(chosen.rejected) == 6


@pytest.mark.django_db
def test_another_model_than_the_proposed_one_needs_a_reason() -> None:
    rules()
    network = answer_guide(NetworkFactory(), actor=ACTOR, answers=CASES["chain"])
    with pytest.raises(ValidationError) as caught:
        choose_model(network, actor=ACTOR, model="mixed", reason=" ")
    assert caught.value.message_dict == {"reason": ["Say why this model and not the proposed one."]}
    chosen = choose_model(network, actor=ACTOR, model="mixed", reason="Так решил совет")
    assert chosen.choice_reason == "Так решил совет"
    assert chosen.rejected[0]["model"] == "chain"


@pytest.mark.django_db
def test_a_choice_without_the_guide_needs_a_reason_and_rejects_nothing() -> None:
    rules()
    network = NetworkFactory()
    with pytest.raises(ValidationError):
        choose_model(network, actor=ACTOR, model="chain")
    chosen = choose_model(network, actor=ACTOR, model="chain", reason="Решение района")
    assert chosen.rejected == []


@pytest.mark.django_db
def test_wrong_answers_and_choices_are_refused() -> None:
    rules()
    network = NetworkFactory()
    for answers in ({}, {"goals": ""}, {"goals": "no-such"}, {"no-such": "yes"}):
        with pytest.raises(ValidationError):
            answer_guide(network, actor=ACTOR, answers=answers)
    with pytest.raises(ValidationError):
        choose_model(network, actor=ACTOR, model="star", reason="Почему бы нет")


@pytest.mark.django_db
def test_a_part_is_never_proposed_nor_chosen_as_mixed() -> None:
    rules()
    whole = NetworkFactory(model="mixed")
    part = NetworkFactory(parent=whole, programme=whole.programme, territory=whole.territory)
    assert "mixed" not in [
        one["model"] for one in answer_guide(part, actor=ACTOR, answers=CASES["mixed"]).proposal
    ]
    with pytest.raises(ValidationError):
        choose_model(part, actor=ACTOR, model="mixed", reason="Хотим")


@pytest.mark.django_db
def test_the_model_of_a_working_network_changes_only_with_a_reason() -> None:
    rules()
    network = answer_guide(NetworkFactory(state=NetworkState.ACTIVE), actor=ACTOR, answers=CASES["chain"])
    with pytest.raises(ValidationError) as caught:
        choose_model(network, actor=ACTOR, model="chain")
    assert caught.value.message_dict == {"reason": ["The network works already: say why its model changes."]}


@pytest.mark.django_db
def test_a_question_of_a_later_year_leaves_earlier_networks_alone() -> None:
    rules()
    GuideQuestion.objects.create(
        code="goals", text="Иначе", year_from=YEAR + 1, options=[], is_active=False, source="проверка"
    )
    assert "goals" in {row.code for row in questions_of(YEAR)}
    assert "goals" not in {row.code for row in questions_of(YEAR + 1)}
