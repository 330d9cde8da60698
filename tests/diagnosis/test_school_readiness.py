"""Readiness before matching: who lacks what, the findings, the first screen."""

import pytest
from django.db import connection
from django.test import RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from mayak.accounts.enums import ConsentPurpose, ConsentWay, Role
from mayak.accounts.models import Consent, ConsentText
from mayak.diagnosis.checks.schools import leads_not_ready, mentors_not_ready, schools_not_ready
from mayak.diagnosis.enums.passports import PassportState
from mayak.diagnosis.selectors.school_readiness import mentor_gaps, open_gaps, school_gaps
from mayak.diagnosis.selectors.school_today import tasks
from mayak.diagnosis.services.risk import plan_factor, set_risk_level
from mayak.kernel.access import Scope
from mayak.registry.enums import QualificationCategory
from mayak.registry.selectors.school_years import current_start_year
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.matching import LeadKindFactory, LeadProfileFactory, LeadStrengthFactory, StatusFactory
from tests.factories.registry import AuthorityFactory, MunicipalityFactory, SchoolFactory, SchoolYearFactory
from tests.factories.schools import (
    ACTOR,
    MentorProfileFactory,
    MentorProofFactory,
    MentorStrengthFactory,
    RiskFactorFactory,
    SchoolNeedFactory,
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
def territory():
    return MunicipalityFactory()


@pytest.fixture
def scope(territory):
    return Scope(territory_paths=(territory.path,), rights=frozenset({"diagnosis.edit"}))


def with_status(territory, year, **fields):
    school = SchoolFactory(territory=territory)
    StatusFactory(organisation=school, valid_from=year.starts_on, valid_to=year.ends_on, **fields)
    return school


def counts(gaps) -> dict[str, tuple[int, int]]:
    return {gap.key: (gap.count, gap.total) for gap in gaps}


def consent(person, purpose):
    text, _made = ConsentText.objects.get_or_create(
        purpose=purpose, version=1,
        defaults={"title": "x", "text": "x", "consequences": "x", "valid_from": timezone.localdate(), "source": "x"},
    )  # fmt: skip
    return Consent.objects.create(
        person=person, purpose=purpose, text=text, given_on=timezone.localdate(), way=ConsentWay.PAPER
    )


def test_schools_that_need_help_lack_profile_choice_and_needs(territory, year, scope) -> None:
    one, _other = with_status(territory, year), with_status(territory, year)
    with_status(MunicipalityFactory(), year)
    assert counts(school_gaps(scope, year)) | {} == {
        "school-no-risk": (2, 2), "school-nothing-chosen": (0, 2), "school-no-needs": (2, 2),
        "lead-no-profile": (0, 0), "lead-waiting": (0, 0), "lead-no-capacity": (0, 0), "lead-no-strengths": (0, 0),
    }  # fmt: skip
    line = set_risk_level(
        one, RiskFactorFactory(), year, level="high", source="hand", evidence="x", actor=ACTOR
    )
    SchoolNeedFactory(organisation=one, school_year=year)
    found = counts(school_gaps(scope, year))
    assert (found["school-no-risk"], found["school-nothing-chosen"], found["school-no-needs"]) == (
        (1, 2), (1, 2), (1, 2),
    )  # fmt: skip
    plan_factor(line, is_chosen=True, measures="", actor=ACTOR)
    assert counts(school_gaps(scope, year))["school-nothing-chosen"] == (0, 2)


def test_lead_schools_lack_passport_capacity_and_strengths(territory, year, scope) -> None:
    kind = LeadKindFactory()
    without = with_status(territory, year, kind=kind)
    empty = LeadProfileFactory(
        organisation=with_status(territory, year, kind=kind), school_year=year, capacity=0
    )
    whole = LeadProfileFactory(organisation=with_status(territory, year, kind=kind), school_year=year)
    LeadStrengthFactory(profile=whole)
    waits = LeadProfileFactory(
        organisation=SchoolFactory(territory=territory), school_year=year, state=PassportState.SUBMITTED
    )
    gaps = {gap.key: list(gap.items) for gap in school_gaps(scope, year)}
    assert gaps["lead-no-profile"] == [without]
    assert gaps["lead-no-capacity"] == [empty]
    assert gaps["lead-no-strengths"] == [empty]
    assert gaps["lead-waiting"] == [waits]


def test_mentors_lack_capacity_strengths_proofs_and_consents(territory, year, scope) -> None:
    school = SchoolFactory(territory=territory)
    bare = MentorProfileFactory(organisation=school, school_year=year, hours_per_month=None)
    whole = MentorProfileFactory(organisation=school, school_year=year)
    MentorStrengthFactory(profile=whole)
    MentorProofFactory(profile=whole)
    for purpose in (ConsentPurpose.PROCESSING, ConsentPurpose.MENTORING):
        consent(whole.person, purpose)
    assert counts(mentor_gaps(scope, year)) == {
        "mentor-no-profile": (0, 0), "mentor-waiting": (0, 2), "mentor-no-capacity": (1, 2),
        "mentor-no-strengths": (1, 2), "mentor-no-proofs": (1, 2), "mentor-no-consent": (1, 2),
        "mentor-no-mentoring-consent": (1, 2),
    }  # fmt: skip
    bare.person.category = QualificationCategory.NONE
    bare.person.save()
    assert counts(mentor_gaps(scope, year))["mentor-no-proofs"] == (1, 2)
    bare.person.category = QualificationCategory.HIGHEST
    bare.person.save()
    found = {gap.key: list(gap.items) for gap in mentor_gaps(scope, year)}
    assert found["mentor-no-proofs"] == []
    assert found["mentor-no-mentoring-consent"] == [bare]


def test_a_withdrawn_consent_is_none_and_one_by_the_account_counts(territory, year, scope) -> None:
    profile = MentorProfileFactory(organisation=SchoolFactory(territory=territory), school_year=year)
    given = consent(profile.person, ConsentPurpose.PROCESSING)
    assert counts(mentor_gaps(scope, year))["mentor-no-consent"] == (0, 1)
    given.withdrawn_on = timezone.localdate()
    given.save()
    assert counts(mentor_gaps(scope, year))["mentor-no-consent"] == (1, 1)
    user = UserFactory(person=profile.person)
    Consent.objects.create(
        user=user, purpose=ConsentPurpose.PROCESSING, text=given.text, given_on=given.given_on,
        way=ConsentWay.ELECTRONIC,
    )  # fmt: skip
    assert counts(mentor_gaps(scope, year))["mentor-no-consent"] == (0, 1)


def test_whoever_holds_the_role_of_a_mentor_needs_a_passport(territory, year, scope) -> None:
    school = SchoolFactory(territory=territory)
    profile = MentorProfileFactory(organisation=school, school_year=year)
    RoleAssignmentFactory(role=Role.MENTOR, organisation=school, user=UserFactory(person=profile.person))
    held = RoleAssignmentFactory(role=Role.MENTOR, organisation=school)
    gap = next(gap for gap in mentor_gaps(scope, year) if gap.key == "mentor-no-profile")
    assert (list(gap.items), gap.total) == ([held], 2)


def test_the_check_costs_the_same_with_more_of_everything(territory, year, scope) -> None:
    seen_counts = []
    for _round in range(2):
        with_status(territory, year)
        LeadProfileFactory(
            organisation=with_status(territory, year, kind=LeadKindFactory()), school_year=year
        )
        MentorProfileFactory(organisation=SchoolFactory(territory=territory), school_year=year)
        with CaptureQueriesContext(connection) as seen:
            open_gaps(scope, year)
        seen_counts.append(len(seen))
    assert seen_counts[0] == seen_counts[1]


def test_the_findings_name_schools_and_no_people(territory, year, scope) -> None:
    school = with_status(territory, year)
    lead = with_status(territory, year, kind=LeadKindFactory())
    profile = MentorProfileFactory(organisation=school, school_year=year)
    drafts = [*schools_not_ready(scope), *leads_not_ready(scope), *mentors_not_ready(scope)]
    assert {(draft.group_key, draft.organisation_id) for draft in drafts} == {
        ("RD-01", school.pk), ("RD-02", lead.pk), ("RD-03", school.pk),
    }  # fmt: skip
    assert len({draft.object_key for draft in drafts}) == len(drafts)
    text = " ".join(f"{draft.place} {draft.reason}" for draft in drafts)
    assert profile.person.family_name not in text
    assert "Mentors without strengths: 1 person." in text


def test_without_the_year_of_today_nothing_is_found(territory, scope) -> None:
    for look in (schools_not_ready, leads_not_ready, mentors_not_ready):
        assert list(look(scope)) == []


def test_the_page_leads_to_where_it_is_mended(territory, year) -> None:
    school = with_status(territory, year)
    profile = MentorProfileFactory(organisation=school, school_year=year)
    client = client_of(AuthorityFactory(territory=territory), Role.MUNICIPAL_COORDINATOR)
    page = client.get(reverse("diagnosis:readiness")).content.decode()
    for name, pk in (
        ("needs-school", school.pk),
        ("risk-school", school.pk),
        ("add-mentor-strength", profile.pk),
    ):
        assert reverse(f"diagnosis:{name}", args=[pk]) in page
    assert reverse("accounts:consents-person", args=[profile.person_id]) in page
    assert client_of(school, Role.TEACHER).get(reverse("diagnosis:readiness")).status_code == 403
    assert client_of(school, Role.HEAD_TEACHER).get(reverse("diagnosis:readiness")).status_code == 200


def told(scope) -> dict[str, str]:
    request = RequestFactory().get("/")
    request.scope = scope
    return {str(task.title): task.tone for task in tasks(request)}


def test_the_first_screen_of_a_coordinator(territory, year, scope) -> None:
    assert told(scope) == {"Check the readiness for pairing": "good"}
    school = with_status(territory, year)
    LeadProfileFactory(organisation=school, school_year=year, state=PassportState.SUBMITTED)
    MentorProfileFactory(organisation=school, school_year=year, state=PassportState.SUBMITTED)
    assert told(scope) == {
        "Decide on nominations of schools": "warning",
        "Confirm mentors": "warning",
        "Check the readiness for pairing": "warning",
    }


def test_the_first_screen_of_a_school(territory, year) -> None:
    school = with_status(territory, year)
    scope = Scope(organisation_ids=frozenset({school.pk}), rights=frozenset({"diagnosis.own_school"}))
    assert told(scope) == {"Fill in the risk profile of the school": "warning"}
    line = set_risk_level(
        school, RiskFactorFactory(), year, level="high", source="hand", evidence="x", actor=ACTOR
    )
    assert told(scope) == {"Choose the risk factors on which the school works": "warning"}
    plan_factor(line, is_chosen=True, measures="", actor=ACTOR)
    assert told(scope) == {}
    assert told(Scope(organisation_ids=frozenset({school.pk}))) == {}


def test_a_school_without_a_status_is_asked_for_no_risk_profile(territory, year) -> None:
    school = SchoolFactory(territory=territory)
    scope = Scope(organisation_ids=frozenset({school.pk}), rights=frozenset({"diagnosis.own_school"}))
    assert told(scope) == {}
