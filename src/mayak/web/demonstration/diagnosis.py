"""Diagnosis in the demonstration: whole in the district of Kirovsk, the main parts of it elsewhere."""

from collections.abc import Iterable, Mapping

from django.db import transaction

from mayak.accounts.models import User
from mayak.web.demonstration.contests import build_contests
from mayak.web.demonstration.deficits import build_deficits, build_groups
from mayak.web.demonstration.lessons import build_lessons
from mayak.web.demonstration.measures import build_dynamics, build_measures
from mayak.web.demonstration.mentors import build_mentors
from mayak.web.demonstration.occasion import Occasion, Place, make_occasion, places_of
from mayak.web.demonstration.passports import build_passports
from mayak.web.demonstration.plans import REGION_KEY
from mayak.web.demonstration.risks import build_needs, build_risks
from mayak.web.demonstration.staff import Staff
from mayak.web.demonstration.teacher_pairs import build_teacher_pairs
from mayak.web.demonstration.territories import BuiltRegion
from mayak.web.demonstration.training import build_training


@transaction.atomic
def build_diagnosis(
    regions: Mapping[str, BuiltRegion], users: Iterable[User], staff: Staff, seed: int
) -> list[Place]:
    """Hold diagnosis through its services; who acts are the demonstration accounts. Return where it was held."""
    occasion = make_occasion(users, staff, seed)
    held: list[Place] = []
    for region in regions.values():
        places = [place for place in places_of(region) if place.coordinator in occasion.users]
        if places:
            _build_region(region, places, occasion)
        held += places
    return held


def _build_region(region: BuiltRegion, places: list[Place], occasion: Occasion) -> None:
    mentors = []
    for place in places:
        build_risks(place, occasion)
        build_passports(place, occasion)
        mentors.append((place, build_mentors(place, occasion)))
        build_deficits(place, occasion)
        if place.is_main:
            build_lessons(place, occasion)
        if place.key != REGION_KEY:
            build_groups(place, occasion)
        build_dynamics(place, occasion)
    build_training(region, occasion, mentors)
    build_needs(region, occasion, places)
    for place in places:
        build_measures(place, occasion)
    build_contests(region, occasion, places)
    for place in places:
        build_teacher_pairs(place, occasion)
