"""Beginning a pairing, changing its rules, asking for its computation."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.jobs.models import FINISHED, Job
from mayak.kernel.jobs.services import enqueue_job
from mayak.matching.algorithms.validation import faults_of
from mayak.matching.enums import Objective
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.problems import Input, input_of
from mayak.matching.services.guard import check_draft, fault_texts, held, log_run
from mayak.matching.validators import MatchingSettings
from mayak.registry.models import SchoolYear, Territory

JOB = "matching.solve"


@transaction.atomic
def create_run(
    territory: Territory,
    school_year: SchoolYear,
    *,
    actor: Actor,
    title: str = "",
    objective: str = Objective.NOBODY_LEFT,
    settings: MatchingSettings | None = None,
) -> MatchingRun:
    """Begin a pairing of the schools of a territory.

    Raises:
        ValidationError: the school year is closed, or a field says no.
    """
    run = MatchingRun(
        territory=territory,
        school_year=school_year,
        title=title.strip()
        or _("Pairs of %(territory)s, %(year)s") % {"territory": territory, "year": school_year},
        objective=objective,
        settings=(settings or MatchingSettings()).to_json(),
        owner_id=actor.user_id,
        owner_label=actor.label[:200],
    )
    check_draft(run)
    run.full_clean()
    run.save()
    log_run(
        run,
        actor=actor,
        action="create",
        changes={"title": [None, run.title], "objective": [None, objective]},
    )
    return run


@transaction.atomic
def update_run(run: MatchingRun, *, actor: Actor, objective: str, settings: MatchingSettings) -> MatchingRun:
    """Change the rules of a draft; pairs that were computed before must then be computed anew.

    Raises:
        ValidationError: the pairing is no draft, its year is closed, or a rule says no.
    """
    stored = held(run)
    check_draft(stored)
    before = {"objective": stored.objective, **stored.settings}
    stored.objective = objective
    stored.settings = settings.to_json()
    stored.full_clean()
    after = {"objective": stored.objective, **stored.settings}
    changes = {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
    if changes:
        stored.input_changed = stored.solved_at is not None
        stored.save(update_fields=["objective", "settings", "input_changed"])
        log_run(stored, actor=actor, action="update", changes=changes)
    return stored


@transaction.atomic
def request_solve(run: MatchingRun, *, actor: Actor) -> Job:
    """Ask for the computation; input that contradicts itself is refused at once and nothing changes.

    Raises:
        ValidationError: no draft, nothing to pair, or demands that break a limit (each named).
    """
    stored = held(run)
    check_draft(stored)
    running = (
        Job.objects.filter(pk=stored.job_id).exclude(state__in=FINISHED).first() if stored.job_id else None
    )
    if running is not None:
        return running
    checked_input(stored)
    job = enqueue_job(
        JOB,
        actor=actor,
        title=_("Pair schools: %(title)s") % {"title": stored.title},
        arguments={"run_id": stored.pk},
        link=reverse("matching:review", args=[stored.pk]),
    )
    stored.job_id = job.pk
    stored.save(update_fields=["job_id"])
    log_run(stored, actor=actor, action="request_solve")
    return job


def checked_input(run: MatchingRun) -> Input:
    """Return the present input of the pairing.

    Raises:
        ValidationError: there is nothing to pair, or the input contradicts itself; each fault is named.
    """
    found = input_of(run)
    if not found.mentees:
        raise ValidationError(_("No school of the territory needs help on this day."), code="no_mentees")
    if not found.leads:
        raise ValidationError(_("No school of the territory can give help on this day."), code="no_leads")
    faults = faults_of(found.problem)
    if faults:
        names = {**known_names(run), **found.names}
        raise ValidationError(fault_texts(faults, names), code="faults")
    return found


def known_names(run: MatchingRun) -> dict[str, str]:
    """Return the names of the schools of the demands, also of those that take no part any more."""
    rules = run.rules.select_related("mentee", "lead")
    return {str(school.pk): str(school) for rule in rules for school in (rule.mentee, rule.lead)}
