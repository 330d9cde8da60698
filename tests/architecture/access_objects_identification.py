"""Objects of the identification for the table of addresses and roles."""

import uuid
from typing import Any

from mayak.accounts.models import User
from mayak.results.enums import RunState, StatusLevel, StatusSource
from mayak.results.models import IdentificationRun, RuleSet, SchoolDecision, SchoolStatus, StatusKind
from tests.architecture.access_objects import Side, World, provides

CONDITION = {"code": "A", "title": "-", "measure": "below_share", "at_least": 0.3}


def make_kind() -> StatusKind:
    """Return the kind of status of these objects."""
    return StatusKind.objects.get_or_create(
        code="low_results", defaults={"name": "-", "role": "needs_help", "source": "-"}
    )[0]


def make_rule(world: World, side: Side) -> RuleSet:
    """Return a rule of the municipality of the side."""
    code = f"{side}-{RuleSet.objects.count()}"
    definition = {"code": code, "name": "-", "status": "low_results", "conditions": [CONDITION]}
    return RuleSet.objects.create(
        code=code, name="-", year=2025, status_kind=make_kind(), territory=world.place(side).municipality,
        definition=definition, source="-",
    )  # fmt: skip


def make_run(world: World, side: Side, state: str = RunState.APPROVED) -> IdentificationRun:
    """Return a run of the municipality of the side."""
    return IdentificationRun.objects.create(
        rule_set=make_rule(world, side), territory=world.place(side).municipality, year=2025, state=state,
        summary={"items": [], "listed": 0, "schools": 1}, owner_label="-",
    )  # fmt: skip


@provides("identification:run", "identification:changes")
def approved_run(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return an approved run."""
    return {"pk": make_run(world, side).pk}


@provides("identification:approve", "identification:archive")
def draft_run(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a draft."""
    return {"pk": make_run(world, side, RunState.DRAFT).pk}


@provides("identification:decision")
def decision(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the decision of an approved run about the school of the side."""
    row = SchoolDecision.objects.create(
        run=make_run(world, side), organisation=world.place(side).school, is_listed=False
    )
    return {"pk": row.pk}


@provides(
    "identification:rule",
    "identification:rule-edit",
    "identification:rule-copy",
    "identification:rule-archive",
)
def rule(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a rule of the side's municipality."""
    return {"pk": make_rule(world, side).pk}


@provides("identification:status-end")
def status(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a status of the side's school."""
    return {"pk": make_status(world, side).pk}


@provides("identification:status-list", "identification:status-undo")
def status_list(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the key of a list with a status of the side's school."""
    return {"key": make_status(world, side).list_key}


def make_status(world: World, side: Side) -> SchoolStatus:
    """Return a status from a list; each call begins on another day."""
    number = SchoolStatus.objects.count()
    return SchoolStatus.objects.create(
        organisation=world.place(side).school, kind=make_kind(), level=StatusLevel.REGIONAL,
        valid_from=f"20{10 + number // 28:02}-01-{number % 28 + 1:02}", source=StatusSource.IMPORT,
        list_key=str(uuid.uuid4()),
    )  # fmt: skip
