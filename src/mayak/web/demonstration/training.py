"""The training of mentors in the demonstration: courses, enrolments, certificates in different states, rewards."""

from collections.abc import Sequence

from mayak.diagnosis.enums.training import EnrolmentState, IncentiveKind
from mayak.diagnosis.models import (
    MentorIncentive,
    MentorProfile,
    TrainingCourse,
    TrainingTopic,
)
from mayak.diagnosis.services.training import (
    add_certificate,
    add_need,
    end_enrolment,
    enrol,
    give_reward,
    save_dictionary,
)
from mayak.kernel.access import Actor
from mayak.registry.models import Person
from mayak.web.demonstration.occasion import Occasion, Place, words
from mayak.web.demonstration.territories import BuiltRegion

YEARS_OF_PAPER = 3
"""So long a certificate holds (the threshold that is supplied); used for the days of the papers only."""
_YEAR = 365


def build_training(
    region: BuiltRegion, occasion: Occasion, found: Sequence[tuple[Place, list[MentorProfile]]]
) -> None:
    """Hold courses of the region; the mentors of each district stand at different points of the way."""
    if not any(profiles for _place, profiles in found):
        return
    local = "coordinator" if "coordinator" in occasion.users and len(found) > 1 else found[0][0].coordinator
    courses = _courses(region, occasion, occasion.actor(local))
    for place, profiles in found:
        for at, profile in enumerate(profiles):
            _WAYS[at % len(_WAYS)](profile.person, courses, occasion, occasion.actor(place.coordinator))


def _courses(region: BuiltRegion, occasion: Occasion, actor: Actor) -> list[TrainingCourse]:
    provider = region.organisations.get("institute") or next(iter(region.organisations.values()), None)
    topics = {topic.code: topic for topic in TrainingTopic.objects.all()}
    made = []
    for row in words()["courses"]:
        values = {key: row[key] for key in ("title", "hours", "is_remote")}
        values |= {
            "territory": region.territory,
            "provider": str(provider or region.territory),
            "topic": topics[row["topic"]],
            "starts_on": occasion.day(row["starts"]),
            "ends_on": occasion.day(row["ends"]),
        }
        made.append(save_dictionary(TrainingCourse(), actor=actor, values=values))
    return made


def _trained(person: Person, courses: list[TrainingCourse], occasion: Occasion, actor: Actor) -> None:
    """The first course is done, a need is open, a reward was given."""
    row = enrol(person, courses[0], actor=actor, enrolled_on=courses[0].starts_on)
    end_enrolment(row, actor=actor, state=EnrolmentState.COMPLETED, ended_on=courses[0].ends_on)
    _certify(person, courses[0], occasion, actor, days_ago=380)
    _need(person, courses[1], occasion, actor)
    reasons, rewards = (MentorIncentive.objects.filter(kind=kind) for kind in IncentiveKind.values)
    give_reward(
        person, actor=actor, reward=rewards[0], reason=reasons[0], given_on=occasion.day(-55),
        basis_text=words()["reward_basis"],
    )  # fmt: skip


def _learning(person: Person, courses: list[TrainingCourse], occasion: Occasion, actor: Actor) -> None:
    """The paper of years ago ends soon; the next course has begun."""
    _certify(person, courses[0], occasion, actor, days_ago=YEARS_OF_PAPER * _YEAR - 40)
    enrol(person, courses[1], actor=actor, enrolled_on=courses[1].starts_on)


def _expired(person: Person, courses: list[TrainingCourse], occasion: Occasion, actor: Actor) -> None:
    """The paper no longer holds; the person is enrolled in a course to come."""
    _certify(person, courses[0], occasion, actor, days_ago=YEARS_OF_PAPER * _YEAR + 60)
    enrol(person, courses[2], actor=actor, enrolled_on=occasion.day(-5))


def _new(person: Person, courses: list[TrainingCourse], occasion: Occasion, actor: Actor) -> None:
    """Nothing yet but a need."""
    _need(person, courses[0], occasion, actor)


def _need(person: Person, course: TrainingCourse, occasion: Occasion, actor: Actor) -> None:
    if course.topic is not None:
        add_need(
            person,
            course.topic,
            actor=actor,
            school_year=occasion.year,
            reason=next(row["why"] for row in words()["courses"] if row["title"] == course.title),
        )


def _certify(
    person: Person, course: TrainingCourse, occasion: Occasion, actor: Actor, *, days_ago: int
) -> None:
    issued = occasion.day(-days_ago)
    add_certificate(
        person, actor=actor, course=course, number=f"{issued:%y}-{person.pk:05d}", issued_on=issued
    )


_WAYS = (_trained, _learning, _expired, _new)
