"""A region of three municipalities whose teachers need remote help from each other."""

from mayak.matching.enums import MatchingLevel
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.teacher_settings import TeacherMatchingSettings
from tests.factories.matching import MatchingRunFactory, school, school_year
from tests.factories.people import CompetenceFactory, TeacherNeedFactory, teacher
from tests.factories.registry import MunicipalityFactory, RegionFactory, SubjectFactory
from tests.factories.schools import MentorProfileFactory, MentorStrengthFactory

MENTEES, MENTORS = 4, (1, 2, 4)
"""Mentees of each municipality; mentors of the first, second, third, with one place each."""


def make_country(**rules: object) -> MatchingRun:
    """Twelve needs and seven places: the first two municipalities lack mentors, the third has them."""
    region = RegionFactory(name="Тестовская область")
    subject = SubjectFactory(code="math", name="Математика", position=1)
    topics = [
        CompetenceFactory(code=f"c{number}", name=f"Тема {number}", subject=subject) for number in range(2)
    ]
    year = school_year()
    for number, mentors in enumerate(MENTORS):
        place = MunicipalityFactory(name=f"Район {number + 1}", parent=region)
        at = {"latitude": f"{56 + 2 * number}.000000", "longitude": "40.000000"}
        village, town = school(place, f"СОШ {number}", **at), school(place, f"Лицей {number}", **at)
        for row in range(MENTEES):
            mentee = teacher(village, f"Ученикова{number}{row}", subject=subject)
            weight = round(0.3 + 0.05 * ((7 * row + 3 * number) % 11), 2)
            TeacherNeedFactory(person=mentee, competence=topics[row % 2], school_year=year, weight=weight)
        for row in range(mentors):
            mentor = teacher(town, f"Наставникова{number}{row}", subject=subject)
            profile = MentorProfileFactory(
                person=mentor, organisation=town, school_year=year, pairs=1, works_remotely=True
            )
            MentorStrengthFactory(profile=profile, subject=subject, competence=f"c{row % 2}")
    return MatchingRunFactory(
        territory=region,
        school_year=year,
        title="Область",
        level=MatchingLevel.TEACHERS,
        settings=TeacherMatchingSettings(**rules).to_json(),
    )
