"""Approving the list of a run: schools get their statuses, those that no longer hold are ended with the reason."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.registry.models import LegalAct
from mayak.results.enums import RunState, StatusSource
from mayak.results.models import IdentificationRun, SchoolDecision, SchoolStatus
from mayak.results.services.identification import change_state
from mayak.results.services.statuses import end_run_statuses, level_of, write_run_statuses


@dataclass(frozen=True, slots=True)
class Approval:
    """What the approval of a run does with the statuses: given anew, kept, ended, kept for want of data."""

    given: tuple[int, ...]
    kept: tuple[int, ...]
    ended: tuple[SchoolStatus, ...]
    without_data: tuple[int, ...]


def plan_approval(run: IdentificationRun) -> Approval:
    """Return what approving would change; reads only.

    A status of the same kind and level that a run gave goes on for a school on the list, ends for a school off it, and
    is left alone where the school has no data: missing results are no reason to take a status away.
    """
    decisions = dict(
        SchoolDecision.objects.filter(run=run)
        .order_by("organisation_id")
        .values_list("organisation_id", "is_listed")
    )
    no_data = set(
        SchoolDecision.objects.filter(run=run, has_data=False).values_list("organisation_id", flat=True)
    )
    open_statuses = {
        status.organisation_id: status
        for status in SchoolStatus.objects.filter(
            kind=run.rule_set.status_kind_id, level=level_of(run.territory), valid_to__isnull=True
        ).filter(organisation__territory__path__under=run.territory.path or "/")
    }
    listed = [school for school, is_listed in decisions.items() if is_listed]
    by_run = {
        school: status for school, status in open_statuses.items() if status.source == StatusSource.RULE
    }
    return Approval(
        given=tuple(school for school in listed if school not in open_statuses),
        kept=tuple(school for school in listed if school in open_statuses),
        ended=tuple(
            status
            for school, status in sorted(by_run.items())
            if school in decisions and not decisions[school] and school not in no_data
        ),
        without_data=tuple(
            sorted(school for school in by_run if school in no_data or school not in decisions)
        ),
    )


@transaction.atomic
def approve_run(
    run: IdentificationRun, *, actor: Actor, valid_from: dt.date | None = None, basis: LegalAct | None = None
) -> Approval:
    """Approve the list: give and end statuses, replace the approved run of the same year.

    Args:
        run: a draft.
        actor: who approves.
        valid_from: the day from which the statuses hold; today where nothing is said.
        basis: the act that assigns them.

    Raises:
        ValidationError: the run is no draft, or a list of a later year is approved already.
    """
    run = (
        IdentificationRun.objects.select_for_update(of=("self",))
        .select_related("rule_set", "territory")
        .get(pk=run.pk)
    )
    if run.state != RunState.DRAFT:
        raise ValidationError(_("Only a draft can be approved."))
    same = IdentificationRun.objects.filter(
        rule_set__status_kind=run.rule_set.status_kind_id, territory=run.territory, state=RunState.APPROVED
    )
    later = same.filter(year__gt=run.year).order_by("-year").first()
    if later is not None:
        raise ValidationError(
            _(
                "The list of %(year)s is approved already. A past year is replayed to look at it, not to change "
                "statuses."
            )
            % {"year": later.year}
        )
    day = valid_from or timezone.localdate()
    plan = plan_approval(run)
    for replaced in same.filter(year=run.year):
        change_state(replaced, RunState.ARCHIVED, actor=actor)
    change_state(run, RunState.APPROVED, actor=actor)
    reason = _("Not on the list of the run “%(rule)s” of %(year)s.") % {
        "rule": run.rule_set.name,
        "year": run.year,
    }
    end_run_statuses(run, plan.ended, actor=actor, day=day - dt.timedelta(days=1), reason=reason)
    write_run_statuses(
        run, plan.given, actor=actor, level=level_of(run.territory), valid_from=day, basis=basis
    )
    return plan
