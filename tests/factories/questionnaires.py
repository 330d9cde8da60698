"""Questionnaires of a coordinator for tests of the editor."""

from typing import Any

from django.test import Client

from mayak.accounts.enums import Role
from mayak.registry.models import Organisation
from mayak.surveys.models import Block, QuestionnaireVersion
from tests.factories import campaigns
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.campaigns import choice, document
from tests.factories.registry import AuthorityFactory


def draft(
    owner: Organisation | None = None, content: dict[str, Any] | None = None, **fields: Any
) -> QuestionnaireVersion:
    """Return a draft with two questions, the second shown after «a» of the first."""
    shown = {"conditions": [{"question": "q1", "operator": "equals", "value": "a"}]}
    usual = document(choice("q1"), choice("q2", show_if=shown))
    return campaigns.version(content or usual, owner=owner or AuthorityFactory.create(), **fields)


def block(owner: Organisation, code: str = "about") -> Block:
    """Return a block of one question."""
    section = document(choice("q1", "да", "нет"))["sections"][0]
    section["questions"][0]["options"] = [{"code": "y", "text": {"ru": "да"}}]
    return Block.objects.create(code=f"{code}-{owner.pk}", title_ru="О школе", document=section, owner=owner)


def coordinator(organisation: Organisation, role: str = Role.MUNICIPAL_COORDINATOR) -> Client:
    """Return somebody who is signed in with a role of the organisation."""
    client = Client()
    client.force_login(RoleAssignmentFactory.create(organisation=organisation, role=role).user)
    return client
