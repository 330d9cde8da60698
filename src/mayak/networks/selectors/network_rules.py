"""Rows of the rules of networks as they hold in a school year."""

from collections.abc import Iterable
from typing import Any, TypeVar

from mayak.networks.algorithms.guide import Option, Question
from mayak.networks.enums.networks import NetworkStructure
from mayak.networks.models import DocumentRequirement, GuideQuestion, NetworkCheckItem, NetworkModelCard
from mayak.networks.models.network_rules import NetworkRule

RuleT = TypeVar("RuleT", bound=NetworkRule)


def as_of(rows: Iterable[RuleT], year: int, *key: str) -> list[RuleT]:
    """Return of each key the newest row that holds in the school year; one that is out of use there is left out."""
    newest: dict[tuple[Any, ...], RuleT] = {}
    for row in rows:
        name = tuple(getattr(row, part) for part in key)
        known = newest.get(name)
        if row.year_from <= year and (known is None or known.year_from < row.year_from):
            newest[name] = row
    return sorted(
        (row for row in newest.values() if getattr(row, "is_active", True)),
        key=lambda row: (row.position, *(getattr(row, part) for part in key)),
    )


def cards_of(year: int) -> list[NetworkModelCard]:
    """Return the cards of the year in the order that decides a tie; one query."""
    return as_of(NetworkModelCard.objects.all(), year, "code")


def requirements_of(rows: Iterable[DocumentRequirement], model: str, year: int) -> list[DocumentRequirement]:
    """Return what a model needs in a year out of all requirements (read once by the caller)."""
    return as_of((row for row in rows if row.model == model), year, "code")


def questions_of(year: int) -> list[GuideQuestion]:
    """Return the questions of the year; one query."""
    return as_of(GuideQuestion.objects.all(), year, "code")


def check_items_of(year: int) -> list[NetworkCheckItem]:
    """Return the items of the self-check of the year; one query."""
    return as_of(NetworkCheckItem.objects.all(), year, "code")


def plain_questions(rows: Iterable[GuideQuestion]) -> list[Question]:
    """Return the questions as the algorithm takes them."""
    return [
        Question(
            row.code,
            tuple(
                Option(
                    str(one["code"]), str(one.get("reason") or one.get("label", "")), one.get("points", {})
                )
                for one in row.options
            ),
        )
        for row in rows
    ]


def needs_centre(card: NetworkModelCard | None) -> bool:
    """Whether a model has a centre that directs."""
    return card is not None and card.structure == NetworkStructure.CENTRE
