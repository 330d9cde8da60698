"""What the addresses of questionnaires lead to, for the table of addresses and roles."""

from typing import Any

from mayak.accounts.models import User
from mayak.surveys.services.versions import stamp_of
from tests.architecture.access_objects import Side, World, provides
from tests.factories.questionnaires import block, draft


@provides(
    "surveys:questionnaire",
    "surveys:edit-questionnaire",
    "surveys:edit-draft",
    "surveys:archive",
    "surveys:differences",
)
def questionnaire(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a questionnaire of the side's school."""
    return {"pk": draft(world.place(side).school).questionnaire_id, "body": {"title_ru": "Иначе"}}


@provides(
    "surveys:version",
    "surveys:preview",
    "surveys:export-xlsform",
    "surveys:export-xlsx",
    "surveys:edit-note",
    "surveys:edit-drop",
    "surveys:edit-insert",
    "surveys:edit-new-section",
)
def version(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a draft of the side's school."""
    found = draft(world.place(side).school)
    return {"pk": found.pk, "body": {"stamp": stamp_of(found.document)}}


@provides("surveys:edit-section", "surveys:edit-new-question", "surveys:edit-block")
def section(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the section of a draft of the side's school."""
    found = draft(world.place(side).school)
    return {"pk": found.pk, "code": "s1", "body": {"stamp": stamp_of(found.document), "title_ru": "Раздел"}}


@provides("surveys:edit-question", "surveys:edit-move", "surveys:edit-remove")
def question(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a question of a draft of the side's school."""
    found = draft(world.place(side).school)
    return {"pk": found.pk, "code": "q2", "body": {"stamp": stamp_of(found.document), "step": "up"}}


@provides("surveys:block", "surveys:drop-block")
def kept_block(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a block of the side's school."""
    school = world.place(side).school
    return {"pk": block(school, f"block-{draft(school).pk}").pk}
