"""Reads of imports."""

from django.db.models import Count, Q, QuerySet

from mayak.kernel.access import Scope
from mayak.results.enums import BatchState, IssueKind
from mayak.results.models import ImportBatch, ImportIssue
from mayak.results.models.batches import ImportBatchQuerySet

WAITING = (BatchState.UPLOADED, BatchState.CHECKED, BatchState.FAILED)


def batches_of(scope: Scope) -> ImportBatchQuerySet:
    """Imports of the scope with their territory."""
    return ImportBatch.objects.within(scope).select_related("territory")


def waiting_count(scope: Scope) -> int:
    """Imports that wait for a person."""
    return ImportBatch.objects.within(scope).filter(state__in=WAITING).count()


def questions_of(batch: ImportBatch) -> QuerySet[ImportIssue]:
    """Schools of the last trial that a person must decide on."""
    return ImportIssue.objects.filter(batch=batch, code="school_question").order_by("pk")


def lines_of(batch: ImportBatch) -> QuerySet[ImportIssue]:
    """Lines of the report without the questions."""
    return ImportIssue.objects.filter(batch=batch).exclude(code="school_question")


def line_counts(batch: ImportBatch) -> dict[str, int]:
    """Lines by kind."""
    found = lines_of(batch).aggregate(**{kind.value: Count("pk", filter=Q(kind=kind)) for kind in IssueKind})
    return {str(name): int(value) for name, value in found.items()}


def same_content(batch: ImportBatch) -> ImportBatch | None:
    """A loaded import of exactly these files, if there is one."""
    others = ImportBatch.objects.filter(content_hash=batch.content_hash, state=BatchState.APPLIED)
    return others.exclude(pk=batch.pk).order_by("-applied_at").first() if batch.content_hash else None
