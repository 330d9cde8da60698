"""Running checks and waiving what they found."""

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor, Scope
from mayak.kernel.audit.services import record, snapshot
from mayak.kernel.findings import registry
from mayak.kernel.findings.models import Finding, FindingState

_UPDATED = [
    "place",
    "reason",
    "way_out",
    "source",
    "link",
    "territory_path",
    "organisation_id",
    "group_key",
    "seen_at",
]


def run_checks(*, scope: Scope, check_ids: Iterable[str] | None = None) -> int:
    """Run the checks over the scope; return how many findings are open there afterwards.

    What is no longer seen becomes «gone by itself»; a waived finding stays waived; one that comes back is open again.
    """
    wanted = [registry.get(check_id) for check_id in check_ids] if check_ids else list(registry.all_checks())
    for check in wanted:
        _run_one(check, scope)
    return (
        Finding.objects.within(scope)
        .filter(state=FindingState.OPEN, check_id__in=[c.id for c in wanted])
        .count()
    )


@transaction.atomic
def _run_one(check: registry.Check, scope: Scope) -> None:
    now = timezone.now()
    drafts = {draft.object_key: draft for draft in check.look(scope)}
    rows: Sequence[Finding] = [
        Finding(
            check_id=check.id,
            object_key=draft.object_key,
            place=draft.place[:300],
            reason=draft.reason,
            way_out=draft.way_out,
            source=str(check.source)[:300],
            link=draft.link,
            territory_path=draft.territory_path,
            organisation_id=draft.organisation_id,
            group_key=draft.group_key,
            seen_at=now,
        )
        for draft in drafts.values()
    ]
    Finding.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["check_id", "object_key"],
        update_fields=_UPDATED,
        batch_size=400,
    )
    known = Finding.objects.within(scope).filter(check_id=check.id)
    known.filter(seen_at__lt=now, state=FindingState.OPEN).update(state=FindingState.RESOLVED)
    known.filter(seen_at=now, state=FindingState.RESOLVED).update(state=FindingState.OPEN)


@transaction.atomic
def waive_finding(finding: Finding, *, actor: Actor, reason: str) -> Finding:
    """Let a finding stay, with the reason in words.

    Raises:
        ValidationError: the reason is empty or the finding is not open.
    """
    if not reason.strip():
        raise ValidationError(_("Say why the finding may stay."))
    if finding.state != FindingState.OPEN:
        raise ValidationError(_("Only an open finding can be waived."))
    before = snapshot(finding)
    finding.state = FindingState.WAIVED
    finding.waiver_reason = reason.strip()
    finding.waived_by_id = actor.user_id
    finding.waived_by_label = actor.label
    finding.waived_at = timezone.now()
    finding.save(update_fields=["state", "waiver_reason", "waived_by_id", "waived_by_label", "waived_at"])
    record(
        finding,
        actor=actor,
        action="waive",
        before=before,
        territory_path=finding.territory_path,
        organisation_id=finding.organisation_id,
    )
    return finding


@transaction.atomic
def reopen_finding(finding: Finding, *, actor: Actor) -> Finding:
    """Take a waiver back.

    Raises:
        ValidationError: the finding is not waived.
    """
    if finding.state != FindingState.WAIVED:
        raise ValidationError(_("Only a waived finding can be opened again."))
    before = snapshot(finding)
    finding.state = FindingState.OPEN
    finding.waiver_reason = ""
    finding.waived_by_id = None
    finding.waived_by_label = ""
    finding.waived_at = None
    finding.save(update_fields=["state", "waiver_reason", "waived_by_id", "waived_by_label", "waived_at"])
    record(
        finding,
        actor=actor,
        action="reopen",
        before=before,
        territory_path=finding.territory_path,
        organisation_id=finding.organisation_id,
    )
    return finding
