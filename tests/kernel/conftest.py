"""Visitors of the kernel's pages: a coordinator with two districts around."""

import pytest
from django.test import Client

from mayak.accounts.models import User
from tests.architecture.access_objects import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """Two regions; every visitor works in the first."""
    return make_world()


@pytest.fixture
def coordinator(world: World) -> Client:
    """A browser in which the municipal coordinator has signed in."""
    return signed_in(world, "municipal")


def signed_in(world: World, role: str) -> Client:
    """Return a browser in which the visitor of this role has signed in."""
    visitor = world.visitors[role]
    assert isinstance(visitor, User)
    client = Client()
    client.force_login(visitor)
    return client
