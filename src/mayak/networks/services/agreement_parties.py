"""Parties of an agreement and the copy of their requisites."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import snapshot
from mayak.networks.algorithms.declension import genitive_of_name, genitive_of_post
from mayak.networks.models import Agreement, AgreementParty
from mayak.networks.selectors.agreement_texts import BASIS, CALLED
from mayak.networks.services.agreement_guard import held_draft, joined_names, log_part, search_text_of
from mayak.registry.models import Employment, Organisation
from mayak.registry.services.reference import known_positions

PARTY_FIELDS = (
    "role", "name", "called", "for_branch", "representative", "representative_post", "represented_by", "basis",
    "inn", "kpp", "ogrn", "address", "contacts", "bank",
)  # fmt: skip


@transaction.atomic
def add_party(agreement: Agreement, organisation: Organisation, *, actor: Actor, role: str) -> AgreementParty:
    """Add an organisation with the requisites of the registry; for a branch its legal person signs.

    Raises:
        ValidationError: the agreement is no draft, or the organisation is a party already.
    """
    row = held_draft(agreement)
    party = new_party(row, organisation, role=role, position=row.parties.count() + 1)
    party.full_clean()
    party.save()
    keep_names(row)
    log_part(party, row, actor=actor, action="create", before={})
    return party


@transaction.atomic
def update_party(party: AgreementParty, *, actor: Actor, **values: Any) -> AgreementParty:
    """Change the copy of the requisites, the representative, the role.

    Raises:
        ValidationError: the agreement is no draft, or a field says no.
    """
    row = held_draft(party.agreement)
    kept = AgreementParty.objects.get(pk=party.pk)  # a form has changed the object that it was given
    before = snapshot(kept)
    for name, value in values.items():
        setattr(kept, name, value)
    kept.full_clean()
    kept.save()
    keep_names(row)
    log_part(kept, row, actor=actor, action="update", before=before)
    return kept


@transaction.atomic
def refresh_party(party: AgreementParty, *, actor: Actor) -> AgreementParty:
    """Take requisites and representative from the registry once more; what the registry does not know stays.

    Raises:
        ValidationError: the agreement is no draft.
    """
    found = requisites_of(party.legal_person)
    values = {name: value for name, value in found.items() if value}
    return update_party(party, actor=actor, **values)


@transaction.atomic
def drop_party(party: AgreementParty, *, actor: Actor) -> None:
    """Take a party out of a draft.

    Raises:
        ValidationError: the agreement is no draft, or the party is a school of the network pair.
    """
    row = held_draft(party.agreement)
    pair = row.partnership
    if pair is not None and party.organisation_id in {pair.lead_id, pair.mentee_id}:
        raise ValidationError(_("The agreement is of this network pair: its schools stay parties."))
    log_part(party, row, actor=actor, action="delete", changes={"name": [party.name, ""]})
    party.delete()
    keep_names(row)


def new_party(
    agreement: Agreement,
    organisation: Organisation,
    *,
    role: str,
    position: int,
    requisites: dict[str, Any] | None = None,
) -> AgreementParty:
    """Return a party that is not saved yet."""
    legal_person = organisation.signatory
    return AgreementParty(
        agreement=agreement,
        position=position,
        role=role,
        organisation=organisation,
        legal_person=legal_person,
        called=CALLED[role],
        for_branch=organisation.name if organisation.is_branch else "",
        **(requisites if requisites is not None else requisites_of(legal_person)),
    )


def requisites_of(organisation: Organisation) -> dict[str, Any]:
    """Return what the registry knows of a legal person: names, numbers, address and its head."""
    return many_requisites([organisation])[organisation.pk]


def many_requisites(organisations: Iterable[Organisation]) -> dict[int, dict[str, Any]]:
    """Return the requisites of several legal persons by key; one query for all heads."""
    rows = {one.pk: one for one in organisations}
    day = timezone.localdate()
    posts = Employment.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=day),
        Q(valid_to__isnull=True) | Q(valid_to__gte=day),
        organisation__in=list(rows),
        position__in=known_positions()["head"],
    ).select_related("person")
    heads = {post.organisation_id: post for post in posts.order_by("valid_from", "pk")}
    return {key: _requisites(row, heads.get(key)) for key, row in rows.items()}


def keep_names(agreement: Agreement) -> None:
    """Keep the names of the parties for the lists."""
    names = agreement.parties.select_related("organisation").values_list(
        "organisation__short_name", flat=True
    )
    agreement.party_names = joined_names(names)
    agreement.search_text = search_text_of(agreement)
    agreement.save(update_fields=["party_names", "search_text"])


def _requisites(row: Organisation, head: Employment | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": row.name or row.short_name,
        "inn": row.inn,
        "ogrn": row.ogrn,
        "address": row.address,
        "basis": BASIS,
    }
    if head is None:
        return found
    name = str(head.person)
    return found | {
        "person": head.person,
        "representative": name,
        "representative_post": head.position,
        "represented_by": f"{genitive_of_post(head.position)} {genitive_of_name(name)}",
    }
