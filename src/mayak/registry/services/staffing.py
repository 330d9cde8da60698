"""Staffing of a school in a school year."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.registry.models import Organisation, SchoolYear, StaffingRecord
from mayak.registry.services.rows import create_row, delete_row, update_row


def create_staffing(
    *, actor: Actor, organisation: Organisation, school_year: SchoolYear, **fields: Any
) -> StaffingRecord:
    """Record how a school is staffed in a school year.

    Raises:
        ValidationError: the year is there already, is closed, or parts are larger than the whole.
    """
    staffing = StaffingRecord(organisation=organisation, school_year=school_year, **fields)
    check_staffing(staffing)
    return create_row(staffing, actor=actor)


def update_staffing(staffing: StaffingRecord, *, actor: Actor, **changes: Any) -> StaffingRecord:
    """Change the figures of a year.

    Raises:
        ValidationError: as in ``create_staffing``.
    """
    check_open(staffing.school_year)
    for field, value in changes.items():
        setattr(staffing, field, value)
    check_staffing(staffing)
    return update_row(staffing, actor=actor, values=changes)


def remove_staffing(staffing: StaffingRecord, *, actor: Actor) -> None:
    """Remove the figures of a year that were entered by mistake; the audit log keeps them."""
    check_open(staffing.school_year)
    delete_row(staffing, actor=actor)


def check_open(school_year: SchoolYear) -> None:
    """Refuse changes in a closed school year.

    Raises:
        ValidationError: at the field ``school_year``.
    """
    if school_year.is_closed:
        raise ValidationError(
            {"school_year": _("The school year %(year)s is closed for changes.") % {"year": school_year}}
        )


def check_staffing(staffing: StaffingRecord) -> None:
    """Refuse a closed year and parts that are larger than the whole.

    Raises:
        ValidationError: at the field that is wrong.
    """
    check_open(staffing.school_year)
    if staffing.teachers is None:
        return
    for field in ("with_category", "early_career"):
        value = getattr(staffing, field)
        if value is not None and value > staffing.teachers:
            raise ValidationError({field: _("This is more than all pedagogical workers.")})
