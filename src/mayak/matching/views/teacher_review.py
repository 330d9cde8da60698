"""Step 3 for teachers: the pairs with their reasons, needs without a mentor, one teacher, changes by hand."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from mayak.accounts.services.reading import note_reading
from mayak.diagnosis.selectors.deficits import READING
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import EXPORT, Action, ListPage
from mayak.matching.enums import Objective, PairOrigin, PairRuleKind
from mayak.matching.filters import TeacherPairFilter
from mayak.matching.models import MatchingRun, TeacherPair, UncoveredNeed
from mayak.matching.permissions import can_pair_territory
from mayak.matching.selectors.teacher_candidates import (
    MenteeNeed,
    MentorCandidate,
    away_words,
    candidates_of_need,
    needs_of_mentee,
)
from mayak.matching.selectors.teacher_explanations import (
    mentors_named,
    reason_lines,
    uncovered_texts,
    words_for,
)
from mayak.matching.selectors.teacher_pictures import AT_MOST, teacher_network_of
from mayak.matching.selectors.teacher_runs import (
    mentor_loads,
    names_of,
    subjects_of,
    swaps_of,
    teacher_pair_list,
)
from mayak.matching.services.teacher_demands import forbid_teachers, lock_teachers, move_teacher
from mayak.matching.tables import TeacherPairTable, effect_text, score_text
from mayak.matching.views.common import crumbs, further_actions, run_context, running_job
from mayak.matching.views.teacher_steps import teacher_run
from mayak.registry.models import Person

UNCOVERED_SHOWN = 50
CANDIDATES_SHOWN = 25
LOADS_SHOWN = 60
PICTURE_PAIRS = 2000


class TeacherReview(ListPage):
    """The pairs of a pairing of teachers; search, sort and export as in every list."""

    table_class = TeacherPairTable
    filter_class = TeacherPairFilter
    template_name = "matching/teacher_review.html"
    export_name = "teacher-pairs"
    empty_title = gettext_lazy("No pairs yet")
    run: MatchingRun

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the pairing first."""
        self.run = teacher_run(request, kwargs["pk"])
        if request.GET.get("part") == "job":
            return _computing(request, self.run)
        self.context = run_context(request, self.run, "review")
        return super().dispatch(request, *args, **kwargs)

    def get_title(self) -> Any:
        """Return the name of the pairing."""
        return self.run.title

    def get_queryset(self) -> QuerySet[TeacherPair]:
        """Return the pairs."""
        return teacher_pair_list(self.run)

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Return the crumbs before this page."""
        return [(_("Pairings"), reverse("matching:runs"))]

    def get_actions(self) -> list[Action]:
        """Say what to do next with this pairing."""
        further = further_actions(self.request, self.run)
        if not self.context["can_edit"]:
            return further
        following = "approve" if self.run.solved_at is not None and not self.run.input_changed else "rules"
        label = _("To the approval") if following == "approve" else _("To the rules")
        return [*further, Action(label, reverse(f"matching:{following}", args=[self.run.pk]), primary=True)]

    def get_table_kwargs(self) -> dict[str, Any]:
        """Give the table the loads; without the right to change, leave the buttons out."""
        locks = self.run.teacher_rules.filter(kind=PairRuleKind.LOCK)
        return {
            "loads": {load.mentor_id: load for load in self.loads},
            "locked": frozenset(locks.values_list("mentee_id", "mentor_id")),
            "subjects": subjects_of(self.run),
            "is_export": EXPORT in self.request.GET,
            "exclude": () if self.context["can_edit"] else ("actions",),
        }

    def get_extra_context(self) -> dict[str, Any]:
        """Return the totals, loads, needs without a mentor and the picture."""
        run = self.run
        left = list(run.uncovered.select_related("mentee", "mentee_school")[:UNCOVERED_SHOWN])
        by_hand = run.teacher_pairs.filter(origin=PairOrigin.HAND).count()
        found = dict(self.context)
        found.pop("breadcrumbs")
        return found | {
            "loads": self.loads[:LOADS_SHOWN],
            "loads_more": max(len(self.loads) - LOADS_SHOWN, 0),
            "uncovered": grouped(left),
            "uncovered_more": max(run.unmatched_count - UNCOVERED_SHOWN, 0),  # type: ignore[attr-defined]  # annotated
            "network": self._network(),
            "totals": teacher_totals(run),
            "proof": teacher_proof_words(run, by_hand=by_hand),
            "swaps": swaps_of(run),
            "can_replay": can_pair_territory(request_scope(self.request), run.territory),
            "floor": _percent(run.proof.get("floor")),
        }

    @property
    def loads(self) -> Any:
        """The load of every mentor, computed once."""
        if not hasattr(self, "_loads"):
            self._loads = mentor_loads(self.run)
        return self._loads

    def _network(self) -> Any:
        """The schools as a picture, where there are few enough."""
        if self.run.pair_count > PICTURE_PAIRS:  # type: ignore[attr-defined]  # annotated
            return None
        ties = self.run.teacher_pairs.order_by().values("mentor_school", "mentee_school").distinct().count()
        return teacher_network_of(list(teacher_pair_list(self.run))) if ties <= AT_MOST else None


def _computing(request: HttpRequest, run: MatchingRun) -> HttpResponse:
    """Show how far the computation is; when it is over, the whole page is read anew."""
    job = running_job(run)
    response = render(request, "matching/computing.html", {"run": run, "job": job})
    if job is None or job.is_finished:
        response["HX-Refresh"] = "true"
    return response


@require_GET
def person(request: HttpRequest, pk: int, mentee_pk: int) -> HttpResponse:
    """Show one teacher: each need with its mentor or what stopped it, and every other mentor with the effect."""
    run = teacher_run(request, pk)
    mentee = _mentee(run, mentee_pk)
    needs = _needs(run, mentee)
    note_reading(mentee, READING, actor=request_actor(request), instance=run)
    left = {row.need_key: row for row in run.uncovered.filter(mentee=mentee)}
    names = names_of(mentors_named(left.values()))
    context = run_context(request, run, "review") | {
        "mentee": mentee,
        "needs": [_shown(run, mentee, need, left.get(need.key), names) for need in needs],
        "totals": teacher_totals(run),
        "breadcrumbs": crumbs(run, mentee),
    }
    return render(request, "matching/teacher_person.html", context)


@require_POST
def move(request: HttpRequest, pk: int, mentee_pk: int) -> HttpResponse:
    """Give a need to another mentor by hand."""
    run, mentee, mentor = _sides(request, pk, mentee_pk)
    try:
        move_teacher(
            run, mentee, request.POST.get("need", ""), actor=request_actor(request), to_mentor=mentor
        )
    except ValidationError as error:
        _say(request, error)
    else:
        run.refresh_from_db()
        totals = teacher_totals(run)
        words = {"mentee": mentee, "mentor": mentor, "score": totals["score"], "best": totals["best"]}
        messages.success(
            request, _("%(mentee)s is with %(mentor)s now. Total %(score)s of %(best)s points.") % words
        )
    return redirect("matching:person", pk=pk, mentee_pk=mentee_pk)


@require_POST
def lock(request: HttpRequest, pk: int, mentee_pk: int) -> HttpResponse:
    """Lock a pair."""
    run, mentee, mentor = _sides(request, pk, mentee_pk)
    try:
        lock_teachers(run, mentee, mentor, actor=request_actor(request))
    except ValidationError as error:
        _say(request, error)
    else:
        messages.success(request, _("The pair is locked: a new computation keeps it."))
    return redirect(_back(request, pk, mentee_pk))


@require_POST
def forbid(request: HttpRequest, pk: int, mentee_pk: int) -> HttpResponse:
    """Forbid a pair with a reason."""
    run, mentee, mentor = _sides(request, pk, mentee_pk)
    reason = request.POST.get("reason", "")
    try:
        forbid_teachers(run, mentee, mentor, actor=request_actor(request), reason=reason)
    except ValidationError as error:
        _say(request, error)
    else:
        messages.success(request, _("The pair is forbidden. Compute again to find another one."))
    return redirect(_back(request, pk, mentee_pk))


def grouped(rows: Iterable[UncoveredNeed]) -> list[tuple[list[UncoveredNeed], list[str]]]:
    """Return the needs without a mentor by equal reasons, so that ten full stops read as one."""
    found = list(rows)
    names = names_of(mentors_named(found))
    groups: dict[tuple[str, ...], list[UncoveredNeed]] = {}
    for row in found:
        groups.setdefault(tuple(uncovered_texts(row, names)), []).append(row)
    return [(members, list(texts)) for texts, members in groups.items()]


def teacher_totals(run: MatchingRun) -> dict[str, Any]:
    """Return the totals as people read them: 100 points for a pair that fits fully."""
    share = run.score / run.optimal_score if run.score is not None and run.optimal_score else None
    return {"score": score_text(run.score), "best": score_text(run.optimal_score), "share": share}


def teacher_proof_words(run: MatchingRun, *, by_hand: int = 0) -> str:
    """Return whether nothing better exists, and by how many parts; nothing is proven of pairs that people moved."""
    proof = run.proof
    if not proof:
        return ""
    said = _proven_words(run, by_hand)
    if not proof.get("parts"):
        return said
    how = _("Computed by territories: parts %(parts)s, rounds of prices %(rounds)s.")
    return f"{said} {how % {'parts': proof['parts'], 'rounds': proof['rounds']}}"


def _proven_words(run: MatchingRun, by_hand: int) -> str:
    proof = run.proof
    if by_hand:
        return ngettext(
            "%(count)s pair was moved by hand since the computation, so the proof holds no more; compute again to have "
            "the best set that keeps it.",
            "%(count)s pairs were moved by hand since the computation, so the proof holds no more; compute again to "
            "have the best set that keeps them.",
            by_hand,
        ) % {"count": by_hand}
    objective = Objective(run.objective).label
    if proof["is_proven"]:
        return _("Proven: by the aim «%(objective)s» no better set of pairs exists.") % {
            "objective": objective
        }
    words = {"gap": f"{proof['gap'] * 100:.2f}", "served": proof["served_bound"], "objective": objective}
    return (
        _(
            "The time ended first: by the aim «%(objective)s» a better set could be better by %(gap)s %% at most; "
            "no set serves more than %(served)s needs."
        )
        % words
    )


def _percent(floor: float | None) -> str:
    """The score of the weakest pair, as a percent; empty where the aim does not look at it."""
    return "" if floor is None else f"{round(floor)}\u202f%"


def _shown(
    run: MatchingRun, mentee: Person, need: MenteeNeed, left: UncoveredNeed | None, names: dict[int, str]
) -> dict[str, Any]:
    """One need with its mentor, the others, and what keeps how many away."""
    found = candidates_of_need(run, mentee.pk, need.key)
    subjects = subjects_of(run)

    def lines(one: MentorCandidate, at_most: int) -> list[str]:
        words = words_for(need.title, subjects, one.distance_km, is_remote=one.is_remote)
        return reason_lines(one.contributions, words, at_most=at_most)

    others = [one for one in found if not one.is_current]
    shown = sorted(others, key=lambda one: not one.is_forbidden and bool(one.why_not) and one.score == 0)
    return {
        "need": need,
        "current": [(one, lines(one, 9)) for one in found if one.is_current],
        "uncovered": uncovered_texts(left, names) if left else [],
        "others": [(one, lines(one, 4), effect_text(one.effect)) for one in shown[:CANDIDATES_SHOWN]],
        "away": away_words(others[CANDIDATES_SHOWN:]),
        "more": max(len(others) - CANDIDATES_SHOWN, 0),
    }


def _mentee(run: MatchingRun, pk: int) -> Person:
    """The person, if they take part in the computed pairing."""
    keys = run.snapshot.get("teachers", {}).get("mentees", {}).get("key", [])
    if run.solved_at is None or str(pk) not in keys:
        raise Http404
    return get_object_or_404(Person.objects.select_related("territory"), pk=pk)


def _needs(run: MatchingRun, mentee: Person) -> list[MenteeNeed]:
    return needs_of_mentee(run, mentee.pk)


def _sides(request: HttpRequest, pk: int, mentee_pk: int) -> tuple[MatchingRun, Person, Person]:
    """Return the draft and both people; both must take part in it."""
    run = teacher_run(request, pk, to_change=True)
    mentee = _mentee(run, mentee_pk)
    mentor = request.POST.get("mentor", "")
    if mentor == str(mentee_pk) or mentor not in run.snapshot["teachers"]["mentors"]["key"]:
        raise Http404
    return run, mentee, get_object_or_404(Person, pk=int(mentor))


def _back(request: HttpRequest, pk: int, mentee_pk: int) -> str:
    if request.POST.get("back") == "review":
        return reverse("matching:review", args=[pk])
    return reverse("matching:person", args=[pk, mentee_pk])


def _say(request: HttpRequest, error: ValidationError) -> None:
    for text in error.messages:
        messages.error(request, text)
