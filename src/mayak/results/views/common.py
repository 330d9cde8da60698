"""What the pages of the results share."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from mayak.kernel.access.requests import request_scope
from mayak.results.enums import BatchState
from mayak.results.models import ImportBatch
from mayak.results.permissions import may_change_batch, may_load
from mayak.results.selectors.batches import batches_of

TONE_OF_STATE = {
    BatchState.UPLOADED: "info",
    BatchState.CHECKED: "warning",
    BatchState.STAGING: "info",
    BatchState.APPLIED: "good",
    BatchState.UNDONE: "neutral",
    BatchState.DISCARDED: "neutral",
    BatchState.FAILED: "bad",
}


def crumbs(*rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    """The way to a page of the results."""
    return [(_("Results"), reverse("results:overview")), *rest]


def batch_crumbs(batch: ImportBatch, *rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    """The way to a page of one import."""
    own = reverse("results:batch", args=[batch.pk]) if rest else ""
    return crumbs((_("Imports"), reverse("results:batches")), (str(batch), own), *rest)


def require_load(request: HttpRequest) -> None:
    """Refuse with words who may not load results."""
    if not may_load(request_scope(request)):
        raise PermissionDenied(_("Results are loaded by the coordinators of a region or a municipality."))


def get_batch(request: HttpRequest, pk: int) -> ImportBatch:
    """The import, 404 where it is not visible."""
    batch: ImportBatch = get_object_or_404(batches_of(request_scope(request)), pk=pk)
    return batch


def get_own_batch(request: HttpRequest, pk: int) -> ImportBatch:
    """The import for somebody who may change it."""
    batch = get_batch(request, pk)
    if not may_change_batch(request_scope(request), batch):
        raise PermissionDenied(_("Only those who load results for this territory may change this import."))
    return batch
