"""What the tests of results share: who looks, and addresses."""

from typing import Any

from django.test import Client
from django.urls import reverse

from mayak.accounts.enums import Role
from mayak.kernel.access import Actor
from mayak.registry.models import Organisation
from mayak.surveys.models import Audience
from tests.factories.accounts import RoleAssignmentFactory

ACTOR = Actor(user_id=None, label="coordinator@example.org")


def client_of(organisation: Organisation, role: Role = Role.MUNICIPAL_COORDINATOR) -> Client:
    """Return the browser of somebody with this role for the organisation."""
    client = Client()
    client.force_login(RoleAssignmentFactory.create(organisation=organisation, role=role).user)
    return client


def owner_client(audience: Audience) -> Client:
    """Return the browser of who holds the round."""
    return client_of(audience.campaign.owner)


def page(name: str, audience: Audience, **query: Any) -> str:
    """Return the address of a page of the round with the audience."""
    values = {"audience": audience.pk, **query}
    return f"{reverse(name, args=[audience.campaign_id])}?" + "&".join(
        f"{key}={value}" for key, value in values.items()
    )
