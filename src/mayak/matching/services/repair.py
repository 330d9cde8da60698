"""Minimal repair of an approved pairing after somebody left, and the exchange of the old pairs for the new."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.matching.enums import MatchingState, Objective, RunPurpose
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.scenarios import Change, ChangeKind, mended_run, real_changes
from mayak.matching.services.guard import check_transition, held, log_run, logged_words
from mayak.matching.services.runs import request_solve
from mayak.matching.services.scenarios import based_run, check_base, save_based
from mayak.matching.signals import matching_replaced


@transaction.atomic
def create_repair(
    base: MatchingRun, leaving: Sequence[Change], *, actor: Actor, reason: str, title: str = ""
) -> MatchingRun:
    """Begin the repair of an approved pairing and ask for its computation.

    The aim is «as few changes as possible»: what nobody left stays, and only whoever lost the pair looks for another.
    The approved pairing holds until the repair is approved.

    Args:
        base: an approved pairing.
        leaving: changes of the kind «leaves».
        actor: who does it.
        reason: why they leave; the partnerships that end get it.
        title: of the repair; made from that of the pairing where it is empty.

    Raises:
        ValidationError: the pairing is not approved, nobody leaves, no reason is given, or nothing can be paired then.
    """
    check_base(base)
    if base.state != MatchingState.APPROVED:
        raise ValidationError(_("Only an approved pairing is repaired; a draft is computed again."))
    if not leaving or any(one["kind"] != ChangeKind.LEAVES for one in leaving):
        raise ValidationError(_("Say who left."), code="no_change")
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    changes = [{**one, "reason": reason.strip()[:300]} for one in leaving]
    run = based_run(base, purpose=RunPurpose.REPAIR, changes=changes, actor=actor)
    run.scenario = [*real_changes(base), *changes]
    run.title = (title.strip() or _("Repair: %(title)s") % {"title": base.title})[:200]
    run.objective = Objective.LEAST_CHANGE
    save_based(run, base, actor=actor)
    request_solve(run, actor=actor)
    run.refresh_from_db()
    return run


def repair_reason(run: MatchingRun) -> str:
    """Return why somebody left, as the last change says."""
    reasons = [one.get("reason", "") for one in run.scenario if one["kind"] == ChangeKind.LEAVES]
    return next((str(reason) for reason in reversed(reasons) if reason), "")


def become_repair(run: MatchingRun) -> MatchingRun:
    """Turn the scenario of a repair that is approved into the repair itself, without what it only supposed."""
    if run.purpose != RunPurpose.REPAIR:
        run.scenario, run.based_on = [dict(one) for one in real_changes(run)], mended_run(run)
        run.purpose = RunPurpose.REPAIR
        run.save(update_fields=["scenario", "based_on", "purpose"])
    return run


def replace_approved(run: MatchingRun, *, actor: Actor) -> MatchingRun:
    """Archive the pairing that a repair mends, with the reason, inside the transaction of the repair's approval.

    The caller tells the networks with ``tell_replaced`` when the repair itself is approved: the order of the two
    states is what «approved once» asks for.
    """
    old = held(run.based_on)  # type: ignore[arg-type]  # a repair has one
    check_transition(old, MatchingState.ARCHIVED)
    old.state = MatchingState.ARCHIVED
    old.archived_at = timezone.now()
    old.archive_reason = repair_reason(run)[:300]
    old.save(update_fields=["state", "archived_at", "archive_reason"])
    changes = {
        "state": [MatchingState.APPROVED, MatchingState.ARCHIVED],
        "reason": logged_words(old, old.archive_reason),
        "replaced_by": run.pk,
    }
    log_run(old, actor=actor, action="archive", changes=changes)
    return old


def tell_replaced(run: MatchingRun, old: MatchingRun, *, actor: Actor) -> None:
    """Tell the apps below the flow that one approved pairing took the place of another."""
    matching_replaced.send(sender=MatchingRun, run=run, replaced=old, actor=actor, reason=old.archive_reason)
