"""Statuses of schools: given and ended by a person with a reason, by a run, or by a list from outside."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import JsonValue, record, record_bulk, snapshot
from mayak.registry.enums import TerritoryKind
from mayak.registry.models import LegalAct, Organisation, Territory
from mayak.results.enums import StatusLevel, StatusSource
from mayak.results.models import IdentificationRun, SchoolStatus, StatusKind

LEVEL_OF_TERRITORY: dict[str, str] = {
    TerritoryKind.COUNTRY: StatusLevel.FEDERAL,
    TerritoryKind.REGION: StatusLevel.REGIONAL,
    TerritoryKind.MUNICIPALITY: StatusLevel.MUNICIPAL,
}


def level_of(territory: Territory) -> str:
    """Return the level that a territory's decision has."""
    return LEVEL_OF_TERRITORY[territory.kind]


@transaction.atomic
def set_status(
    organisation: Organisation,
    kind: StatusKind,
    *,
    actor: Actor,
    level: str,
    valid_from: dt.date,
    reason: str = "",
    valid_to: dt.date | None = None,
    basis: LegalAct | None = None,
    source: str = StatusSource.MANUAL,
    list_key: str = "",
) -> SchoolStatus:
    """Give a school a status.

    Raises:
        ValidationError: by hand without a reason; the school bears this status of this level in the period already; the
            end lies before the beginning.
    """
    status = SchoolStatus(
        organisation=organisation,
        kind=kind,
        level=level,
        valid_from=valid_from,
        valid_to=valid_to,
        source=source,
        basis=basis,
        reason=reason.strip(),
        list_key=list_key,
    )
    status.full_clean()
    _refuse_overlap(status)
    status.save(force_insert=True)
    _log(status, actor=actor, action="create")
    return status


@transaction.atomic
def end_status(status: SchoolStatus, *, actor: Actor, valid_to: dt.date, reason: str) -> SchoolStatus:
    """End a status; the row stays as history.

    Raises:
        ValidationError: there is no reason, the status has ended, or it would end before it began.
    """
    status = SchoolStatus.objects.select_for_update().get(pk=status.pk)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the status ends.")})
    if status.valid_to is not None and status.end_reason:
        raise ValidationError(
            _("This status has ended already, on %(day)s.") % {"day": f"{status.valid_to:%d.%m.%Y}"}
        )
    if valid_to < status.valid_from:
        raise ValidationError({"valid_to": _("The end of a period cannot lie before its beginning.")})
    before = snapshot(status)
    status.valid_to, status.end_reason = valid_to, reason.strip()
    status.save(update_fields=["valid_to", "end_reason"])
    _log(status, actor=actor, action="end", before=before)
    return status


def overlapping(
    organisation_id: int, kind_id: int, level: str, valid_from: dt.date, valid_to: dt.date | None
) -> SchoolStatus | None:
    """Return the status of this kind and level that holds within the period, if any."""
    rows = SchoolStatus.objects.filter(organisation=organisation_id, kind=kind_id, level=level)
    rows = rows.exclude(valid_to__lt=valid_from)
    if valid_to is not None:
        rows = rows.exclude(valid_from__gt=valid_to)
    return rows.order_by("valid_from").first()


def write_run_statuses(
    run: IdentificationRun,
    schools: Iterable[int],
    *,
    actor: Actor,
    level: str,
    valid_from: dt.date,
    basis: LegalAct | None,
) -> int:
    """Give the status of the run's rule to these schools; call it inside the transaction that approves the run."""
    rows = [
        SchoolStatus(
            organisation_id=school,
            kind_id=run.rule_set.status_kind_id,
            level=level,
            valid_from=valid_from,
            source=StatusSource.RULE,
            run=run,
            basis=basis,
        )
        for school in schools
    ]
    SchoolStatus.objects.bulk_create(rows, batch_size=1000)
    keys = [row.pk for row in rows]
    if keys:
        record_bulk(
            SchoolStatus, actor=actor, action="create", row_count=len(keys), row_first=min(keys), row_last=max(keys),
            territory_path=run.territory.path or "", cause=run,
        )  # fmt: skip
    return len(keys)


def end_run_statuses(
    run: IdentificationRun, statuses: Iterable[SchoolStatus], *, actor: Actor, day: dt.date, reason: str
) -> int:
    """End statuses that a run no longer supports; call it inside the transaction that approves the run."""
    rows = list(statuses)
    for status in rows:
        status.valid_to, status.end_reason = max(day, status.valid_from), reason
    SchoolStatus.objects.bulk_update(rows, ["valid_to", "end_reason"], batch_size=500)
    if rows:
        keys = [row.pk for row in rows]
        record_bulk(
            SchoolStatus, actor=actor, action="end", row_count=len(keys), row_first=min(keys), row_last=max(keys),
            territory_path=run.territory.path or "", cause=run,
            changes={"statuses": keys, "reason": [None, reason]},
        )  # fmt: skip
    return len(rows)


def _refuse_overlap(status: SchoolStatus) -> None:
    other = overlapping(
        status.organisation_id, status.kind_id, status.level, status.valid_from, status.valid_to
    )
    if other is not None:
        raise ValidationError(
            _("The school bears this status of this level already: from %(day)s. End it first.")
            % {"day": f"{other.valid_from:%d.%m.%Y}"}
        )


def _log(
    status: SchoolStatus, *, actor: Actor, action: str, before: Mapping[str, JsonValue] | None = None
) -> None:
    organisation = status.organisation
    record(
        status,
        actor=actor,
        action=action,
        before=before,
        changes=None
        if before
        else {name: [None, value] for name, value in snapshot(status).items() if value},
        territory_path=organisation.territory.path or "",
        organisation_id=organisation.pk,
    )
