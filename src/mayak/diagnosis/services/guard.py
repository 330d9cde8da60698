"""What every change of a passport checks and records."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mayak.diagnosis.models import LeadProfile
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record
from mayak.registry.models import SchoolYear


def check_open(school_year: SchoolYear) -> None:
    """Refuse a change in a closed year.

    Raises:
        ValidationError: the school year is closed.
    """
    if school_year.is_closed:
        raise ValidationError(
            _("The school year %(year)s is closed for changes.") % {"year": school_year}, code="closed_year"
        )


def log_profile(profile: LeadProfile, *, actor: Actor, action: str, changes: Mapping[str, Any]) -> None:
    """Write the audit entry of one passport; nothing where nothing changed."""
    if changes:
        record(
            profile,
            actor=actor,
            action=action,
            changes=changes,
            territory_path=profile.organisation.territory.path or "",
            organisation_id=profile.organisation_id,
        )
