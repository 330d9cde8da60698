"""Who is asked: people of the registry and of the accounts, within the survey's territory, at a constant cost."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mayak.accounts.enums import Role
from mayak.diagnosis.enums.passports import PassportState
from mayak.diagnosis.models import MentorProfile
from mayak.registry.enums import AssociationLevel
from mayak.registry.models import Organisation
from mayak.surveys.models import Campaign
from mayak.surveys.selectors.audiences import Invited, audience, audiences, breakdowns
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.matching import lead, mentee, school
from tests.factories.registry import (
    AssociationFactory,
    BranchFactory,
    EmploymentFactory,
    MunicipalityFactory,
    PersonFactory,
    ServiceFactory,
)
from tests.factories.survey_content import make_round

pytestmark = pytest.mark.django_db
IN_THE_YEAR = dt.datetime(2024, 11, 5, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _in_the_year():
    with time_machine.travel(IN_THE_YEAR, tick=False):
        yield


def found(code: str, campaign: Campaign) -> list[Invited]:
    provider = audience(code)
    assert provider is not None
    return list(provider.find(campaign))


def works(organisation: Organisation, position: str, email: str = "", **post: object):
    person = PersonFactory.create(territory=organisation.territory, email=email)
    EmploymentFactory.create(person=person, organisation=organisation, position=position, **post)
    return person


class TestOneForEach:
    def test_a_low_school_answers_by_its_coordinator_else_its_head(self) -> None:
        campaign = make_round()
        first, second = (mentee(campaign.owner.territory, name) for name in ("Первая", "Вторая"))
        school(campaign.owner.territory, "Обычная")
        head = works(first, "директор", "head@school.example")
        works(second, "заместитель директора по учебно-воспитательной работе")
        other = works(second, "директор")
        user = UserFactory.create(email="coordinator@school.example")
        RoleAssignmentFactory.create(user=user, role=Role.SCHOOL_COORDINATOR, organisation=first)
        rows = {row.organisation_id: row for row in found("low-schools", campaign)}
        assert set(rows) == {first.pk, second.pk}
        assert (rows[first.pk].user_id, rows[first.pk].email) == (user.pk, "coordinator@school.example")
        assert (rows[second.pk].person_id, rows[second.pk].user_id) == (other.pk, None)
        assert rows[second.pk].groups == {"role": "low"}
        assert head.pk not in {row.person_id for row in rows.values()}

    def test_lead_schools_are_those_that_give_help(self) -> None:
        campaign = make_round()
        giver = lead(campaign.owner.territory, "Лицей")
        mentee(campaign.owner.territory, "Низкая")
        works(giver, "исполняющий обязанности директора")
        assert [(row.organisation_id, row.groups["role"]) for row in found("high-schools", campaign)] == [
            (giver.pk, "lead")
        ]

    def test_a_methodical_service_answers_by_its_methodist_else_its_head(self) -> None:
        campaign = make_round()
        works(campaign.owner, "методист")
        chief = works(campaign.owner, "руководитель методической службы", "chief@service.example")
        assert [(row.person_id, row.email) for row in found("methodical-services", campaign)] == [
            (chief.pk, "chief@service.example")
        ]
        user = UserFactory.create()
        RoleAssignmentFactory.create(user=user, role=Role.METHODIST, organisation=campaign.owner)
        assert [row.user_id for row in found("methodical-services", campaign)] == [user.pk]


class TestTeachers:
    def test_teachers_by_position_without_specialists_and_without_those_who_left(self) -> None:
        campaign = make_round()
        place = school(campaign.owner.territory, "Школа")
        here = [
            works(place, position) for position in ("учитель", "учитель начальных классов", "преподаватель")
        ]
        for position in ("учитель-логопед", "педагог-психолог", "директор"):
            works(place, position)
        works(place, "учитель", valid_to=dt.date(2024, 8, 31))
        assert [row.person_id for row in found("teachers", campaign)] == [person.pk for person in here]

    def test_a_person_with_an_account_is_one_and_gets_the_letter_at_the_account(self) -> None:
        campaign = make_round()
        place = school(campaign.owner.territory, "Школа")
        person = works(place, "учитель", "home@mail.example")
        user = UserFactory.create(email="work@school.example", person=person)
        RoleAssignmentFactory.create(user=user, role=Role.TEACHER, organisation=place)
        assert found("teachers", campaign) == [
            Invited(place.pk, person.pk, user.pk, "work@school.example", {"role": "teacher"})
        ]
        user.is_active = False
        user.save()
        assert found("teachers", campaign) == [
            Invited(place.pk, person.pk, None, "home@mail.example", {"role": "teacher"})
        ]

    def test_a_role_without_a_person_of_the_registry_is_asked_too(self) -> None:
        campaign = make_round()
        place = school(campaign.owner.territory, "Школа")
        user = UserFactory.create()
        RoleAssignmentFactory.create(user=user, role=Role.TEACHER, organisation=place)
        assert [(row.person_id, row.user_id) for row in found("teachers", campaign)] == [(None, user.pk)]

    def test_of_low_schools_only(self) -> None:
        campaign = make_round()
        low, other = mentee(campaign.owner.territory, "Низкая"), school(campaign.owner.territory, "Другая")
        wanted = works(low, "учитель")
        works(other, "учитель")
        assert [row.person_id for row in found("teachers-low", campaign)] == [wanted.pk]

    def test_only_within_the_territory_of_the_holder(self) -> None:
        campaign = make_round()
        works(school(MunicipalityFactory.create(), "Чужая"), "учитель")
        assert found("teachers", campaign) == []

    def test_a_school_asks_its_own_people_and_those_of_its_branches(self) -> None:
        own = school(MunicipalityFactory.create(), "Своя")
        branch = BranchFactory.create(parent=own, territory=own.territory)
        works(school(own.territory, "Соседняя"), "учитель")
        people = {works(own, "учитель").pk, works(branch, "учитель").pk}
        assert {row.person_id for row in found("teachers", make_round(own))} == people


class TestOthers:
    def test_mentors_are_those_with_the_role_or_an_accepted_passport_of_the_year(self) -> None:
        campaign = make_round()
        place = school(campaign.owner.territory, "Школа")
        by_role = UserFactory.create()
        RoleAssignmentFactory.create(user=by_role, role=Role.MENTOR, organisation=place)
        accepted, draft = works(place, "учитель"), works(place, "учитель")
        for person, state in ((accepted, PassportState.ACCEPTED), (draft, PassportState.DRAFT)):
            MentorProfile.objects.create(
                person=person, organisation=place, school_year=campaign.school_year, state=state
            )
        assert [(row.user_id, row.person_id) for row in found("mentors", campaign)] == [
            (by_role.pk, None),
            (None, accepted.pk),
        ]

    def test_mentees_heads_and_deputies(self) -> None:
        campaign = make_round()
        place = mentee(campaign.owner.territory, "Школа")
        user = UserFactory.create()
        RoleAssignmentFactory.create(user=user, role=Role.MENTEE, organisation=place)
        head = works(place, "директор")
        deputy = works(place, "заместитель директора по воспитательной работе")
        assert [row.user_id for row in found("mentees", campaign)] == [user.pk]
        assert [row.person_id for row in found("heads", campaign)] == [head.pk]
        assert [row.person_id for row in found("deputies", campaign)] == [deputy.pk]
        assert [row.person_id for row in found("administration-low", campaign)] == [head.pk, deputy.pk]

    def test_heads_of_subject_associations(self) -> None:
        campaign = make_round()
        place = school(campaign.owner.territory, "Школа")
        person = works(place, "учитель")
        AssociationFactory.create(organisation=place, head=person, level=AssociationLevel.SCHOOL)
        assert [row.person_id for row in found("subject-leads", campaign)] == [person.pk]

    def test_students_and_parents_are_schools_and_nobody(self) -> None:
        campaign = make_round()
        place, low = school(campaign.owner.territory, "А"), mentee(campaign.owner.territory, "Б")
        for code, role, expected in (
            ("students", "student", {place.pk, low.pk}),
            ("students-low", "student", {low.pk}),
            ("parents-low", "parent", {low.pk}),
        ):
            rows = found(code, campaign)
            assert {row.organisation_id for row in rows} == expected
            assert {(row.person_id, row.user_id, row.email, row.groups["role"]) for row in rows} == {
                (None, None, "", role)
            }
        links = {one.code for one in audiences() if one.by_link}
        assert links == {"students", "students-low", "parents", "parents-low"}
        assert {one.code for one in audiences() if one.of_students} == {"students", "students-low"}


class TestBreakdowns:
    def test_municipality_category_and_locality_of_each_school(self) -> None:
        region = MunicipalityFactory.create().parent
        districts = [MunicipalityFactory.create(parent=region, name=name) for name in ("Северный", "Южный")]
        campaign = make_round(ServiceFactory.create(territory=region))
        low, giver = (
            mentee(districts[0], "Низкая", locality="rural"),
            lead(districts[1], "Лицей", locality="urban"),
        )
        both = mentee(districts[1], "Обе", locality="")
        lead_status_of(both)
        plain = school(districts[1], "Обычная", locality="urban")
        of = {one.code: one.of(campaign) for one in breakdowns() if one.of}
        words = {one.code: one.values(campaign) for one in breakdowns()}
        assert [words["territory"][of["territory"][one.pk]] for one in (low, giver, campaign.owner)] == [
            "Северный", "Южный", region.name,
        ]  # fmt: skip
        assert [of["category"].get(one.pk) for one in (low, giver, both, plain, campaign.owner)] == [
            "low", "lead", "low", "other", None,
        ]  # fmt: skip
        assert {one.pk: of["locality"].get(one.pk) for one in (low, giver, both)} == {
            low.pk: "rural", giver.pk: "urban", both.pk: None,
        }  # fmt: skip

    def test_every_role_of_an_audience_has_its_word(self) -> None:
        campaign = make_round()
        words = next(one.values(campaign) for one in breakdowns() if one.code == "role")
        assert {
            "service",
            "lead",
            "low",
            "teacher",
            "mentor",
            "mentee",
            "head",
            "deputy",
            "student",
            "parent",
        } <= set(words)


def lead_status_of(place: Organisation) -> None:
    from tests.factories.matching import LeadKindFactory, StatusFactory

    StatusFactory.create(organisation=place, kind=LeadKindFactory.create())


@pytest.mark.parametrize("code", [one.code for one in audiences()])
def test_queries_do_not_grow_with_the_people(code: str) -> None:
    campaign = make_round()
    counts = []
    for name in ("А", "Б", "В"):
        for place in (
            mentee(campaign.owner.territory, f"Н{name}"),
            lead(campaign.owner.territory, f"Л{name}"),
        ):
            for position in ("учитель", "директор", "заместитель директора"):
                works(place, position)
            for role in (Role.MENTOR, Role.MENTEE, Role.SCHOOL_COORDINATOR):
                RoleAssignmentFactory.create(role=role, organisation=place)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found(
                code, Campaign.objects.select_related("owner__territory", "school_year").get(pk=campaign.pk)
            )
        counts.append(len(queries) - 1)
    assert counts[0] == counts[1] == counts[2] <= 2


def test_queries_of_the_breakdowns_do_not_grow_either() -> None:
    campaign = make_round()
    counts = []
    for name in ("А", "Б"):
        mentee(campaign.owner.territory, name)
        with CaptureQueriesContext(connection) as queries:
            for one in breakdowns():
                one.values(campaign)
                if one.of:
                    one.of(campaign)
        counts.append(len(queries))
    assert counts[0] == counts[1]
