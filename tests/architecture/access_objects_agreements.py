"""Agreements for the table of addresses and roles."""

from typing import Any

from mayak.accounts.models import User
from mayak.networks.enums.agreements import AgreementFileKind
from mayak.networks.models import Agreement, AgreementFile, Partnership
from mayak.networks.services.agreement_life import add_approval, send_for_approval
from tests.architecture.access_objects import Side, World, provides
from tests.factories.agreements import ACTOR, agreed, draft, pair, paper_file, signed
from tests.factories.registry import OrganisationFactory


def pair_of(world: World, side: Side) -> Partnership:
    """Return a pair whose mentee is the side's school."""
    place = world.place(side)
    lead = OrganisationFactory.create(territory=place.municipality)
    return pair(mentee=place.school, lead=lead)


def draft_of(world: World, side: Side) -> Agreement:
    """Return a draft of the side's school."""
    return draft(pair_of(world, side))


@provides(
    "networks:agreement",
    "networks:agreement-edit",
    "networks:agreement-party-add",
    "networks:agreement-clause-add",
    "networks:agreement-missing",
    "networks:agreement-renumber",
    "networks:agreement-version-new",
    "networks:agreement-compare",
    "networks:agreement-approval-add",
    "networks:agreement-send",
    "networks:agreement-agree",
    "networks:agreement-end",
    "documents:agreement",
)
def an_agreement(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a draft."""
    return {"pk": draft_of(world, side).pk}


@provides("networks:agreement-reopen", "networks:agreement-sign", "networks:agreement-file-add")
def an_agreed_one(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return an agreed text."""
    return {"pk": agreed(pair_of(world, side)).pk}


@provides("networks:agreement-amend", "networks:agreement-letter")
def a_signed_one(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a signed agreement."""
    return {"pk": signed(pair_of(world, side)).pk}


@provides("networks:agreement-version")
def a_version(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the first version of a draft."""
    return {"pk": draft_of(world, side).pk, "number": 1}


@provides("networks:agreement-party", "networks:agreement-party-refresh", "networks:agreement-party-drop")
def a_party(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the first party of a draft."""
    row = draft_of(world, side)
    return {"pk": row.pk, "party_pk": row.parties.all()[0].pk}


@provides("networks:agreement-clause", "networks:agreement-clause-drop")
def a_clause(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a clause of a draft."""
    row = draft_of(world, side)
    return {"pk": row.pk, "clause_pk": row.versions.get().clauses.all()[1].pk}


@provides("networks:agreement-approval-drop")
def a_step(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a step of the chain of a draft."""
    row = draft_of(world, side)
    return {"pk": row.pk, "approval_pk": add_approval(row, actor=ACTOR, label="Юрист").pk}


@provides("networks:agreement-decide")
def a_decision(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the step of the side's own school."""
    row = send_for_approval(draft_of(world, side), actor=ACTOR)
    step = row.approvals.get(party__role="mentee")
    return {"pk": row.pk, "approval_pk": step.pk, "body": {"agrees": "yes"}}


@provides("networks:agreement-file")
def a_file(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a kept file."""
    row = draft_of(world, side)
    made = AgreementFile.objects.create(
        agreement=row,
        kind=AgreementFileKind.REMARKS,
        name="scan.pdf",
        file=paper_file(),
        file_hash="0" * 64,
        content_hash="0" * 64,
    )
    return {"pk": row.pk, "file_pk": made.pk}
