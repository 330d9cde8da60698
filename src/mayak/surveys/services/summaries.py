"""Counting the answers of an audience, as far as they may be shown: the rule of steps stands here (docs/adr/0017)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.jobs.models import JobState
from mayak.kernel.jobs.services import enqueue_job
from mayak.kernel.models import Job
from mayak.surveys.algorithms.cubes import dump_cube, only_for_all, stepped, total_cube
from mayak.surveys.algorithms.hiding import may_step
from mayak.surveys.algorithms.tallying import Columns, Cube, Layout, build_cube, layout_of
from mayak.surveys.enums import CampaignState
from mayak.surveys.models import Answer, Audience, ResultSummary
from mayak.surveys.selectors.answer_rows import attributes_of, read_portions, weights
from mayak.surveys.selectors.campaigns import definition_of
from mayak.surveys.selectors.results import is_due, kept_total
from mayak.surveys.services.closing import is_settling

COUNT_JOB = "surveys.count"
AT_ONCE = 3000
"""So many answers are counted while the page is made; more are counted by a job."""

RECENT = dt.timedelta(days=30)
"""Rounds that ended longer ago are counted when somebody looks at them."""

Progress = Callable[[int], Any]


def refresh_when_due(audience: Audience, *, actor: Actor) -> ResultSummary | None:
    """Return the sums, made anew first where they are old: at once for few answers, by a job for many.

    The sums themselves are a copy of what is there already, so reading a page may make them.
    """
    summary = ResultSummary.objects.filter(audience=audience).first()
    if not is_due(audience, summary):
        return summary
    if Answer.objects.filter(audience=audience).count() <= AT_ONCE:
        return refresh_results(audience)
    ask_to_count(audience, actor=actor)
    return summary


def ask_to_count(audience: Audience, *, actor: Actor) -> None:
    """Ask for a job that counts, unless one waits already."""
    waiting = Job.objects.filter(kind=COUNT_JOB, state=JobState.WAITING, arguments={"audience": audience.pk})
    if not waiting.exists():
        enqueue_job(
            COUNT_JOB,
            actor=actor,
            title=_("Counting: %(audience)s") % {"audience": audience},
            arguments={"audience": audience.pk},
        )


def current_results(audience: Audience, *, progress: Progress = lambda _done: None) -> ResultSummary:
    """Return the sums of an audience, counted first where they are old."""
    summary = ResultSummary.objects.filter(audience=audience).first()
    if summary is not None and not is_due(audience, summary):
        return summary
    return refresh_results(audience, progress=progress)


def refresh_running() -> int:
    """Count the answers of every started round whose sums are old; return how many audiences were counted."""
    done = 0
    audiences = Audience.objects.exclude(campaign__state__in=[CampaignState.DRAFT, CampaignState.STARTING])
    recent = timezone.localdate() - RECENT
    for audience in audiences.filter(campaign__closes_on__gte=recent).select_related("campaign", "version"):
        if is_due(audience, ResultSummary.objects.filter(audience=audience).first()):
            refresh_results(audience)
            done += 1
    return done


def refresh_results(audience: Audience, *, progress: Progress = lambda _done: None) -> ResultSummary:
    """Count the answers that may be shown by now.

    A named round is counted as it is. In an anonymous one, while it runs, only the totals of questions that everybody
    answers, and only when they are a group more than those shown before; all questions and the breakdowns when it is
    closed. After a reopening the breakdowns stay those of the first closing.

    The answers are read by one statement, which sees one state of them, and outside of the transaction that keeps the
    sums: on SQLite nobody could send an answer meanwhile.
    """
    began, was_closed = timezone.now(), _is_closed(audience)
    before = ResultSummary.objects.filter(audience=audience).first()
    there = Answer.objects.filter(audience=audience).count()
    if audience.is_anonymous and not _is_step(before, there, audience.campaign.threshold):
        return _keep(audience, None, there, began=began, closed=was_closed)
    cube, there = read_cube(audience, progress)
    return _keep(audience, cube, there, began=began, closed=was_closed)


def _is_step(summary: ResultSummary | None, there: int, limit: int) -> bool:
    """Whether sums of so many answers would show something new, and may be shown."""
    if summary is None:
        return may_step(0, there, limit)
    if summary.grouped and summary.counted == there:
        return False
    return there >= summary.counted and may_step(summary.counted, there, limit)


@transaction.atomic
def _keep(
    audience: Audience, cube: Cube | None, there: int, *, began: dt.datetime, closed: bool
) -> ResultSummary:
    Audience.objects.select_for_update().get(pk=audience.pk)
    audience.campaign.refresh_from_db(fields=["state"])
    closed = closed and _is_closed(audience)
    summary = ResultSummary.objects.filter(audience=audience).first() or ResultSummary(audience=audience)
    if cube is not None and not audience.is_anonymous:
        _keep_grouped(summary, cube, began)
    elif cube is not None and _is_step(summary, there, audience.campaign.threshold):
        _step(summary, audience, cube, began=began, closed=closed)
    summary.seen, summary.is_final = there, closed
    summary.save()
    return summary


def _is_closed(audience: Audience) -> bool:
    campaign = audience.campaign
    return campaign.state == CampaignState.CLOSED and not is_settling(campaign)


def _step(
    summary: ResultSummary, audience: Audience, cube: Cube, *, began: dt.datetime, closed: bool
) -> None:
    layout = layout_of(definition_of(audience))
    if closed and not summary.grouped:
        _keep_grouped(summary, cube, began)
    elif closed:
        shown = kept_total(summary)
        found = stepped(shown, cube, layout) if shown is not None else total_cube(cube)
        _keep_total(summary, found, began)
    elif not summary.grouped:
        _keep_total(summary, only_for_all(cube, layout), began)


def _keep_grouped(summary: ResultSummary, cube: Cube, at: dt.datetime) -> None:
    summary.grouped, summary.total = dump_cube(cube), b""
    summary.counted = summary.grouped_count = cube.count
    summary.computed_at = summary.grouped_at = at


def _keep_total(summary: ResultSummary, cube: Cube, at: dt.datetime) -> None:
    summary.total, summary.counted, summary.computed_at = dump_cube(cube), cube.count, at


def read_cube(audience: Audience, progress: Progress = lambda _done: None) -> tuple[Cube, int]:
    """Read all answers of an audience and sum them up by class; return how many there were, too."""
    layout: Layout = layout_of(definition_of(audience))
    attributes = attributes_of(audience)
    columns, keys = Columns(layout), []
    for portion in read_portions(audience, attributes):
        columns.add(portion.answers)
        keys += portion.keys
        progress(len(keys))
    cube = build_cube(
        columns,
        keys,
        attributes=attributes,
        limit=audience.campaign.threshold,
        weights=weights(keys, attributes),
    )
    return cube, len(keys)
