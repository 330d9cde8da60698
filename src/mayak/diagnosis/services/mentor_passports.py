"""The passport of a mentor: nomination by the person or the school, strengths, proofs."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.diagnosis.enums.passports import PassportState
from mayak.diagnosis.models import MentorProfile, MentorProof, MentorStrength
from mayak.diagnosis.services.guard import check_open
from mayak.diagnosis.services.nominations import submit_passport
from mayak.diagnosis.services.school_log import log_school
from mayak.diagnosis.validators.evidence import refuse_vpr
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import snapshot
from mayak.registry.models import Organisation, Person, SchoolYear
from mayak.registry.selectors.organisations import held_now

LINES_AT_MOST = 40


@transaction.atomic
def nominate_mentor(
    person: Person,
    school: Organisation,
    school_year: SchoolYear,
    *,
    actor: Actor,
    is_self_nominated: bool = True,
    strengths: Iterable[Mapping[str, Any]] = (),
    proofs: Iterable[Mapping[str, Any]] = (),
    **values: Any,
) -> MentorProfile:
    """Make the passport and send it in one step, as the short form on a phone does.

    Without strengths it stays a draft. A passport that the school makes for a person is submitted the same way.

    Raises:
        ValidationError: the person does not work in the school, has a passport of the year, a value is wrong
            (a proof by ВПР among them), or the year is closed.
    """
    check_open(school_year)
    if not person.employments.filter(held_now(), organisation=school).exists():
        raise ValidationError(_("The person has no post in this school."), code="no_post")
    profile = MentorProfile(
        person=person,
        organisation=school,
        school_year=school_year,
        state=PassportState.DRAFT,
        is_self_nominated=is_self_nominated,
        **values,
    )
    profile.full_clean()
    profile.save()
    _log(profile, actor, "nominate", {"school_year": [None, str(school_year)]})
    given = list(strengths)
    for row in given:
        add_mentor_strength(profile, actor=actor, **row)
    for row in proofs:
        add_mentor_proof(profile, actor=actor, **row)
    return submit_passport(profile, actor=actor) if given else profile


@transaction.atomic
def update_mentor(profile: MentorProfile, *, actor: Actor, **changes: Any) -> MentorProfile:
    """Change capacity, time or the note.

    Raises:
        ValidationError: a field says no, or the year is closed.
    """
    check_open(profile.school_year)
    before = snapshot(MentorProfile.objects.select_for_update().get(pk=profile.pk))
    for name, value in changes.items():
        setattr(profile, name, value)
    profile.full_clean()
    profile.save(update_fields=list(changes))
    log_school(profile, profile.organisation, actor=actor, action="update", before=before)
    return profile


@transaction.atomic
def add_mentor_strength(profile: MentorProfile, *, actor: Actor, **values: Any) -> MentorStrength:
    """Add what the mentor is strong in.

    Raises:
        ValidationError: nothing is named, it names ВПР, a value is out of bounds, too many lines, or the year is
            closed.
    """
    check_open(profile.school_year)
    if profile.strengths.count() >= LINES_AT_MOST:
        raise ValidationError(_("A passport holds at most %(count)s lines.") % {"count": LINES_AT_MOST})
    strength = MentorStrength(profile=profile, **values)
    strength.full_clean()
    _refuse_vpr("note", strength.note)
    strength.save()
    _log(profile, actor, "add_offer", {"strengths": [None, _named(strength)]})
    return strength


@transaction.atomic
def remove_mentor_strength(strength: MentorStrength, *, actor: Actor) -> None:
    """Take a strength out.

    Raises:
        ValidationError: the school year is closed.
    """
    profile = strength.profile
    check_open(profile.school_year)
    _log(profile, actor, "remove_offer", {"strengths": [_named(strength), None]})
    strength.delete()


@transaction.atomic
def add_mentor_proof(profile: MentorProfile, *, actor: Actor, **values: Any) -> MentorProof:
    """Add a proof: category, publication, award, lesson or certificate.

    Raises:
        ValidationError: it names ВПР, another value is wrong, too many lines, or the year is closed.
    """
    check_open(profile.school_year)
    if profile.proofs.count() >= LINES_AT_MOST:
        raise ValidationError(_("A passport holds at most %(count)s lines.") % {"count": LINES_AT_MOST})
    proof = MentorProof(profile=profile, **values)
    proof.full_clean()
    proof.save()
    _log(profile, actor, "add_proof", {"proofs": [None, proof.title]})
    return proof


@transaction.atomic
def remove_mentor_proof(proof: MentorProof, *, actor: Actor) -> None:
    """Take a proof out.

    Raises:
        ValidationError: the school year is closed.
    """
    profile = proof.profile
    check_open(profile.school_year)
    _log(profile, actor, "remove_proof", {"proofs": [proof.title, None]})
    proof.delete()


def _refuse_vpr(name: str, text: str) -> None:
    try:
        refuse_vpr(text)
    except ValidationError as refusal:
        raise ValidationError({name: refusal}) from refusal


def _named(strength: MentorStrength) -> str:
    parts = (strength.subject, strength.competence, strength.grades, strength.note)
    return ", ".join(str(part) for part in parts if part)


def _log(profile: MentorProfile, actor: Actor, action: str, changes: Mapping[str, Any]) -> None:
    log_school(profile, profile.organisation, actor=actor, action=action, changes=changes)
