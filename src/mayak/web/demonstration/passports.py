"""Passports of lead schools in the demonstration: what they offer, with what they prove it, who nominated itself."""

import datetime as dt
from typing import Any

from django.utils import timezone

from mayak.diagnosis.models import LeadProfile, MentorProfile
from mayak.diagnosis.selectors.risk import factors_of
from mayak.diagnosis.services import update_lead_profile
from mayak.diagnosis.services.lead_passports import add_offer, add_proof, nominate_school
from mayak.diagnosis.services.nominations import decide_passport, submit_passport
from mayak.kernel.access import Actor
from mayak.web.demonstration.occasion import LEADS_MOST, Occasion, Place, words
from mayak.web.demonstration.staff import TODAY_YEAR

WAITED = 6
"""For so many days the newest nomination waits."""
_TAUGHT = ("russian", "mathematics", "physics", "history")


def build_passports(place: Place, occasion: Occasion) -> None:
    """Complete the passports that the main job computed from results; other good schools nominate themselves."""
    actor = occasion.actor(place.coordinator)
    mine = LeadProfile.objects.filter(organisation__in=place.leads, school_year=occasion.year)
    profiles = mine.select_related("organisation__territory", "school_year").order_by("organisation", "pk")
    for at, profile in enumerate(profiles[:LEADS_MOST]):
        update_lead_profile(
            profile,
            actor=actor,
            note=words()["lead_note"],
            hours_per_month=(8, 6, 12, 4)[at % 4],
            weekdays=[3] if at % 2 else [2, 4],
            available_from=occasion.year.starts_on,
            available_to=occasion.year.ends_on,
        )
        _fill(profile, occasion, actor, at)
    _nominate(place, occasion, actor)


def sent_before(profile: LeadProfile | MentorProfile, days: int) -> None:
    """Let a nomination wait for so many days already: the service writes today."""
    sent = timezone.now() - dt.timedelta(days=days)
    type(profile).objects.filter(pk=profile.pk).update(submitted_at=sent)
    profile.submitted_at = sent


def _fill(profile: LeadProfile, occasion: Occasion, actor: Actor, at: int, *, lines: int = 3) -> None:
    """Add offers and proofs; each school takes others of the list."""
    factors = {factor.code: factor for factor in factors_of(occasion.year)}
    offers, proofs = words()["offers"], words()["school_proofs"]
    for step in range(lines):
        values: dict[str, Any] = dict(offers[(at * 2 + step) % len(offers)])
        code = values.pop("factor", "")
        if code:
            values["risk_factor"] = factors.get(code)
        if "competence" in values:
            values["subject"] = occasion.subjects[_TAUGHT[(at + step) % len(_TAUGHT)]]
        add_offer(profile, actor=actor, schools=1 + step % 2, **values)
    for step in range(lines):
        proof = dict(proofs[(at + step) % len(proofs)])
        add_proof(profile, actor=actor, year=TODAY_YEAR - proof.pop("ago"), **proof)


def _nominate(place: Place, occasion: Occasion, actor: Actor) -> None:
    """One school waits for the decision, one got its nomination back with a reason."""
    for at, school in enumerate(place.good()[:2]):
        profile = nominate_school(
            school, occasion.year, actor=actor, capacity=1 + at, hours_per_month=4, note=words()["lead_note"]
        )
        _fill(profile, occasion, actor, at + 2, lines=2)
        submit_passport(profile, actor=actor)
        sent_before(profile, WAITED + 10 * at)
        if at:
            decide_passport(profile, accept=False, reason=words()["returned"], actor=actor)
