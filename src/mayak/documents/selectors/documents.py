"""Papers and templates, scoped."""

from django.db.models import QuerySet

from mayak.documents.enums import TemplateKind
from mayak.documents.models import DocumentTemplate, GeneratedDocument
from mayak.kernel.access import Scope
from mayak.matching.models import MatchingRun
from mayak.matching.selectors import run_list
from mayak.registry.enums import ActState


def document_list(scope: Scope) -> QuerySet[GeneratedDocument]:
    """Return the papers of the scope with what a list shows of them."""
    return GeneratedDocument.objects.within(scope).select_related(
        "territory", "run__school_year", "run__territory", "act", "template"
    )


def documents_of_run(scope: Scope, run: MatchingRun) -> QuerySet[GeneratedDocument]:
    """Return the papers of one pairing, the newest first."""
    return document_list(scope).filter(run=run)


def registered_order(run: MatchingRun) -> GeneratedDocument | None:
    """Return the order of the pairing that is registered and not cancelled or replaced."""
    return (
        GeneratedDocument.objects.filter(
            run=run,
            kind=TemplateKind.PARTNERSHIP_ORDER,
            act__state__in=(ActState.DRAFT, ActState.IN_FORCE, ActState.AMENDED),
        )
        .select_related("act")
        .first()
    )


def run_with_documents(scope: Scope) -> QuerySet[MatchingRun]:
    """Return the pairings that the user may see."""
    return run_list(scope)


def template_list(scope: Scope) -> QuerySet[DocumentTemplate]:
    """Return the templates that papers of the scope may be made from."""
    return DocumentTemplate.objects.within(scope).select_related("territory")
