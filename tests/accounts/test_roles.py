"""Roles: who may give which, one at a time, handed over for a leave, ended with a reason."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mayak.accounts.enums import Role
from mayak.accounts.models import RoleAssignment, User
from mayak.accounts.permissions import grantable_roles, may_grant
from mayak.accounts.selectors import chosen_role, scope_of
from mayak.accounts.services import close_account, delegate_role, end_role, grant_role
from mayak.kernel.access import SYSTEM, Actor, Scope
from mayak.kernel.audit.models import AuditEntry
from mayak.registry.models import Organisation
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.registry import (
    AuthorityFactory,
    BranchFactory,
    MunicipalityFactory,
    RegionFactory,
    SchoolFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def today() -> dt.date:
    return timezone.localdate()


def holder(role: Role, organisation: Organisation, **values: object) -> RoleAssignment:
    return RoleAssignmentFactory.create(role=role, organisation=organisation, **values)


def signed_in(held: RoleAssignment) -> Client:
    client = Client()
    client.force_login(held.user)
    return client


# What a role sees -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.REGIONAL_ANALYST, "territory"),
        (Role.DISTRICT_SUBJECT_LEAD, "territory"),
        (Role.PROGRAM_CURATOR, "territory"),
        (Role.COUNCIL_MEMBER, "territory"),
        (Role.MENTOR, "itself"),
        (Role.SPECIALIST, "itself"),
        (Role.SYSTEM_ADMINISTRATOR, "nothing"),
    ],
)
def test_a_role_for_a_service_sees(role: Role, sees: str) -> None:
    service = ServiceFactory(territory=MunicipalityFactory())
    scope = scope_of(holder(role, service).user)
    found = {
        "territory": (service.territory.path,) == scope.territory_paths,
        "itself": scope.organisation_ids == {service.pk} and not scope.territory_paths,
        "nothing": not scope.territory_paths and not scope.organisation_ids,
    }
    assert [name for name, is_so in found.items() if is_so] == [sees]


@pytest.mark.parametrize("role", [Role.HEAD_TEACHER, Role.TEACHER, Role.MENTEE, Role.DISTRICT_SUBJECT_LEAD])
def test_a_role_for_a_school_sees_the_school_and_its_branches_only(role: Role) -> None:
    school = SchoolFactory()
    branch = BranchFactory(parent=school, territory=school.territory)
    SchoolFactory(territory=school.territory)
    scope = scope_of(holder(role, school).user)
    assert (scope.territory_paths, scope.organisation_ids) == ((), {school.pk, branch.pk})


def test_an_expert_sees_what_is_shared_until_the_last_day() -> None:
    district = MunicipalityFactory()
    shared, other = SchoolFactory(territory=district), SchoolFactory(territory=district)
    authority = AuthorityFactory(territory=district)
    user = UserFactory()
    grant_role(user, Role.EXTERNAL_EXPERT, authority, actor=SYSTEM, valid_to=today() + DAY, shared=[shared])
    assert set(Organisation.objects.within(scope_of(user))) == {shared}
    RoleAssignment.objects.update(valid_from=today() - 2 * DAY, valid_to=today() - DAY)
    assert scope_of(user) == Scope()
    assert other.pk not in scope_of(user).organisation_ids


def test_a_person_acts_in_one_role_at_a_time() -> None:
    school, authority = SchoolFactory(), AuthorityFactory()
    teacher = holder(Role.TEACHER, school)
    coordinator = holder(Role.MUNICIPAL_COORDINATOR, authority, user=teacher.user)
    assert chosen_role(teacher.user, None) == coordinator
    assert chosen_role(teacher.user, teacher.pk) == teacher
    assert scope_of(teacher.user, teacher) == Scope(organisation_ids=frozenset({school.pk}))
    client = signed_in(teacher)
    assert client.get("/results/upload/").status_code == 200
    assert client.post(f"/account/roles/{teacher.pk}/switch/").status_code == 302
    assert client.get("/results/upload/").status_code == 403
    stranger = holder(Role.REGIONAL_COORDINATOR, AuthorityFactory())
    assert client.post(f"/account/roles/{stranger.pk}/switch/").status_code == 404


def test_the_log_says_in_which_role_it_was_done() -> None:
    district = MunicipalityFactory()
    coordinator = holder(Role.MUNICIPAL_COORDINATOR, AuthorityFactory(territory=district))
    teacher = holder(Role.TEACHER, SchoolFactory(territory=district))
    signed_in(coordinator).post(f"/account/roles/{teacher.pk}/end/", {"reason": "уволен"})
    entry = AuditEntry.objects.get(action="end")
    assert (entry.actor_role, entry.changes["reason"]) == ("municipal_coordinator", "уволен")


# Who may give which -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("giver", "role", "may"),
    [
        (Role.REGIONAL_COORDINATOR, Role.REGIONAL_COORDINATOR, True),
        (Role.REGIONAL_COORDINATOR, Role.SYSTEM_ADMINISTRATOR, False),
        (Role.MUNICIPAL_COORDINATOR, Role.MUNICIPAL_COORDINATOR, True),
        (Role.MUNICIPAL_COORDINATOR, Role.REGIONAL_ANALYST, False),
        (Role.HEAD_TEACHER, Role.TEACHER, True),
        (Role.HEAD_TEACHER, Role.METHODIST, False),
        (Role.TEACHER, Role.TEACHER, False),
        (Role.METHODIST, Role.TEACHER, False),
        (Role.SYSTEM_ADMINISTRATOR, Role.REGIONAL_COORDINATOR, True),
    ],
)
def test_nobody_gives_more_than_the_own_level(giver: Role, role: Role, may: bool) -> None:
    held = holder(giver, SchoolFactory())
    assert (role in grantable_roles(held, scope_of(held.user, held))) is may


def test_a_role_is_given_only_inside_the_own_territory() -> None:
    region = RegionFactory()
    own, neighbour = MunicipalityFactory(parent=region), MunicipalityFactory(parent=region)
    held = holder(Role.MUNICIPAL_COORDINATOR, AuthorityFactory(territory=own))
    scope = scope_of(held.user, held)
    assert may_grant(held, scope, Role.TEACHER, SchoolFactory(territory=own))
    assert not may_grant(held, scope, Role.TEACHER, SchoolFactory(territory=neighbour))


def test_a_tampered_form_gives_no_role_of_a_higher_level_or_a_foreign_school() -> None:
    held = holder(Role.MUNICIPAL_COORDINATOR, AuthorityFactory(territory=MunicipalityFactory()))
    school = SchoolFactory(territory=held.organisation.territory, fis_oko_login="edu100500")
    foreign = SchoolFactory(fis_oko_login="edu100600")
    person = holder(Role.TEACHER, school).user
    client = signed_in(held)
    url = f"/account/people/{person.pk}/role/"
    sent = {"role": Role.REGIONAL_COORDINATOR, "organisation": "edu100500"}
    assert client.post(url, sent).status_code == 400
    assert client.post(url, {"role": Role.MENTOR, "organisation": "edu100600"}).status_code == 400
    assert client.post(url, {"role": Role.MENTOR, "organisation": "edu100500"}).status_code == 302
    assert foreign.pk not in scope_of(person).organisation_ids
    assert {held.role for held in person.roles.all()} == {Role.TEACHER, Role.MENTOR}


def test_nobody_gives_a_role_to_oneself() -> None:
    user = UserFactory()
    with pytest.raises(ValidationError):
        grant_role(user, Role.TEACHER, SchoolFactory(), actor=Actor(user.pk, user.email))
    assert not user.roles.exists()


@pytest.mark.parametrize(
    ("role", "is_school"), [(Role.HEAD_TEACHER, False), (Role.METHODIST, True), (Role.REGIONAL_ANALYST, True)]
)
def test_a_role_must_fit_the_organisation(role: Role, is_school: bool) -> None:
    organisation = SchoolFactory() if is_school else AuthorityFactory()
    with pytest.raises(ValidationError):
        grant_role(UserFactory(), role, organisation, actor=SYSTEM)


def test_a_role_is_not_held_twice_at_a_time_but_again_after_its_end() -> None:
    user, school = UserFactory(), SchoolFactory()
    first = grant_role(user, Role.TEACHER, school, actor=SYSTEM)
    with pytest.raises(ValidationError):
        grant_role(user, Role.TEACHER, school, actor=SYSTEM, valid_from=today() + 30 * DAY)
    end_role(first, actor=SYSTEM, reason="перевод")
    again = grant_role(user, Role.TEACHER, school, actor=SYSTEM, valid_from=today())
    assert set(user.roles.all()) == {first, again}
    assert list(RoleAssignment.objects.current().filter(user=user)) == [again]


@pytest.mark.parametrize("values", [{}, {"valid_to": today() + DAY}])
def test_an_expert_needs_a_last_day_and_something_shared(values: dict[str, dt.date]) -> None:
    shared = [] if values else [SchoolFactory()]
    with pytest.raises(ValidationError):
        grant_role(
            UserFactory(), Role.EXTERNAL_EXPERT, AuthorityFactory(), actor=SYSTEM, shared=shared, **values
        )
    assert not RoleAssignment.objects.exists()


# Handing over -----------------------------------------------------------------------------------------------


def handed_over(days: int = 7) -> tuple[RoleAssignment, User]:
    district = MunicipalityFactory()
    held = holder(Role.MUNICIPAL_COORDINATOR, AuthorityFactory(territory=district))
    substitute = holder(Role.METHODIST, ServiceFactory(territory=district)).user
    delegate_role(
        held, substitute, actor=SYSTEM, valid_from=today(), valid_to=today() + days * DAY, basis_text="отпуск"
    )
    return held, substitute


def test_a_substitute_sees_and_does_the_same_until_the_last_day() -> None:
    held, substitute = handed_over()
    given = substitute.roles.get(delegated_from=held)
    assert scope_of(substitute, given) == scope_of(held.user, held)
    RoleAssignment.objects.filter(pk=given.pk).update(valid_from=today() - 9 * DAY, valid_to=today() - DAY)
    assert given not in RoleAssignment.objects.current()


def test_a_delegation_falls_with_its_holder() -> None:
    held, substitute = handed_over()
    close_account(held.user, actor=SYSTEM, reason="уволен")
    assert {role.role for role in RoleAssignment.objects.current().filter(user=substitute)} == {
        Role.METHODIST
    }


def test_a_substitute_gives_no_roles_and_hands_nothing_onward() -> None:
    held, substitute = handed_over()
    given = substitute.roles.get(delegated_from=held)
    school = SchoolFactory(territory=held.organisation.territory)
    assert not may_grant(given, scope_of(substitute, given), Role.TEACHER, school)
    with pytest.raises(ValidationError):
        delegate_role(given, UserFactory(), actor=SYSTEM, valid_from=today(), valid_to=today() + DAY)


def test_the_holder_takes_a_role_back_and_nobody_else_does() -> None:
    held, substitute = handed_over()
    given = substitute.roles.get(delegated_from=held)
    stranger = holder(Role.TEACHER, SchoolFactory())
    assert signed_in(stranger).post(f"/account/roles/{given.pk}/take-back/").status_code == 404
    assert signed_in(held).post(f"/account/roles/{given.pk}/take-back/").status_code == 302
    assert given not in RoleAssignment.objects.current()


def test_a_role_is_handed_to_a_colleague_only_and_never_into_the_past() -> None:
    held, substitute = handed_over()
    outsider = holder(Role.METHODIST, ServiceFactory()).user
    url = f"/account/roles/{held.pk}/delegate/"
    dates = {"valid_from": today().isoformat(), "valid_to": (today() + DAY).isoformat()}
    assert signed_in(held).post(url, {"user": outsider.pk, **dates}).status_code == 400
    past = {"valid_from": "2020-01-01", "valid_to": "2020-01-02", "user": substitute.pk}
    assert signed_in(held).post(url, past).status_code == 400
    assert RoleAssignment.objects.filter(delegated_from=held).count() == 1


# Closing an account -----------------------------------------------------------------------------------------


def test_a_closed_account_opens_no_page_and_keeps_its_roles() -> None:
    district = MunicipalityFactory()
    coordinator = holder(Role.MUNICIPAL_COORDINATOR, AuthorityFactory(territory=district))
    teacher = holder(Role.TEACHER, SchoolFactory(territory=district))
    client, theirs = signed_in(coordinator), signed_in(teacher)
    assert theirs.get("/").status_code == 200
    assert client.post(f"/account/people/{teacher.user_id}/close/", {"reason": ""}).status_code == 400
    assert client.post(f"/account/people/{teacher.user_id}/close/", {"reason": "уволен"}).status_code == 302
    assert theirs.get("/").status_code == 302
    assert teacher.user.roles.count() == 1
    assert client.post(f"/account/people/{teacher.user_id}/open/").status_code == 302
    assert User.objects.get(pk=teacher.user_id).is_active


def test_an_account_with_a_role_of_a_higher_level_is_not_closed_from_below() -> None:
    region = RegionFactory()
    district = MunicipalityFactory(parent=region)
    coordinator = holder(Role.MUNICIPAL_COORDINATOR, AuthorityFactory(territory=district))
    above = holder(Role.TEACHER, SchoolFactory(territory=district)).user
    holder(Role.REGIONAL_COORDINATOR, AuthorityFactory(territory=region), user=above)
    url = f"/account/people/{above.pk}/close/"
    assert signed_in(coordinator).post(url, {"reason": "так"}).status_code == 403
    assert User.objects.get(pk=above.pk).is_active


def test_the_list_of_people_costs_the_same_with_one_and_with_twenty() -> None:
    district = MunicipalityFactory()
    client = signed_in(holder(Role.MUNICIPAL_COORDINATOR, AuthorityFactory(territory=district)))
    school = SchoolFactory(territory=district)
    holder(Role.TEACHER, school)
    with CaptureQueriesContext(connection) as few:
        assert client.get("/account/people/").status_code == 200
    for _number in range(20):
        holder(Role.TEACHER, school)
    with CaptureQueriesContext(connection) as many:
        assert client.get("/account/people/").status_code == 200
    assert len(few) == len(many)
