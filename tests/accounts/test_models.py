"""Users: the e-mail is the name, whatever the case of its letters."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from mayak.accounts.models import RoleAssignment, User
from tests.factories.accounts import RoleAssignmentFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_email_is_kept_in_lower_case_without_blanks() -> None:
    assert User.objects.create_user("  Ivanova@School.Example ").email == "ivanova@school.example"


def test_a_user_is_found_by_email_in_any_case() -> None:
    user = UserFactory(email="ivanova@school.example")
    assert User.objects.get_by_natural_key("IVANOVA@school.EXAMPLE ") == user


def test_a_user_needs_an_email() -> None:
    with pytest.raises(ValueError, match="e-mail"):
        User.objects.create_user("")


def test_two_users_cannot_have_emails_that_differ_in_case_only() -> None:
    UserFactory(email="ivanova@school.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="Ivanova@school.example")


def test_a_user_is_shown_by_name_or_by_email() -> None:
    assert str(User(email="a@b.example", full_name="Анна Котова")) == "Анна Котова"
    assert str(User(email="a@b.example")) == "a@b.example"


def test_only_roles_of_today_are_current() -> None:
    today = dt.date(2026, 11, 22)
    past = RoleAssignmentFactory(valid_to=today - dt.timedelta(days=4000))
    future = RoleAssignmentFactory(valid_from=today + dt.timedelta(days=36500))
    endless = RoleAssignmentFactory()
    assert set(RoleAssignment.objects.current()) == {endless}
    assert {past, future, endless} == set(RoleAssignment.objects.all())


def test_a_role_cannot_end_before_it_begins() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignmentFactory(valid_from=dt.date(2026, 9, 1), valid_to=dt.date(2026, 8, 31))
