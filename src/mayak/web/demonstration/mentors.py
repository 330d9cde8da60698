"""Mentors of the demonstration: passports, nominations, the choice by criteria, consents, training and rewards."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mayak.accounts.enums import ConsentPurpose, ConsentWay
from mayak.accounts.models import ConsentText
from mayak.accounts.services.consents import give_many
from mayak.diagnosis.enums.passports import PersonProofKind
from mayak.diagnosis.models import MentorCriteria, MentorProfile
from mayak.diagnosis.services.mentor_passports import nominate_mentor
from mayak.diagnosis.services.mentor_scores import score_mentor
from mayak.diagnosis.services.nominations import decide_passport
from mayak.kernel.access import Actor
from mayak.registry.enums import QualificationCategory
from mayak.registry.models import Organisation, Person
from mayak.web.demonstration.occasion import LEADS_MOST, Occasion, Place, words
from mayak.web.demonstration.passports import sent_before
from mayak.web.demonstration.staff import TODAY_YEAR

FROM_ONE = 2
"""Mentors of one lead school."""
EXPERIENCED = 8
"""A mentor has taught for so many years; invented."""

_SUBJECTS = ("russian", "mathematics", "english", "history", "primary-classes", "physics")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who becomes a mentor, where, and what is taught there."""

    person: Person
    school: Organisation
    subject: str


def build_mentors(place: Place, occasion: Occasion) -> list[MentorProfile]:
    """Make the passports of a district; return the accepted ones."""
    actor = occasion.actor(place.coordinator)
    accepted = []
    for at, candidate in enumerate(_candidates(place, occasion)):
        profile = _nominated(candidate, occasion, actor, at)
        accepted.append(decide_passport(profile, accept=True, reason="", actor=actor))
    for at, profile in enumerate(accepted):
        _score(profile, occasion, place.coordinator)
        if place.is_main and at % 2 == 0:
            _score(profile, occasion, "methodist")
    _wait(place, occasion, len(accepted))
    _consent(
        [profile.person for profile in accepted[1:]] or [one.person for one in accepted], occasion, actor
    )
    return accepted


def _candidates(place: Place, occasion: Occasion) -> Iterator[Candidate]:
    """Yield two experienced teachers of each lead school; whoever has the account of the mentor comes first."""
    own = occasion.person("mentor") if place.is_main else None
    for school in place.leads[:LEADS_MOST]:
        found = [one for one in _experienced(school, occasion) if own is None or one.person.pk != own.pk]
        if own is not None and own in occasion.staff.by_organisation[school.pk]:
            taught = [code for code in _SUBJECTS if own in occasion.staff.teachers.get((school.pk, code), ())]
            found.insert(0, Candidate(own, school, (taught or list(_SUBJECTS))[0]))
        yield from found[:FROM_ONE]


def _experienced(school: Organisation, occasion: Occasion) -> list[Candidate]:
    found: dict[int, Candidate] = {}
    for code in _SUBJECTS:
        for person in occasion.teachers(school, code):
            if person.category != QualificationCategory.NONE and _years(person) >= EXPERIENCED:
                found.setdefault(person.pk, Candidate(person, school, code))
    return list(found.values())


def _years(person: Person) -> int:
    return TODAY_YEAR - (person.teaching_since or TODAY_YEAR)


def _nominated(candidate: Candidate, occasion: Occasion, actor: Actor, at: int) -> MentorProfile:
    strengths, proofs = words()["strengths"], words()["person_proofs"]
    lines: list[dict[str, Any]] = [
        {
            **strengths[(at + step) % len(strengths)],
            "subject": occasion.subjects[candidate.subject],
            "grade_from": 5,
            "grade_to": 9,
        }
        for step in range(2)
    ]
    shown: list[dict[str, Any]] = [
        {"kind": PersonProofKind.CATEGORY, "title": candidate.person.get_category_display().capitalize()}
        if candidate.person.category != QualificationCategory.NONE
        else {}
    ]
    shown += [_dated(proofs[(at + step) % len(proofs)]) for step in range(2)]
    return nominate_mentor(
        candidate.person,
        candidate.school,
        occasion.year,
        actor=actor,
        is_self_nominated=at % 3 != 1,
        strengths=lines,
        proofs=[row for row in shown if row],
        pairs=1 + at % 2,
        hours_per_month=4 + 2 * (at % 3),
        weekdays=[2, 4] if at % 2 else [1, 3],
        about=words()["about"],
    )


def _dated(proof: dict[str, Any]) -> dict[str, Any]:
    values = dict(proof)
    return {"year": TODAY_YEAR - values.pop("ago"), **values}


def _score(profile: MentorProfile, occasion: Occasion, local: str) -> None:
    """Score a candidate by the seventeen criteria; scorers differ a little."""
    criteria = MentorCriteria.objects.get(is_current=True)
    random = occasion.random("mentor", local, profile.person.sort_key)
    reasons = words()["marks"]
    marks = []
    for item in criteria.items.all():
        drawn = int(random.choice(3, p=(0.08, 0.37, 0.55)))
        if item.code == "category":
            drawn = 2 if profile.person.category == QualificationCategory.HIGHEST else 1
        points = min(drawn, item.max_points)
        marks.append((item, points, _reason(reasons[item.code], points, item.max_points)))
    score_mentor(profile, criteria, marks, actor=occasion.actor(local))


def _reason(text: str, points: int, most: int) -> str:
    """Return the words for the points: in full, partly, nothing yet."""
    if points == most:
        return text
    return f"{words()['marks_partly']}: {text[:1].lower()}{text[1:]}" if points else words()["marks_none"]


def _wait(place: Place, occasion: Occasion, at: int) -> None:
    """Some nominate themselves and wait; in the main district one of them works in the school of the account."""
    schools = [*(place.low[:1] if place.is_main else ()), *place.good()[:2]]
    for step, school in enumerate(schools):
        mentee = occasion.person("mentee")
        found = [
            one for one in _experienced(school, occasion) if mentee is None or one.person.pk != mentee.pk
        ]
        if found:
            profile = _nominated(found[0], occasion, occasion.actor(place.coordinator), at + 3 * step)
            sent_before(profile, 2 + 3 * step)


def _consent(people: list[Person], occasion: Occasion, actor: Actor) -> None:
    """The papers of all but the first mentor lie in the school; the first one has still to sign."""
    for purpose in (ConsentPurpose.PROCESSING, ConsentPurpose.MENTORING):
        text = ConsentText.objects.filter(purpose=purpose).order_by("-version").first()
        if text is not None:
            give_many(
                people, text, actor=actor, given_on=occasion.day(-70), way=ConsentWay.PAPER,
                basis=words()["consent_basis"],
            )  # fmt: skip
