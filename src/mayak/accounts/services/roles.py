"""Giving, delegating and ending roles."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.accounts.enums import Role
from mayak.accounts.models import RoleAssignment, User
from mayak.accounts.permissions import fits, may_delegate
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record, snapshot
from mayak.registry.models import LegalAct, Organisation


@transaction.atomic
def grant_role(
    user: User,
    role: str,
    organisation: Organisation,
    *,
    actor: Actor,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    basis: LegalAct | None = None,
    basis_text: str = "",
    shared: Iterable[Organisation] = (),
) -> RoleAssignment:
    """Give a role. Whether the actor may is asked by the page (``permissions.may_grant``).

    Raises:
        ValidationError: the own account; a role that the organisation cannot have; dates; a role held already.
    """
    if actor.user_id is not None and actor.user_id == user.pk:
        raise ValidationError(_("Nobody gives a role to oneself: ask another coordinator."))
    if not fits(role, organisation):
        raise ValidationError({"organisation": _("This role is not held for an organisation of this kind.")})
    given = RoleAssignment(
        user=user,
        role=role,
        organisation=organisation,
        valid_from=valid_from,
        valid_to=valid_to,
        basis=basis,
        basis_text=basis_text.strip(),
    )
    organisations = list(shared)
    if role == Role.EXTERNAL_EXPERT and not organisations:
        raise ValidationError({"shared": _("Choose what is shared with the expert.")})
    _refuse_second(given)
    given.full_clean()
    given.save()
    given.shared.set(organisations)
    changes = {"shared": sorted(one.pk for one in organisations)} if organisations else {}
    _record(given, actor, "grant", {**snapshot(given), **changes})
    return given


@transaction.atomic
def delegate_role(
    held: RoleAssignment,
    user: User,
    *,
    actor: Actor,
    valid_from: dt.date,
    valid_to: dt.date,
    basis_text: str = "",
) -> RoleAssignment:
    """Hand a role to a substitute for a leave; it ends by itself on the last day.

    Raises:
        ValidationError: the holder is the substitute; the role is not handed over; dates; held already.
    """
    if user.pk == held.user_id:
        raise ValidationError({"user": _("Choose another person.")})
    if not may_delegate(held):
        raise ValidationError(_("This role is not handed over."))
    today = timezone.localdate()
    if valid_to < max(valid_from, today):
        raise ValidationError({"valid_to": _("The last day cannot lie before the first one or in the past.")})
    if held.valid_to is not None and valid_to > held.valid_to:
        raise ValidationError({"valid_to": _("The role itself ends before that day.")})
    given = RoleAssignment(
        user=user,
        role=held.role,
        organisation=held.organisation,
        valid_from=valid_from,
        valid_to=valid_to,
        basis_text=basis_text.strip(),
        delegated_from=held,
    )
    _refuse_second(given)
    given.full_clean()
    given.save()
    _record(given, actor, "delegate", snapshot(given))
    return given


@transaction.atomic
def end_role(
    held: RoleAssignment, *, actor: Actor, on: dt.date | None = None, reason: str = ""
) -> RoleAssignment:
    """End a role: yesterday is its last day, so it holds no more; the row stays for the history.

    Raises:
        ValidationError: the role has ended already.
    """
    last = (on or timezone.localdate()) - dt.timedelta(days=1 if on is None else 0)
    if held.valid_to is not None and held.valid_to <= last:
        raise ValidationError(_("This role has ended already."))
    before = snapshot(held)
    held.valid_to = last
    if held.valid_from is not None and held.valid_from > last:
        held.valid_from = last  # it was to begin later: it never began
    held.save(update_fields=["valid_to", "valid_from"])
    record(
        held,
        actor=actor,
        action="end",
        territory_path=held.organisation.territory.path or "",
        organisation_id=held.organisation_id,
        changes={"valid_to": [before["valid_to"], last.isoformat()], "reason": reason[:300]},
    )
    return held


def _refuse_second(given: RoleAssignment) -> None:
    """Refuse a period that overlaps another one of the same role."""
    first, last = given.valid_from or dt.date.min, given.valid_to or dt.date.max
    if last < first:
        raise ValidationError({"valid_to": _("The end of a period cannot lie before its beginning.")})
    same = RoleAssignment.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=last),
        Q(valid_to__isnull=True) | Q(valid_to__gte=first),
        user=given.user,
        role=given.role,
        organisation=given.organisation,
    )
    if same.select_for_update().exists():
        raise ValidationError(_("This person holds this role already."))


def _record(given: RoleAssignment, actor: Actor, action: str, values: Mapping[str, object]) -> None:
    record(
        given,
        actor=actor,
        action=action,
        territory_path=given.organisation.territory.path or "",
        organisation_id=given.organisation_id,
        changes={name: [None, value] for name, value in values.items() if value not in (None, "")},
    )
