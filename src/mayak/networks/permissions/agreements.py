"""What a person may do with an agreement."""

from collections.abc import Iterable

from mayak.kernel.access import Scope
from mayak.networks.models import Agreement, AgreementApproval, Partnership
from mayak.networks.permissions.partnerships import EDIT, OWN


def can_keep_agreements(scope: Scope) -> bool:
    """Whether agreements of a territory may be made, also for all pairs at once."""
    return scope.allows(EDIT) and (scope.everything or bool(scope.territory_paths))


def can_keep_agreement(scope: Scope, agreement: Agreement) -> bool:
    """Whether text, parties, chain and state are this person's affair.

    Who keeps the territory; the head and the coordinator of a school that is a party, for the parties conclude it.
    """
    if scope.allows(EDIT) and scope.covers_territory(agreement.territory.path or ""):
        return True
    return scope.allows(OWN) and _is_own(scope, agreement)


def can_prepare_agreement(scope: Scope, partnership: Partnership) -> bool:
    """Whether an agreement of this pair may be made."""
    if scope.allows(EDIT) and scope.covers_territory(partnership.mentee.territory.path or ""):
        return True
    own = {partnership.mentee_id, partnership.lead_id} & scope.organisation_ids
    return scope.allows(OWN) and bool(own)


def can_decide_approval(
    scope: Scope, agreement: Agreement, approval: AgreementApproval, person_id: int | None
) -> bool:
    """Whether the decision may be written down: by the person named, the party's own head, or for both on paper."""
    if scope.allows(EDIT) and scope.covers_territory(agreement.territory.path or ""):
        return True
    if person_id is not None and approval.person_id == person_id:
        return True
    party = approval.party
    if party is None or not scope.allows(OWN):
        return False
    return bool({party.organisation_id, party.legal_person_id} & scope.organisation_ids)


def _is_own(scope: Scope, agreement: Agreement) -> bool:
    keys: Iterable[tuple[int, int]] = (
        (party.organisation_id, party.legal_person_id) for party in agreement.parties.all()
    )
    return any({organisation, legal} & scope.organisation_ids for organisation, legal in keys)
