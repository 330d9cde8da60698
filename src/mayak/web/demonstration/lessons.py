"""A festival of lessons in the demonstration: several observers for each lesson, one sheet that still waits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mayak.diagnosis.enums.lessons import LessonKind, ObservationFormState
from mayak.diagnosis.models import LessonObservation, LessonRound, ObservationForm, ObservationSheet
from mayak.diagnosis.models.lessons import ADVICE
from mayak.diagnosis.services.lesson_rounds import create_round
from mayak.diagnosis.services.lessons import add_observer, plan_lesson, set_reflection
from mayak.diagnosis.services.sheets import ItemChange, finish_sheet, save_answers
from mayak.registry.models import Organisation, Person
from mayak.web.demonstration.occasion import Occasion, Place, words

FORM = "lesson-card"
OBSERVERS = ("methodist", "mentor", "kirovsk")
"""Accounts that observe; the school's own one comes along where the lesson is held there."""
FIRST_DAY, LAST_DAY = -24, 9
RATED = ("russian", "mathematics")
APART = 0.36
"""How far an observer's score lies from the lesson's own level, as a share of the scale; invented."""


@dataclass(frozen=True, slots=True)
class _Planned:
    """A lesson that is to be held."""

    teacher: Person
    school: Organisation
    subject: str
    days: int
    observers: tuple[str, ...]


def build_lessons(place: Place, occasion: Occasion) -> LessonRound | None:
    """Hold the festival in the main district; the last lessons are not scored yet by everybody."""
    form = ObservationForm.objects.filter(code=FORM, state=ObservationFormState.IN_USE).first()
    if form is None:
        return None
    found = create_round(
        actor=occasion.actor(place.coordinator),
        territory=place.district.territory,
        title=words()["festival"],
        form=form,
        starts_on=occasion.day(FIRST_DAY),
        ends_on=occasion.day(LAST_DAY),
    )
    for at, planned in enumerate(_rated(place, occasion)):
        lesson = _plan(planned, found, occasion, at)
        level = float(occasion.random("lesson", planned.teacher.sort_key).uniform(0.45, 0.85))
        for sheet in _ask(lesson, planned.observers, occasion):
            _fill(sheet, level, occasion)
    for at, planned in enumerate(_open(place, occasion)):
        lesson = _plan(planned, found, occasion, at)
        for sheet in _ask(lesson, planned.observers, occasion):
            if planned.days < 0 and sheet.observer.email.split("@")[0] != "mentor":
                _fill(sheet, 0.7, occasion)
    _reflect(occasion)
    return found


def _rated(place: Place, occasion: Occasion) -> Iterator[_Planned]:
    """Yield one lesson of Russian and one of mathematics in each school that gets help; two or three look on."""
    for subject in RATED:
        for at, school in enumerate(place.shown):
            teacher = _teacher(school, subject, occasion)
            if teacher is not None:
                chosen = OBSERVERS if at % 2 == 0 else (OBSERVERS[0], OBSERVERS[1 + at // 2 % 2])
                own = ("school",) if occasion.is_of("school", school) else ()
                yield _Planned(
                    teacher, school, subject, FIRST_DAY + 1 + 3 * at, (*chosen[: 3 - len(own)], *own)
                )


def _open(place: Place, occasion: Occasion) -> Iterator[_Planned]:
    """Yield a lesson that was held and waits for the mentor's sheet, and one that is to come."""
    for school, subject, days in zip(place.low[1:3], ("history", "physics"), (-1, 5), strict=False):
        teacher = _teacher(school, subject, occasion)
        if teacher is not None:
            yield _Planned(teacher, school, subject, days, OBSERVERS[:2])


def _teacher(school: Organisation, subject: str, occasion: Occasion) -> Person | None:
    """The account of the mentee teaches where it can, else the first of the school."""
    own = occasion.person("mentee")
    found = occasion.teachers(school, subject)
    return next((one for one in found if own is not None and one.pk == own.pk), found[0] if found else None)


def _plan(planned: _Planned, found: LessonRound, occasion: Occasion, at: int) -> LessonObservation:
    topics = words()["topics"][planned.subject]
    return plan_lesson(
        actor=occasion.actor("methodist"),
        teacher=planned.teacher,
        organisation=planned.school,
        subject=occasion.subjects[planned.subject],
        held_on=occasion.day(planned.days),
        form=found.form,
        round=found,
        grade=5 + at % 5,
        topic=topics[at % len(topics)],
        kind=LessonKind.OPEN_LESSON,
    )


def _ask(lesson: LessonObservation, observers: tuple[str, ...], occasion: Occasion) -> list[ObservationSheet]:
    actor = occasion.actor("methodist")
    users = [occasion.users[local] for local in observers]
    return [
        add_observer(lesson, user, actor=actor)
        for user in users
        if user.person_id is None or user.person_id != lesson.teacher_id
    ]


def _fill(sheet: ObservationSheet, level: float, occasion: Occasion) -> None:
    """Score all items near the level of the lesson; give some examples and a piece of advice; finish."""
    lesson, observer = sheet.lesson, sheet.observer
    local = observer.email.split("@")[0]
    random = occasion.random("sheet", lesson.teacher.sort_key, lesson.topic, local)
    shared = occasion.random("items", lesson.teacher.sort_key, lesson.topic)
    examples = words()["evidence"]
    changes: dict[str, ItemChange] = {}
    for item in lesson.form.rubric.items():
        wanted = level + float(shared.normal(0, 0.22))
        values: dict[str, int | str] = {"score": _score(item.scores, wanted, random)}
        if item.code in examples and random.random() < 0.6:  # noqa: PLR2004  # invented share
            values["evidence"] = examples[item.code]
        changes[item.code] = ItemChange(values, 0)
    advice = words()["advice"]
    changes[ADVICE] = ItemChange({"evidence": advice[int(random.integers(len(advice)))]}, 0)
    actor = occasion.actor(local)
    save_answers(sheet, changes, actor=actor)
    finish_sheet(sheet, actor=actor)


def _score(scores: Sequence[int], wanted: float, random: np.random.Generator) -> int:
    """Return the allowed score nearest to the wanted share, a little apart for each observer."""
    highest = max(scores)
    aim = (wanted + float(random.normal(0, APART / (highest + 1)))) * highest
    return min(scores, key=lambda score: (abs(score - aim), score))


def _reflect(occasion: Occasion) -> None:
    """The mentee says something on the own lesson."""
    own = occasion.person("mentee")
    lesson = LessonObservation.objects.filter(teacher=own).first() if own is not None else None
    if lesson is not None:
        set_reflection(lesson, actor=occasion.actor("mentee"), text=words()["reflection"])
