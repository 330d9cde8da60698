"""What the first screen says of matching."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.navigation import StepState
from mayak.kernel.ui.today import TodayTask
from mayak.matching.enums import MatchingLevel, MatchingState, RunPurpose
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.runs import run_list
from mayak.registry.selectors.school_years import current_start_year


def step_state(request: HttpRequest) -> StepState | None:
    """Where the pairing of this school year stands, one query."""
    runs = run_list(request_scope(request))
    latest = latest_of_year(runs, MatchingLevel.SCHOOLS, with_repairs=False)
    if latest is None:
        return None
    words = {"year": latest.school_year}
    if latest.state == MatchingState.APPROVED:
        return StepState(_("pairs of %(year)s approved") % words, "good")
    return StepState(_("pairs of %(year)s are a draft") % words, "warning")


def tasks(request: HttpRequest) -> Iterator[TodayTask]:
    """Yield the next thing to do with the pairing of this school year, one query."""
    scope = request_scope(request)
    if not scope.allows("matching.edit"):
        return
    latest = latest_of_year(run_list(scope), MatchingLevel.SCHOOLS)
    if latest is None:
        text = _("Schools that need help get lead schools: the best pairs, with reasons.")
        yield TodayTask(_("Pair schools"), text, reverse("matching:create"), order=40)
    elif latest.state == MatchingState.APPROVED:
        text = _("«%(title)s» is approved.") % {"title": latest}
        yield TodayTask(
            _("Pair schools"), text, reverse("matching:review", args=[latest.pk]), tone="good", order=40
        )
    elif latest.solved_at is None:
        text = _("«%(title)s» is begun and not computed yet.") % {"title": latest}
        yield TodayTask(
            _("Compute the pairs"), text, reverse("matching:readiness", args=[latest.pk]), order=40
        )
    else:
        text = _("Pairs: %(pairs)s, schools without a pair: %(unmatched)s. Look at them and approve.") % {
            "pairs": latest.pair_count,  # type: ignore[attr-defined]  # annotated
            "unmatched": latest.unmatched_count,  # type: ignore[attr-defined]  # annotated
        }
        yield TodayTask(_("Approve the pairs"), text, reverse("matching:review", args=[latest.pk]), order=40)


def latest_of_year(
    runs: QuerySet[MatchingRun], level: str, *, with_repairs: bool = True
) -> MatchingRun | None:
    """Return the pairing of this school year that counts: an approved one before further drafts of its territory.

    Args:
        runs: those that the user may see, in their order.
        level: schools or teachers.
        with_repairs: whether the draft of a repair comes before the approved pairing that it mends: it is to be done,
            but the approved pairs hold.
    """
    of_year = runs.filter(school_year__start_year=current_start_year(), level=level)
    approved = MatchingRun.objects.filter(
        territory=OuterRef("territory"),
        school_year=OuterRef("school_year"),
        level=level,
        state=MatchingState.APPROVED,
    )
    waiting = Q(purpose=RunPurpose.REPAIR) if with_repairs else Q(pk__in=[])
    surplus = Q(Exists(approved), ~waiting, state=MatchingState.DRAFT)
    found = of_year.exclude(state=MatchingState.ARCHIVED).exclude(
        ~Q(state=MatchingState.APPROVED), purpose=RunPurpose.SCENARIO
    )
    return found.exclude(surplus).first()
