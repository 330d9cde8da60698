"""Beginning a pairing, changing its rules, asking for its computation."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.jobs.models import FINISHED, Job
from mayak.kernel.jobs.services import enqueue_job
from mayak.matching.algorithms.validation import faults_of
from mayak.matching.enums import MatchingLevel, Objective
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.problems import Input, input_of
from mayak.matching.selectors.teacher_settings import TeacherMatchingSettings
from mayak.matching.services.guard import check_draft, fault_texts, held, log_run
from mayak.matching.services.teacher_input import checked_teacher_input
from mayak.matching.validators import MatchingSettings, NetworkRules
from mayak.registry.models import SchoolYear, Territory

JOB = "matching.solve"
SAID_ONLY = {"fairness_from"}
"""Rules that change what is said of the pairs and not the pairs."""
RunSettings = MatchingSettings | TeacherMatchingSettings


@transaction.atomic
def create_run(
    territory: Territory,
    school_year: SchoolYear,
    *,
    actor: Actor,
    title: str = "",
    objective: str = Objective.NOBODY_LEFT,
    settings: RunSettings | None = None,
    level: str = MatchingLevel.SCHOOLS,
    schools_run: MatchingRun | None = None,
) -> MatchingRun:
    """Begin a pairing of the schools or of the teachers of a territory; teachers may rest on a pairing of schools.

    Raises:
        ValidationError: the school year is closed, or a field says no.
    """
    run = MatchingRun(
        territory=territory,
        school_year=school_year,
        title=title.strip() or _own_title(level) % {"territory": territory, "year": school_year},
        objective=objective,
        settings=(settings or _default_settings(level)).to_json(),
        level=level,
        schools_run=schools_run,
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
def update_run(run: MatchingRun, *, actor: Actor, objective: str, settings: RunSettings) -> MatchingRun:
    """Change the rules of a draft; pairs that were computed before must then be computed anew.

    Raises:
        ValidationError: the pairing is no draft, its year is closed, or a rule says no.
    """
    stored = held(run)
    check_draft(stored)
    before = {"objective": stored.objective, **stored.settings}
    stored.objective = objective
    stored.settings = {**settings.to_json(), **_kept(stored.settings)}
    stored.full_clean()
    after = {"objective": stored.objective, **stored.settings}
    changes = {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
    if changes:
        if set(changes) - SAID_ONLY:
            stored.input_changed = stored.solved_at is not None
        stored.save(update_fields=["objective", "settings", "input_changed"])
        log_run(stored, actor=actor, action="update", changes=changes)
    return stored


@transaction.atomic
def set_network(run: MatchingRun, *, actor: Actor, model: str, rules: NetworkRules) -> MatchingRun:
    """Choose the model of the network of a draft; pairs that were computed before must then be computed anew.

    Raises:
        ValidationError: the pairing is no draft, or pairs teachers.
    """
    stored = held(run)
    check_draft(stored)
    if stored.level == MatchingLevel.TEACHERS:
        raise ValidationError(_("A pairing of teachers has no model of a network of its own."))
    before = {"network_model": stored.network_model, "network": stored.settings.get("network", {})}
    after: dict[str, Any] = {"network_model": model, "network": rules.to_json() if model else {}}
    changes = {name: [before[name], value] for name, value in after.items() if before[name] != value}
    if not changes:
        return stored
    stored.network_model = model
    stored.settings = {**{k: v for k, v in stored.settings.items() if k != "network"}}
    if after["network"]:
        stored.settings["network"] = after["network"]
    stored.full_clean()
    stored.input_changed = stored.solved_at is not None
    stored.save(update_fields=["network_model", "settings", "input_changed"])
    log_run(stored, actor=actor, action="set_network", changes=changes)
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
    if stored.level == MatchingLevel.TEACHERS:
        checked_teacher_input(stored)
        title = _("Pair teachers: %(title)s") % {"title": stored.title}
    else:
        checked_input(stored)
        title = _("Pair schools: %(title)s") % {"title": stored.title}
    job = enqueue_job(
        JOB,
        actor=actor,
        title=title,
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


def _kept(settings: dict[str, Any]) -> dict[str, Any]:
    """What the form of the rules does not hold: the numbers of the network's model."""
    return {"network": settings["network"]} if settings.get("network") else {}


def _own_title(level: str) -> str:
    """The name of a pairing that got none: those of schools and of teachers differ in every list."""
    if level == MatchingLevel.TEACHERS:
        return _("Mentors of teachers: %(territory)s, %(year)s")
    return _("Pairs of %(territory)s, %(year)s")


def _default_settings(level: str) -> RunSettings:
    return TeacherMatchingSettings() if level == MatchingLevel.TEACHERS else MatchingSettings()


def known_names(run: MatchingRun) -> dict[str, str]:
    """Return the names of the schools of the demands, also of those that take no part any more."""
    rules = run.rules.select_related("mentee", "lead")
    return {str(school.pk): str(school) for rule in rules for school in (rule.mentee, rule.lead)}
