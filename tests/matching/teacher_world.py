"""A district of four schools whose pairs of teachers can be counted by hand."""

from dataclasses import dataclass

from mayak.accounts.enums import ConsentPurpose, ConsentWay
from mayak.accounts.models import Consent, ConsentText
from mayak.diagnosis.models import Competence, MentorProfile
from mayak.matching.enums import MatchingLevel
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.teacher_settings import TeacherMatchingSettings
from mayak.registry.models import Organisation, Person, Subject, Territory
from tests.factories.matching import MatchingRunFactory, school, school_year
from tests.factories.people import CompetenceFactory, TeacherNeedFactory, teacher
from tests.factories.registry import MunicipalityFactory, SubjectFactory
from tests.factories.schools import MentorProfileFactory, MentorStrengthFactory

KM_NORTH = 1 / 111.19493


@dataclass
class TeacherWorld:
    """Anna and Vera need word problems (mathematics), Boris dictations (Russian); Galina and Dmitry are mentors."""

    territory: Territory
    maths: Subject
    russian: Subject
    word_problems: Competence
    dictations: Competence
    village: Organisation
    town: Organisation
    lyceum: Organisation
    anna: Person
    vera: Person
    boris: Person
    galina: Person
    dmitry: Person
    run: MatchingRun

    def passport(self, person: Person) -> MentorProfile:
        return MentorProfile.objects.get(person=person)


def make_world() -> TeacherWorld:
    """Galina (lyceum) is strong in word problems and has one place; Dmitry (town) in Russian as a whole, two places."""
    territory = MunicipalityFactory(name="Тестовский район")
    maths = SubjectFactory(code="math", name="Математика", position=1)
    russian = SubjectFactory(code="russian", name="Русский язык", position=2)
    place = {"longitude": "30.000000"}
    village = school(
        territory, "Сельская СОШ", latitude=round(60 + 20 * KM_NORTH, 6), locality="rural",
        school_type="secondary", **place,
    )  # fmt: skip
    town = school(territory, "Городская СОШ", latitude="60.000000", locality="urban", **place)
    lyceum = school(territory, "Лицей", latitude="60.000000", locality="urban", **place)
    word_problems = CompetenceFactory(
        code="word-problems", name="Текстовые задачи", subject=maths, grade_from=5, grade_to=9
    )
    dictations = CompetenceFactory(code="dictations", name="Диктанты", subject=russian)
    anna = teacher(village, "Анна", given_name="Анна", patronymic="", subject=maths)
    vera = teacher(town, "Вера", given_name="Вера", patronymic="", subject=maths)
    boris = teacher(village, "Борис", given_name="Борис", patronymic="", subject=russian)
    galina = teacher(lyceum, "Галина", given_name="Галина", patronymic="", subject=maths)
    dmitry = teacher(town, "Дмитрий", given_name="Дмитрий", patronymic="", subject=russian)
    year = school_year()
    TeacherNeedFactory(person=anna, competence=word_problems, school_year=year, weight=0.9)
    TeacherNeedFactory(person=vera, competence=word_problems, school_year=year, weight=0.5)
    TeacherNeedFactory(person=boris, competence=dictations, school_year=year, weight=0.6)
    first = MentorProfileFactory(person=galina, organisation=lyceum, school_year=year, pairs=1)
    MentorStrengthFactory(profile=first, subject=maths, competence="word-problems", grade_from=5, grade_to=9)
    second = MentorProfileFactory(person=dmitry, organisation=town, school_year=year, pairs=2)
    MentorStrengthFactory(profile=second, subject=russian)
    run = MatchingRunFactory(
        territory=territory,
        school_year=year,
        title="Учителя",
        level=MatchingLevel.TEACHERS,
        settings=TeacherMatchingSettings().to_json(),
    )
    return TeacherWorld(
        territory, maths, russian, word_problems, dictations, village, town, lyceum,
        anna, vera, boris, galina, dmitry, run,
    )  # fmt: skip


def consent(*people: Person) -> None:
    """Keep the papers of mentors."""
    text, _made = ConsentText.objects.get_or_create(
        purpose=ConsentPurpose.MENTORING,
        version=1,
        defaults={"title": "t", "text": "t", "consequences": "c", "valid_from": "2024-01-01", "source": "s"},
    )
    for person in people:
        Consent.objects.create(
            person=person,
            purpose=ConsentPurpose.MENTORING,
            text=text,
            given_on="2024-09-02",
            way=ConsentWay.PAPER,
            basis="дело 1",
        )
