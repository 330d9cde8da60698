"""Users and their roles for tests."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from mayak.accounts.enums import Role
from mayak.accounts.models import RoleAssignment, User
from tests.factories.registry import OrganisationFactory

PASSWORD = "long enough secret"


class UserFactory(DjangoModelFactory[User]):
    """A user who may sign in with ``PASSWORD`` and has no role."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"user{number}@school.example")
    full_name = factory.Sequence(lambda number: f"Пользователь {number}")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return User.objects.create_user(password=kwargs.pop("password", PASSWORD), **kwargs)


class RoleAssignmentFactory(DjangoModelFactory[RoleAssignment]):
    """A role without dates: held since ever and for ever."""

    class Meta:
        model = RoleAssignment

    user = factory.SubFactory(UserFactory)
    role = Role.MUNICIPAL_COORDINATOR
    organisation = factory.SubFactory(OrganisationFactory)
