"""Results of ВПР prove nothing about a person: no kind for them, words refused, the database refuses too."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from mayak.diagnosis.enums.passports import PassportState, PersonProofKind
from mayak.diagnosis.models import MentorProof
from mayak.diagnosis.services.mentor_passports import (
    add_mentor_proof,
    add_mentor_strength,
    nominate_mentor,
    update_mentor,
)
from mayak.diagnosis.services.mentor_scores import score_mentor
from mayak.diagnosis.validators.evidence import names_vpr, refuse_vpr
from tests.factories.schools import ACTOR, CriterionFactory, MentorProfileFactory, MentorProofFactory


@pytest.mark.parametrize(
    "text",
    [
        "Результаты ВПР 2024",
        "высокие результаты впр по математике",
        "В.П.Р. в 5 классе",
        "в п р без двоек",
        "Всероссийские проверочные работы: 100 %",
        "всероссийской  проверочной работы",
        "BПP в шестом классе",
        "VPR results",
        "(ВПР)",
        "ВПР-2025",
    ],
)
def test_a_text_that_names_vpr_is_recognised(text: str) -> None:
    assert names_vpr(text)
    with pytest.raises(ValidationError) as refusal:
        refuse_vpr(text)
    assert refusal.value.code == "vpr"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Победитель конкурса «Учитель года»",
        "Внутришкольный проект",
        "Вправе вести курсы",
        "всероссийский конкурс",
        "проверочная работа в разработке урока",
        "план ВПРок",
    ],
)
def test_other_texts_pass(text: str) -> None:
    assert not names_vpr(text)
    refuse_vpr(text)


def test_no_kind_of_proof_is_a_result_of_pupils() -> None:
    assert PersonProofKind.values == ["category", "publication", "award", "lesson", "certificate"]


@pytest.mark.django_db
def test_the_refusal_says_what_counts_instead() -> None:
    with pytest.raises(ValidationError) as refusal:
        add_mentor_proof(MentorProfileFactory(), actor=ACTOR, kind="award", title="ВПР без двоек")
    with translation.override("en"):
        assert refusal.value.message_dict == {
            "title": [
                "Results of ВПР may not be used to evaluate teachers, so they prove nothing here. Name a category, "
                "a publication, an award, a lesson or a certificate."
            ]
        }
    assert MentorProof.objects.count() == 0


@pytest.mark.django_db
def test_another_kind_is_refused_by_the_service_and_by_the_database() -> None:
    profile = MentorProfileFactory()
    with pytest.raises(ValidationError):
        add_mentor_proof(profile, actor=ACTOR, kind="vpr", title="Результаты класса")
    with pytest.raises(IntegrityError), transaction.atomic():
        MentorProof.objects.create(profile=profile, kind="vpr", title="Результаты класса")


@pytest.mark.django_db
def test_the_database_refuses_the_word_too() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        MentorProofFactory(title="Результаты ВПР")


@pytest.mark.django_db
def test_the_words_about_the_own_work_do_not_name_it_either() -> None:
    profile = MentorProfileFactory()
    with pytest.raises(ValidationError) as refusal:
        update_mentor(profile, actor=ACTOR, about="Мои классы пишут ВПР лучше всех")
    assert list(refusal.value.message_dict) == ["about"]


@pytest.mark.django_db
def test_what_a_mentor_is_strong_in_does_not_name_it_either() -> None:
    profile = MentorProfileFactory()
    with pytest.raises(ValidationError) as refusal:
        add_mentor_strength(profile, actor=ACTOR, note="лучшие результаты ВПР района")
    assert list(refusal.value.message_dict) == ["note"]
    assert profile.strengths.count() == 0


@pytest.mark.django_db
def test_a_reason_of_points_does_not_name_it() -> None:
    profile, criterion = MentorProfileFactory(), CriterionFactory()
    with pytest.raises(ValidationError):
        score_mentor(profile, criterion.criteria, [(criterion, 2, "по итогам ВПР")], actor=ACTOR)
    assert profile.scorings.count() == 0


@pytest.mark.django_db
def test_a_nomination_with_it_is_not_saved_at_all() -> None:
    profile = MentorProfileFactory(state=PassportState.DRAFT)
    person, school, year = profile.person, profile.organisation, profile.school_year
    profile.delete()
    with pytest.raises(ValidationError):
        nominate_mentor(
            person, school, year, actor=ACTOR, pairs=1, strengths=[{"note": "дроби"}],
            proofs=[{"kind": "lesson", "title": "ВПР по математике"}],
        )  # fmt: skip
    assert person.mentor_profiles.count() == 0
