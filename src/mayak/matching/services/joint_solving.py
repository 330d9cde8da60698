"""Computing both levels together: pairs of schools that the pairs of their teachers justify."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.jobs.models import FINISHED, Job
from mayak.kernel.jobs.services import enqueue_job
from mayak.matching.algorithms.instance import MICRO, Instance
from mayak.matching.algorithms.joint import JointPlan, JointSettings, match_both
from mayak.matching.algorithms.matching import pairs_at
from mayak.matching.algorithms.messages import ProblemError
from mayak.matching.algorithms.plan import Matching, Proof, ServedProof, load_price
from mayak.matching.algorithms.problem import Problem
from mayak.matching.algorithms.teachers.problem import Partners, TeacherProblem
from mayak.matching.enums import Coupling, MatchingLevel
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.snapshots import problem_from_dict
from mayak.matching.selectors.teacher_problems import problem_from_plain
from mayak.matching.selectors.teacher_settings import TeacherMatchingSettings, teacher_settings_of
from mayak.matching.services.guard import check_draft, fault_texts, held, log_run
from mayak.matching.services.leftovers import reasons_of
from mayak.matching.services.outcomes import blocking_of
from mayak.matching.services.runs import checked_input
from mayak.matching.services.solving import Computed, keep_pairs, result_hash
from mayak.matching.services.teacher_input import checked_teacher_input
from mayak.matching.services.teacher_leftovers import reasons_of_plan
from mayak.matching.services.teacher_solving import TeachersComputed, keep_teacher_pairs, teacher_result_hash

TOGETHER_JOB: Final = "matching.together"
STEPS: Final = 4
Progress = Callable[[int, int, str], None]
_PARTNERS = {
    Coupling.NONE: Partners.PREFER,  # computed together they mean something
    Coupling.PREFER: Partners.PREFER,
    Coupling.REQUIRE: Partners.REQUIRE,
}


def solve_together(
    run: MatchingRun, *, actor: Actor, justify: bool = False, progress: Progress | None = None
) -> MatchingRun:
    """Compute a pairing of teachers and the draft of schools that it rests on as one plan; locks and bans are kept.

    Args:
        run: a draft of teachers that rests on a draft of schools.
        actor: who asked.
        justify: no pair of schools without a pair of their teachers.
        progress: told of each step.

    Raises:
        ValidationError: one of the two is no draft or has a network model, or an input contradicts itself. Nothing is
            changed then.
    """
    tell = progress or (lambda _done, _total, _stage: None)
    schools_run = check_together(run)
    tell(0, STEPS, "")
    schools, teachers = checked_input(schools_run), checked_teacher_input(run)
    settings = teacher_settings_of(run)
    tell(1, STEPS, "")
    codes = {key: int(key) for key in schools.names}
    coupling = JointSettings(
        partners=_PARTNERS[Coupling(settings.coupling)], justify=justify, time_limit_s=settings.time_limit_s
    )
    try:
        joint = match_both(schools.problem, _with_partners(teachers.problem, settings), codes, coupling)
    except ProblemError as error:
        names = {**schools.names, **teachers.names}
        raise ValidationError(fault_texts(error.faults, names), code="faults") from error
    tell(2, STEPS, "")
    matching = _matching(schools.problem, joint)
    school_side = Computed(schools, matching, matching, reasons_of(matching, schools), blocking_of(matching))
    plan = joint.teachers
    teacher_side = TeachersComputed(
        replace(teachers, problem=plan.problem), plan, plan, reasons_of_plan(plan)
    )
    tell(3, STEPS, "")
    with transaction.atomic():
        keep_pairs(schools_run, school_side, actor=actor)
        kept = keep_teacher_pairs(run, teacher_side, actor=actor)
        facts = joint_facts(joint, justify=justify)
        sides = (MatchingRun.objects.get(pk=schools_run.pk), kept)
        hashes = [one.snapshot_hash for one in sides]
        for stored in sides:
            stored.summary = {**stored.summary, "joint": facts}
            stored.snapshot = {
                **stored.snapshot,
                "joint": {"runs": [one.pk for one in sides], "inputs": hashes, **_plain(coupling)},
            }
            stored.save(update_fields=["summary", "snapshot"])
    return kept


def check_kept_together(run: MatchingRun) -> None:
    """Refuse a replay where one of the two inputs that were computed together is kept no more.

    Raises:
        ValidationError: the other pairing was computed again since.
    """
    kept = run.snapshot["joint"]
    others = MatchingRun.objects.filter(pk__in=kept["runs"]).exclude(pk=run.pk)
    if any(one.snapshot.get("joint") != kept for one in others):
        raise ValidationError(
            _(
                "The pairing that was computed together with this one was computed again since, so its input is gone."
            )
        )


def replay_together(run: MatchingRun) -> str:
    """Return the hash of what comes out for this run when both kept inputs are computed together again."""
    kept = run.snapshot["joint"]
    schools_run, teachers_run = (MatchingRun.objects.get(pk=pk) for pk in kept["runs"])
    schools = problem_from_dict(schools_run.snapshot["problem"])
    codes = {school.key: int(school.key) for school in schools.mentees}
    codes |= {school.key: int(school.key) for school in schools.leads}
    coupling = JointSettings(Partners(kept["partners"]), kept["justify"], time_limit_s=kept["time_limit_s"])
    joint = match_both(schools, problem_from_plain(teachers_run.snapshot["teachers"]), codes, coupling)
    return (
        result_hash(_matching(schools, joint))
        if run.pk == schools_run.pk
        else teacher_result_hash(joint.teachers)
    )


def _plain(coupling: JointSettings) -> dict[str, Any]:
    return {
        "partners": coupling.partners.value,
        "justify": coupling.justify,
        "time_limit_s": coupling.time_limit_s,
    }


def check_together(run: MatchingRun) -> MatchingRun:
    """Return the pairing of schools that is computed with this one of teachers.

    Raises:
        ValidationError: says what stands against it.
    """
    check_draft(run)
    schools_run = run.schools_run
    if run.level != MatchingLevel.TEACHERS or schools_run is None:
        raise ValidationError(
            _("Only a pairing of teachers that rests on one of schools can be computed with it.")
        )
    check_draft(schools_run)
    if schools_run.network_model:
        raise ValidationError(
            _(
                "A network with a model is planned by itself; compute the schools first, then the teachers under them."
            )
        )
    return schools_run


@transaction.atomic
def request_together(run: MatchingRun, *, actor: Actor, justify: bool) -> Job:
    """Ask for the computation of both levels; what stands against it is refused at once and nothing changes.

    Raises:
        ValidationError: see ``check_together``; or an input contradicts itself.
    """
    stored = held(run)
    schools_run = held(check_together(stored))
    for one in (stored, schools_run):
        running = (
            Job.objects.filter(pk=one.job_id).exclude(state__in=FINISHED).first() if one.job_id else None
        )
        if running is not None:
            return running
    checked_input(schools_run)
    checked_teacher_input(stored)
    job = enqueue_job(
        TOGETHER_JOB,
        actor=actor,
        title=_("Pair schools and teachers together: %(title)s") % {"title": stored.title},
        arguments={"run_id": stored.pk, "justify": justify},
        link=reverse("matching:review", args=[stored.pk]),
    )
    MatchingRun.objects.filter(pk__in=[stored.pk, schools_run.pk]).update(job_id=job.pk)
    log_run(stored, actor=actor, action="request_solve", changes={"together": schools_run.pk})
    return job


def joint_facts(joint: JointPlan, *, justify: bool) -> dict[str, Any]:
    """Return what the computation of both levels says of itself as plain data."""
    proof = joint.proof
    return {
        "method": proof.method,
        "schools": [proof.schools_served, proof.schools_bound],
        "needs": [proof.needs_served, proof.needs_bound],
        "loss": round(proof.loss, 6),
        "is_optimal": proof.is_optimal,
        "justify": justify,
        "unjustified": [list(pair) for pair in joint.unjustified],
    }


def _with_partners(problem: TeacherProblem, settings: TeacherMatchingSettings) -> TeacherProblem:
    """The problem with the points of partner schools, which it lacks where no pair of schools was known before."""
    weights = replace(problem.settings.weights, partner=settings.weights.get("partner", 0.0))
    return replace(problem, settings=replace(problem.settings, weights=weights))


def _matching(problem: Problem, joint: JointPlan) -> Matching:
    """The pairs of schools of the joint plan as a pairing; its proof is that of the joint plan."""
    instance = Instance(problem)
    places = sorted((instance.mentee_at[pair.mentee], instance.lead_at[pair.lead]) for pair in joint.schools)
    pairs = pairs_at(instance, places, set(instance.fixed))
    given = {pair.mentee for pair in pairs}
    proof = joint.proof
    return Matching(
        problem=problem,
        pairs=pairs,
        unmatched=tuple(school.key for school in instance.mentees if school.key not in given),
        short=(),
        score=sum(pair.score for pair in pairs),
        load_price=load_price(Counter(pair.lead for pair in pairs), problem.settings.load_points),
        distance_km=sum(pair.distance_km or 0.0 for pair in pairs),
        proof=Proof(
            unit="millionths of a point",
            value=round(proof.value * MICRO),
            bound=round(proof.bound * MICRO),
            served=(ServedProof("first", proof.schools_served, proof.schools_bound, ()),),
            pairs_considered=0,
            pairs_left_out=0,
            rounds=1,
        ),
        lead_prices={school.key: 0.0 for school in problem.leads},
    )
