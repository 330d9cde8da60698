"""What a person may do with papers."""

from mayak.documents.models import GeneratedDocument
from mayak.kernel.access import Scope
from mayak.matching.enums import MatchingState
from mayak.matching.models import MatchingRun
from mayak.registry.models import Territory


def can_upload_templates(scope: Scope) -> bool:
    """Whether the person may upload templates for some territory."""
    return scope.allows("matching.approve")


def can_upload_template(scope: Scope, territory: Territory) -> bool:
    """Whether the person may upload templates for this territory."""
    return can_upload_templates(scope) and scope.covers_territory(territory.path or "")


def can_make_documents(scope: Scope, run: MatchingRun) -> bool:
    """Whether papers may be made of this pairing: by whoever prepares its pairs, until it is archived."""
    return (
        run.state != MatchingState.ARCHIVED
        and scope.allows("matching.edit")
        and scope.covers_territory(run.territory.path or "")
    )


def can_register_document(scope: Scope, document: GeneratedDocument) -> bool:
    """Whether number and date of the signed order may be entered: by whoever may approve the pairs."""
    return scope.allows("matching.approve") and scope.covers_territory(document.territory.path or "")
