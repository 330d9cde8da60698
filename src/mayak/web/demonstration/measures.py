"""Recommendations of the demonstration in all their states, and cards of the dynamics of schools."""

import datetime as dt
from decimal import Decimal

from mayak.diagnosis.enums.dynamics import MeasureMoment
from mayak.diagnosis.enums.measures import AddresseeKind
from mayak.diagnosis.models import DynamicsCard, DynamicsIndicator, Recommendation
from mayak.diagnosis.selectors.level_sources import levels_of_person, levels_of_school
from mayak.diagnosis.selectors.measures import ProposedMeasure, proposed_measures
from mayak.diagnosis.services.dynamics import create_card, state_value, update_card
from mayak.diagnosis.services.measures import (
    accept_proposals,
    cancel_recommendation,
    issue_recommendation,
    report_done,
    return_recommendation,
    update_recommendation,
)
from mayak.kernel.access import Actor
from mayak.registry.models import Organisation, SchoolYear
from mayak.web.demonstration.occasion import LOW_MOST, Occasion, Place, words
from mayak.web.demonstration.procedures import YEARS

TO_TEACHER = 2
"""Recommendations to one teacher."""
ISSUED_BEFORE = 75
"""For so many days the oldest recommendations have been issued."""


def build_measures(place: Place, occasion: Occasion) -> None:
    """Turn the levels of schools into recommendations, issue most of them, and let the schools answer."""
    actor = occasion.actor(place.coordinator)
    for at, school in enumerate(place.shown):
        proposals = proposed_measures(levels_of_school(school, occasion.year))
        made = accept_proposals(
            school, occasion.year, actor=actor, proposals=_few(proposals),
            controller=words()["controllers"]["school"],
        )  # fmt: skip
        for step, row in enumerate(made):
            _WAYS[(at + step) % len(_WAYS)](row, occasion, actor)
    if place.is_main:
        _to_mentee(place, occasion)


def build_dynamics(place: Place, occasion: Occasion) -> list[DynamicsCard]:
    """Begin the cards of the schools that get help; the first one has its own values and a conclusion."""
    actor = occasion.actor(place.coordinator)
    years = {year.start_year: year for year in SchoolYear.objects.filter(start_year__in=YEARS)}
    cards = [
        create_card(school, actor=actor, entry_year=years[YEARS[0]], exit_year=years[YEARS[-2]])
        for school in place.shown[: LOW_MOST if place.is_main else 1]
    ]
    for card in cards[:1]:
        _complete(card, actor)
    return cards


def _few(proposals: list[ProposedMeasure]) -> list[ProposedMeasure]:
    """Two measures for each kind of level, for different addressees where there are some."""
    chosen: list[ProposedMeasure] = []
    for kind in dict.fromkeys(one.trigger.kind for one in proposals):
        same = [one for one in proposals if one.trigger.kind == kind]
        by_addressee = list({one.template.addressee: one for one in reversed(same)}.values())
        chosen += by_addressee[-2:]
    return chosen


def _to_mentee(place: Place, occasion: Occasion) -> None:
    """A lesson and a self-assessment lead to recommendations to one teacher, who is the account of the mentee."""
    person, actor = occasion.person("mentee"), occasion.actor("methodist")
    school = next((one for one in place.low if _works(occasion, one)), None)
    if person is None or school is None:
        return
    proposed = proposed_measures(levels_of_person(person, occasion.year))
    made = accept_proposals(
        school, occasion.year, actor=actor, person=person,
        proposals=[one for one in proposed if one.template.addressee == AddresseeKind.TEACHER][:TO_TEACHER],
        controller=words()["controllers"]["person"],
    )  # fmt: skip
    for row in made:
        issue_recommendation(row, actor=actor)


def _works(occasion: Occasion, school: Organisation) -> bool:
    person = occasion.person("mentee")
    return person is not None and person in occasion.staff.by_organisation[school.pk]


def _complete(card: DynamicsCard, actor: Actor) -> None:
    """The school adds what no data knows, and draws a conclusion."""
    indicators = {one.code: one for one in DynamicsIndicator.objects.all()}
    for code, values in words()["dynamics_values"].items():
        for moment, value in zip((MeasureMoment.ENTRY, MeasureMoment.EXIT), values, strict=True):
            year = card.entry_year if moment == MeasureMoment.ENTRY else card.exit_year
            state_value(
                card, indicators[code], actor=actor, moment=moment, value=Decimal(value), measured=str(year),
                note=words()["dynamics_measured"],
            )  # fmt: skip
    update_card(card, actor=actor, note=words()["dynamics_note"])


def _draft(_row: Recommendation, _occasion: Occasion, _actor: Actor) -> None:
    """It waits to be issued."""


def _fresh(row: Recommendation, _occasion: Occasion, actor: Actor) -> None:
    """It is issued, the deadline lies ahead."""
    issue_recommendation(row, actor=actor)


def _overdue(row: Recommendation, occasion: Occasion, actor: Actor) -> None:
    """It was to be carried out, and the day of the control has come."""
    _issued_before(row, occasion, actor, deadline=-20, control=-3)


def _done(row: Recommendation, occasion: Occasion, actor: Actor) -> None:
    """The school has reported."""
    _issued_before(row, occasion, actor, deadline=-8, control=22)
    report_done(row, actor=actor, note=words()["done_note"])
    _write(row, done_on=occasion.day(-12))


def _returned(row: Recommendation, occasion: Occasion, actor: Actor) -> None:
    """The report came back, the deadline is near."""
    _issued_before(row, occasion, actor, deadline=6, control=36)
    report_done(row, actor=actor, note=words()["done_note"])
    return_recommendation(row, actor=actor, reason=words()["return_reason"])


def _cancelled(row: Recommendation, occasion: Occasion, actor: Actor) -> None:
    """It was issued and is needed no more."""
    _issued_before(row, occasion, actor, deadline=20, control=50)
    cancel_recommendation(row, actor=actor, reason=words()["cancel_reason"])


def _issued_before(
    row: Recommendation, occasion: Occasion, actor: Actor, *, deadline: int, control: int
) -> None:
    issue_recommendation(row, actor=actor)
    update_recommendation(row, actor=actor, deadline=occasion.day(deadline), control_on=occasion.day(control))
    _write(row, issued_on=occasion.day(-ISSUED_BEFORE))


def _write(row: Recommendation, **days: dt.date) -> None:
    """Put a day into the past: the services write today."""
    Recommendation.objects.filter(pk=row.pk).update(**days)
    for name, day in days.items():
        setattr(row, name, day)


_WAYS = (_fresh, _overdue, _draft, _done, _fresh, _returned, _draft, _cancelled)
