"""Who may see and change questionnaires and blocks."""

from mayak.kernel.access import Scope
from mayak.surveys.enums import MANAGE, RESULTS
from mayak.surveys.models import Block, Questionnaire


def may_read_questionnaires(scope: Scope) -> bool:
    """Whether questionnaires may be looked at: by those who hold surveys and those who read their results."""
    return scope.allows(MANAGE) or scope.allows(RESULTS)


def may_write_questionnaires(scope: Scope) -> bool:
    """Whether questionnaires of one's own may be made."""
    return scope.allows(MANAGE)


def may_edit_questionnaire(scope: Scope, questionnaire: Questionnaire) -> bool:
    """Whether this one may be changed: those of Mayak itself are copied, never edited."""
    return not questionnaire.is_supplied and _owns(scope, questionnaire)


def may_edit_block(scope: Scope, block: Block) -> bool:
    """Whether this block may be changed or removed."""
    return not block.is_supplied and _owns(scope, block)


def _owns(scope: Scope, row: Questionnaire | Block) -> bool:
    if scope.everything:
        return True
    owner = row.owner
    return (
        scope.allows(MANAGE)
        and owner is not None
        and scope.covers_organisation(owner.pk, owner.territory.path or "")
    )
