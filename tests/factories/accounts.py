"""Users and their roles for tests."""

import re
from typing import Any

import factory
from django.core import mail
from factory.django import DjangoModelFactory

from mayak.accounts.enums import InvitationState, Role
from mayak.accounts.models import Invitation, RoleAssignment, User
from mayak.accounts.services.invitations import send_invitation
from tests.factories.registry import OrganisationFactory, SchoolFactory

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


class InvitationFactory(DjangoModelFactory[Invitation]):
    """A draft for a teacher."""

    class Meta:
        model = Invitation

    email = factory.Sequence(lambda number: f"invited{number}@school.example")
    full_name = factory.Sequence(lambda number: f"Приглашённая {number}")
    role = Role.TEACHER
    organisation = factory.SubFactory(SchoolFactory)


def sent_invitation(**fields: Any) -> tuple[Invitation, str]:
    """Return an invitation whose letter has gone, and the secret of its link."""
    invitation = InvitationFactory.create(state=InvitationState.QUEUED, **fields)
    before = len(mail.outbox)
    send_invitation(invitation.pk, site="https://mayak.example")
    invitation.refresh_from_db()
    [link] = re.findall(r"/account/invitation/([\w-]+)/", str(mail.outbox[before].body))
    return invitation, str(link)
