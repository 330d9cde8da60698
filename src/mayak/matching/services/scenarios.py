"""Beginning a scenario: the same pairing with something else; it is computed as every pairing."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.matching.enums import MatchingLevel, MatchingState, RunPurpose
from mayak.matching.models import MatchingRun, PairRule, TeacherRule
from mayak.matching.selectors.scenarios import LEAD, MENTEE, Change, ChangeKind
from mayak.matching.services.guard import log_run, logged_words
from mayak.matching.services.runs import request_solve


@transaction.atomic
def create_scenario(
    base: MatchingRun, changes: Sequence[Change], *, actor: Actor, title: str = ""
) -> MatchingRun:
    """Begin a scenario of a computed pairing and ask for its computation; locks and bans are taken over.

    A scenario of a scenario adds its changes to those that are there.

    Raises:
        ValidationError: nothing is changed, the pairing was not computed or is archived, its year is closed, or the
            changed input contradicts itself (each fault named). Nothing is made then.
    """
    check_base(base)
    if not changes:
        raise ValidationError(_("Change at least one thing."), code="no_change")
    run = based_run(base, purpose=RunPurpose.SCENARIO, changes=changes, actor=actor)
    run.title = title.strip()[:200] or _("What if: %(title)s") % {"title": base.title}
    run.title = run.title[:200]
    for change in changes:
        if change["kind"] == ChangeKind.MAX_DISTANCE:
            run.settings = {**run.settings, "max_distance_km": change["km"]}
        elif change["kind"] == ChangeKind.OBJECTIVE:
            run.objective = change["objective"]
    save_based(run, base, actor=actor)
    request_solve(run, actor=actor)
    run.refresh_from_db()
    return run


def check_base(base: MatchingRun) -> None:
    """Refuse a pairing from which nothing can be made.

    Raises:
        ValidationError: says why.
    """
    if base.solved_at is None:
        raise ValidationError(_("Compute the pairs first."), code="not_solved")
    if base.state == MatchingState.ARCHIVED:
        raise ValidationError(_("This pairing is in the archive."), code="archived")
    if base.school_year.is_closed:
        raise ValidationError(
            _("The school year %(year)s is closed for changes.") % {"year": base.school_year},
            code="closed_year",
        )


def based_run(base: MatchingRun, *, purpose: str, changes: Iterable[Change], actor: Actor) -> MatchingRun:
    """Return an unsaved draft with the rules of another pairing and its changes before the new ones."""
    return MatchingRun(
        territory=base.territory,
        school_year=base.school_year,
        level=base.level,
        network_model=base.network_model,
        purpose=purpose,
        based_on=base,
        schools_run=base.schools_run,
        scenario=[*base.scenario, *(dict(change) for change in changes)],
        objective=base.objective,
        settings=dict(base.settings),
        owner_id=actor.user_id,
        owner_label=actor.label[:200],
    )


def save_based(run: MatchingRun, base: MatchingRun, *, actor: Actor) -> None:
    """Store the draft with the locks and bans of the other pairing, except those of whoever left."""
    run.full_clean()
    run.save()
    gone = {side: {int(one["key"]) for one in leavers(run.scenario, side)} for side in (MENTEE, LEAD)}
    schools = gone[MENTEE] | gone[LEAD]
    if run.level != MatchingLevel.TEACHERS:
        PairRule.objects.bulk_create(
            [
                PairRule(
                    run=run,
                    mentee_id=rule.mentee_id,
                    lead_id=rule.lead_id,
                    kind=rule.kind,
                    reason=rule.reason,
                )
                for rule in base.rules.all()
                if schools.isdisjoint({rule.mentee_id, rule.lead_id})
            ]
        )
    if run.level != MatchingLevel.SCHOOLS:
        TeacherRule.objects.bulk_create(
            [
                TeacherRule(
                    run=run,
                    mentee_id=rule.mentee_id,
                    mentor_id=rule.mentor_id,
                    kind=rule.kind,
                    reason=rule.reason,
                )
                for rule in base.teacher_rules.all()
                if rule.mentee_id not in gone[MENTEE] and rule.mentor_id not in gone[LEAD]
            ]
        )
    log_run(
        run,
        actor=actor,
        action="create",
        changes={
            "title": [None, run.title],
            "based_on": [None, base.pk],
            "scenario": [None, _logged(run)],
        },
    )


def _logged(run: MatchingRun) -> list[dict[str, Any]]:
    """The changes as the log keeps them."""
    words = [(one, logged_words(run, one.get("reason", ""))) for one in run.scenario]
    return [{name: value for name, value in one.items() if name != "reason" or text} for one, text in words]


def leavers(changes: Iterable[Change], side: str) -> list[dict[str, Any]]:
    """Return the changes by which somebody of a side leaves."""
    return [dict(one) for one in changes if one["kind"] == ChangeKind.LEAVES and one["side"] == side]
