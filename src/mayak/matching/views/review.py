"""Step 3: the pairs with their reasons, the schools without one, and changes by hand."""

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
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import EXPORT, Action, ListPage
from mayak.kernel.ui.tables import number_text
from mayak.matching.enums import Objective, PairOrigin, PairRuleKind
from mayak.matching.filters import PairFilter
from mayak.matching.models import MatchingRun, MatchPair, UnmatchedSchool
from mayak.matching.permissions import can_pair_territory
from mayak.matching.selectors import lead_loads, pair_list, unmatched_texts
from mayak.matching.selectors.candidates import candidates_for
from mayak.matching.selectors.comparison import comparison_of
from mayak.matching.selectors.criterion_words import distance_text, minutes_of
from mayak.matching.selectors.explanations import contribution_texts
from mayak.matching.selectors.network_facts import network_facts
from mayak.matching.selectors.pictures import map_of, network_of
from mayak.matching.selectors.quality import floor_words, kept_pairs, swaps_of
from mayak.matching.selectors.runs import load_price_of
from mayak.matching.services import forbid_pair, lock_pair, move_pair
from mayak.matching.tables import PairTable, effect_text, score_text
from mayak.matching.views.common import (
    crumbs,
    further_actions,
    get_draft,
    get_run,
    run_context,
    running_job,
)
from mayak.registry.models import Organisation

UNMATCHED_SHOWN = 50
CANDIDATES_SHOWN = 40


class Review(ListPage):
    """The pairs of a pairing; search, sort and export as in every list."""

    table_class = PairTable
    filter_class = PairFilter
    template_name = "matching/review.html"
    export_name = "pairs"
    empty_title = gettext_lazy("No pairs yet")
    run: MatchingRun

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the pairing first."""
        self.run = get_run(request, kwargs["pk"])
        if request.GET.get("part") == "job":
            return _computing(request, self.run)
        return super().dispatch(request, *args, **kwargs)

    def get_title(self) -> Any:
        """Return the name of the pairing."""
        return self.run.title

    def get_queryset(self) -> QuerySet[MatchPair]:
        """Return the pairs."""
        return pair_list(self.run)

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Return the crumbs before this page."""
        return [(_("Pairings"), reverse("matching:runs"))]

    def get_actions(self) -> list[Action]:
        """Say what to do next with this pairing."""
        solved = self.run.solved_at is not None
        further = further_actions(self.request, self.run)
        compare = [
            *further,
            Action(_("Compare with the optimum"), reverse("matching:comparison", args=[self.run.pk])),
        ]
        if self.can_edit:
            following = "approve" if solved and not self.run.input_changed else "rules"
            label = _("To the approval") if following == "approve" else _("To the rules")
            act = Action(label, reverse(f"matching:{following}", args=[self.run.pk]), primary=True)
            return [*(compare if solved else []), act]
        return compare if solved else []

    def get_table_kwargs(self) -> dict[str, Any]:
        """Give the table the loads; without the right to change, leave the buttons out."""
        locked = frozenset(
            (rule.mentee_id, rule.lead_id) for rule in self.run.rules.all() if rule.kind == PairRuleKind.LOCK
        )
        # On the page the load stands under the name of the lead school; a file has a column for it.
        exclude: tuple[str, ...] = ("actions",) if EXPORT in self.request.GET else ("load",)
        if not self.can_edit:
            exclude = ("actions", *exclude)
        return {"loads": {load.lead_id: load for load in self.loads}, "locked": locked, "exclude": exclude}

    def get_extra_context(self) -> dict[str, Any]:
        """Return the totals, loads, leftovers and pictures."""
        run, pairs = self.run, self.pairs
        unmatched = list(run.unmatched.select_related("mentee__territory")[: UNMATCHED_SHOWN + 1])
        context = run_context(self.request, run, "review")
        context.pop("breadcrumbs")
        return context | {
            "loads": self.loads,
            "overloads": [load for load in self.loads if load.is_overload],
            "unmatched": grouped(unmatched[:UNMATCHED_SHOWN]),
            "unmatched_more": max(run.unmatched_count - UNMATCHED_SHOWN, 0),  # type: ignore[attr-defined]  # annotated
            "network": network_of(run, pairs),
            "places": map_of(pairs, unmatched),
            "totals": totals(run),
            "load_price": score_text(load_price_of(run)) if load_price_of(run) else "",
            "floor": floor_words(run),
            "kept": kept_pairs(run) if run.solved_at else None,
            "swaps": None if run.network_model else swaps_of(run),
            "network_facts": network_facts(run, pairs),
            "can_replay": can_pair_territory(request_scope(self.request), run.territory),
            "proof": proof_words(run, by_hand=sum(pair.origin == PairOrigin.HAND for pair in pairs)),
        }

    @property
    def can_edit(self) -> bool:
        """Whether the user may change the pairs."""
        return bool(run_context(self.request, self.run, "review")["can_edit"])

    @property
    def pairs(self) -> list[MatchPair]:
        """All pairs, read once."""
        if not hasattr(self, "_pairs"):
            self._pairs = list(pair_list(self.run))
        return self._pairs

    @property
    def loads(self) -> Any:
        """The load of every lead school, computed once."""
        if not hasattr(self, "_loads"):
            self._loads = lead_loads(self.run, self.pairs)
        return self._loads


def _computing(request: HttpRequest, run: MatchingRun) -> HttpResponse:
    """Show how far the computation is; when it is over, the whole page is read anew, not one part of it."""
    job = running_job(run)
    response = render(request, "matching/computing.html", {"run": run, "job": job})
    if job is None or job.is_finished:
        response["HX-Refresh"] = "true"
    return response


@require_GET
def school(request: HttpRequest, pk: int, mentee_pk: int) -> HttpResponse:
    """Show one school: its pair in full, every other lead school and what it would do to the score."""
    run = get_run(request, pk)
    mentee = get_object_or_404(Organisation.objects.select_related("territory"), pk=mentee_pk)
    if run.solved_at is None or str(mentee_pk) not in {
        row["key"] for row in run.snapshot["problem"]["mentees"]
    }:
        raise Http404
    candidates = candidates_for(run, mentee_pk)
    unmatched = run.unmatched.filter(mentee=mentee).first()
    current = [one for one in candidates if one.is_current]
    context = run_context(request, run, "review") | {
        "mentee": mentee,
        "current": [(one, contribution_texts(one.contributions, at_most=9)) for one in current],
        "unmatched": unmatched_texts(unmatched) if unmatched else [],
        "candidates": [
            (
                one,
                distance_text(one.distance_km, minutes_of(one.contributions)),
                contribution_texts(one.contributions),
                effect_text(one.effect),
            )
            for one in candidates
            if not one.is_current
        ][:CANDIDATES_SHOWN],
        "totals": totals(run),
        "rules": {rule.lead_id: rule for rule in run.rules.all() if rule.mentee_id == mentee_pk},
        "breadcrumbs": crumbs(run, mentee),
    }
    return render(request, "matching/school.html", context)


@require_POST
def move(request: HttpRequest, pk: int, mentee_pk: int) -> HttpResponse:
    """Give the school to another lead school by hand."""
    run, mentee, lead = _sides(request, pk, mentee_pk)
    left = request.POST.get("from_lead", "")
    from_lead = get_object_or_404(Organisation, pk=int(left)) if left in run.snapshot["names"] else None
    try:
        move_pair(run, mentee, actor=request_actor(request), to_lead=lead, from_lead=from_lead)
    except ValidationError as error:
        _say(request, error)
    else:
        run.refresh_from_db()
        words = {"school": mentee, "lead": lead, "score": totals(run)["score"], "best": totals(run)["best"]}
        messages.success(
            request, _("%(school)s is with %(lead)s now. Total %(score)s of %(best)s points.") % words
        )
    return redirect("matching:school", pk=pk, mentee_pk=mentee_pk)


@require_POST
def lock(request: HttpRequest, pk: int, mentee_pk: int) -> HttpResponse:
    """Keep a pair whatever the next computation finds."""
    run, mentee, lead = _sides(request, pk, mentee_pk)
    try:
        lock_pair(run, mentee, lead, actor=request_actor(request), reason=request.POST.get("reason", ""))
    except ValidationError as error:
        _say(request, error)
    else:
        messages.success(request, _("The pair is locked; a new computation keeps it."))
    return redirect(_back(request, pk, mentee_pk))


@require_POST
def forbid(request: HttpRequest, pk: int, mentee_pk: int) -> HttpResponse:
    """Forbid a pair with a reason."""
    run, mentee, lead = _sides(request, pk, mentee_pk)
    try:
        forbid_pair(run, mentee, lead, actor=request_actor(request), reason=request.POST.get("reason", ""))
    except ValidationError as error:
        _say(request, error)
    else:
        messages.success(request, _("The pair is forbidden. Compute again to find another one."))
    return redirect(_back(request, pk, mentee_pk))


@require_GET
def comparison(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the present pairs beside the optimum without locks and bans."""
    run = get_run(request, pk)
    context = run_context(request, run, "review") | {
        "compared": comparison_of(run),
        "totals": totals(run),
        "breadcrumbs": crumbs(run, _("Comparison with the optimum")),
    }
    return render(request, "matching/comparison.html", context)


def grouped(rows: Iterable[UnmatchedSchool]) -> list[tuple[list[UnmatchedSchool], list[str]]]:
    """Return the schools without a pair by equal reasons, so that ten full stops read as one."""
    groups: dict[tuple[str, ...], list[UnmatchedSchool]] = {}
    for row in rows:
        groups.setdefault(tuple(unmatched_texts(row)), []).append(row)
    return [(members, list(texts)) for texts, members in groups.items()]


def totals(run: MatchingRun) -> dict[str, Any]:
    """Return the totals as people read them: 100 points for a pair that fits fully."""
    share = run.score / run.optimal_score if run.score is not None and run.optimal_score else None
    return {"score": score_text(run.score), "best": score_text(run.optimal_score), "share": share}


def proof_words(run: MatchingRun, *, by_hand: int = 0) -> str:
    """Return whether nothing better exists, in one sentence; nothing is proven of pairs that people moved since."""
    proof = run.proof
    if not proof:
        return ""
    if by_hand:
        return _(
            "Pairs moved by hand since the computation: %(count)s. The proof holds for the computed pairs, "
            "not for these; compute again to have the best set that keeps the moved pairs."
        ) % {"count": by_hand}
    words = {
        "objective": Objective(run.objective).label,
        "considered": proof["pairs_considered"] + proof["pairs_left_out"],
        "gap": proof["gap"],
    }
    if proof.get("method") == "mip":
        return network_proof_words(run)
    if proof["is_proven"]:
        return (
            _(
                "Proven: by the aim «%(objective)s» no better set of pairs exists "
                "(gap 0, %(considered)s possible pairs)."
            )
            % words
        )
    return _("Not proven: a better set of pairs may exist (gap %(gap)s).") % words


def network_proof_words(run: MatchingRun) -> str:
    """Return whether a better network of the chosen model exists, and by how much at most."""
    proof = run.proof
    words: dict[str, Any] = {
        "model": run.get_network_model_display(),
        "objective": Objective(run.objective).label,
        "percent": number_text(proof["gap"] * 100, 2),
        "missing": proof["missing_in_groups"],
    }
    if proof["missing_in_groups"]:
        return (
            _(
                "The locked pairs force groups open that lack %(missing)s schools of the least size: no network keeps "
                "all rules, and this is the nearest one."
            )
            % words
        )
    if proof["is_proven"]:
        return (
            _("Proven: by the aim «%(objective)s» no better network of the model «%(model)s» exists (gap 0).")
            % words
        )
    return _("The time ended before the proof: a better network gains %(percent)s %% at most.") % words


def _sides(request: HttpRequest, pk: int, mentee_pk: int) -> tuple[MatchingRun, Organisation, Organisation]:
    """Return the draft and both schools: one that is to get help, and another one that takes part."""
    run = get_draft(request, pk)
    lead = request.POST.get("lead", "")
    mentees = {row["key"] for row in run.snapshot.get("problem", {}).get("mentees", [])}
    others = set(run.snapshot.get("names", {})) - {str(mentee_pk)}
    if str(mentee_pk) not in mentees or lead not in others:
        raise Http404
    schools = Organisation.objects.in_bulk([mentee_pk, int(lead)])
    return run, schools[mentee_pk], schools[int(lead)]


def _back(request: HttpRequest, pk: int, mentee_pk: int) -> str:
    if request.POST.get("back") == "review":
        return reverse("matching:review", args=[pk])
    return reverse("matching:school", args=[pk, mentee_pk])


def _say(request: HttpRequest, error: ValidationError) -> None:
    for text in error.messages:
        messages.error(request, text)
