"""Preparing agreements: made from a template for a pair, a network or by hand, changed while they are drafts."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import snapshot
from mayak.networks.algorithms.numbering import numbered
from mayak.networks.enums.agreements import AgreementKind, AgreementState, PartyRole
from mayak.networks.models import (
    Agreement,
    AgreementClause,
    AgreementParty,
    AgreementTemplate,
    AgreementVersion,
    Partnership,
)
from mayak.networks.selectors.agreement_texts import TITLES
from mayak.networks.services.agreement_guard import check_year, held_draft, joined_names, log, search_text_of
from mayak.networks.services.agreement_parties import keep_names, many_requisites, new_party
from mayak.registry.models import Organisation

PARTNERSHIP_KINDS = (AgreementKind.COOPERATION, AgreementKind.NETWORK_FORM, AgreementKind.SIMPLE_PARTNERSHIP)
Sides = Sequence[tuple[Organisation, str]]
FIRST_DAY, LAST_DAY = (9, 1), (8, 31)
"""The school year as a term: from 1 September to 31 August (domain.md C4)."""


@transaction.atomic
def create_agreement(
    *, actor: Actor, sides: Sides, templates: Sequence[AgreementTemplate] | None = None, **values: Any
) -> Agreement:
    """Make a draft with its parties and the clauses of the template of its kind.

    Args:
        actor: who makes it.
        sides: organisations with their roles, in their order.
        templates: the clauses of the kind where they were read already.
        **values: fields of the agreement: kind, territory, school_year and so on.

    Raises:
        ValidationError: the school year is closed, a field or a constraint says no.
    """
    check_year(values["school_year"])
    kind = values["kind"]
    values = {
        "title": TITLES[kind],
        **{name: value for name, value in values.items() if value not in (None, "")},
    }
    row = Agreement(**values)
    row.full_clean()
    row.party_names = joined_names(one.short_name for one, _role in sides)
    row.search_text = search_text_of(row)
    row.save()
    requisites = many_requisites([one.signatory for one, _role in sides])
    for position, (organisation, role) in enumerate(sides, start=1):
        party = new_party(
            row, organisation, role=role, position=position, requisites=requisites[organisation.signatory.pk]
        )
        party.full_clean()
        party.save()
    version = AgreementVersion.objects.create(agreement=row, number=1, author_label=actor.label[:200])
    used = templates if templates is not None else list(AgreementTemplate.objects.filter(kind=kind))
    AgreementClause.objects.bulk_create(_clauses(version, used, {role for _one, role in sides}))
    log(row, actor=actor, action="create", before={})
    return row


def create_for_partnership(
    partnership: Partnership,
    *,
    actor: Actor,
    kind: str = AgreementKind.COOPERATION,
    templates: Sequence[AgreementTemplate] | None = None,
    **values: Any,
) -> Agreement:
    """Make the draft of a network pair: both schools are parties, the help and the term are those of the pair.

    Raises:
        ValidationError: the pair has one in preparation, is over, or the school year is closed.
    """
    if partnership.is_over:
        raise ValidationError(_("The pair is over: no agreement is made for it."))
    year = partnership.school_year
    first = partnership.starts_on or dt.date(year.start_year, *FIRST_DAY)
    last = partnership.ends_on or dt.date(year.start_year + 1, *LAST_DAY)
    found = {
        "starts_on": first,
        "ends_on": last,
        "subjects": subjects_of(partnership),
        "place": partnership.mentee.territory.name[:150],
        "network": partnership.network,
        "programme": partnership.network.programme if partnership.network else None,
    }
    return create_agreement(
        actor=actor,
        sides=[(partnership.lead, PartyRole.LEAD), (partnership.mentee, PartyRole.MENTEE)],
        templates=templates,
        kind=kind,
        territory=partnership.mentee.territory,
        school_year=year,
        partnership=partnership,
        **{**found, **{name: value for name, value in values.items() if value not in (None, "")}},
    )


@transaction.atomic
def update_agreement(agreement: Agreement, *, actor: Actor, **values: Any) -> Agreement:
    """Change title, number, place, subject, term, payment of a draft.

    Raises:
        ValidationError: it is no draft, the school year is closed, a field or a constraint says no.
    """
    row = held_draft(agreement)
    before = snapshot(row)
    for name, value in values.items():
        setattr(row, name, value)
    row.search_text = search_text_of(row)
    row.full_clean()
    row.save()
    log(row, actor=actor, action="update", before=before)
    return row


@transaction.atomic
def create_amendment(agreement: Agreement, *, actor: Actor, **values: Any) -> Agreement:
    """Make the draft of an amendment of a signed agreement, with the same parties and their requisites.

    Raises:
        ValidationError: the agreement is not signed, has ended, or is an amendment itself.
    """
    changed = Agreement.objects.select_for_update(of=("self",)).select_related("territory", "school_year")
    original = changed.get(pk=agreement.pk)
    if original.amends_id is not None:
        raise ValidationError(_("An amendment is not amended: amend the agreement."))
    if not original.is_signed or original.state == AgreementState.ENDED:
        raise ValidationError(_("Only a signed agreement that has not ended is amended."))
    if original.amendments.exclude(state=AgreementState.ENDED).filter(content_hash="").exists():
        raise ValidationError(_("An amendment is in preparation already."))
    row = create_agreement(
        actor=actor,
        sides=(),
        kind=AgreementKind.AMENDMENT,
        territory=original.territory,
        school_year=original.school_year,
        partnership=original.partnership,
        network=original.network,
        programme=original.programme,
        amends=original,
        subjects=original.subjects,
        payment=original.payment,
        place=original.place,
        **{"starts_on": original.starts_on, "ends_on": original.ends_on, **values},
    )
    copies = list(original.parties.all())
    for party in copies:
        party.pk, party.agreement = None, row
    AgreementParty.objects.bulk_create(copies)
    keep_names(row)
    return row


def subjects_of(partnership: Partnership) -> str:
    """Return what the help of the pair is about: «математика (9 класс), риск …»."""
    shown = (
        f"{need['name']} ({need['grade']} класс)" if need.get("grade") else str(need["name"])
        for need in partnership.content
    )
    return ", ".join(dict.fromkeys(shown))[:500]


def _clauses(
    version: AgreementVersion, templates: Sequence[AgreementTemplate], roles: set[str]
) -> list[AgreementClause]:
    """Return the clauses of the template without the duties of sides that are not there, numbered without a gap."""
    used = [one for one in templates if not one.side or not roles or one.side in roles]
    numbers = numbered([one.number for one in used])
    return [
        AgreementClause(
            version=version,
            key=uuid.uuid4().hex,
            position=place,
            number=number,
            section=one.section,
            side=one.side,
            text=one.text,
        )
        for place, (one, number) in enumerate(zip(used, numbers, strict=True), start=1)
    ]
