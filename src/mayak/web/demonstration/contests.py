"""Two contests of the demonstration: schools that get help, with a protocol; donor schools that are scored now."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mayak.diagnosis.enums.contests import ApplicationOrigin, ContestDecision, ContestKind
from mayak.diagnosis.models import Contest, ContestApplication, ContestAssignment
from mayak.diagnosis.selectors.contests import scored_applications
from mayak.diagnosis.services.contest_applications import begin_application, submit_application
from mayak.diagnosis.services.contest_scoring import Points, decide_application, save_scores
from mayak.diagnosis.services.contests import (
    add_expert,
    assign_all,
    begin_scoring,
    close_contest,
    create_contest,
    open_contest,
    update_contest,
)
from mayak.registry.models import Organisation, SchoolYear
from mayak.web.demonstration.occasion import MAIN, Occasion, Place, words
from mayak.web.demonstration.plans import REGION_KEY
from mayak.web.demonstration.territories import BuiltRegion


@dataclass(frozen=True, slots=True)
class Jury:
    """Who holds the contests of a region, who scores, and whose last sheets still wait."""

    host: str
    experts: tuple[str, ...]
    waiting: str

    def present(self, occasion: Occasion) -> list[str]:
        """Return the experts that have an account."""
        return [local for local in self.experts if local in occasion.users]


JURIES = {
    MAIN: Jury("coordinator", ("methodist", "mentor", "tosno", "kirovsk"), "mentor"),
    REGION_KEY: Jury("region", ("region", "analyst"), "analyst"),
}
"""By the part of the demonstration."""
CHOSEN, RESERVE = 3, 2
LOW_MOST, DONORS_MOST = 6, 5
LEFT = 2
"""Applications that wait for that expert."""
EXPERTS_AT_LEAST = 2


def build_contests(region: BuiltRegion, occasion: Occasion, places: Sequence[Place]) -> list[Contest]:
    """Hold both contests in the region of the main district, where there are enough experts."""
    jury = next((JURIES[place.key] for place in places if place.key in JURIES), None)
    if jury is None or jury.host not in occasion.users or len(jury.present(occasion)) < EXPERTS_AT_LEAST:
        return []
    low = [school for place in reversed(places) for school in place.low]
    donors = [school for place in reversed(places) for school in (*place.leads, *place.good()[:1])]
    held = [_running(region, occasion, donors[:DONORS_MOST], jury)] if donors else []
    if low and any(place.is_main for place in places):
        held.append(_closed(region, occasion, low[:LOW_MOST], jury))
    return held


def _closed(region: BuiltRegion, occasion: Occasion, schools: Iterable[Organisation], jury: Jury) -> Contest:
    """The contest of the year before: scored by everybody, decided, closed with its protocol."""
    contest = _open(
        region, occasion, "low_contest", kind=ContestKind.LOW_RESULTS, year=occasion.before, jury=jury
    )
    applications = [_apply(contest, school, occasion, "low_contest", jury) for school in schools]
    _begin(contest, occasion, jury)
    actor = occasion.actor(jury.host)
    for assignment in _assignments(contest):
        _score(assignment, occasion)
    for at, row in enumerate(scored_applications(contest)):
        decision, reason = _decision(at, len(applications))
        row.application.contest = contest
        decide_application(row.application, actor=actor, decision=decision, reason=reason)
    text = words()["low_contest"]
    signed = {name: words()[name] for name in ("chair", "secretary")}
    update_contest(
        contest,
        actor=actor,
        protocol_number=text["number"],
        protocol_date=contest.scores_until,
        **signed,
    )
    return close_contest(contest, actor=actor)


def _running(region: BuiltRegion, occasion: Occasion, schools: Iterable[Organisation], jury: Jury) -> Contest:
    """The contest of this year: most sheets are finished, the last ones of one expert wait."""
    contest = _open(region, occasion, "donor_contest", kind=ContestKind.DONOR, year=occasion.year, jury=jury)
    for school in schools:
        _apply(contest, school, occasion, "donor_contest", jury)
    _begin(contest, occasion, jury)
    rows = list(_assignments(contest))
    mine = [row for row in rows if row.expert.user.email.split("@")[0] == jury.waiting]
    waiting = {row.pk for row in mine[-LEFT:]}
    for assignment in rows:
        if assignment.pk not in waiting:
            _score(assignment, occasion)
    return contest


def _open(
    region: BuiltRegion, occasion: Occasion, name: str, *, kind: str, year: SchoolYear, jury: Jury
) -> Contest:
    actor, text = occasion.actor(jury.host), words()[name]
    first = occasion.day(-35) if year == occasion.year else dt.date(year.start_year, 9, 8)
    values: dict[str, Any] = {
        "school_year": year,
        "kind": kind,
        "title": f"{text['title']}, {year}",
        "purpose": text["purpose"],
        "commission": text["commission"],
        "applications_from": first,
        "applications_until": first + dt.timedelta(days=21),
        "scores_until": first + dt.timedelta(days=45),
    }
    contest = create_contest(actor=actor, territory=region.territory, **values)
    return open_contest(contest, actor=actor)


def _apply(
    contest: Contest, school: Organisation, occasion: Occasion, name: str, jury: Jury
) -> ContestApplication:
    """The coordinator enters what the school has sent."""
    actor, text = occasion.actor(jury.host), words()[name]
    row = begin_application(
        contest,
        school,
        actor=actor,
        origin=ApplicationOrigin.COORDINATOR,
        reasons=text["reasons"],
        done=text["done"],
        plans=text["plans"],
    )
    submit_application(row, actor=actor)
    day = contest.applications_from + dt.timedelta(days=3 + school.pk % 15)
    sent = dt.datetime.combine(day, dt.time(9), tzinfo=dt.UTC)  # the service writes today
    ContestApplication.objects.filter(pk=row.pk).update(submitted_at=sent)
    return row


def _begin(contest: Contest, occasion: Occasion, jury: Jury) -> None:
    actor = occasion.actor(jury.host)
    for local in jury.present(occasion):
        add_expert(contest, actor=actor, user=occasion.users[local])
    assign_all(contest, actor=actor)
    begin_scoring(contest, actor=actor)


def _assignments(contest: Contest) -> Iterable[ContestAssignment]:
    rows = ContestAssignment.objects.filter(application__contest=contest).select_related(
        "application__contest__territory", "application__organisation__territory", "expert__user"
    )
    return rows.order_by("application__organisation__sort_key", "expert_id")


def _score(assignment: ContestAssignment, occasion: Occasion) -> None:
    """Give points near the worth of the application; experts lie a little apart."""
    contest, local = assignment.application.contest, assignment.expert.user.email.split("@")[0]
    school = assignment.application.organisation.short_name
    worth = float(occasion.random("application", contest.kind, school).uniform(0.5, 0.92))
    random = occasion.random("points", contest.kind, school, local)
    points = {}
    for criterion in contest.criteria.all():
        share = min(max(worth + float(random.normal(0, 0.09)), 0.1), 1.0)
        given = Decimal(round(share * float(criterion.maximum) * 2)) / 2
        points[criterion.pk] = Points(min(given, criterion.maximum), words()["comment"])
    save_scores(
        assignment,
        actor=occasion.actor(local),
        points=points,
        conclusion=words()["conclusion"],
        is_finished=True,
    )


def _decision(at: int, count: int) -> tuple[str, str]:
    if at < min(CHOSEN, count):
        return ContestDecision.CHOSEN, words()["chosen"]
    if at < CHOSEN + RESERVE:
        return ContestDecision.RESERVE, words()["reserve"]
    return ContestDecision.NOT_CHOSEN, words()["not_chosen"]
