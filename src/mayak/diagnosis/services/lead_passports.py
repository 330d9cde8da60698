"""The passport of a lead school beyond its subjects: nomination, offers, proofs, time."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.diagnosis.enums.passports import PassportState
from mayak.diagnosis.models import LeadOffer, LeadProfile, LeadProof
from mayak.diagnosis.services.guard import check_open, log_profile
from mayak.kernel.access import Actor
from mayak.registry.enums import SCHOOL_KINDS
from mayak.registry.models import Organisation, SchoolYear

OFFERS_AT_MOST = 60


@transaction.atomic
def nominate_school(
    school: Organisation, school_year: SchoolYear, *, actor: Actor, **values: Any
) -> LeadProfile:
    """Begin a self-nomination: a draft that matching does not read.

    Raises:
        ValidationError: there is a passport of this year, it is no open school, or the year is closed.
    """
    check_open(school_year)
    if school.kind not in SCHOOL_KINDS or school.closed_on is not None:
        raise ValidationError(_("Only an open school can nominate itself."), code="no_school")
    profile = LeadProfile(
        organisation=school,
        school_year=school_year,
        state=PassportState.DRAFT,
        is_self_nominated=True,
        **values,
    )
    profile.full_clean()
    profile.save()
    log_profile(profile, actor=actor, action="nominate", changes={"school_year": [None, str(school_year)]})
    return profile


@transaction.atomic
def add_offer(profile: LeadProfile, *, actor: Actor, **values: Any) -> LeadOffer:
    """Add what the school gives.

    Raises:
        ValidationError: nothing is named, a value is out of bounds, too many lines, or the year is closed.
    """
    check_open(profile.school_year)
    if profile.offers.count() >= OFFERS_AT_MOST:
        raise ValidationError(_("A passport holds at most %(count)s lines.") % {"count": OFFERS_AT_MOST})
    offer = LeadOffer(profile=profile, **values)
    offer.full_clean()
    offer.save()
    log_profile(profile, actor=actor, action="add_offer", changes={"offers": [None, _named(offer)]})
    return offer


@transaction.atomic
def remove_offer(offer: LeadOffer, *, actor: Actor) -> None:
    """Take an offer out.

    Raises:
        ValidationError: the school year is closed.
    """
    check_open(offer.profile.school_year)
    log_profile(offer.profile, actor=actor, action="remove_offer", changes={"offers": [_named(offer), None]})
    offer.delete()


@transaction.atomic
def add_proof(profile: LeadProfile, *, actor: Actor, **values: Any) -> LeadProof:
    """Add a document, practice, award or event.

    Raises:
        ValidationError: a value is wrong, or the year is closed.
    """
    check_open(profile.school_year)
    if profile.proofs.count() >= OFFERS_AT_MOST:
        raise ValidationError(_("A passport holds at most %(count)s lines.") % {"count": OFFERS_AT_MOST})
    proof = LeadProof(profile=profile, **values)
    proof.full_clean()
    proof.save()
    log_profile(profile, actor=actor, action="add_proof", changes={"proofs": [None, proof.title]})
    return proof


@transaction.atomic
def remove_proof(proof: LeadProof, *, actor: Actor) -> None:
    """Take a proof out.

    Raises:
        ValidationError: the school year is closed.
    """
    check_open(proof.profile.school_year)
    log_profile(proof.profile, actor=actor, action="remove_proof", changes={"proofs": [proof.title, None]})
    proof.delete()


def _named(offer: LeadOffer) -> str:
    parts = (offer.subject, offer.risk_factor, offer.competence, offer.grades, offer.note)
    return ", ".join(str(part) for part in parts if part)
