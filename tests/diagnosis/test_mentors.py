"""Passports of mentors: the short form, who sees and confirms, the choice by criteria, the own data."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from mayak.accounts.enums import Role
from mayak.diagnosis.enums.passports import PassportState
from mayak.diagnosis.models import MentorCriteria, MentorCriterion, MentorProfile, MentorProof, MentorScore
from mayak.diagnosis.selectors.passports import current_criteria, mentors_of, result_of
from mayak.diagnosis.services.mentor_passports import nominate_mentor
from mayak.diagnosis.services.mentor_scores import (
    new_criteria_version,
    remove_criterion,
    save_criterion,
    score_mentor,
    use_criteria,
)
from mayak.diagnosis.services.nominations import decide_passport
from mayak.diagnosis.services.reference import load_diagnosis_reference
from mayak.kernel.access import Actor, Scope
from mayak.kernel.personal.holdings import Subjects, holdings_of
from mayak.kernel.readings.models import Reading
from mayak.registry.selectors.school_years import current_start_year
from mayak.registry.services.reference import load_registry_reference
from mayak.results.services.reference import load_results_reference
from tests.factories.registry import (
    AuthorityFactory,
    EmploymentFactory,
    MunicipalityFactory,
    PersonFactory,
    SchoolFactory,
    SchoolYearFactory,
    SubjectFactory,
)
from tests.factories.schools import (
    ACTOR,
    CriteriaFactory,
    CriterionFactory,
    MentorProfileFactory,
    MentorStrengthFactory,
    client_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


@pytest.fixture
def year():
    return SchoolYearFactory(start_year=current_start_year())


@pytest.fixture
def teacher():
    school = SchoolFactory()
    post = EmploymentFactory(person=PersonFactory(territory=school.territory), organisation=school)
    return post.person


def school_of(person):
    return person.employments.get().organisation


def test_the_short_form_sends_the_passport_in_one_step(teacher, year) -> None:
    maths = SubjectFactory(name="Математика")
    client = client_of(school_of(teacher), Role.TEACHER, teacher)
    page = reverse("diagnosis:mentor-own")
    asked = client.get(page).content.decode()
    assert asked.count('type="hidden" name="person"') + asked.count('type="hidden" name="organisation"') == 2
    form = {
        "person": teacher.pk, "organisation": school_of(teacher).pk, "subjects": [maths.pk],
        "form": "traditional", "work_format": "remote", "pairs": 2, "hours_per_month": 4, "weekdays": ["1"],
        "proof_kind": "lesson", "proof_title": "Открытый урок «Дроби»",
    }  # fmt: skip
    assert client.post(page, form).status_code == 302
    profile = MentorProfile.objects.get()
    assert (profile.state, profile.is_self_nominated) == (PassportState.SUBMITTED, True)
    assert (profile.person, profile.pairs, profile.hours_per_month, profile.weekdays) == (teacher, 2, 4, [1])
    assert [str(one.subject) for one in profile.strengths.all()] == ["Математика"]
    assert MentorProof.objects.get().title == "Открытый урок «Дроби»"
    own = reverse("diagnosis:mentor", args=[profile.pk])
    assert client.get(page).headers["Location"] == own
    assert "Открытый урок «Дроби»" in client.get(own).content.decode()
    assert Reading.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"subjects": []}, "Choose at least one subject"),
        ({"proof_title": "ВПР без двоек"}, "may not be used to evaluate teachers, so they prove nothing"),
        ({"proof_kind": ""}, "Choose what it is."),
        ({"proof_title": ""}, "Say what exactly."),
        ({"grade_from": 9, "grade_to": 5}, "The last grade cannot lie below the first."),
        ({"pairs": 0}, "greater than or equal to 1"),
    ],
)
def test_a_wrong_answer_is_said_and_nothing_is_lost(teacher, year, changes, words) -> None:
    maths = SubjectFactory()
    client = client_of(school_of(teacher), Role.TEACHER, teacher)
    form = {
        "person": teacher.pk, "organisation": school_of(teacher).pk, "subjects": [maths.pk], "note": "",
        "form": "traditional", "work_format": "mixed", "pairs": 1, "hours_per_month": 4,
        "proof_kind": "award", "proof_title": "Учитель года",
    }  # fmt: skip
    answer = client.post(reverse("diagnosis:mentor-own"), form | changes)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert MentorProfile.objects.count() == 0


def test_nobody_nominates_another_person_through_the_own_page(teacher, year) -> None:
    other = EmploymentFactory(organisation=school_of(teacher)).person
    client = client_of(school_of(teacher), Role.TEACHER, teacher)
    form = {
        "person": other.pk, "organisation": school_of(teacher).pk, "note": "дроби", "form": "group",
        "work_format": "mixed", "pairs": 1, "hours_per_month": 4,
    }  # fmt: skip
    assert client.post(reverse("diagnosis:mentor-own"), form).status_code == 400


def test_an_account_without_a_person_is_told_what_to_do(year) -> None:
    page = client_of(SchoolFactory(), Role.TEACHER).get(reverse("diagnosis:mentor-own"))
    assert "Ask the coordinator of your school" in page.content.decode()


def test_a_person_without_a_post_in_the_school_is_refused(teacher, year) -> None:
    with pytest.raises(ValidationError, match="no post in this school"):
        nominate_mentor(teacher, SchoolFactory(), year, actor=ACTOR)


def test_the_school_confirms_and_nobody_confirms_oneself(year) -> None:
    profile = MentorProfileFactory(school_year=year, state=PassportState.SUBMITTED)
    url = reverse("diagnosis:decide-mentor", args=[profile.pk])
    himself = client_of(profile.organisation, Role.HEAD_TEACHER, profile.person)
    assert himself.post(url, {"decision": "accept"}).status_code == 403
    head = client_of(profile.organisation, Role.HEAD_TEACHER)
    assert head.get(url).status_code == 200
    assert head.post(url, {"decision": "return", "reason": ""}).status_code == 400
    assert head.post(url, {"decision": "accept"}).status_code == 302
    profile.refresh_from_db()
    assert profile.state == PassportState.ACCEPTED
    assert list(MentorProfile.objects.accepted()) == [profile]


def test_colleagues_do_not_see_a_passport_and_coordinators_leave_a_trace(year) -> None:
    profile = MentorProfileFactory(school_year=year)
    url = reverse("diagnosis:mentor", args=[profile.pk])
    colleague = client_of(profile.organisation, Role.TEACHER)
    assert colleague.get(url).status_code == 404
    assert colleague.get(reverse("diagnosis:mentors")).status_code == 403
    authority = AuthorityFactory(territory=profile.organisation.territory)
    assert client_of(authority, Role.MUNICIPAL_COORDINATOR).get(url).status_code == 200
    reading = Reading.objects.get()
    assert (reading.subject, reading.what) == (f"registry.person:{profile.person_id}", "mentor")
    stranger = client_of(AuthorityFactory(), Role.MUNICIPAL_COORDINATOR)
    assert stranger.get(url).status_code == 404


def test_the_person_changes_a_draft_only(year) -> None:
    profile = MentorProfileFactory(school_year=year, state=PassportState.DRAFT)
    client = client_of(profile.organisation, Role.TEACHER, profile.person)
    edit = reverse("diagnosis:edit-mentor", args=[profile.pk])
    assert client.post(edit, {"pairs": 3, "hours_per_month": 6, "about": ""}).status_code == 302
    line = {"note": "Смысловое чтение", "form": "group", "work_format": "mixed"}
    assert client.post(reverse("diagnosis:add-mentor-strength", args=[profile.pk]), line).status_code == 302
    proof = reverse("diagnosis:add-mentor-proof", args=[profile.pk])
    refused = client.post(proof, {"kind": "award", "title": "Результаты ВПР"})
    assert refused.status_code == 400
    assert client.post(proof, {"kind": "award", "title": "Учитель года"}).status_code == 302
    gone = reverse("diagnosis:drop-mentor-proof", args=[profile.pk, MentorProof.objects.get().pk])
    assert client.post(gone).status_code == 302
    assert client.post(reverse("diagnosis:submit-mentor", args=[profile.pk])).status_code == 302
    profile.refresh_from_db()
    assert (profile.pairs, profile.state) == (3, PassportState.SUBMITTED)
    assert client.get(edit).status_code == 403


def test_a_school_nominates_its_teacher_and_not_a_foreign_one(teacher, year) -> None:
    client = client_of(school_of(teacher), Role.SCHOOL_COORDINATOR)
    foreign = EmploymentFactory()
    form = {
        "person": teacher.pk, "organisation": school_of(teacher).pk, "note": "дроби", "form": "group",
        "work_format": "in_person", "pairs": 1, "hours_per_month": 4,
    }  # fmt: skip
    url = reverse("diagnosis:mentor-nominate")
    assert client.get(url).status_code == 200
    wrong = {"person": foreign.person_id, "organisation": foreign.organisation_id}
    assert client.post(url, form | wrong).status_code == 400
    assert client.post(url, form).status_code == 302
    profile = MentorProfile.objects.get()
    assert (profile.is_self_nominated, profile.works_remotely) == (False, False)


def test_the_list_costs_the_same_with_more_mentors(year) -> None:
    school = SchoolFactory()
    client, counts = client_of(school, Role.HEAD_TEACHER), []
    for _round in range(2):
        MentorStrengthFactory.create_batch(2, profile__organisation=school, profile__school_year=year)
        client.get(reverse("diagnosis:mentors"))
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("diagnosis:mentors"))
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert mentors_of(Scope(organisation_ids=frozenset({school.pk}))).count() == 0


# The choice by criteria


def test_the_supplied_form_has_seventeen_criteria_in_five_groups() -> None:
    for load in (load_registry_reference, load_results_reference, load_diagnosis_reference):
        load()
    criteria = current_criteria()
    assert criteria is not None
    groups: dict[str, int] = {}
    for item in criteria.items.all():
        groups[item.group] = groups.get(item.group, 0) + 1
    assert groups == {
        "Квалификация сотрудника": 3,
        "Качество образовательной деятельности": 2,
        "Профессионально важные качества личности": 8,
        "Личные мотивы к наставничеству": 2,
        "Инновационный потенциал личности": 2,
    }
    assert criteria.is_assumption  # the points, not the list
    assert (criteria.source_year, criteria.version) == (2021, 1)


def test_several_scorers_give_a_mean_with_reasons(year) -> None:
    profile, first, second = MentorProfileFactory(school_year=year), CriterionFactory(), CriterionFactory()
    other = Actor(user_id=8, label="boris@example.org")
    score_mentor(profile, first.criteria, [(first, 2, "высшая"), (second, 1, "одна статья")], actor=ACTOR)
    score_mentor(profile, first.criteria, [(first, 1, "первая")], actor=other)
    result = result_of(profile, first.criteria)
    assert (result.points, result.out_of) == (2.5, 4)
    score_mentor(profile, first.criteria, [(first, 1, "уточнили")], actor=ACTOR)
    assert MentorScore.objects.count() == 2
    assert result_of(profile, first.criteria).points == 1


@pytest.mark.parametrize(
    ("points", "reason", "words"),
    [(3, "много", "from 0 to 2 points"), (-1, "мало", "from 0 to 2 points"), (1, " ", "give the reason")],
)
def test_points_out_of_bounds_or_without_a_reason_are_refused(year, points, reason, words) -> None:
    criterion = CriterionFactory()
    with pytest.raises(ValidationError, match=words):
        score_mentor(
            MentorProfileFactory(school_year=year),
            criterion.criteria,
            [(criterion, points, reason)],
            actor=ACTOR,
        )
    assert MentorScore.objects.count() == 0


def test_a_used_version_is_frozen_and_a_new_one_is_made(year) -> None:
    criterion = CriterionFactory()
    score_mentor(
        MentorProfileFactory(school_year=year), criterion.criteria, [(criterion, 1, "да")], actor=ACTOR
    )
    criterion.text = "иначе"
    with pytest.raises(ValidationError, match="make a new version"):
        save_criterion(criterion, actor=ACTOR)
    with pytest.raises(ValidationError, match="make a new version"):
        remove_criterion(criterion, actor=ACTOR)
    made = new_criteria_version(criterion.criteria, actor=ACTOR)
    assert (made.version, made.is_current, made.items.count()) == (2, False, 1)
    item = made.items.get()
    item.text = "иначе"
    save_criterion(item, actor=ACTOR)
    use_criteria(made, actor=ACTOR)
    assert list(MentorCriteria.objects.filter(is_current=True)) == [made]


def test_a_version_without_criteria_is_not_used() -> None:
    with pytest.raises(ValidationError, match="without criteria"):
        use_criteria(CriteriaFactory(version=5, is_current=False), actor=ACTOR)


def test_the_sheet_on_the_page_and_who_sees_the_result(year) -> None:
    profile, criterion = MentorProfileFactory(school_year=year), CriterionFactory()
    authority = AuthorityFactory(territory=profile.organisation.territory)
    coordinator = client_of(authority, Role.MUNICIPAL_COORDINATOR)
    sheet, shown = (reverse(f"diagnosis:mentor-{name}", args=[profile.pk]) for name in ("score", "result"))
    assert coordinator.get(sheet).status_code == 200
    for wrong in ({f"points_{criterion.pk}": 2}, {f"reason_{criterion.pk}": "да"}, {}):
        assert coordinator.post(sheet, wrong).status_code == 400
    vpr = {f"points_{criterion.pk}": 2, f"reason_{criterion.pk}": "по ВПР"}
    assert coordinator.post(sheet, vpr).status_code == 400
    right = {f"points_{criterion.pk}": 2, f"reason_{criterion.pk}": "высшая категория"}
    assert coordinator.post(sheet, right).status_code == 302
    label = MentorScore.objects.get().scoring.scorer_label
    seen = coordinator.get(shown).content.decode()
    assert "высшая категория" in seen
    assert label in seen
    candidate = client_of(profile.organisation, Role.TEACHER, profile.person)
    own = candidate.get(shown).content.decode()
    assert "высшая категория" in own
    assert f"({label})" not in own
    assert client_of(profile.organisation, Role.HEAD_TEACHER).get(shown).status_code == 403
    assert client_of(profile.organisation, Role.TEACHER).get(shown).status_code == 404
    assert client_of(profile.organisation, Role.HEAD_TEACHER).get(sheet).status_code == 403


def test_nobody_scores_oneself(year) -> None:
    CriterionFactory()
    profile = MentorProfileFactory(school_year=year)
    client = client_of(
        AuthorityFactory(territory=profile.organisation.territory), Role.METHODIST, profile.person
    )
    assert client.get(reverse("diagnosis:mentor-score", args=[profile.pk])).status_code == 403


def test_the_criteria_are_edited_through_the_pages() -> None:
    item = CriterionFactory()
    territory = MunicipalityFactory()
    client = client_of(AuthorityFactory(territory=territory), Role.MUNICIPAL_COORDINATOR)
    head = client_of(SchoolFactory(territory=territory), Role.HEAD_TEACHER)
    assert head.get(reverse("diagnosis:mentor-criteria")).status_code == 200
    add = reverse("diagnosis:criterion-add", args=[item.criteria_id])
    form = {
        "group": "Мотивы",
        "code": "willing",
        "text": "готовность",
        "max_points": 3,
        "position": 20,
        "hint": "",
    }
    assert head.post(add, form).status_code == 403
    assert client.post(add, form | {"max_points": 0}).status_code == 400
    assert client.post(add, form).status_code == 302
    assert MentorCriterion.objects.count() == 2
    edit = reverse("diagnosis:criterion-edit", args=[item.criteria_id, item.pk])
    assert client.post(edit, form | {"code": item.code, "text": "иначе"}).status_code == 302
    client.post(reverse("diagnosis:criterion-drop", args=[item.criteria_id, item.pk]))
    assert [one.code for one in MentorCriterion.objects.all()] == ["willing"]
    client.post(reverse("diagnosis:criteria-new", args=[item.criteria_id]))
    made = MentorCriteria.objects.get(version=2)
    client.post(reverse("diagnosis:criteria-use", args=[made.pk]))
    assert current_criteria() == made


def test_the_person_finds_passport_and_points_in_the_own_data(year) -> None:
    profile, criterion = MentorProfileFactory(school_year=year), CriterionFactory()
    MentorStrengthFactory(profile=profile, subject=None, note="Смысловое чтение")
    score_mentor(profile, criterion.criteria, [(criterion, 2, "высшая")], actor=ACTOR)
    held = holdings_of(Subjects(None, profile.person_id, frozenset()))
    tables = {one.key: one.rows for one in held}
    assert "Смысловое чтение" in tables["mentor-passports"][0]
    assert tables["mentor-points"][0] == [criterion.text, 2, 2, "высшая"]


def test_an_accepted_passport_can_be_returned(year) -> None:
    profile = MentorProfileFactory(school_year=year)
    decide_passport(profile, accept=False, reason="ушёл в отпуск", actor=ACTOR)
    assert list(MentorProfile.objects.accepted()) == []
