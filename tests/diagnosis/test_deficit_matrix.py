"""The deficit matrix: sums by place, what stays hidden, rows of teachers, the file, typical deficits and groups."""

import datetime as dt
from http import HTTPStatus

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from mayak.accounts.enums import Role
from mayak.diagnosis.enums.deficits import ProblemGroupState
from mayak.diagnosis.models import ProblemGroup
from mayak.diagnosis.selectors.matrix import school_matrix, territory_matrix
from mayak.diagnosis.selectors.people_matrix import people_matrix
from mayak.diagnosis.selectors.problem_groups import people_with, propose_groups
from mayak.diagnosis.selectors.teachers import main_posts
from mayak.diagnosis.services.problem_groups import dissolve_group, form_group, update_group_members
from mayak.kernel.access import SYSTEM, Scope
from mayak.kernel.readings.models import Reading
from tests.factories.people import (
    CompetenceFactory,
    ProblemGroupFactory,
    region_of,
    say,
    teacher,
    teachers,
    this_year,
    user_of,
)
from tests.factories.registry import (
    AssociationFactory,
    AuthorityFactory,
    EmploymentFactory,
    MunicipalityFactory,
    SchoolFactory,
    ServiceFactory,
    SubjectFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


@pytest.fixture
def district():
    this_year()
    return MunicipalityFactory()


@pytest.fixture
def one():
    return CompetenceFactory(name="Постановка цели урока")


def school_with(district, count: int, one, severity: float = 2.0, *, deficits: int | None = None):
    """A school with so many teachers; the first ``deficits`` of them with the severity, the others with none."""
    school = SchoolFactory(territory=district)
    people = teachers(school, count)
    for index, person in enumerate(people):
        say(person, one, severity if deficits is None or index < deficits else 0)
    return school, people


def shown(row) -> list[str]:
    return ["hidden" if cell.is_hidden else f"{cell.deficits}/{cell.known}" for cell in row.cells]


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


# Sums


def test_sums_of_schools_add_up_to_the_district_and_the_region(district, one) -> None:
    first, _people = school_with(district, 6, one, deficits=2)
    second, _people = school_with(district, 5, one, deficits=5)
    other = MunicipalityFactory(parent=district.parent)
    school_with(other, 7, one, deficits=0)
    found = territory_matrix(district, [one])
    assert {row.place: shown(row) for row in found.rows} == {first: ["2/6"], second: ["5/5"]}
    assert shown(found.total) == ["7/11"]
    region = territory_matrix(region_of(district), [one])
    assert {row.place: shown(row) for row in region.rows} == {district: ["7/11"], other: ["0/7"]}
    assert shown(region.total) == ["7/18"]
    assert region.total.people == 18
    assert region.total.cells[0].mean == pytest.approx(14 / 18)


def test_a_teacher_with_two_posts_is_counted_once_at_the_main_one(district, one) -> None:
    first, people = school_with(district, 6, one)
    second, _people = school_with(district, 6, one)
    EmploymentFactory(
        person=people[0], organisation=second, rate=0.25, valid_from=dt.date(2019, 9, 1), valid_to=None
    )
    people[0].employments.filter(organisation=first).update(rate=1)
    assert main_posts(path=district.path)[people[0].pk] == first.pk
    assert people[0].pk not in main_posts(organisation=second.pk)
    assert shown(territory_matrix(district, [one]).total) == ["12/12"]


def test_who_left_and_who_lies_in_the_archive_is_not_counted(district, one) -> None:
    school, people = school_with(district, 7, one)
    people[0].employments.update(valid_to=dt.date(2024, 8, 31))
    type(people[1]).objects.filter(pk=people[1].pk).update(archived_at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    assert shown(school_matrix(school, [one], sees_neighbours=False).total) == ["5/5"]


# Hiding


def test_a_group_of_fewer_than_five_is_hidden(district, one) -> None:
    school, _people = school_with(district, 4, one)
    found = school_matrix(school, [one], sees_neighbours=False)
    assert shown(found.total) == ["hidden"]
    assert found.total.people is None


def test_a_hidden_school_cannot_be_computed_from_the_others(district, one) -> None:
    """Three teachers are hidden; the others that are hidden besides add up to five at least without the biggest."""
    small, middle, second, big = (school_with(district, count, one)[0] for count in (3, 5, 5, 7))
    found = territory_matrix(district, [one])
    assert {row.place: shown(row) for row in found.rows} == {
        small: ["hidden"],
        middle: ["hidden"],
        second: ["hidden"],
        big: ["7/7"],
    }
    assert shown(found.total) == ["20/20"]
    # The page of the school that is hidden besides says no more to whoever sees its neighbours.
    assert shown(school_matrix(middle, [one], sees_neighbours=True).total) == ["hidden"]
    assert shown(school_matrix(middle, [one], sees_neighbours=False).total) == ["5/5"]


def test_a_hidden_district_cannot_be_computed_from_the_region(district, one) -> None:
    school_with(district, 3, one)
    others = [MunicipalityFactory(parent=district.parent) for _number in range(3)]
    for other, count in zip(others, (5, 5, 7), strict=True):
        school_with(other, count, one)
    region = territory_matrix(region_of(district), [one])
    assert {row.place: shown(row) for row in region.rows} == {
        district: ["hidden"],
        others[0]: ["hidden"],
        others[1]: ["hidden"],
        others[2]: ["7/7"],
    }
    assert shown(region.total) == ["20/20"]
    assert shown(territory_matrix(district, [one]).total) == ["hidden"]


def test_each_competence_is_hidden_for_itself(district, one) -> None:
    school, people = school_with(district, 6, one)
    other = CompetenceFactory()
    for person in people[:4]:
        say(person, other, 2)
    assert shown(school_matrix(school, [one, other], sees_neighbours=False).total) == ["6/6", "hidden"]


# Pages


def test_the_matrix_leads_to_the_own_place(district, one) -> None:
    school, _people = school_with(district, 5, one)
    head = signed_in(user_of(school, Role.HEAD_TEACHER))
    assert head.get(reverse("diagnosis:matrix")).url == reverse("diagnosis:matrix-school", args=[school.pk])
    methodist = signed_in(user_of(ServiceFactory(territory=district), Role.METHODIST))
    assert methodist.get(reverse("diagnosis:matrix")).url == reverse(
        "diagnosis:matrix-territory", args=[district.pk]
    )
    refused = signed_in(user_of(school, Role.TEACHER)).get(reverse("diagnosis:matrix"))
    assert refused.status_code == HTTPStatus.FORBIDDEN


def test_the_page_of_a_school_names_teachers_only_when_asked_and_writes_each_reading_down(
    district, one
) -> None:
    school, people = school_with(district, 5, one)
    client = signed_in(user_of(school, Role.HEAD_TEACHER))
    address = reverse("diagnosis:matrix-school", args=[school.pk])
    page = client.get(address).content.decode()
    assert str(people[0]) not in page
    assert "100\u202f% of 5" in page
    assert not Reading.objects.exists()
    page = client.get(address, {"people": "1"}).content.decode()
    assert all(str(person) in page for person in people)
    assert Reading.objects.filter(what="deficits").count() == 5


def test_a_neighbour_is_not_there(district, one) -> None:
    school, _people = school_with(district, 5, one)
    foreign = SchoolFactory()
    client = signed_in(user_of(school, Role.HEAD_TEACHER))
    for name, pk in (
        ("matrix-school", foreign.pk),
        ("matrix-territory", district.pk),
        ("school-tasks", foreign.pk),
    ):
        response = client.get(reverse(f"diagnosis:{name}", args=[pk]))
        assert response.status_code == HTTPStatus.NOT_FOUND


def test_the_page_of_a_territory_costs_the_same_for_one_school_and_three(district, one) -> None:
    client = signed_in(user_of(AuthorityFactory(territory=district), Role.MUNICIPAL_COORDINATOR))
    counts = []
    for more in (1, 2):
        for _number in range(more):
            school_with(district, 5, one)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("diagnosis:matrix-territory", args=[district.pk]))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_file_holds_what_is_shown_and_hides_what_is_hidden(district, one) -> None:
    small, _people = school_with(district, 3, one)
    school_with(district, 6, one)
    client = signed_in(user_of(AuthorityFactory(territory=district), Role.MUNICIPAL_COORDINATOR))
    response = client.get(reverse("diagnosis:matrix-territory", args=[district.pk]), {"_export": "csv"})
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Territory or school;Teachers with data;")
    [row] = [line for line in lines if str(small) in line]
    assert row.count("hidden: fewer than 5") == 5


def test_the_rows_of_teachers_are_those_of_the_scope(district, one) -> None:
    school, people = school_with(district, 3, one)
    rows = people_matrix(school, [one], Scope(organisation_ids=frozenset({school.pk})))
    assert [(row.person, row.cells[0].severity) for row in rows] == [(person, 2.0) for person in people]
    assert people_matrix(school, [one], Scope()) == []


# Typical deficits and problem groups


@pytest.fixture
def together(district):
    """Four teachers with two deficits that occur together, two others with a third one."""
    school = SchoolFactory(territory=district)
    people = teachers(school, 6)
    first, second, third = CompetenceFactory(), CompetenceFactory(), CompetenceFactory()
    for person in people[:4]:
        say(person, first, 2.5)
        say(person, second, 2)
    for person in people[4:]:
        say(person, third, 2)
    return school, people, (first, second, third)


def test_deficits_that_occur_together_propose_a_group(together, district) -> None:
    school, people, (first, second, _third) = together
    [proposal] = propose_groups(district, school, names_people=True)
    assert (set(proposal.competences), set(proposal.people), proposal.count) == (
        {first, second}, {one.pk for one in people[:4]}, 4,
    )  # fmt: skip
    assert people_with(district, school, [first, second]) == people[:4]


def test_whoever_may_not_read_people_gets_no_names_and_no_number(together, district) -> None:
    """Two exact numbers of nested places would tell those of the rest: 11 of a district less 7 of a school."""
    school, _people, (first, second, _third) = together
    [proposal] = propose_groups(district, school, names_people=False)
    assert (proposal.people, proposal.count, proposal.is_large) == ((), None, False)
    other = SchoolFactory(territory=district)
    for person in teachers(other, 7):
        say(person, first, 2.5)
        say(person, second, 2)
    [proposal] = propose_groups(district, None, names_people=False)
    assert (proposal.people, proposal.count, proposal.is_large) == ((), None, True)


def test_a_proposal_becomes_a_group_that_is_changed_and_dissolved(together, district) -> None:
    school, people, (first, second, third) = together
    association = AssociationFactory(organisation=school, name="ШМО естественных наук")
    client = signed_in(user_of(school, Role.HEAD_TEACHER))
    proposals = client.get(reverse("diagnosis:group-proposals-school", args=[school.pk])).content.decode()
    query = f"?competences={min(first.pk, second.pk)}-{max(first.pk, second.pk)}"
    address = reverse("diagnosis:group-form-school", args=[school.pk]) + query
    assert address in proposals
    page = client.get(address)
    assert page.context["form"].initial["members"] == [person.pk for person in people[:4]]
    form = {
        "title": "Цель урока",
        "competences": [first.pk, second.pk],
        "members": [person.pk for person in people[:3]],
        "association": association.pk,
        "basis": "Матрица дефицитов",
    }
    client.post(address, form)
    group = ProblemGroup.objects.get()
    assert (group.organisation, group.association, group.members.count()) == (school, association, 3)
    own = reverse("diagnosis:problem-group", args=[group.pk])
    assert str(people[0]) in client.get(own).content.decode()
    too_few = client.post(
        reverse("diagnosis:problem-group-edit", args=[group.pk]), form | {"members": [people[0].pk]}
    )
    assert too_few.status_code == HTTPStatus.BAD_REQUEST
    assert "at least 3 members" in too_few.content.decode()
    client.post(
        reverse("diagnosis:problem-group-edit", args=[group.pk]),
        form | {"competences": [first.pk, third.pk], "members": [person.pk for person in people[1:5]]},
    )
    group.refresh_from_db()
    assert set(group.competences.all()) == {first, third}
    assert group.members.count() == 4
    dissolve = reverse("diagnosis:problem-group-dissolve", args=[group.pk])
    assert client.post(dissolve, {"reason": ""}).status_code == HTTPStatus.BAD_REQUEST
    client.post(dissolve, {"reason": "Дефицит преодолён"})
    group.refresh_from_db()
    assert (group.state, group.dissolve_reason) == (ProblemGroupState.DISSOLVED, "Дефицит преодолён")


def test_a_dissolved_group_stays_as_it_was(together, district) -> None:
    school, people, (first, *_rest) = together
    group = form_group(
        actor=SYSTEM,
        territory=district,
        organisation=school,
        school_year=this_year(),
        title="Группа",
        competences=[first],
        members=people[:3],
    )
    dissolve_group(group, reason="Год окончен", actor=SYSTEM)
    with pytest.raises(ValidationError):
        update_group_members(group, actor=SYSTEM, competences=[first], members=people)
    with pytest.raises(ValidationError):
        dissolve_group(group, reason="Ещё раз", actor=SYSTEM)


def test_a_group_in_a_closed_year_or_without_competences_is_refused(together, district) -> None:
    school, people, (first, *_rest) = together
    values = {"territory": district, "organisation": school, "title": "Группа"}
    with pytest.raises(ValidationError):
        form_group(actor=SYSTEM, competences=[], members=people, school_year=this_year(), **values)
    year = this_year()
    year.is_closed = True
    with pytest.raises(ValidationError):
        form_group(actor=SYSTEM, competences=[first], members=people, school_year=year, **values)


def test_the_names_of_members_are_for_those_who_may_read_people(together, district) -> None:
    school, people, _competences = together
    group = ProblemGroupFactory(organisation=school)
    group.members.set(people[:3])
    coordinator = signed_in(
        user_of(AuthorityFactory(territory=region_of(district)), Role.REGIONAL_COORDINATOR)
    )
    page = coordinator.get(reverse("diagnosis:problem-group", args=[group.pk])).content.decode()
    assert str(people[0]) not in page
    assert "Members: 3" in page
    edit = coordinator.get(reverse("diagnosis:problem-group-edit", args=[group.pk]))
    assert edit.status_code == HTTPStatus.FORBIDDEN


def test_the_list_of_groups_costs_the_same_for_one_and_three(district) -> None:
    school = SchoolFactory(territory=district)
    client = signed_in(user_of(school, Role.HEAD_TEACHER))
    counts = []
    for more in (1, 2):
        for _number in range(more):
            ProblemGroupFactory(organisation=school, association=AssociationFactory(organisation=school))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("diagnosis:problem-groups"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_group_of_another_school_is_not_there(together) -> None:
    foreign = ProblemGroupFactory(organisation=SchoolFactory())
    client = signed_in(user_of(together[0], Role.HEAD_TEACHER))
    assert (
        client.get(reverse("diagnosis:problem-group", args=[foreign.pk])).status_code == HTTPStatus.NOT_FOUND
    )


def test_a_territory_forms_a_group_across_schools(district, one) -> None:
    subject = SubjectFactory(code="physics", name="Физика")
    people = [teacher(SchoolFactory(territory=district), f"Учитель{n}", subject=subject) for n in range(3)]
    for person in people:
        say(person, one, 2.2)
    client = signed_in(user_of(ServiceFactory(territory=district), Role.METHODIST))
    address = reverse("diagnosis:group-form-territory", args=[district.pk]) + f"?competences={one.pk}"
    form = {"title": "РМО", "competences": [one.pk], "members": [person.pk for person in people]}
    assert client.post(address, form).status_code == HTTPStatus.FOUND
    assert ProblemGroup.objects.get().organisation is None
