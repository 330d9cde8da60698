"""Changing organisations: creating, correcting, renaming, closing."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.registry.enums import NameKind, OrganisationKind
from mayak.registry.models import Organisation, OrganisationName, Territory
from mayak.registry.services.organisation_keys import name_key, new_name, present_names, set_keys
from mayak.registry.services.rows import create_row, delete_row, update_row


@transaction.atomic
def create_organisation(
    *, actor: Actor, territory: Territory, kind: str, name: str, **fields: Any
) -> Organisation:
    """Create a school, a branch (with its ``parent``), an authority or a service.

    The name lists of the organisation begin with its present names, valid from the day it was opened.

    Raises:
        ValidationError: a field or a constraint says no; a branch has no open school above it.
    """
    fields["short_name"] = fields.get("short_name") or name[:200]
    organisation = Organisation(territory=territory, kind=kind, name=name, **fields)
    check_parent(organisation)
    set_keys(organisation)
    create_row(organisation, actor=actor)
    OrganisationName.objects.bulk_create(present_names(organisation))
    return organisation


@transaction.atomic
def update_organisation(
    organisation: Organisation,
    *,
    actor: Actor,
    renamed_on: dt.date | None = None,
    is_correction: bool = False,
    **changes: Any,
) -> Organisation:
    """Change fields; a new name keeps the old one with its dates.

    Args:
        organisation: what to change.
        actor: who does it.
        renamed_on: the first day of a new name; today where nothing is said.
        is_correction: the old spelling was a mistake: it is replaced and not kept.
        **changes: fields with their new values.

    Raises:
        ValidationError: a field or a constraint says no.
    """
    old = Organisation.objects.values("name", "short_name").get(pk=organisation.pk)
    for field, value in changes.items():
        setattr(organisation, field, value)
    check_parent(organisation)
    rename(
        organisation,
        old_name=old["name"],
        old_short_name=old["short_name"],
        renamed_on=renamed_on,
        is_correction=is_correction,
    )
    set_keys(organisation, organisation.names.values_list("name", flat=True))
    values = {**changes, "sort_key": organisation.sort_key, "search_text": organisation.search_text}
    return update_row(organisation, actor=actor, values=values)


@transaction.atomic
def close_organisation(organisation: Organisation, *, actor: Actor, closed_on: dt.date) -> Organisation:
    """Close an organisation; its open branches must be closed or given to another school before.

    Raises:
        ValidationError: open branches exist, or the day lies before the opening.
    """
    branches = organisation.branches.filter(closed_on__isnull=True)
    if branches:
        names = ", ".join(str(branch) for branch in branches)
        raise ValidationError(
            _("Close the branches first or give them to another school: %(names)s.") % {"names": names}
        )
    return update_row(organisation, actor=actor, values={"closed_on": closed_on}, action="close")


def reopen_organisation(organisation: Organisation, *, actor: Actor) -> Organisation:
    """Take the closing back."""
    check_parent(organisation)
    return update_row(organisation, actor=actor, values={"closed_on": None}, action="reopen")


def check_parent(organisation: Organisation) -> None:
    """Refuse a branch of something that is no open school, and a parent of what is no branch.

    Raises:
        ValidationError: says which of these it is, at the field ``parent``.
    """
    parent = organisation.parent
    if organisation.kind != OrganisationKind.BRANCH:
        if parent is not None:
            raise ValidationError({"parent": _("Only a branch belongs to a school.")})
        return
    if parent is None:
        raise ValidationError({"parent": _("A branch needs the school to which it belongs.")})
    if (
        parent.kind != OrganisationKind.SCHOOL
        or parent is organisation
        or parent.pk == (organisation.pk or 0)
    ):
        raise ValidationError(
            {"parent": _("A branch belongs to a school, not to another branch or service.")}
        )
    if parent.closed_on and not organisation.closed_on:
        raise ValidationError({"parent": _("The school of this branch is closed.")})


@transaction.atomic
def add_name(
    organisation: Organisation,
    *,
    actor: Actor,
    name: str,
    kind: str = NameKind.ALIAS,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> OrganisationName:
    """Add a name that the organisation bore or under which files call it.

    Raises:
        ValidationError: the organisation has this name already.
    """
    row = new_name(organisation, name.strip(), kind, valid_from=valid_from, valid_to=valid_to)
    create_row(row, actor=actor)
    refresh_search(organisation)
    return row


@transaction.atomic
def remove_name(row: OrganisationName, *, actor: Actor) -> None:
    """Remove a name that was added by mistake; a present name cannot be removed.

    Raises:
        ValidationError: the organisation bears this name now.
    """

    organisation = row.organisation
    if (
        row.kind != NameKind.ALIAS
        and row.valid_to is None
        and row.name in (organisation.name, organisation.short_name)
    ):
        raise ValidationError(_("The organisation bears this name now. Rename it instead."))
    delete_row(row, actor=actor)
    refresh_search(organisation)


def rename(
    organisation: Organisation,
    *,
    old_name: str,
    old_short_name: str,
    renamed_on: dt.date | None = None,
    is_correction: bool = False,
) -> None:
    """Bring the rows of names in line with the new names of the organisation; the old ones end the day before."""
    pairs = (
        (NameKind.OFFICIAL, old_name, organisation.name),
        (NameKind.SHORT, old_short_name, organisation.short_name),
    )
    for kind, old, new in pairs:
        if new != old:
            _rename(organisation, kind, old, new, renamed_on, is_correction=is_correction)


def refresh_search(organisation: Organisation) -> None:
    """Compute the searching text of the organisation anew from all its names."""
    set_keys(organisation, organisation.names.values_list("name", flat=True))
    organisation.save(update_fields=["sort_key", "search_text"])


def _rename(
    organisation: Organisation, kind: str, old: str, new: str, day: dt.date | None, *, is_correction: bool
) -> None:
    """End the old name the day before; a name that comes back is valid again."""
    if is_correction:
        organisation.names.filter(kind=kind, name=old).delete()
        start = None
    else:
        start = day or timezone.localdate()
        until = start - dt.timedelta(days=1)
        ended, made = OrganisationName.objects.get_or_create(
            organisation=organisation, name=old, kind=kind, defaults={"key": name_key(old), "valid_to": until}
        )
        if not made:
            ended.valid_from = None if ended.valid_from and ended.valid_from > until else ended.valid_from
            ended.valid_to = until
            ended.save(update_fields=["valid_from", "valid_to"])
    if new:
        OrganisationName.objects.update_or_create(
            organisation=organisation,
            name=new,
            kind=kind,
            defaults={"valid_to": None},
            create_defaults={"key": name_key(new), "valid_from": start, "valid_to": None},
        )
