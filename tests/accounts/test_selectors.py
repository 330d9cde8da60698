"""What each role sees and may do, exactly."""

import datetime as dt

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from mayak.accounts.enums import COORDINATOR_RIGHTS, RIGHT_LABELS, ROLE_RIGHTS, SCHOOL_MANAGER_RIGHTS, Role
from mayak.accounts.selectors import actor_of, current_roles, demonstration_sign_ins, scope_of
from mayak.kernel.access import Actor, Scope
from mayak.registry.models import Organisation
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.registry import (
    BranchFactory,
    MunicipalityFactory,
    OrganisationFactory,
    RegionFactory,
    SchoolFactory,
)

pytestmark = pytest.mark.django_db


def test_a_user_without_a_role_sees_nothing() -> None:
    scope = scope_of(UserFactory())
    assert scope == Scope()
    assert scope.is_empty


METHODIST_RIGHTS = {
    *("findings.waive", "surveys.manage", "surveys.results", "diagnosis.catalogue", "diagnosis.edit"),
    *("diagnosis.people", "diagnosis.observe", "networks.edit"),
}


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role.REGIONAL_COORDINATOR, COORDINATOR_RIGHTS),
        (Role.MUNICIPAL_COORDINATOR, COORDINATOR_RIGHTS | {"diagnosis.people"}),
        (Role.METHODIST, METHODIST_RIGHTS),
    ],
)
def test_a_coordinator_sees_the_territory_of_the_organisation(role: Role, rights: set[str]) -> None:
    region = RegionFactory()
    authority = OrganisationFactory(territory=region)
    scope = scope_of(RoleAssignmentFactory(role=role, organisation=authority).user)
    assert scope == Scope(territory_paths=(region.path,), rights=frozenset(rights))


def test_a_regional_coordinator_sees_the_schools_of_all_municipalities_and_no_other_region() -> None:
    region = RegionFactory()
    schools = {SchoolFactory(territory=MunicipalityFactory(parent=region)) for _ in range(2)}
    SchoolFactory()
    authority = OrganisationFactory(territory=region)
    scope = scope_of(RoleAssignmentFactory(role=Role.REGIONAL_COORDINATOR, organisation=authority).user)
    assert set(Organisation.objects.within(scope)) == {authority, *schools}


def test_a_school_coordinator_sees_the_school_and_its_branches() -> None:
    school = SchoolFactory()
    branch = BranchFactory(parent=school, territory=school.territory)
    SchoolFactory(territory=school.territory)
    scope = scope_of(RoleAssignmentFactory(role=Role.SCHOOL_COORDINATOR, organisation=school).user)
    assert scope == Scope(organisation_ids=frozenset({school.pk, branch.pk}), rights=SCHOOL_MANAGER_RIGHTS)
    assert set(Organisation.objects.within(scope)) == {school, branch}


def test_a_system_administrator_sees_no_contents() -> None:
    scope = scope_of(RoleAssignmentFactory(role=Role.SYSTEM_ADMINISTRATOR).user)
    assert scope == Scope(rights=frozenset({"audit.read", "data.retention", "accounts.manage"}))
    assert not Organisation.objects.within(scope).exists()


def test_a_superuser_sees_everything() -> None:
    scope = scope_of(UserFactory(is_superuser=True))
    assert scope.everything
    assert scope.allows("anything")


def test_roles_add_up() -> None:
    user, school, authority = UserFactory(), SchoolFactory(), OrganisationFactory()
    RoleAssignmentFactory(user=user, role=Role.SCHOOL_COORDINATOR, organisation=school)
    RoleAssignmentFactory(user=user, role=Role.METHODIST, organisation=authority)
    assert scope_of(user) == Scope(
        territory_paths=(authority.territory.path,),
        organisation_ids=frozenset({school.pk}),
        rights=SCHOOL_MANAGER_RIGHTS | METHODIST_RIGHTS,
    )


@pytest.mark.parametrize(("days_from", "days_to"), [(-10, -1), (1, 10)])
def test_a_role_counts_only_in_its_period(days_from: int, days_to: int) -> None:
    today = timezone.localdate()
    role = RoleAssignmentFactory(
        valid_from=today + dt.timedelta(days=days_from), valid_to=today + dt.timedelta(days=days_to)
    )
    assert scope_of(role.user).is_empty
    assert not current_roles(role.user)


def test_a_role_counts_on_its_first_and_on_its_last_day() -> None:
    today = timezone.localdate()
    role = RoleAssignmentFactory(valid_from=today, valid_to=today)
    assert scope_of(role.user).territory_paths == (role.organisation.territory.path,)


def test_the_scope_costs_one_query_and_two_for_a_school(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    coordinator = RoleAssignmentFactory().user
    school = RoleAssignmentFactory(role=Role.SCHOOL_COORDINATOR).user
    with django_assert_num_queries(1):
        scope_of(coordinator)
    with django_assert_num_queries(2):
        scope_of(school)


def test_every_role_has_its_rights_and_every_right_its_words() -> None:
    assert set(ROLE_RIGHTS) <= set(Role)
    assert {right for rights in ROLE_RIGHTS.values() for right in rights} <= set(RIGHT_LABELS)


def test_the_actor_is_named_by_the_email() -> None:
    user = UserFactory(email="ivanova@school.example")
    assert actor_of(user, address="10.0.0.7") == Actor(user.pk, "ivanova@school.example", "10.0.0.7")


def test_only_open_demonstration_accounts_are_listed_in_the_order_of_making() -> None:
    UserFactory()
    first, second = UserFactory(is_demo=True), UserFactory(is_demo=True)
    UserFactory(is_demo=True, is_active=False)
    assert demonstration_sign_ins() == [first, second]
