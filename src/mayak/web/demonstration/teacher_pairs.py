"""Mentors for teachers in the demonstration: a draft that waits for the consent of one mentor."""

from mayak.matching.enums import MatchingLevel
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.teacher_settings import TeacherMatchingSettings
from mayak.matching.services import create_run
from mayak.matching.services.teacher_solving import solve_teacher_run
from mayak.web.demonstration.occasion import Occasion, Place, words


def build_teacher_pairs(place: Place, occasion: Occasion) -> MatchingRun | None:
    """Pair the teachers of the main district with its mentors; elsewhere nothing is computed.

    The draft is not approved: the mentor of the account has still to sign the consent, and the page says so.
    """
    if not place.is_main:
        return None
    actor = occasion.actor(place.coordinator)
    run = create_run(
        place.district.territory,
        occasion.year,
        actor=actor,
        title=words()["teacher_pairs"],
        settings=TeacherMatchingSettings(needs_per_mentee=1),
        level=MatchingLevel.TEACHERS,
    )
    return solve_teacher_run(run, actor=actor)
