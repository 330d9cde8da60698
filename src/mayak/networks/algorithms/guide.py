"""The guide to a model of a network: answers give points to models, each with its reason.

Points of an option above zero speak for a model, below zero against it; the reason is the same fact. Models are
proposed by their points; a tie goes by the order given (that of the cards: «concentrated, both together» first, because
the regional monitoring found it the most effective). The order of questions changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Option:
    """An answer that can be chosen; ``points`` by model."""

    code: str
    reason: str
    points: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its options."""

    code: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """A fact that speaks for (points above zero) or against a model."""

    text: str
    points: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A model with its points, what speaks for it and what against it, the weightiest first."""

    model: str
    points: int
    pros: tuple[Reason, ...]
    cons: tuple[Reason, ...]


def propose(
    questions: Iterable[Question], answers: Mapping[str, str], order: Sequence[str]
) -> list[Proposal]:
    """Return every model of ``order``, the best first.

    Args:
        questions: of the guide, in any order.
        answers: code of the chosen option by code of the question; what is unknown or left out counts nothing.
        order: the models, the one that wins a tie first.
    """
    facts: dict[str, list[tuple[int, str, str]]] = {model: [] for model in order}
    for question in questions:
        chosen = next((one for one in question.options if one.code == answers.get(question.code)), None)
        if chosen is None:
            continue
        for model, points in chosen.points.items():
            if model in facts and points:
                facts[model].append((points, question.code, chosen.reason))
    found = [_proposal(model, facts[model]) for model in order]
    return sorted(found, key=lambda one: -one.points)  # a stable sort: a tie keeps the given order


def _proposal(model: str, facts: Sequence[tuple[int, str, str]]) -> Proposal:
    ordered = sorted(facts, key=lambda fact: (-abs(fact[0]), fact[1]))
    return Proposal(
        model=model,
        points=sum(points for points, _code, _text in facts),
        pros=tuple(Reason(text, points) for points, _code, text in ordered if points > 0),
        cons=tuple(Reason(text, points) for points, _code, text in ordered if points < 0),
    )


def why_not(one: Proposal, chosen: Proposal) -> tuple[str, ...]:
    """Return what speaks against a rejected model; empty where only the points of another are higher.

    A fact that speaks against both models is no difference between them and is left out.
    """
    shared = {reason.text for reason in chosen.cons}
    return tuple(reason.text for reason in one.cons if reason.text not in shared)
