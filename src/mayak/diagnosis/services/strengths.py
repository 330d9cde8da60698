"""Strengths that a person states."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.diagnosis.models import LeadProfile, LeadStrength
from mayak.diagnosis.services.guard import check_open, log_profile
from mayak.kernel.access import Actor
from mayak.registry.models import Subject


@transaction.atomic
def set_strength(
    profile: LeadProfile,
    *,
    actor: Actor,
    subject: Subject,
    level: float,
    grade_from: int | None = None,
    grade_to: int | None = None,
) -> LeadStrength:
    """State a strength; it replaces one of the same subject and grades and is kept when passports are computed anew.

    Raises:
        ValidationError: a value lies outside its bounds, the grades are turned round, or the year is closed.
    """
    check_open(profile.school_year)
    strength = LeadStrength(
        profile=profile,
        subject=subject,
        grade_from=grade_from,
        grade_to=grade_to if grade_to is not None else grade_from,
        level=level,
        from_results=False,
    )
    strength.full_clean()
    same = LeadStrength.objects.filter(
        profile=profile, subject=subject, grade_from=strength.grade_from, grade_to=strength.grade_to
    )
    before = same.values_list("level", flat=True).first()
    same.delete()
    strength.save()
    name = strength_name(strength)
    log_profile(profile, actor=actor, action="state_strength", changes={name: [before, level]})
    return strength


@transaction.atomic
def remove_strength(strength: LeadStrength, *, actor: Actor) -> None:
    """Remove a strength that was stated by hand.

    Raises:
        ValidationError: it was computed from results, or the year is closed.
    """
    check_open(strength.profile.school_year)
    if strength.from_results:
        raise ValidationError(
            _("This strength comes from results. State another level instead of removing it.")
        )
    changes = {strength_name(strength): [strength.level, None]}
    log_profile(strength.profile, actor=actor, action="remove_strength", changes=changes)
    strength.delete()


def strength_name(strength: LeadStrength) -> str:
    """Return the subject and the grades as the audit log names them: «math 5-9»."""
    grades = {value for value in (strength.grade_from, strength.grade_to) if value is not None}
    return " ".join([strength.subject.code, "-".join(str(grade) for grade in sorted(grades))]).strip()
