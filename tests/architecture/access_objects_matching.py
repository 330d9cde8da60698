"""What the addresses of pairings, network pairs and passports lead to, for the table of addresses and roles."""

from typing import Any

from mayak.accounts.models import User
from mayak.kernel.access import SYSTEM
from mayak.matching.enums import MatchingState, PairRuleKind
from mayak.matching.models import MatchingRun, PairRule
from mayak.matching.services import solve_run
from mayak.matching.services.scenarios import create_scenario
from mayak.registry.models import Organisation
from mayak.results.models import SchoolStatus
from tests.architecture.access_objects import Side, World, provides
from tests.factories.matching import (
    LeadKindFactory,
    LeadProfileFactory,
    LeadStrengthFactory,
    MatchingRunFactory,
    MatchPairFactory,
    PartnershipFactory,
    StatusFactory,
    school_year,
)
from tests.factories.registry import SchoolFactory


def draft(world: World, side: Side) -> tuple[MatchingRun, Organisation, Organisation]:
    """Return a draft of the side's municipality with its mentee school and its lead school; a school sees no draft."""
    place = world.place(side)
    lead = SchoolFactory.create(territory=place.municipality)
    if not SchoolStatus.objects.filter(organisation=place.school).exists():
        StatusFactory.create(organisation=place.school)
    StatusFactory.create(organisation=lead, kind=LeadKindFactory())
    LeadProfileFactory.create(organisation=lead, school_year=school_year())
    run = MatchingRunFactory.create(
        territory=place.municipality, school_year=school_year(), state=MatchingState.DRAFT
    )
    MatchPairFactory.create(run=run, mentee=place.school, lead=lead)
    return run, place.school, lead


@provides(
    "matching:review",
    "matching:readiness",
    "matching:rules",
    "matching:network",
    "matching:solve",
    "matching:demands",
    "matching:comparison",
    "matching:approve",
    "matching:archive",
)
def pairing(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a draft of the side."""
    return {"pk": draft(world, side)[0].pk}


@provides("matching:replay")
def computed(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a computed draft of the side."""
    run = draft(world, side)[0]
    solve_run(run, actor=SYSTEM)
    return {"pk": run.pk}


@provides("matching:school", "matching:move", "matching:lock", "matching:forbid")
def paired_school(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a mentee school of a draft of the side, with the lead school for its form."""
    run, mentee, lead = draft(world, side)
    run.pairs.all().delete()
    solve_run(run, actor=SYSTEM)
    return {"pk": run.pk, "mentee_pk": mentee.pk, "body": {"lead": lead.pk, "reason": "далеко"}}


@provides("matching:fairness", "matching:scenario", "matching:side-by-side")
def scenario(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a computed draft of the side with a computed scenario."""
    run, _mentee, lead = draft(world, side)
    run.pairs.all().delete()
    solve_run(run, actor=SYSTEM)
    run.refresh_from_db()
    more = {"kind": "places", "key": str(lead.pk), "amount": 1}
    solve_run(create_scenario(run, [more], actor=SYSTEM), actor=SYSTEM)
    return {"pk": run.pk}


@provides("matching:repair")
def approved(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return an approved pairing of the side; only such a one is repaired."""
    run = draft(world, side)[0]
    run.pairs.all().delete()
    solve_run(run, actor=SYSTEM)
    runs = MatchingRun.objects.filter(territory=run.territory)
    runs.filter(state=MatchingState.APPROVED).update(state=MatchingState.ARCHIVED)
    runs.filter(pk=run.pk).update(state=MatchingState.APPROVED)
    return {"pk": run.pk}


@provides("matching:drop-demand")
def demand(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a lock of a draft of the side."""
    run, mentee, lead = draft(world, side)
    rule = PairRule.objects.create(run=run, mentee=mentee, lead=lead, kind=PairRuleKind.LOCK)
    return {"pk": run.pk, "rule_pk": rule.pk}


@provides("networks:detail", "networks:end")
def partnership(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a partnership of the side's school."""
    place = world.place(side)
    lead = SchoolFactory.create(territory=place.municipality)
    return {"pk": PartnershipFactory.create(mentee=place.school, lead=lead, school_year=school_year()).pk}


@provides("diagnosis:profile", "diagnosis:edit", "diagnosis:add-strength", "diagnosis:drop-strength")
def passport(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the passport of a lead school of the side's municipality, with a strength."""
    lead = SchoolFactory.create(territory=world.place(side).municipality)
    profile = LeadProfileFactory.create(organisation=lead, school_year=school_year())
    return {"pk": profile.pk, "strength_pk": LeadStrengthFactory.create(profile=profile).pk}
