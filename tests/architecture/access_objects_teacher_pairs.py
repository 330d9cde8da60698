"""What the addresses of pairings of teachers lead to, for the table of addresses and roles."""

from typing import Any

from mayak.accounts.models import User
from mayak.kernel.access import SYSTEM
from mayak.matching.enums import MatchingLevel
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.teacher_settings import TeacherMatchingSettings
from mayak.matching.services.teacher_solving import solve_teacher_run
from mayak.registry.models import Person
from tests.architecture.access_objects import Side, World, provides
from tests.factories.matching import MatchingRunFactory, school_year
from tests.factories.people import CompetenceFactory, TeacherNeedFactory, teacher
from tests.factories.registry import SchoolFactory, SubjectFactory
from tests.factories.schools import MentorProfileFactory, MentorStrengthFactory


def teacher_draft(world: World, side: Side) -> tuple[MatchingRun, Person, Person]:
    """Return a draft of the side's municipality with a teacher who gets help and a mentor."""
    place = world.place(side)
    subject = SubjectFactory.create()
    competence = CompetenceFactory.create(subject=subject)
    mentee = teacher(place.school, subject=subject)
    TeacherNeedFactory.create(person=mentee, competence=competence, school_year=school_year())
    other = SchoolFactory.create(territory=place.municipality)
    profile = MentorProfileFactory.create(organisation=other, school_year=school_year(), pairs=5)
    MentorStrengthFactory.create(profile=profile, subject=subject, competence=competence.code)
    run = MatchingRunFactory.create(
        territory=place.municipality,
        school_year=school_year(),
        level=MatchingLevel.TEACHERS,
        settings=TeacherMatchingSettings().to_json(),
    )
    return run, mentee, profile.person


@provides("matching:examples", "matching:together")
def teacher_pairing(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a draft of the side."""
    return {"pk": teacher_draft(world, side)[0].pk}


@provides("matching:person", "matching:person-move", "matching:person-lock", "matching:person-forbid")
def paired_person(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a teacher of a computed draft of the side, with the mentor for the form."""
    run, mentee, mentor = teacher_draft(world, side)
    solve_teacher_run(run, actor=SYSTEM)
    return {"pk": run.pk, "mentee_pk": mentee.pk, "body": {"mentor": mentor.pk, "reason": "просьба"}}
