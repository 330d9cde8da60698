"""The model of a network as the solver takes it, and in the words of S2."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from mayak.matching.algorithms.lines.problem import LineSettings, Part, Structure
from mayak.matching.algorithms.problem import Problem
from mayak.matching.enums import NetworkModel
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.runs import settings_of
from mayak.matching.validators import NetworkRules

TIME_LIMIT_S: Final = 60.0
"""Seconds of one step of the plan; where it ends first the page shows the bound that is proven."""

STRUCTURES: Final[Mapping[str, Structure]] = {
    NetworkModel.CONCENTRATED_COORDINATION: Structure.CONCENTRATED,
    NetworkModel.CONCENTRATED_RESOURCE: Structure.CONCENTRATED,
    NetworkModel.CONCENTRATED_BOTH: Structure.CONCENTRATED,
    NetworkModel.DISTRIBUTED_INSTRUMENTAL: Structure.INSTRUMENTAL,
    NetworkModel.DISTRIBUTED_IDENTICAL: Structure.IDENTICAL,
    NetworkModel.CHAIN: Structure.CHAIN,
}

MODEL_WORDS: Final[Mapping[str, Any]] = {
    "": _("No model: every school gets the lead school that fits best."),
    NetworkModel.CONCENTRATED_COORDINATION: _(
        "Concentrated, coordinating centre: few centres direct the work of all; the computation also chooses which "
        "lead schools become centres. Needs an act that gives management functions."
    ),
    NetworkModel.CONCENTRATED_RESOURCE: _(
        "Concentrated, resource centre: few centres with equipment and staff serve all schools."
    ),
    NetworkModel.CONCENTRATED_BOTH: _(
        "Concentrated, coordination and resources together: the regional monitoring found it the most effective."
    ),
    NetworkModel.DISTRIBUTED_INSTRUMENTAL: _(
        "Distributed, instrumental: each school keeps its own goals, and each of its content lines may go to another "
        "lead school."
    ),
    NetworkModel.DISTRIBUTED_IDENTICAL: _(
        "Distributed, identical: groups of three or more schools around a lead school with one common goal."
    ),
    NetworkModel.CHAIN: _("Chain: help passes on from school to school in order."),
    NetworkModel.MIXED: _(
        "Mixed: each municipality has its own model; the places of lead schools are shared."
    ),
}


def network_rules_of(run: MatchingRun) -> NetworkRules:
    """Return the numbers of the network's model."""
    return NetworkRules.from_json(settings_of(run).network)


def line_settings(run: MatchingRun, problem: Problem) -> LineSettings | None:
    """Return the structure of the plan; None where no model is chosen and hours are not counted."""
    rules = network_rules_of(run)
    if not run.network_model:
        return None
    if run.network_model != NetworkModel.MIXED:
        parts: tuple[Part, ...] = (_part(rules, run.network_model, None),)
        return LineSettings(parts, rules.hours_per_line, TIME_LIMIT_S)
    by_model: dict[str, set[str]] = {}
    for school in problem.mentees:
        model = rules.parts.get(school.municipality, NetworkModel.DISTRIBUTED_INSTRUMENTAL)
        by_model.setdefault(str(model), set()).add(school.key)
    parts = tuple(_part(rules, model, frozenset(keys)) for model, keys in sorted(by_model.items()))
    return LineSettings(parts, rules.hours_per_line, TIME_LIMIT_S)


def _part(rules: NetworkRules, model: str, mentees: frozenset[str] | None) -> Part:
    return Part(
        STRUCTURES[model],
        mentees,
        centres=rules.centres,
        group_min=rules.group_min,
        group_max=rules.group_max,
        chain_length=rules.chain_length,
    )


def line_settings_to_plain(settings: LineSettings) -> dict[str, Any]:
    """Return the structure as plain data for the snapshot."""
    return {
        "hours_per_line": settings.hours_per_line,
        "time_limit_s": settings.time_limit_s,
        "parts": [
            {
                "structure": part.structure.value,
                "mentees": None if part.mentees is None else sorted(part.mentees),
                "centres": part.centres,
                "group_min": part.group_min,
                "group_max": part.group_max,
                "chain_length": part.chain_length,
            }
            for part in settings.parts
        ],
    }


def line_settings_from_plain(data: Mapping[str, Any]) -> LineSettings:
    """Return the structure that the snapshot holds."""
    parts = tuple(
        Part(
            **{
                **row,
                "structure": Structure(row["structure"]),
                "mentees": None if row["mentees"] is None else frozenset(row["mentees"]),
            }
        )
        for row in data["parts"]
    )
    return LineSettings(parts, float(data["hours_per_line"]), float(data["time_limit_s"]))
